"""Module documents: the plain form of a module in files (docs/library-format.md), turned into the body of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID, uuid5

import nh3

from lxp.library import LibraryError

HTML_TAGS = {"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "b", "i", "sub", "sup", "a", "br"}
# The editor's own names; a heading in a text stands one level below the title of its lesson.
EDITOR_TAGS = {"strong": "b", "em": "i", "h3": "h2"}
Document = dict[str, Any]
Block = dict[str, Any]


class FileFinder(Protocol):
    """Gives the database ids of the files that a document names."""

    def find(self, name: str) -> int:
        """The id of a picture."""

    def find_film(self, film: Document) -> int:
        """The id of a film with its captions."""


def rich(html: str | None) -> str:
    """Text as the editor stores it: only the tags that it offers."""
    cleaned = nh3.clean(html or "", tags=HTML_TAGS, attributes={"a": {"href"}}, link_rel=None)
    for name, stored in EDITOR_TAGS.items():
        cleaned = cleaned.replace(f"<{name}>", f"<{stored}>").replace(f"</{name}>", f"</{stored}>")
    return cleaned.strip()


def body_of(activities: list[Document], namespace: UUID, files: FileFinder) -> list[Block]:
    """The stored form of all activities. Ids follow from the document's own ids, so that loading again updates.

    Raises LibraryError for a kind, piece or question that the format does not know, or for an id used twice.
    """
    seen: set[str] = set()
    body = []
    for document in activities:
        key = str(document["id"])
        if key in seen:
            raise LibraryError(f"The id {key} is used twice.")
        seen.add(key)
        body.append(_Builder(uuid5(namespace, key), files).activity(document))
    return body


class _Builder:
    """Builds one activity; every id below it follows from the activity's id."""

    def __init__(self, block_id: UUID, files: FileFinder) -> None:
        self.block_id, self.files = block_id, files

    def activity(self, document: Document) -> Block:
        kind = document["kind"]
        build = getattr(self, f"build_{kind}", self.build_of_plugin if "_" in kind else None)
        if build is None:
            raise LibraryError(f"There is no kind of activity {kind}.")
        value = {
            "title": document["title"],
            "minutes": document.get("minutes", 5),
            **build(document),
            "is_required": document.get("is_required", True),
        }
        return {"type": kind, "id": str(self.block_id), "value": value}

    def build_lesson(self, document: Document) -> dict[str, Any]:
        check = document.get("check")
        return {
            "content": self.pieces(document["content"]),
            "check": [self.question(check)] if check else [],
        }

    def build_quiz(self, document: Document) -> dict[str, Any]:
        return {
            "intro": rich(document.get("intro")),
            "pass_percent": document.get("pass_percent", 70),
            "rounds": document.get("rounds", 0),
            "shuffle": document.get("shuffle", True),
            "questions": [self.question(question) for question in document["questions"]],
        }

    def build_reflection(self, document: Document) -> dict[str, Any]:
        return {"prompt": document["prompt"].strip()}

    def build_confirmation(self, document: Document) -> dict[str, Any]:
        content = document.get("content") or [{"text": document["text"]}]
        return {"content": self.pieces(content), "statement": document["statement"]}

    def build_assignment(self, document: Document) -> dict[str, Any]:
        criteria = [
            self.item("criterion", number, {"text": each["text"], "critical": each.get("critical", False)})
            for number, each in enumerate(document["criteria"])
        ]
        return {"instructions": rich(document["instructions"]), "criteria": criteria}

    def build_of_plugin(self, document: Document) -> dict[str, Any]:
        """Content as it is stored: a document can be loaded before its plugin is there."""
        return dict(document.get("content", {}))

    def pieces(self, pieces: list[Document]) -> list[Block]:
        return [self.piece(number, piece) for number, piece in enumerate(pieces)]

    def piece(self, number: int, piece: Document) -> Block:
        name, data = next(iter(piece.items()))
        builders: dict[str, Callable[[Any], Any]] = {
            "text": rich,
            "picture": lambda data: {"picture": self.image(data), "caption": data.get("caption", "")},
            "video": lambda data: {"video": self.files.find_film(data), "caption": data.get("caption", "")},
            "step": lambda data: {"title": data["title"], "text": rich(data.get("text")), "picture": self.image(data)},
            "warning": lambda data: {"title": data["title"], "text": rich(data.get("text"))},
            "quote": lambda data: {"text": data["text"], "source": data.get("source", "")},
            "table": self.table,
        }
        if name not in builders:
            raise LibraryError(f"There is no piece of content {name}.")
        return {"type": name, "id": self.id_of("piece", number), "value": builders[name](data)}

    def image(self, data: Document) -> dict[str, Any] | None:
        if not data.get("file"):
            return None
        return {"image": self.files.find(data["file"]), "alt_text": data["alt"], "decorative": False}

    def table(self, data: Document) -> dict[str, Any]:
        header, *rows = data["rows"]
        return {
            "caption": data.get("caption", ""),
            "columns": [{"type": "text", "heading": str(heading)} for heading in header],
            "rows": [{"values": [str(cell) for cell in row]} for row in rows],
        }

    def question(self, document: Document) -> Block:
        kind, key = document["type"], str(document["id"])
        value: dict[str, Any] = {"prompt": document["prompt"].strip(), "picture": self.image(document)}
        value["explanation"] = rich(document.get("explanation"))
        if kind in ("single", "multiple"):
            value["options"] = [
                self.item(
                    key,
                    number,
                    {
                        "text": str(option["text"]),
                        "right": option.get("right", False),
                        "feedback": option.get("feedback", ""),
                    },
                )
                for number, option in enumerate(document["options"])
            ]
        elif kind == "true_false":
            value["answer"] = "true" if document["answer"] else "false"
        elif kind == "ordering":
            value["items"] = [self.item(key, number, str(text)) for number, text in enumerate(document["items"])]
        elif kind == "numeric":
            value |= {"answer": str(document["answer"]), "tolerance": str(document.get("tolerance", 0))}
            value["unit"] = document.get("unit", "")
        elif kind == "matching":
            value["pairs"] = [
                self.item(key, number, {"left": str(pair["left"]), "right": str(pair["right"])})
                for number, pair in enumerate(document["pairs"])
            ]
        else:
            raise LibraryError(f"There is no kind of question {kind}.")
        return {"type": kind, "id": self.id_of("question", key), "value": value}

    def item(self, key: str, number: int, value: Any) -> Block:
        return {"type": "item", "id": self.id_of(key, number), "value": value}

    def id_of(self, name: str, key: object) -> str:
        return str(uuid5(self.block_id, f"{name}:{key}"))
