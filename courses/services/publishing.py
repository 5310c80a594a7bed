"""A version from a published page. What receives Wagtail's signals never refuses: refusing happens in the editor."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, Revision

from courses.activities import registry
from courses.grading import activities_of, changes_grading, facts_of
from courses.models import (
    Attempt,
    Course,
    CoursePage,
    CourseSlot,
    CourseVersion,
    Module,
    ModuleFacet,
    ModulePage,
    ModuleVersion,
    Significance,
    VersionActivity,
    VersionText,
)
from courses.services.pinning import FilesOfVersion, pin_files
from courses.services.translations import (
    carry_words,
    languages_of,
    publish_text,
    take_earlier_words,
    take_later_words,
    waiting,
)
from lxp import audit, plugin_manager
from lxp.models import Organisation, PublicStamp, User

logger = logging.getLogger(__name__)
TIME_LIMITS = ((15, "15"), (60, "60"))
LONG = "long"


def page_was_published(sender: type[Page], instance: Page, **arguments: Any) -> None:
    """Wagtail's `page_published`, inside its transaction: make the version. A fault is logged and left to reconcile,
    since a receiver that raises would stop all scheduled publishing."""
    if not instance.live or not isinstance(instance, ModulePage | CoursePage):
        return
    revision: Revision | None = arguments.get("revision")
    try:
        publish_page(page=instance, by=_publisher(revision))
    except Exception:
        logger.exception("No version could be made of page %s; reconcile will try again.", instance.pk)


def _publisher(revision: Revision | None) -> User | None:
    """Who publishes now: an approval without a change publishes the revision of an author, who has no right to. Where
    nobody is at work, as on a schedule, who wrote it."""
    at_work = get_active_log_context().user
    if isinstance(at_work, User):
        return at_work
    return revision.user if revision else None


def page_was_unpublished(sender: type[Page], instance: Page, **arguments: Any) -> None:
    """A module whose source page is gone is archived: it leaves the catalogue, its records stay. A translation that is
    gone takes only its language along; the words of versions stay for who is learning in it."""
    if isinstance(instance, ModulePage) and instance.is_source:
        Module.objects.filter(pk=instance.module_id).update(archived_at=timezone.now())
    elif isinstance(instance, ModulePage):
        ModuleFacet.objects.filter(module=instance.module_id, name="language", value=instance.text_language).delete()
    elif isinstance(instance, CoursePage):
        Course.objects.filter(pk=instance.course_id).update(archived_at=timezone.now())


def publish_page(*, page: ModulePage | CoursePage, by: User | None = None) -> None:
    """Make the version that a live page should have. Safe to repeat: an unchanged page makes no new version.

    Files are copied before the transaction begins: nobody else can write to SQLite while it is open.
    """
    is_source = isinstance(page, ModulePage) and page.is_source
    files = pin_files(page.body) if is_source else {}
    with transaction.atomic():
        if isinstance(page, CoursePage):
            publish_course(page=page)
        elif is_source:
            publish_module(page=page, files=files, by=by)
        else:
            publish_text(page=page)
        PublicStamp.raise_number()


@transaction.atomic
def publish_module(*, page: ModulePage, files: FilesOfVersion, by: User | None = None) -> ModuleVersion:
    """The version of a live source page, with its pinned files; an editorial one also goes to whoever is under way.

    An editorial change that touches what is graded counts as substantive: the editor refuses it, a schedule cannot.
    A file that was replaced in the library makes a version too, since publishing is what brings it to learners.
    """
    module = Module.objects.select_for_update().get(pk=page.module_id)
    page.note_taken()
    _follow_page(module, page)
    activities = activities_of(page)
    digest = digest_of(page, activities, facts_of([module.pk]).get(module.pk, []))
    current = module.current_version
    if current is not None and (current.digest, current.files) == (digest, files):
        _describe(module, page, current)
        return current
    if current is not None:
        take_earlier_words(source=page)
    version = _make_version(module, page, activities, digest=digest, files=files, by=by)
    if current is not None:
        carry_words(before=current, version=version)
    take_later_words(source=page)
    _describe(module, page, version)
    if current is not None and version.significance == Significance.EDITORIAL:
        Attempt.objects.under_way().filter(version=current).update(version=version)
    audit.record("module.published", by=by, about=module, organisation=module.owner, version=version.number)
    return version


def _make_version(
    module: Module,
    page: ModulePage,
    activities: list[dict[str, Any]],
    *,
    digest: str,
    files: FilesOfVersion,
    by: User | None,
) -> ModuleVersion:
    """Write the next version of a module with its activities, and make it the current one."""
    current = module.current_version
    significance = Significance(page.significance)
    if current is None or (significance == Significance.EDITORIAL and changes_grading(current, activities)):
        significance = Significance.SUBSTANTIVE
    version = ModuleVersion.objects.create(
        module=module,
        number=(current.number if current else 0) + 1,
        language=page.text_language,
        title=page.title,
        summary=page.summary,
        goals=page.goal_list(),
        theme=page.theme,
        is_example=page.is_example,
        study_minutes=page.study_minutes,
        significance=significance,
        change_note=page.change_note,
        digest=digest,
        files=files,
        published_by=by,
        revision=page.live_revision,
    )
    VersionActivity.objects.bulk_create([VersionActivity(version=version, **fields) for fields in activities])
    plugin_manager.call_core("publishing_version", version=version)
    module.current_version = version
    module.save(update_fields=["current_version"])
    return version


def _follow_page(module: Module, page: ModulePage) -> None:
    """What the module takes from its source page at publishing: sharing, time, review day, fellow owners."""
    module.sharing, module.study_minutes, module.review_on = page.sharing, page.study_minutes, page.review_on
    module.archived_at = None
    module.save(update_fields=["sharing", "study_minutes", "review_on", "archived_at"])
    module.co_owners.set(page.co_owners.all())
    module.shared_with.set(page.shared_with.all())


def digest_of(page: ModulePage, activities: list[dict[str, Any]], facts: list[Any]) -> str:
    """64 hexadecimal digits over everything that learners see, as it is stored: not over what a kind makes of it, so that
    a kind that comes, goes or changes makes no version. `facts` are what packages above add (`facts_of`)."""
    seen = ("position", "block_id", "kind", "content")
    shown = [
        page.title,
        page.summary,
        page.goal_list(),
        page.theme,
        page.is_example,
        page.study_minutes,
        [{name: str(each[name]) if name == "block_id" else each[name] for name in seen} for each in activities],
        *([facts] if facts else []),
    ]
    return hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()


def _describe(module: Module, page: ModulePage, version: ModuleVersion) -> None:
    """The catalogue's facets of a module."""
    values = facet_values(
        page=page,
        owners=[module.owner, *module.co_owners.all()],
        languages=languages_of(module),
        kinds=set(version.activities.values_list("kind", flat=True)),
    )
    known = set(module.facets.values_list("name", "value"))
    for name, value in known - values:
        module.facets.filter(name=name, value=value).delete()
    ModuleFacet.objects.bulk_create(
        [ModuleFacet(module=module, name=name, value=value) for name, value in values - known]
    )


def time_value(minutes: int) -> str:
    """The value of the facet of time."""
    return next((name for limit, name in TIME_LIMITS if minutes <= limit), LONG)


def facet_values(
    *, page: ModulePage, owners: list[Organisation], languages: set[str], kinds: set[str]
) -> set[tuple[str, str]]:
    """(name, value) of everything that the catalogue can narrow to a module by."""
    known_kinds = [kind for kind in map(registry.get, kinds) if kind is not None]
    values = {("audience", each) for each in page.audiences}
    values |= {("form", kind.form) for kind in known_kinds}
    values |= {("language", language) for language in languages}
    values |= {("organisation", organisation.slug) for organisation in owners}
    values.add(("time", time_value(page.study_minutes)))
    if page.topic is not None:
        values.add(("theme", str(page.topic.translation_key)))
    return values


@transaction.atomic
def publish_course(*, page: CoursePage) -> CourseVersion:
    """The version of a live course page; an unchanged page makes none."""
    course = Course.objects.select_for_update().get(pk=page.course_id)
    page.note_taken()
    course.sharing, course.archived_at = page.sharing, None
    course.save(update_fields=["sharing", "archived_at"])
    course.shared_with.set(page.shared_with.all())
    slots = slots_of(page)
    digest = course_digest_of(page, slots)
    current = course.current_version
    if current is not None and current.digest == digest:
        return current
    version = CourseVersion.objects.create(
        course=course,
        number=(current.number if current else 0) + 1,
        title=page.title,
        summary=page.summary,
        theme=page.theme,
        digest=digest,
    )
    for position, slot in enumerate(slots, start=1):
        row = CourseSlot.objects.create(version=version, position=position, title=slot["title"], choose=slot["choose"])
        row.modules.set(slot["modules"])
    course.current_version = version
    course.save(update_fields=["current_version"])
    return version


def slots_of(page: CoursePage) -> list[dict[str, Any]]:
    """The steps of a course page, each module once."""
    return [
        {
            "title": slot.value["title"],
            "choose": slot.value["choose"],
            "modules": list(
                dict.fromkeys(chosen.specific.module_id for chosen in slot.value["modules"] if chosen is not None)
            ),
        }
        for slot in page.slots
    ]


def course_digest_of(page: CoursePage, slots: list[dict[str, Any]]) -> str:
    shown = json.dumps([page.title, page.summary, page.theme, slots], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()


def missing_versions() -> list[ModulePage | CoursePage]:
    """Live pages whose version or words are missing or behind, as `reconcile` finds them; translations come last.

    One query where nothing is missing. A page is behind where another revision is live than was taken into a version:
    more follows from publishing than a version holds, such as who may find it.
    """
    found = list(_behind().values_list("pk", flat=True))
    if not found:
        return []
    modules = ModulePage.objects.filter(pk__in=found).select_related("module__current_version", "locale").order_by("pk")
    courses = CoursePage.objects.filter(pk__in=found).select_related("course__current_version").order_by("pk")
    sources = [page for page in modules if page.is_source]
    return [*sources, *courses, *(page for page in modules if not page.is_source)]


def _behind() -> QuerySet[Page]:
    """The live pages that need a version, or the words of one."""
    module, course = "modulepage__module__", "coursepage__course__"
    is_source = Q(modulepage__text_language=F(f"{module}source_language"))
    words = VersionText.objects.filter(
        version=OuterRef(f"{module}current_version"), language=OuterRef("modulepage__text_language")
    )
    has_version = Q(**{f"{module}current_version__isnull": False})
    is_waiting = waiting("modulepage__")
    return Page.objects.live().filter(
        Q(is_source, is_waiting | _is_away(module), modulepage__isnull=False)
        | Q(~is_source, has_version, is_waiting | ~Exists(words), modulepage__isnull=False)
        | Q(waiting("coursepage__") | _is_away(course), coursepage__isnull=False)
    )


def _is_away(path: str) -> Q:
    """No version, or one that was taken away while the page is live."""
    return Q(**{f"{path}current_version__isnull": True}) | Q(**{f"{path}archived_at__isnull": False})
