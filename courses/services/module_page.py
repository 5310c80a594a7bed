"""What a module's or a course's page shows to this reader: progress, route, makers and the one action."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from courses.activities import registry
from courses.models import Attempt, CoursePage, CourseVersion, Module, ModulePage, ModuleVersion
from courses.models.catalogue import Audience
from courses.services.attempts import Step, outline, text_in
from courses.services.cards import FORM_LABELS, cards_by_module
from courses.services.course_facts import minutes_of, step_of
from courses.services.course_progress import finished_modules, modules_of, needed_of
from courses.services.versions import kept_activities
from lxp import plugin_manager
from lxp.models import Organisation, User


@dataclass(frozen=True)
class Maker:
    """An organisation that made it, with the words beside its mark."""

    organisation: Organisation
    words: str


@dataclass(frozen=True)
class RouteStep:
    """One activity on the page. `state` is done, now or empty; `url` is empty for who has not started."""

    title: str
    kind_label: str
    icon: str
    minutes: int
    state: str = ""
    url: str = ""


@dataclass
class Overview:
    """All that a module page shows beside its own text."""

    makers: list[Maker]
    goals: list[str]
    steps: list[RouteStep]
    forms: list[str]
    audiences: list[str]
    panels: list[str]
    attempt: Attempt | None = None
    newer_version: ModuleVersion | None = None
    must_move: bool = False
    done: int = 0
    total: int = 0
    action_label: str = ""
    next_step: Step | None = field(default=None)

    @property
    def progress_label(self) -> str:
        words = ngettext("%(done)d of %(total)d part done", "%(done)d of %(total)d parts done", self.total)
        return words % {"done": self.done, "total": self.total}


def overview_of(page: ModulePage, request: HttpRequest) -> Overview:
    """For a visitor, somebody who has not started, who is under way, or who is done."""
    module = page.subject
    person = request.user
    overview = Overview(
        makers=_makers(page),
        goals=page.goal_list(),
        steps=[],
        forms=[],
        audiences=[str(dict(Audience.choices).get(each, each)) for each in page.audiences],
        panels=plugin_manager.call(
            "module_panels",
            expects=SafeString,
            organisations=_asked(module.owner, person),
            module=module,
            request=request,
        ),
    )
    attempt = _attempt(person, module)
    if attempt is not None:
        attempt.module = module
        _show_attempt(overview, attempt)
    elif module.current_version is not None:
        _show_version(overview, module.current_version, page)
    return overview


def _asked(owner: Organisation, person: User | AnonymousUser) -> list[Organisation]:
    """Whose plugins add to a page: those of its owner, whoever reads it, and those of its reader."""
    mine = person.organisations if isinstance(person, User) else []
    return [owner, *(each for each in mine if each != owner)]


def _makers(page: ModulePage) -> list[Maker]:
    owner = page.module.owner
    others = page.module.co_owners.all() if page.has_fellow_owners else ()
    return [
        Maker(owner, _("Made by %(organisation)s") % {"organisation": owner}),
        *(Maker(each, _("and %(organisation)s") % {"organisation": each}) for each in others),
    ]


def _attempt(person: User | AnonymousUser, module: Module) -> Attempt | None:
    """The attempt under way, else the latest finished one."""
    if not isinstance(person, User):
        return None
    mine = Attempt.objects.filter(person=person, module=module)
    found = sorted(
        mine.select_related("version", "organisation").order_by("-started_at")[:20],
        key=lambda attempt: attempt.completed_at is not None,
    )
    return found[0] if found else None


def _show_attempt(overview: Overview, attempt: Attempt) -> None:
    steps = outline(attempt, get_language() or attempt.version.language)
    left = [step for step in steps if not step.is_completed]
    here = next((step for step in left if step.block_id == attempt.resume_block_id), left[0] if left else None)
    overview.attempt, overview.total, overview.done = attempt, len(steps), len(steps) - len(left)
    overview.next_step = here
    overview.action_label = _action_label(here, started=overview.done > 0 or attempt.resume_block_id is not None)
    overview.forms = _forms({step.kind for step in steps})
    overview.steps = [
        RouteStep(
            title=step.title,
            kind_label=_kind_label(step.kind),
            icon=step.icon,
            minutes=step.study_minutes,
            state="done" if step.is_completed else "now" if step == here and attempt.is_open else "",
            url=reverse("courses:play", args=[attempt.uuid, step.position]),
        )
        for step in steps
    ]
    if attempt.is_open and attempt.module.current_version_id not in (None, attempt.version_id):
        overview.newer_version = attempt.module.current_version
        overview.must_move = attempt.must_move


def _action_label(step: Step | None, *, started: bool) -> str:
    if step is None:
        return _("See your result")
    if not started:
        return _("Start")
    if step.kind == "lesson":
        return _("Go on with lesson %(number)d") % {"number": step.position}
    return _("Go on with “%(title)s”") % {"title": step.title}


def _show_version(overview: Overview, version: ModuleVersion, page: ModulePage) -> None:
    titles = {} if page.text_language == version.language else text_in(version, page.text_language).titles
    rows = kept_activities(version)
    overview.total = len(rows)
    overview.forms = _forms({row.kind for row in rows})
    overview.steps = [
        RouteStep(titles.get(str(row.block_id), row.title), _kind_label(row.kind), _icon(row.kind), row.study_minutes)
        for row in rows
    ]


def _kind_label(kind: str) -> str:
    activity = registry.get(kind)
    return str(activity.label) if activity else _("Activity that is off now")


def _icon(kind: str) -> str:
    activity = registry.get(kind)
    return activity.public_icon if activity else "lock"


def _forms(kinds: set[str]) -> list[str]:
    forms = {activity.form for activity in map(registry.get, kinds) if activity is not None}
    return sorted(str(FORM_LABELS.get(form, form)) for form in forms)


@dataclass(frozen=True)
class SlotView:
    """A step of a course with its modules as cards. `done` counts finished ones, `needed` how many it asks. What was
    finished counts also when its module has left the catalogue since."""

    title: str
    choose: int | None
    cards: list[SafeString]
    done: int
    needed: int

    @property
    def is_done(self) -> bool:
        return self.done >= self.needed


@dataclass(frozen=True)
class CourseOverview:
    """All that a course page shows beside its own text. `minutes` is what its steps take at least; `has_choice`: whether more
    than that can be chosen."""

    owner: Organisation
    slots: list[SlotView]
    minutes: int
    has_choice: bool
    is_enrolled: bool
    panels: list[str]

    @property
    def done(self) -> int:
        return sum(slot.is_done for slot in self.slots)


def course_overview_of(page: CoursePage, request: HttpRequest) -> CourseOverview:
    """A course for this reader: its slots, what of them is finished, and whether they take part. Who takes part sees the
    version that they took up."""
    course, person = page.subject, request.user
    version, is_enrolled = course.current_version, False
    if isinstance(person, User):
        taken = CourseVersion.objects.filter(course=course, enrolments__person=person).first()
        version, is_enrolled = taken or version, taken is not None
    slots = list(version.slots.prefetch_related("modules")) if version else []
    module_ids = {pk for slot in slots for pk in modules_of(slot)}
    visible = Module.objects.published().visible_to(person).filter(pk__in=module_ids)
    steps = [step_of(slot) for slot in slots]
    by_module = cards_by_module(visible.select_related("owner"))
    finished = finished_modules(person, module_ids) if isinstance(person, User) else set()
    views = [
        SlotView(
            title=slot.title,
            choose=slot.choose,
            cards=[by_module[module.pk] for module in slot.modules.all() if module.pk in by_module],
            done=len(finished & modules_of(slot)),
            needed=needed_of(slot, finished, set(by_module)),
        )
        for slot in slots
    ]
    panels = plugin_manager.call(
        "course_panels", expects=SafeString, organisations=_asked(course.owner, person), course=course, request=request
    )
    has_choice = any(step.needed < len(step.modules) for step in steps)
    return CourseOverview(course.owner, views, minutes_of(steps), has_choice, is_enrolled, panels)
