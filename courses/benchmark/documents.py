"""What a module of the benchmark says: three lessons and a quiz, in the plain form of library files."""

from __future__ import annotations

from random import Random
from typing import Any

from courses.benchmark.vocabulary import Vocabulary

LESSONS, PARAGRAPHS, PARAGRAPH_WORDS = 3, 3, 70
QUESTIONS, OPTIONS, PROMPT_WORDS, OPTION_WORDS = 5, 4, 8, 5
TITLE_WORDS, SUMMARY_WORDS, SUMMARY_CHARACTERS = 4, 60, 300


def title(number: int, vocabulary: Vocabulary, random: Random) -> str:
    return f"Module {number} {vocabulary.text(random, TITLE_WORDS)}"


def summary(vocabulary: Vocabulary, random: Random) -> str:
    """Sixty words, as far as they fit in the summary of a module, cut between two words."""
    text = vocabulary.text(random, SUMMARY_WORDS)
    return text if len(text) <= SUMMARY_CHARACTERS else text[: SUMMARY_CHARACTERS + 1].rsplit(" ", 1)[0]


def activities(vocabulary: Vocabulary, random: Random) -> list[dict[str, Any]]:
    return [*(_lesson(number, vocabulary, random) for number in range(1, LESSONS + 1)), _quiz(vocabulary, random)]


def _lesson(number: int, vocabulary: Vocabulary, random: Random) -> dict[str, Any]:
    pieces = [{"text": f"<p>{vocabulary.text(random, PARAGRAPH_WORDS)}</p>"} for _piece in range(PARAGRAPHS)]
    name = vocabulary.text(random, 3)
    return {"kind": "lesson", "id": f"les-{number}", "title": f"Les {number} {name}", "content": pieces}


def _quiz(vocabulary: Vocabulary, random: Random) -> dict[str, Any]:
    questions = [_question(number, vocabulary, random) for number in range(1, QUESTIONS + 1)]
    return {"kind": "quiz", "id": "toets", "title": "Toets", "questions": questions}


def _question(number: int, vocabulary: Vocabulary, random: Random) -> dict[str, Any]:
    right = random.randrange(OPTIONS)
    options = [
        {
            "text": vocabulary.text(random, OPTION_WORDS),
            "right": place == right,
            "feedback": vocabulary.text(random, PROMPT_WORDS),
        }
        for place in range(OPTIONS)
    ]
    return {
        "type": "single",
        "id": f"vraag-{number}",
        "prompt": f"{vocabulary.text(random, PROMPT_WORDS)}?",
        "options": options,
        "explanation": f"<p>{vocabulary.text(random, PROMPT_WORDS)}</p>",
    }
