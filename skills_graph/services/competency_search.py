"""Finding a competency by a few letters, in Dutch and English, among all that some organisations may use."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length
from django.utils.translation import get_language

from lxp.models import Organisation
from skills_graph.models import Competency

LEAST_LETTERS = 3
MOST_FOUND = 20
MOST_CHARACTERS = 80
LANGUAGES = ("nl", "en")
STARTS, STARTS_A_WORD, HOLDS = range(3)


def find_competencies(*, text: str, organisations: list[Organisation]) -> list[Competency]:
    """At most 20 competencies that have all these words in their title or code, in one query.

    A title that begins so comes first, then one with a word that begins so; among equals those that are written in the
    reader's language, then the shortest. Fewer than three letters find nothing.
    """
    words = text[:MOST_CHARACTERS].replace("\0", "").split()
    if len("".join(words)) < LEAST_LETTERS:
        return []
    usable = Competency.objects.usable_by(organisations).assignable()
    for word in words:
        usable = usable.filter(_says(word) | Q(code__istartswith=word))
    return list(_best_first(usable, " ".join(words)).select_related("framework__scale")[:MOST_FOUND])


def _says(words: str, how: str = "icontains") -> Q:
    asked = Q(**{f"title__{how}": words})
    for language in LANGUAGES:
        asked |= Q(**{f"labels__{language}__{how}": words})
    return asked


def _best_first(found: QuerySet[Competency], text: str) -> QuerySet[Competency]:
    place = Case(
        When(_says(text, "istartswith"), then=Value(STARTS)),
        When(_says(f" {text}"), then=Value(STARTS_A_WORD)),
        default=Value(HOLDS),
        output_field=IntegerField(),
    )
    foreign = Case(When(labels__has_key=get_language() or "nl", then=Value(0)), default=Value(1))
    return found.annotate(place=place, foreign=foreign).order_by("place", "foreign", Length("title"), "title", "pk")
