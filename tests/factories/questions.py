"""One question of every kind, as it is stored; every word that may not leak has "secret" in it."""

from __future__ import annotations

from typing import Any


def item(identity: str, value: Any) -> dict[str, Any]:
    return {"type": "item", "id": identity, "value": value}


def option(identity: str, text: str, *, right: bool = False) -> dict[str, Any]:
    return item(identity, {"text": text, "right": right, "feedback": f"secret feedback {identity}"})


def question(kind: str, identity: str, **value: Any) -> dict[str, Any]:
    common = {
        "prompt": f"Prompt of {identity}",
        "picture": None,
        "explanation": f"<p>secret explanation {identity}</p>",
    }
    return {"type": kind, "id": identity, "value": {**common, **value}}


def single(identity: str = "q-single") -> dict[str, Any]:
    options = [option("a", "Soap"), option("b", "Alcohol", right=True), option("c", "Gloves")]
    return question("single", identity, options=options)


def multiple(identity: str = "q-multiple") -> dict[str, Any]:
    options = [option("m1", "Thumb", right=True), option("m2", "Palm"), option("m3", "Fingertip", right=True)]
    return question("multiple", identity, options=options)


def true_false(identity: str = "q-true-false", *, answer: Any = "false") -> dict[str, Any]:
    return question("true_false", identity, answer=answer)


def ordering(identity: str = "q-ordering") -> dict[str, Any]:
    texts = {"s1": "Wet", "s2": "Soap up", "s3": "Rub", "s4": "Dry"}
    return question("ordering", identity, items=[item(each, text) for each, text in texts.items()])


def numeric(
    identity: str = "q-numeric", *, answer: Any = "2.5", tolerance: Any = "0", unit: str = "ml"
) -> dict[str, Any]:
    return question("numeric", identity, answer=answer, tolerance=tolerance, unit=unit)


def matching(identity: str = "q-matching") -> dict[str, Any]:
    texts = {"p1": ("Red", "Healthy"), "p2": ("Yellow", "Clean it"), "p3": ("Black", "Call today")}
    pairs = [item(each, {"left": left, "right": right}) for each, (left, right) in texts.items()]
    return question("matching", identity, pairs=pairs)


def every_kind() -> list[dict[str, Any]]:
    return [single(), multiple(), true_false(), ordering(), numeric(), matching()]


RIGHT_ANSWERS: dict[str, Any] = {
    "single": "b",
    "multiple": ["m1", "m3"],
    "true_false": "false",
    "ordering": ["s1", "s2", "s3", "s4"],
    "numeric": "2.5",
    "matching": {"p1": "p1", "p2": "p2", "p3": "p3"},
}
WRONG_ANSWERS: dict[str, Any] = {
    "single": "a",
    "multiple": ["m1"],
    "true_false": "true",
    "ordering": ["s2", "s1", "s3", "s4"],
    "numeric": "3",
    "matching": {"p1": "p2", "p2": "p1", "p3": "p3"},
}
