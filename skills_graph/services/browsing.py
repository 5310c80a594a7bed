"""Looking round in frameworks of any size: the same queries for 150 competencies as for 14,579."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from lxp.models import User
from skills_graph.models import (
    Competency,
    CompetencyTerms,
    Framework,
    Holding,
    Profile,
    Relation,
    Requirement,
)
from skills_graph.services.competency_search import current_titles, language_of_reader
from skills_graph.services.portfolio import ROLES
from skills_graph.services.standing import Fact, Whole, wholes_of
from skills_graph.services.teaching import Offer, offers, with_addresses
from skills_graph.titles import Title

IN_LIST = 30
MOST_WORDS, MOST_CHARACTERS = 5, 80
MOST_ROOTS = 40
MOST_SHOWN = 12
LEAST_COUNTED = 5  # fewer people are never counted: somebody could be known by it


@dataclass
class Search:
    """What a reader looks for. What is unknown is ignored."""

    frameworks: Sequence[Framework]
    framework: Framework | None
    words: str = ""
    kind: str = ""
    role: str = ""

    @classmethod
    def from_query(cls, person: User, query: Mapping[str, str]) -> Search:
        frameworks = list(visible_frameworks(person))
        asked = query.get("raamwerk", "")
        framework = next((each for each in frameworks if str(each.pk) == asked), frameworks[0] if frameworks else None)
        words = query.get("q", "").replace("\x00", "").strip()[:MOST_CHARACTERS]
        kind, role = query.get("soort", ""), query.get("rol", "")
        return cls(
            frameworks,
            framework,
            words,
            kind if kind in Competency.Kind.values else "",
            role if role in ROLES else "",
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.kind or self.role)

    def found(self) -> list[Title]:
        """What has a title in the reader's language first, then by title; where words were asked, the best answer first."""
        if self.framework is None:
            return []
        titles, language = current_titles(), language_of_reader()
        rows = [row for row in titles.in_order(language) if row.framework == self.framework.pk and self._fits(row)]
        words = " ".join(self.words.split()[:MOST_WORDS])
        return titles.best(words, language, rows) if words else rows

    def _fits(self, row: Title) -> bool:
        is_kind = row.kind == self.kind if self.kind else row.kind != Competency.Kind.GROUP
        return is_kind and (not self.role or row.role == self.role)

    def page(self, number: Any) -> Page[Any]:
        """One page of competencies; `foreign` is above 0 for what is not in the reader's language."""
        page: Page[Any] = Paginator[Any](self.found(), IN_LIST).get_page(number)
        titles: list[Title] = list(page.object_list)
        rows = Competency.objects.filter(framework=self.framework).in_bulk([row.pk for row in titles])
        language = language_of_reader()
        for title in titles:
            if title.pk in rows:
                rows[title.pk].foreign = title.foreign(language)  # type: ignore[attr-defined]
        page.object_list = [rows[title.pk] for title in titles if title.pk in rows]
        return page

    def roots(self) -> list[Competency]:
        """The groups at the top of the framework."""
        above = _broader().filter(source=OuterRef("pk"))
        groups = Competency.objects.filter(
            framework=self.framework, kind=Competency.Kind.GROUP, retired_on__isnull=True
        )
        return list(groups.filter(~Exists(above)).order_by("role", "title")[:MOST_ROOTS])


def visible_frameworks(person: User) -> QuerySet[Framework]:
    """Everybody's, and those of one's own organisations; the ones with roles, which are care's own, first."""
    rows = Framework.objects.filter(Q(owner__isnull=True) | Q(owner__in=person.organisations))
    return rows.select_related("scale", "owner").order_by(F("owner").asc(nulls_first=True), "attribution", "pk")


def visible_competencies(person: User) -> QuerySet[Competency]:
    return Competency.objects.usable_by(person.organisations)


def _broader() -> Any:
    return Relation.objects.current().filter(kind=Relation.Kind.BROADER, status=Relation.Status.ACCEPTED)


@dataclass(frozen=True)
class CompetencyView:
    """All that the page of a competency tells. `people` is None where fewer than `LEAST_COUNTED` hold it today."""

    competency: Competency
    terms: CompetencyTerms | None
    whole: Whole | None
    above: Sequence[Competency]
    below: Page[Relation]
    links: Sequence[tuple[str, Competency]]
    offers: Sequence[Offer]
    profiles: Sequence[Profile]
    people: int | None
    own: Fact | None

    @property
    def levels(self) -> list[str]:
        scale = self.competency.framework.scale
        return [scale.label_of(rank) for rank in range(1, len(scale.levels) + 1)]

    @property
    def own_words(self) -> str:
        return self.competency.framework.scale.label_of(self.own.level) if self.own else ""


def view_of(person: User, competency: Competency, page_number: Any) -> CompetencyView:
    """What this reader may know of a competency; the same queries whatever its size."""
    whole = wholes_of([competency.pk], person.organisations).get(competency.pk)
    taught = {competency.pk: 1, **{part.source_id: 1 for part in (whole.parts if whole else ())}}
    own = Holding.objects.today().filter(person=person, competency=competency).order_by("-level").first()
    return CompetencyView(
        competency=competency,
        terms=CompetencyTerms.objects.current().filter(competency=competency).first(),
        whole=whole,
        above=_above(person, competency),
        below=_below(person, competency, page_number),
        links=_links(person, competency),
        offers=with_addresses(offers(person, taught, most=MOST_SHOWN)),
        profiles=_profiles(person, competency),
        people=_people(competency),
        own=Fact(own.level, own.assurance, own.until) if own else None,
    )


def _above(person: User, competency: Competency) -> list[Competency]:
    rows = _broader().filter(source=competency, target__in=visible_competencies(person))
    return [row.target for row in rows.select_related("target")[:MOST_SHOWN]]


def _below(person: User, competency: Competency, page_number: Any) -> Page[Relation]:
    shown = visible_competencies(person).filter(retired_on__isnull=True)
    rows = _broader().filter(target=competency, source__in=shown).select_related("source")
    return Paginator(rows.order_by(Lower("source__title"), "pk"), IN_LIST).get_page(page_number)


def _links(person: User, competency: Competency) -> list[tuple[str, Competency]]:
    """What comes first, what this implies, and what it was replaced by; advice of a source is not shown as fact."""
    kinds = (Relation.Kind.REQUIRES, Relation.Kind.IMPLIES, Relation.Kind.EQUIVALENT, Relation.Kind.REPLACED)
    rows = Relation.objects.current().filter(source=competency, kind__in=kinds, status=Relation.Status.ACCEPTED)
    shown = rows.filter(target__in=visible_competencies(person)).select_related("target")
    return [(row.get_kind_display(), row.target) for row in shown[:MOST_SHOWN]]


def _profiles(person: User, competency: Competency) -> list[Profile]:
    asking = Requirement.objects.current().filter(competency=competency).values("profile")
    own = Q(owner__isnull=True) | Q(owner__in=person.organisations)
    return list(Profile.objects.filter(own, pk__in=asking)[:MOST_SHOWN])


def _people(competency: Competency) -> int | None:
    """At least how many people of the coalition hold it today, at whatever level, in whole groups: who knows some of them, or
    looks again when somebody lapsed, cannot subtract the others."""
    number = Holding.objects.today().filter(competency=competency).values("person").distinct().count()
    return number - number % LEAST_COUNTED or None
