"""Modules found by what they prove: a facet of the catalogue, and words in the search index."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from courses.api import CatalogueFacet, FacetValue
from lxp.search.candidates import Joined, Numbers
from skills_graph.models import Competency, Outcome

MOST_NAMED = 300


def proven() -> QuerySet[Outcome]:
    """What the current versions of modules prove, without what they ask."""
    return Outcome.objects.filter(version__module__current_version=F("version"), is_entry=False)


class CompetenceFacet(CatalogueFacet):
    """What you can do afterwards. A competency of a framework that one organisation owns is for that organisation only."""

    name = "competence"
    label = _("What do you want to be able to do?")
    find_label = _("Find a skill")

    def values(self) -> Iterable[FacetValue]:
        """One query."""
        rows = (
            proven()
            .values("competency__uuid", "competency__framework__owner")
            .annotate(modules=Joined("version__module"))
        )
        for uuid, owner, modules in rows.order_by().values_list(
            "competency__uuid", "competency__framework__owner", "modules"
        ):
            yield FacetValue(str(uuid), [int(each) for each in modules.split(",")], owner)

    def labels(self, values: Collection[str]) -> dict[str, str]:
        rows = Competency.objects.filter(uuid__in=filter(None, map(_as_uuid, values))).order_by()
        return {str(each.uuid): str(each) for each in rows.only("uuid", "title", "labels")}

    def named(self, words: str) -> set[str]:
        """One query over what modules prove, also where there are ten thousands of other competencies."""
        asked = Q()
        for word in words.split():
            asked &= _says(word)
        rows = Competency.objects.filter(asked, pk__in=proven().values("competency")).order_by()
        return {str(uuid) for uuid in rows.values_list("uuid", flat=True)[:MOST_NAMED]}


def _says(word: str) -> Q:
    """Whether a word is in the title, in any language that we show."""
    asked = Q(title__icontains=word)
    for language, _name in settings.LANGUAGES:
        asked |= Q(**{f"labels__{language}__icontains": word})
    return asked


def _as_uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def module_words(module_ids: list[int]) -> dict[int, dict[str, list[str]]]:
    """What modules prove, in every language that it is named in, by the id of the module: of shared frameworks only,
    since an index holds no right. One query."""
    rows = proven().filter(version__module__in=Numbers(module_ids), competency__framework__owner__isnull=True)
    found: dict[int, dict[str, list[str]]] = {}
    fields = ("version__module", "competency__title", "competency__labels")
    for module, title, labels in rows.order_by("competency").values_list(*fields):
        for language, words in (labels or {settings.LANGUAGE_CODE: title}).items():
            known = found.setdefault(module, {}).setdefault(language, [])
            if words not in known:  # a test and a practical may prove the same
                known.append(words)
    return found
