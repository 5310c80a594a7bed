"""The modules of the benchmark, written in bulk: what publishing them one by one would have left behind."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Subquery
from wagtail.models import Page

from content.api import OrganisationPage, Theme
from courses.benchmark import documents
from courses.benchmark.vocabulary import SEED, Vocabulary
from courses.grading import facts_of
from courses.models import Module, ModuleFacet, ModulePage, ModuleVersion, Sharing, Significance, VersionActivity
from courses.services.documents import body_of
from courses.services.publishing import activities_of, digest_of, facet_values
from lxp.models import Organisation

NAMESPACE = UUID("1d6c3b0a-6f0e-4f6e-9a8d-2f6f1f0c4242")
FULL_MODULES = 200  # what comes after them has a title and a summary only
LANGUAGE = "nl"
BATCH = 500


class NoFiles:
    """The benchmark has no pictures and no films."""

    def find(self, name: str) -> int:
        raise LookupError(name)

    def find_film(self, document: dict[str, Any]) -> int:
        raise LookupError(document)


def load_modules(
    *, count: int, organisations: list[Organisation], vocabulary: Vocabulary, now: datetime
) -> list[Module]:
    """Modules 1 to `count`; module n belongs to organisation n mod 8 and is the newer the higher its number."""
    numbers = range(1, count + 1)
    modules = Module.objects.bulk_create(
        [
            Module(
                uuid=uuid5(NAMESPACE, f"module {number}"),
                owner=organisations[number % len(organisations)],
                sharing=Sharing.PUBLIC,
                source_language=LANGUAGE,
                study_minutes=5 + 5 * (number % 20),
            )
            for number in numbers
        ],
        batch_size=BATCH,
    )
    pages = _load_pages(modules, vocabulary, now)
    _load_versions(modules, pages, now)
    return modules


def _load_pages(modules: list[Module], vocabulary: Vocabulary, now: datetime) -> list[ModulePage]:
    """A live page per module, last below the page of its owner."""
    random = Random(SEED)  # noqa: S311 - texts, no secrets
    rows = Page.objects.bulk_create(_tree_rows(modules, vocabulary, random, now), batch_size=BATCH)
    themes = list(Theme.values)
    pages = []
    for number, (module, row) in enumerate(zip(modules, rows, strict=True), start=1):
        plain = documents.activities(vocabulary, random) if number <= FULL_MODULES else []
        page = ModulePage(
            page_ptr=row,
            title=row.title,
            module=module,
            text_language=LANGUAGE,
            summary=documents.summary(vocabulary, random),
            theme=themes[number % len(themes)],
            sharing=module.sharing,
            study_minutes=module.study_minutes,
            body=json.dumps(body_of(plain, module.uuid, NoFiles())),
        )
        # Raw, as when a fixture is loaded: the half of the page that the tree keeps is there already.
        page.save_base(raw=True, force_insert=True)
        pages.append(page)
    return pages


def _tree_rows(modules: list[Module], vocabulary: Vocabulary, random: Random, now: datetime) -> list[Page]:
    """What Wagtail's tree keeps of each page: its place, address and title."""
    content_type = ContentType.objects.get_for_model(ModulePage)
    places = {
        page.organisation_id: page
        for page in OrganisationPage.objects.filter(locale__language_code=LANGUAGE).select_related("locale")
    }
    rows = []
    for number, module in enumerate(modules, start=1):
        place = places[module.owner_id]
        place.numchild += 1
        title, slug = documents.title(number, vocabulary, random), f"module-{number}"
        rows.append(
            Page(
                path=Page._get_path(place.path, place.depth + 1, place.numchild),
                depth=place.depth + 1,
                url_path=f"{place.url_path}{slug}/",
                slug=slug,
                title=title,
                draft_title=title,
                content_type=content_type,
                locale=place.locale,
                translation_key=uuid5(NAMESPACE, f"page {number}"),
                live=True,
                first_published_at=now,
                last_published_at=now,
            )
        )
    for place in places.values():
        Page.objects.filter(pk=place.pk).update(numchild=place.numchild)
    return rows


def _load_versions(modules: list[Module], pages: list[ModulePage], now: datetime) -> None:
    """Version 1 of each module with its activities and its facets in the catalogue."""
    contents = [activities_of(page) for page in pages]
    versions = ModuleVersion.objects.bulk_create(
        [
            ModuleVersion(
                module=page.module,
                number=1,
                language=LANGUAGE,
                title=page.title,
                summary=page.summary,
                theme=page.theme,
                study_minutes=page.study_minutes,
                significance=Significance.SUBSTANTIVE,
                digest=digest_of(page, content, []),
                published_at=now + timedelta(seconds=number),
            )
            for number, (page, content) in enumerate(zip(pages, contents, strict=True), start=1)
        ],
        batch_size=BATCH,
    )
    VersionActivity.objects.bulk_create(
        [
            VersionActivity(version=version, **fields)
            for version, content in zip(versions, contents, strict=True)
            for fields in content
        ],
        batch_size=BATCH,
    )
    _load_facets(pages, contents)
    newest = ModuleVersion.objects.filter(module=OuterRef("pk")).values("pk")
    Module.objects.filter(current_version=None).update(current_version=Subquery(newest[:1]))
    for module, version in zip(modules, versions, strict=True):
        module.current_version = version


def _load_facets(pages: list[ModulePage], contents: list[list[dict[str, Any]]]) -> None:
    ModuleFacet.objects.bulk_create(
        [
            ModuleFacet(module=page.module, name=name, value=value)
            for page, content in zip(pages, contents, strict=True)
            for name, value in sorted(
                facet_values(
                    page=page,
                    owners=[page.module.owner],
                    languages={LANGUAGE},
                    kinds={each["kind"] for each in content},
                )
            )
        ],
        batch_size=BATCH,
    )


def renew_digests() -> None:
    """Let versions say what packages above added to them, as publishing would have done."""
    facts = facts_of(None, as_published=True)
    changed = []
    for page in ModulePage.objects.filter(module__in=facts).select_related("module__current_version"):
        version = page.module.current_version
        version.digest = digest_of(page, activities_of(page), facts[page.module_id])
        changed.append(version)
    # Past the guard of what never changes: nobody has seen these versions yet.
    ModuleVersion._base_manager.bulk_update(changed, ["digest"], batch_size=BATCH)
