"""A version from a published page. What receives Wagtail's signals never refuses: refusing happens in the editor."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
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
from courses.services.pinning import pin_files
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
        with transaction.atomic():
            publish_page(page=instance, by=revision.user if revision else None)
    except Exception:
        logger.exception("No version could be made of page %s; reconcile will try again.", instance.pk)


def page_was_unpublished(sender: type[Page], instance: Page, **arguments: Any) -> None:
    """A module whose source page is gone is archived: it leaves the catalogue, its records stay. A translation that is
    gone takes only its language along; the words of versions stay for who is learning in it."""
    if isinstance(instance, ModulePage) and instance.is_source:
        Module.objects.filter(pk=instance.module_id).update(archived_at=timezone.now())
    elif isinstance(instance, ModulePage):
        ModuleFacet.objects.filter(module=instance.module_id, name="language", value=instance.text_language).delete()
    elif isinstance(instance, CoursePage):
        Course.objects.filter(pk=instance.course_id).update(archived_at=timezone.now())


@transaction.atomic
def publish_page(*, page: ModulePage | CoursePage, by: User | None = None) -> None:
    """Make the version that a live page should have. Safe to repeat: an unchanged page makes no new version."""
    if isinstance(page, CoursePage):
        publish_course(page=page)
    elif page.is_source:
        publish_module(page=page, by=by)
    else:
        publish_text(page=page)
    PublicStamp.raise_number()


@transaction.atomic
def publish_module(*, page: ModulePage, by: User | None = None) -> ModuleVersion:
    """The version of a live source page; an editorial one also goes to whoever is under way.

    An editorial change that touches what is graded counts as substantive: the editor refuses it, a schedule cannot.
    A file that was replaced in the library makes a version too, since publishing is what brings it to learners.
    """
    module = Module.objects.select_for_update().get(pk=page.module_id)
    _follow_page(module, page)
    activities = activities_of(page)
    digest = digest_of(page, activities, facts_of([module.pk]).get(module.pk, []))
    files = pin_files(page.body)
    current = module.current_version
    if current is not None and (current.digest, current.files) == (digest, files):
        _describe(module, page, current)
        return current
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
    _describe(module, page, version)
    if current is not None:
        _carry_words(current, version)
    if current is not None and significance == Significance.EDITORIAL:
        Attempt.objects.under_way().filter(version=current).update(version=version)
    audit.record("module.published", by=by, about=module, organisation=module.owner, version=version.number)
    return version


def _carry_words(before: ModuleVersion, version: ModuleVersion) -> None:
    """Give a new version the translated words that still say the same: of blocks that did not change, and after an
    editorial change of all blocks. What changed shows in the source language until its translation is published."""
    old = dict(before.activities.values_list("block_id", "content"))
    is_editorial = version.significance == Significance.EDITORIAL
    rows = version.activities.values_list("block_id", "content")
    same = {
        str(block_id) for block_id, content in rows if block_id in old and (is_editorial or old[block_id] == content)
    }
    latest = {text.language: text for text in before.texts.order_by("number")}
    for text in latest.values():
        VersionText.objects.create(
            version=version,
            language=text.language,
            number=1,
            title=text.title,
            summary=text.summary,
            goals=text.goals,
            titles={block_id: words for block_id, words in text.titles.items() if block_id in same},
            contents={block_id: words for block_id, words in text.contents.items() if block_id in same},
        )


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


def facet_values(
    *, page: ModulePage, owners: list[Organisation], languages: set[str], kinds: set[str]
) -> set[tuple[str, str]]:
    """(name, value) of everything that the catalogue can narrow to a module by."""
    known_kinds = [kind for kind in map(registry.get, kinds) if kind is not None]
    values = {("audience", each) for each in page.audiences}
    values |= {("form", kind.form) for kind in known_kinds}
    values |= {("language", language) for language in languages}
    values |= {("organisation", organisation.slug) for organisation in owners}
    values.add(("time", next((name for limit, name in TIME_LIMITS if page.study_minutes <= limit), LONG)))
    if page.topic is not None:
        values.add(("theme", str(page.topic.translation_key)))
    return values


def languages_of(module: Module) -> set[str]:
    live = ModulePage.objects.filter(module=module, live=True).values_list("text_language", flat=True)
    return {*live, module.source_language}


@transaction.atomic
def publish_text(*, page: ModulePage) -> VersionText | None:
    """The words of a live translation for the module's current version. Blocks whose grading differs keep the source's
    words. None where the module itself was never published."""
    module = page.module
    version = module.current_version
    if version is None:
        return None
    own = {str(each["block_id"]): each for each in activities_of(page)}
    titles, contents = {}, {}
    for activity in version.activities.all():
        translated = own.get(str(activity.block_id))
        if translated and (translated["kind"], translated["graded_digest"]) == (activity.kind, activity.graded_digest):
            titles[str(activity.block_id)] = translated["title"]
            contents[str(activity.block_id)] = translated["content"]
    latest = version.texts.filter(language=page.text_language).order_by("-number").first()
    fields = {"title": page.title, "summary": page.summary, "goals": page.goal_list()}
    fields |= {"titles": titles, "contents": contents}
    if latest is not None and all(getattr(latest, name) == value for name, value in fields.items()):
        return latest
    text = VersionText.objects.create(
        version=version, language=page.text_language, number=(latest.number if latest else 0) + 1, **fields
    )
    ModuleFacet.objects.get_or_create(module=module, name="language", value=page.text_language)
    return text


@transaction.atomic
def publish_course(*, page: CoursePage) -> CourseVersion:
    """The version of a live course page; an unchanged page makes none."""
    course = Course.objects.select_for_update().get(pk=page.course_id)
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

    One query where nothing is missing. A page counts as behind where it was published after its version was made, and
    differs from it: publishing an unchanged page makes no version.
    """
    found = dict(_perhaps_behind().values_list("pk", "modulepage__module"))
    if not found:
        return []
    modules = ModulePage.objects.filter(pk__in=found).select_related("module__current_version", "locale").order_by("pk")
    # As published: a draft of what packages add waits until somebody publishes.
    facts = facts_of([pk for pk in found.values() if pk is not None], as_published=True)
    sources = [page for page in modules if page.is_source and _is_behind(page, facts.get(page.module_id, []))]
    courses = CoursePage.objects.filter(pk__in=found).select_related("course__current_version").order_by("pk")
    behind = [page for page in courses if _is_course_behind(page)]
    return [*sources, *behind, *(page for page in modules if not page.is_source)]


def _perhaps_behind() -> QuerySet[Page]:
    """The live pages that may need a version, or the words of one."""
    module, course = "modulepage__module__", "coursepage__course__"
    is_source = Q(modulepage__text_language=F(f"{module}source_language"))
    words = VersionText.objects.filter(
        version=OuterRef(f"{module}current_version"), language=OuterRef("modulepage__text_language")
    )
    has_version = Q(**{f"{module}current_version__isnull": False})
    return Page.objects.live().filter(
        Q(is_source, _has_older_version(module), modulepage__isnull=False)
        | Q(~is_source, has_version, ~Exists(words), modulepage__isnull=False)
        | Q(_has_older_version(course), coursepage__isnull=False)
    )


def _has_older_version(path: str) -> Q:
    """No version, one from before the page was published, or one that was taken away while the page is live."""
    return (
        Q(**{f"{path}current_version__isnull": True})
        | Q(last_published_at__gte=F(f"{path}current_version__published_at"))
        | Q(**{f"{path}archived_at__isnull": False})
    )


def _is_behind(page: ModulePage, facts: list[Any]) -> bool:
    version = page.module.current_version
    if version is None or page.module.archived_at is not None:
        return True
    return version.digest != digest_of(page, activities_of(page), facts)


def _is_course_behind(page: CoursePage) -> bool:
    version = page.course.current_version
    if version is None or page.course.archived_at is not None:
        return True
    return version.digest != course_digest_of(page, slots_of(page))
