"""Finding a competency by a few letters, in Dutch and English, among all that some organisations may use."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import get_language

from lxp.models import Organisation
from skills_graph.models import Competency, GraphVersion
from skills_graph.titles import Title, Titles, plain

LEAST_LETTERS = 3
MOST_FOUND = 20
MOST_CHARACTERS = 80
FIELDS = ("pk", "framework", "framework__owner", "kind", "role", "code", "title", "labels")
_kept: dict[UUID, Titles] = {}


def current_titles() -> Titles:
    """What everything is called now: one small query, and one more after a change of these words."""
    stamp = GraphVersion.objects.filter(pk=1).values_list("words", flat=True).first()
    kept = _kept.get(stamp) if stamp is not None else None
    if kept is not None:
        return kept
    titles = Titles([Title.of(*row) for row in Competency.objects.filter(retired_on__isnull=True).values_list(*FIELDS)])
    if stamp is not None:
        _kept.clear()
        _kept[stamp] = titles
    return titles


def language_of_reader() -> str:
    return (get_language() or "nl").partition("-")[0]


def find_competencies(*, text: str, organisations: list[Organisation]) -> list[Competency]:
    """At most 20 competencies that have all these words in their title or code, in two queries.

    What the reader can read comes before what is there in another language only. In both, a title that begins so is first,
    then one with a word that begins so, then what says it in another language; among equals the shortest. Fewer than three
    letters find nothing. Whom the titles in memory allow too much, the database corrects.
    """
    typed = text[:MOST_CHARACTERS].replace("\0", "")
    if len("".join(typed.split())) < LEAST_LETTERS:
        return []
    titles = current_titles()
    usable = titles.usable_by({each.pk for each in organisations})
    assignable = (row for row in usable if row.kind != Competency.Kind.GROUP)
    best = [row.pk for row in titles.best(typed, language_of_reader(), assignable)[:MOST_FOUND]]
    rows = Competency.objects.usable_by(organisations).assignable().select_related("framework__scale").in_bulk(best)
    return [rows[pk] for pk in best if pk in rows]


def label_that_says(competency: Competency, text: str) -> str:
    """The label in another language in which the letters stand, where the reader's own does not have them."""
    typed = plain(text.strip())
    if typed in plain(str(competency)):
        return ""
    return next((label for label in competency.labels.values() if typed in plain(label)), "")
