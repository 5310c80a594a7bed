"""A version from a published page. What receives Wagtail's signals never refuses: refusing happens in the editor."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from courses.activities import registry
from courses.activities.base import Activity
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
    """A module none of whose pages is live is archived: it leaves the catalogue, its records stay."""
    if isinstance(instance, ModulePage) and instance.is_source:
        Module.objects.filter(pk=instance.module_id).update(archived_at=timezone.now())
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
    """
    module = Module.objects.select_for_update().get(pk=page.module_id)
    _follow_page(module, page)
    activities = activities_of(page)
    digest = digest_of(page, activities)
    current = module.current_version
    if current is not None and current.digest == digest:
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
        files=pin_files(page.body),
        published_by=by,
        revision=page.live_revision,
    )
    VersionActivity.objects.bulk_create([VersionActivity(version=version, **fields) for fields in activities])
    module.current_version = version
    module.save(update_fields=["current_version"])
    _describe(module, page, version)
    if current is not None and significance == Significance.EDITORIAL:
        Attempt.objects.under_way().filter(version=current).update(version=version)
    audit.record("module.published", by=by, about=module, organisation=module.owner, version=version.number)
    return version


def _follow_page(module: Module, page: ModulePage) -> None:
    """What the module takes from its source page at publishing: sharing, time, review day, fellow owners."""
    module.sharing, module.study_minutes, module.review_on = page.sharing, page.study_minutes, page.review_on
    module.archived_at = None
    module.save(update_fields=["sharing", "study_minutes", "review_on", "archived_at"])
    module.co_owners.set(page.co_owners.all())
    module.shared_with.set(page.shared_with.all())


def activities_of(page: ModulePage) -> list[dict[str, Any]]:
    """The fields of a version's activities, from the page's body as stored; unknown kinds are kept as they are."""
    stream_block = page.body.stream_block
    found = []
    for position, item in enumerate(stream_block.get_prep_value(page.body), start=1):
        content = dict(item["value"] or {})
        kind = registry.get(item["type"])
        found.append(
            {
                "position": position,
                "block_id": UUID(item["id"]),
                "kind": item["type"],
                "title": content.get("title") or item["type"],
                "study_minutes": content.get("minutes") or 0,
                "is_required": bool(content.get("is_required", True)),
                "content": content,
                "graded_digest": graded_digest(kind, content),
            }
        )
    return found


def graded_digest(kind: type[Activity] | None, content: dict[str, Any]) -> str:
    """What is graded, as a digest; of a kind that is not here or fails, of the whole content."""
    answer: str | None = None
    if kind is not None:
        with plugin_manager.guard_unless_core(registry.owner_of(kind.kind), f"{kind.kind}.graded"):
            answer = kind.graded_digest(content)
    if answer is None:
        answer = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return answer


def digest_of(page: ModulePage, activities: list[dict[str, Any]]) -> str:
    """64 hexadecimal digits over everything that learners see."""
    shown = [
        page.title,
        page.summary,
        page.goal_list(),
        page.theme,
        page.is_example,
        page.study_minutes,
        [{**each, "block_id": str(each["block_id"])} for each in activities],
    ]
    return hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()


def changes_grading(version: ModuleVersion, activities: list[dict[str, Any]]) -> bool:
    """Whether new activities differ from a version in what is asked, in which order, or in how it is graded."""
    before = list(version.activities.values_list("block_id", "kind", "is_required", "graded_digest"))
    after = [(each["block_id"], each["kind"], each["is_required"], each["graded_digest"]) for each in activities]
    return before != after


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
    ModuleFacet.objects.bulk_create([ModuleFacet(module=module, name=name, value=value) for name, value in values - known])


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
    slots = [
        {
            "title": slot.value["title"],
            "choose": slot.value["choose"],
            "modules": [chosen.specific.module_id for chosen in slot.value["modules"] if chosen is not None],
        }
        for slot in page.slots
    ]
    shown = json.dumps([page.title, page.summary, page.theme, slots], sort_keys=True)
    digest = hashlib.sha256(shown.encode()).hexdigest()
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
        row = CourseSlot.objects.create(
            version=version, position=position, title=slot["title"], choose=slot["choose"]
        )
        row.modules.set(slot["modules"])
    course.current_version = version
    course.save(update_fields=["current_version"])
    return version


def missing_versions() -> list[ModulePage | CoursePage]:
    """Live pages whose version is missing or behind, as `reconcile` finds them."""
    behind: list[ModulePage | CoursePage] = []
    for page in ModulePage.objects.live().select_related("module__current_version", "locale"):
        version = page.module.current_version
        if not page.is_source:
            continue
        if version is None or version.digest != digest_of(page, activities_of(page)):
            behind.append(page)
    behind += list(CoursePage.objects.live().filter(course__current_version__isnull=True))
    return behind
