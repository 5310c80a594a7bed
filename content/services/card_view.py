"""What the page of a card shows: its steps with their files, and its questions with what was answered.

Nothing is stored of an answer: it stands in the address that the form sends, and only what was chosen is explained.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from content.card_text import alt_of, items_of, picture_of
from content.file_sources import ServedFile
from content.models import InstructionPage, Picture, Recording

CARD_PICTURE = "max-800x800|format-webp"
LETTERS = "abc"


@dataclass(frozen=True)
class Step:
    """One step with its files; `film.size_bytes` is said before somebody plays it."""

    number: int
    title: str
    text: str
    alt: str
    picture: ServedFile | None
    audio: str
    film: ServedFile | None


@dataclass(frozen=True)
class Option:
    """One answer. `feedback` is there only for the answer that was chosen."""

    key: str
    text: str
    alt: str
    picture: ServedFile | None
    is_chosen: bool = False
    feedback: str = ""


@dataclass(frozen=True)
class Question:
    """One question; `name` is what its answers are sent as. `is_right` is None as long as nothing was chosen."""

    name: str
    prompt: str
    options: list[Option]
    is_right: bool | None = None


@dataclass(frozen=True)
class CardView:
    """A card as its page shows it. `answers`: what was answered so far, by the name of the question."""

    steps: list[Step]
    questions: list[Question]
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Files:
    pictures: Mapping[int, Picture]
    recordings: Mapping[int, Recording]

    def picture(self, number: int | None) -> ServedFile | None:
        found = self.pictures.get(number or 0)
        if found is None:
            return None
        if found.is_svg():
            return ServedFile(found.file.url, int(found.width), int(found.height))
        rendition = found.get_rendition(CARD_PICTURE)
        return ServedFile(rendition.url, rendition.width, rendition.height)

    def audio(self, number: int | None) -> str:
        found = self.recordings.get(number or 0)
        return found.file.url if found is not None else ""

    def film(self, number: int | None) -> ServedFile | None:
        found = self.recordings.get(number or 0)
        if found is None:
            return None
        return ServedFile(
            url=found.file.url,
            width=found.width or 0,
            height=found.height or 0,
            size_bytes=found.file.size,
            captions_url=found.captions.url if found.captions else "",
            captions_language=found.captions_language,
            poster_url=found.thumbnail.url if found.thumbnail else "",
        )


def view_of(page: InstructionPage, answers: Mapping[str, str]) -> CardView:
    """The card as it is shown; at most three queries more, whatever it holds. Pictures are those of the source."""
    steps, questions = list(page.steps.raw_data), list(page.check_questions.raw_data)
    shared_steps = {step["id"]: step["value"] for step in page.facts.steps.raw_data if step.get("id")}
    shared_questions = {each["id"]: each["value"] for each in page.facts.check_questions.raw_data if each.get("id")}
    drawn = {step.get("id"): _shown(step["value"], shared_steps.get(step.get("id"))) for step in steps}
    answers_drawn = [_shown_options(each, shared_questions.get(each.get("id"))) for each in questions]
    files = _files(
        pictures=[*drawn.values(), *(number for row in answers_drawn for number in row)],
        recordings=[step["value"].get(kind) for step in steps for kind in ("audio", "film")],
    )
    shown_steps = [_step(number, step, drawn, files) for number, step in enumerate(steps, start=1)]
    shown_questions = [
        _question(number, raw["value"], numbers, answers, files)
        for number, (raw, numbers) in enumerate(zip(questions, answers_drawn, strict=True), start=1)
    ]
    chosen = {q.name: option.key for q in shown_questions for option in q.options if option.is_chosen}
    return CardView(shown_steps, shown_questions, chosen)


def _shown(own: Mapping[str, Any], shared: Mapping[str, Any] | None) -> int | None:
    return (picture_of(dict(shared)) if shared else None) or picture_of(dict(own))


def _shown_options(own: Mapping[str, Any], shared: Mapping[str, Any] | None) -> list[int | None]:
    """The pictures of the answers, each from the same place in the source."""
    options = items_of(own["value"].get("options") or [])
    theirs = items_of(shared.get("options") or []) if shared else []
    return [_shown(option, theirs[place] if place < len(theirs) else None) for place, option in enumerate(options)]


def _files(*, pictures: Iterable[int | None], recordings: Iterable[int | None]) -> _Files:
    wanted, spoken = {each for each in pictures if each}, {each for each in recordings if each}
    found = Picture.objects.filter(pk__in=wanted).prefetch_renditions(CARD_PICTURE) if wanted else []
    return _Files({each.pk: each for each in found}, Recording.objects.in_bulk(spoken) if spoken else {})


def _step(number: int, raw: Mapping[str, Any], drawn: Mapping[Any, int | None], files: _Files) -> Step:
    value = raw["value"]
    return Step(
        number=number,
        title=value.get("title") or "",
        text=value.get("text") or "",
        alt=alt_of(value),
        picture=files.picture(drawn[raw.get("id")]),
        audio=files.audio(value.get("audio")),
        film=files.film(value.get("film")),
    )


def _question(
    number: int, value: Mapping[str, Any], numbers: list[int | None], answers: Mapping[str, str], files: _Files
) -> Question:
    name = f"c{number}"
    chosen = answers.get(name, "")
    options, is_right = [], None
    for key, raw, picture in zip(LETTERS, items_of(value.get("options") or []), numbers, strict=False):
        is_chosen = key == chosen
        is_right = bool(raw.get("right")) if is_chosen else is_right
        feedback = (raw.get("feedback") or "") if is_chosen else ""
        options.append(Option(key, raw.get("text") or "", alt_of(raw), files.picture(picture), is_chosen, feedback))
    return Question(name, value.get("prompt") or "", options, is_right)
