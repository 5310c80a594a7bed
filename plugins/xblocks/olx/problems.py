"""Problems of Open edX as questions of a quiz: one answer, several, a list to choose from, and numbers."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext_lazy as _

from courses.api import local_name

Question = dict[str, Any]
RESPONSES = (
    "multiplechoiceresponse",
    "choiceresponse",
    "optionresponse",
    "numericalresponse",
    "stringresponse",
    "customresponse",
    "formularesponse",
    "symbolicresponse",
    "imageresponse",
    "coderesponse",
    "annotationresponse",
    "truefalseresponse",
)
FEWEST_OPTIONS, LONGEST = 2, 300
NUMBER = re.compile(r"^-?\d+([.,]\d+)?$")
NO_RULE = _("problems of a kind that has no counterpart here")
UNCLEAR = _("problems without a question, options or a right answer")
TOO_LONG = _("problems whose texts are too long for a question")


class NoQuestionError(Exception):
    """A problem that stays behind; its first argument says why."""


def words_of(element: Element | None, *, without: tuple[str, ...] = ()) -> str:
    """The text of an element and all that is in it, on one line."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        if local_name(child) not in without:
            parts.append(words_of(child, without=without))
        parts.append(child.tail or "")
    return " ".join("".join(parts).split())


def questions_of(problem: Element, key: str) -> list[Question]:
    """Every question of a problem. Raises NoQuestionError where one of them cannot be taken over as it is."""
    responses = [each for each in problem.iter() if local_name(each) in RESPONSES]
    if not responses:
        raise NoQuestionError(UNCLEAR)
    explanation = words_of(next(problem.iter("solution"), None))
    return [
        _question(problem, response, f"{key}-{number}", explanation)
        for number, response in enumerate(responses, start=1)
    ]


def _question(problem: Element, response: Element, key: str, explanation: str) -> Question:
    kind = local_name(response)
    prompt = words_of(response.find("label")) or _before(problem, response)
    question: Question = {"id": key, "prompt": prompt}
    if explanation:
        question["explanation"] = explanation
    if kind in ("multiplechoiceresponse", "choiceresponse"):
        question |= _choices(response, single=kind == "multiplechoiceresponse")
    elif kind == "optionresponse":
        question |= _list(response)
    elif kind == "numericalresponse":
        question |= _number(response)
    else:
        raise NoQuestionError(NO_RULE)
    if not prompt:
        raise NoQuestionError(UNCLEAR)
    texts = [prompt, *(each["text"] for each in question.get("options", []))]
    if any(len(text) > LONGEST for text in texts):
        raise NoQuestionError(TOO_LONG)
    return question


def _before(problem: Element, response: Element) -> str:
    """Old problems have their question in the paragraph or label just before the answers."""
    words = ""
    for each in problem.iter():
        if each is response:
            return words
        if local_name(each) in ("p", "label"):
            words = words_of(each) or words
    return words


def _choices(response: Element, *, single: bool) -> Question:
    options = []
    for choice in response.iter("choice"):
        hint = words_of(choice.find("choicehint"))
        option = {
            "text": words_of(choice, without=("choicehint",)),
            "right": choice.get("correct", "").lower() == "true",
        }
        options.append({**option, "feedback": hint[:LONGEST]})
    right = sum(bool(option["right"]) for option in options)
    is_clear = len(options) >= FEWEST_OPTIONS and all(option["text"] for option in options)
    if not is_clear or right < 1 or (single and right != 1):
        raise NoQuestionError(UNCLEAR)
    return {"type": "single" if single else "multiple", "options": options}


def _list(response: Element) -> Question:
    inputs = list(response.iter("optioninput"))
    if len(inputs) != 1:
        raise NoQuestionError(NO_RULE)
    chosen = inputs[0]
    options = [
        {"text": words_of(each, without=("optionhint",)), "right": each.get("correct", "").lower() == "true"}
        for each in chosen.iter("option")
    ]
    if not options:
        names = re.findall(r"'([^']*)'|\"([^\"]*)\"", chosen.get("options", ""))
        options = [{"text": a or b, "right": (a or b) == chosen.get("correct")} for a, b in names]
    if len(options) < FEWEST_OPTIONS or sum(bool(each["right"]) for each in options) != 1:
        raise NoQuestionError(UNCLEAR)
    return {"type": "single", "options": options}


def _number(response: Element) -> Question:
    answer = response.get("answer", "").strip()
    parameter = next((each for each in response.iter("responseparam") if each.get("type") == "tolerance"), None)
    tolerance = (parameter.get("default", "0") if parameter is not None else "0").strip()
    if not NUMBER.match(answer) or not NUMBER.match(tolerance):
        raise NoQuestionError(NO_RULE)
    return {"type": "numeric", "answer": answer.replace(",", "."), "tolerance": tolerance.replace(",", ".")}
