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
# Where the letters stand, best first; what the reader does not see in the list comes after what they do see.
STARTS, STARTS_A_WORD, STARTS_IN_ANOTHER, HOLDS, HOLDS_IN_ANOTHER = range(5)


def find_competencies(*, text: str, organisations: list[Organisation]) -> list[Competency]:
    """At most 20 competencies that have all these words in their title or code, in one query.

    A title in the reader's language that begins so comes first, then one with a word that begins so, then what says it in
    another language; among equals those that are written in the reader's language, then the shortest. Fewer than three
    letters find nothing.
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


def _shows(words: str, how: str = "icontains") -> Q:
    """Whether the words are in what this reader sees: the label in their language, or the title where there is none."""
    label = f"labels__{get_language() or 'nl'}"
    return Q(**{f"{label}__{how}": words}) | Q(**{f"{label}__isnull": True, f"title__{how}": words})


def _best_first(found: QuerySet[Competency], text: str) -> QuerySet[Competency]:
    place = Case(
        When(_shows(text, "istartswith"), then=Value(STARTS)),
        When(_shows(f" {text}"), then=Value(STARTS_A_WORD)),
        When(_says(text, "istartswith"), then=Value(STARTS_IN_ANOTHER)),
        When(_shows(text), then=Value(HOLDS)),
        default=Value(HOLDS_IN_ANOTHER),
        output_field=IntegerField(),
    )
    language = get_language() or "nl"
    is_foreign = Case(When(labels__has_key=language, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.annotate(place=place, is_foreign=is_foreign).order_by(
        "place", "is_foreign", Length("title"), "title", "pk"
    )


def label_that_says(competency: Competency, text: str) -> str:
    """The label in another language in which the letters stand, where the reader's own does not have them."""
    if text.strip().lower() in str(competency).lower():
        return ""
    others = (label for label in competency.labels.values() if text.strip().lower() in label.lower())
    return next(others, "")
