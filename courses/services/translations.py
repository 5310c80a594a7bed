"""The words of a version in other languages: from the live translations of its page, and kept where they still say the same."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from courses.grading import activities_of
from courses.models import Module, ModuleFacet, ModulePage, ModuleVersion, Significance, VersionText


def waiting(path: str = "") -> Q:
    """Pages of which another revision is live than was taken into a version: making one failed, or waits for another
    page. `path` leads to the page, as in "modulepage__"."""
    taken = f"{path}taken_revision"
    return Q(live_revision__isnull=False) & (Q(**{f"{taken}__isnull": True}) | ~Q(live_revision=F(taken)))


@transaction.atomic
def publish_text(*, page: ModulePage) -> VersionText | None:
    """The words of a live translation for the module's current version. Blocks whose grading differs keep the source's
    words. None where the module itself was never published: the words then wait for its first version."""
    module = page.module
    version = module.current_version
    if version is None:
        return None
    page.note_taken()
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


def take_earlier_words(*, source: ModulePage) -> None:
    """Translations that were published before this change of their source, and whose words are not in a version yet:
    they belong to the version so far, since what the change rewrote they cannot say."""
    _take(source, waiting() & Q(last_published_at__lte=source.last_published_at or timezone.now()))


def take_later_words(*, source: ModulePage) -> None:
    """Translations that were published after this change of their source, or before there was any version."""
    _take(source, waiting() | Q(last_published_at__gt=source.last_published_at or timezone.now()))


def _take(source: ModulePage, which: Q) -> None:
    others = ModulePage.objects.live().filter(which, module=source.module_id).exclude(pk=source.pk)
    for page in others.select_related("module__current_version", "locale").order_by("pk"):
        publish_text(page=page)


def carry_words(*, before: ModuleVersion, version: ModuleVersion) -> None:
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


def languages_of(module: Module) -> set[str]:
    live = ModulePage.objects.filter(module=module, live=True).values_list("text_language", flat=True)
    return {*live, module.source_language}
