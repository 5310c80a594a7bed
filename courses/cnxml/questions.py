"""Questions that the book answers itself become a quiz; nothing is marked without a key from the book.

Three shapes are known. *single*: a list of 2 to 5 options, and a solution that is a letter or one of the options.
*numeric*: a list of calculations and a list of as many answers, each a number with a unit that the calculation
names. All else stays practice text. Feedback is in English, as the book is: it is content, not interface.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any

from courses.cnxml.elements import Block, Exercise, ItemList, Paragraph, Span, every, plain
from courses.cnxml.markup import Markup
from courses.cnxml.report import LossKind

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|\.\d+")
ANSWER = re.compile(r"(?P<number>-?(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+))\s*(?P<unit>[^\d]*)")
# Numbers that turn one unit into another need not stand in the text of a calculation.
CONVERSIONS = {"1", "24", "60", "100", "1000"}
# A cup or an ounce is no round number of millilitres: books round such answers, so up to 2% off is right too.
HOUSEHOLD = re.compile(
    r"\b(?:lbs?|pounds?|oz|ounces?|tsp|teaspoons?|tbsp|tablespoons?|cups?|pints?|quarts?)\b", re.IGNORECASE
)
HOUSEHOLD_TOLERANCE = 0.02
MAX_OPTIONS = 5
# What the fields of a question can hold, in characters.
PROMPT_LENGTH, OPTION_LENGTH, UNIT_LENGTH = 300, 200, 30


@dataclass(frozen=True)
class Practice:
    """What became of one exercise: questions for the quiz, and HTML for what stays text in the lesson."""

    questions: tuple[dict[str, Any], ...] = ()
    html: tuple[str, ...] = ()


def practice_of(exercise: Exercise, context: str, markup: Markup) -> Practice:
    """`context` is what the surrounding note asks ("Solve for X."), needed to understand the items."""
    markup.place = exercise.id
    if exercise.embedded:
        markup.log.add(LossKind.QUESTION_ELSEWHERE, exercise.id, exercise.embedded)
        return Practice()
    calculations, answers = only_list(exercise.problem), only_list(exercise.solution)
    amounts = amounts_of(calculations, answers) if calculations and answers else []
    if calculations and answers and amounts:
        pairs = list(zip(calculations.items, amounts, strict=True))
        return numeric_practice(exercise, pairs, context, markup)
    question = single_question(exercise, calculations, markup) if calculations else None
    if question:
        return Practice((question,))
    markup.log.add(LossKind.QUESTION_WITHOUT_KEY, exercise.id)
    return Practice((), practice_text(exercise, markup))


def only_list(blocks: tuple[Block, ...]) -> ItemList | None:
    lists = [block for block in blocks if isinstance(block, ItemList)]
    return lists[0] if len(lists) == 1 else None


def prompt_of(blocks: tuple[Block, ...], markup: Markup) -> str:
    return on_one_line(markup.lines(tuple(block for block in blocks if isinstance(block, Paragraph))))


def on_one_line(text: str) -> str:
    """Lines as sentences, since a prompt has one line."""
    *lines, last = [line.strip() for line in text.split("\n") if line.strip()] or [""]
    return " ".join([*(line if line.endswith((".", "?", "!", ":", ";")) else f"{line}." for line in lines), last])


# Single choice.


def single_question(exercise: Exercise, options: ItemList, markup: Markup) -> dict[str, Any] | None:
    texts = [markup.lines(item) for item in options.items]
    prompt = prompt_of(exercise.problem, markup)
    right = right_option(exercise.solution, texts)
    is_clear = len({text.casefold() for text in texts}) == len(texts) and 2 <= len(texts) <= MAX_OPTIONS
    fits = 0 < len(prompt) <= PROMPT_LENGTH and all(len(text) <= OPTION_LENGTH for text in texts)
    if right is None or not is_clear or not fits:
        return None
    feedback = {True: "This is the answer that the book gives.", False: "The book gives another answer. Read it again."}
    explanation = "".join(block_html(block, markup) for block in exercise.solution)
    return {
        "type": "single",
        "id": exercise.id,
        "prompt": prompt,
        "options": [
            {"text": text, **({"right": True} if number == right else {}), "feedback": feedback[number == right]}
            for number, text in enumerate(texts)
        ],
        "explanation": explanation,
    }


def right_option(solution: tuple[Block, ...], texts: list[str]) -> int | None:
    """The place of the option that the solution names, by its letter or in its own words."""
    said = " ".join(plain(part.content) for part in every(Paragraph, solution))
    letter = re.match(r"\(?([A-Ea-e])\)?(?:[.):]|\s*$)", said)
    if letter:
        place = "abcde".index(letter[1].lower())
        return place if place < len(texts) else None
    same = [number for number, text in enumerate(texts) if text.rstrip(".").lower() == said.rstrip(".").lower()]
    return same[0] if len(same) == 1 else None


# Calculations.


@dataclass(frozen=True)
class Amount:
    """An answer of the book: as written, and as a number with a unit."""

    text: str
    number: float
    unit: str


def amounts_of(calculations: ItemList, answers: ItemList) -> list[Amount]:
    """One amount for each calculation, or none at all when a single one does not fit."""
    if len(calculations.items) != len(answers.items):
        return []
    amounts = []
    for calculation, answer in zip(calculations.items, answers.items, strict=True):
        match = ANSWER.fullmatch(text_of(answer).strip())
        unit = match["unit"].strip() if match else ""
        if match is None or unit not in text_of(calculation) or len(unit) > UNIT_LENGTH:
            return []
        amounts.append(Amount(match[0], float(match["number"].replace(",", "")), unit))
    return amounts


def text_of(blocks: tuple[Block, ...]) -> str:
    return " ".join(plain(part.content) for part in every(Paragraph, blocks))


def numeric_practice(
    exercise: Exercise, pairs: list[tuple[tuple[Block, ...], Amount]], context: str, markup: Markup
) -> Practice:
    questions, html = [], []
    asked = (context, prompt_of(exercise.problem, markup))
    for number, (calculation, amount) in enumerate(pairs, 1):
        written = markup.lines(calculation)
        prompt = on_one_line("\n".join((*asked, written)))
        is_approximate = bool(HOUSEHOLD.search(text_of(calculation)))
        if contradicts_itself(calculation):
            markup.log.add(LossKind.ANSWER_IN_DOUBT, exercise.id, f"{number}: {amount.text}")
            html.append(doubtful_text(written, amount))
        elif len(prompt) > PROMPT_LENGTH:
            markup.log.add(LossKind.QUESTION_TOO_LONG, exercise.id, str(number))
            html.append(f"<p>{escape(prompt)}</p><p>The book gives {escape(amount.text)}.</p>")
        else:
            questions.append(numeric_question(f"{exercise.id}-{number}", prompt, amount, is_approximate=is_approximate))
    return Practice(tuple(questions), tuple(html))


def numeric_question(identity: str, prompt: str, amount: Amount, *, is_approximate: bool) -> dict[str, Any]:
    value = amount.number
    tolerance = round(abs(value) * HOUSEHOLD_TOLERANCE, 4) if is_approximate else 0
    return {
        "type": "numeric",
        "id": identity,
        "prompt": prompt,
        "answer": int(value) if value.is_integer() else value,
        "tolerance": tolerance,
        "unit": amount.unit,
        "explanation": f"<p>The answer in the book is {escape(amount.text)}.</p>",
    }


def contradicts_itself(calculation: tuple[Block, ...]) -> bool:
    """True when the formula counts with numbers that the question does not give: then its answer is not safe."""
    words = " ".join(without_math(part.content) for part in every(Paragraph, calculation))
    given = {number.replace(",", "") for number in NUMBER.findall(words)}
    formulas = " ".join(plain(span.content) for span in every(Span, calculation) if span.kind == "math")
    used = {number.replace(",", "") for number in NUMBER.findall(formulas)}
    return bool(given) and not used <= given | CONVERSIONS


def without_math(content: tuple[str | Span, ...]) -> str:
    parts = [part if isinstance(part, str) else without_math(part.content) for part in content if not is_math(part)]
    return " ".join(parts)


def is_math(part: str | Span) -> bool:
    return isinstance(part, Span) and part.kind == "math"


# What stays text.


def practice_text(exercise: Exercise, markup: Markup) -> tuple[str, ...]:
    html = [block_html(block, markup) for block in exercise.problem]
    if exercise.solution:
        html.append("<p><strong>Answer in the book</strong></p>")
        html.extend(block_html(block, markup) for block in exercise.solution)
    return tuple(part for part in html if part)


def doubtful_text(calculation: str, amount: Amount) -> str:
    question = escape(calculation).replace("\n", "<br>")
    return (
        f"<p>{question}</p><p><strong>Take care.</strong> The calculation in the book uses other numbers than its "
        f"question. Work it out yourself and compare with a colleague. The book gives {escape(amount.text)}.</p>"
    )


def block_html(block: Block, markup: Markup) -> str:
    if isinstance(block, Paragraph):
        return markup.paragraph(block)
    return markup.item_list(block) if isinstance(block, ItemList) else ""
