"""What competencies are called, kept in memory for finding by a few letters: anywhere in a word, in every language.

A list of the size of ESCO (14,579 titles) takes some megabytes and is gone through in a few milliseconds, where a database
that must look inside words takes a fifth of a second. It names candidates; the database decides who may see them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from lxp.search.words import fold

# Where the letters stand, best first; what the reader does not see in the list comes after what they do see.
STARTS, STARTS_A_WORD, STARTS_IN_ANOTHER, HOLDS, HOLDS_IN_ANOTHER = range(5)
IN_LANGUAGE, IN_ANOTHER, UNKNOWN = range(3)


def plain(text: str) -> str:
    """Small letters without accents, as both sides are compared."""
    return fold(text.lower())


@dataclass(frozen=True, slots=True)
class Title:
    """One competency: what it is called in which language, and what it can be narrowed by. All words are plain."""

    pk: int
    framework: int
    owner: int | None
    kind: str
    role: str
    code: str
    title: str
    labels: dict[str, str]
    text: str  # all of it together, a line for each

    @classmethod
    def of(
        cls,
        pk: int,
        framework: int,
        owner: int | None,
        kind: str,
        role: str,
        code: str,
        title: str,
        labels: dict[str, str],
    ) -> Title:
        said = {language: plain(label) for language, label in labels.items() if label}
        names = [plain(title), *said.values()]
        return cls(pk, framework, owner, kind, role, plain(code), names[0], said, "\n".join(names))

    def shown(self, language: str) -> str:
        """What a reader of this language sees, as `Competency.__str__` chooses it."""
        return self.labels.get(language) or self.labels.get("nl") or self.labels.get("en") or self.title

    def foreign(self, language: str) -> int:
        """Whether the reader can read it: in their language, in another one, or nobody says which."""
        if not self.labels:
            return UNKNOWN
        return IN_LANGUAGE if language in self.labels else IN_ANOTHER

    def says(self, words: Sequence[str]) -> bool:
        return all(word in self.text or self.code.startswith(word) for word in words)

    def place(self, text: str, language: str) -> int:
        """How well it answers what was typed."""
        shown = self.shown(language)
        if shown.startswith(text):
            return STARTS
        if f" {text}" in shown:
            return STARTS_A_WORD
        if self.text.startswith(text) or f"\n{text}" in self.text:
            return STARTS_IN_ANOTHER
        return HOLDS if text in shown else HOLDS_IN_ANOTHER


@dataclass
class Titles:
    """All that is not withdrawn. `by_language` keeps the order of a list of everything, made when it is first asked."""

    rows: list[Title]
    by_language: dict[str, list[Title]] = field(default_factory=dict)

    def in_order(self, language: str) -> list[Title]:
        """What the reader can read first, then by name."""
        if language not in self.by_language:
            order = sorted(self.rows, key=lambda row: (row.foreign(language), row.shown(language), row.pk))
            self.by_language[language] = order
        return self.by_language[language]

    def best(self, text: str, language: str, rows: Iterable[Title] | None = None) -> list[Title]:
        """Those that say all these words: what the reader can read first, then the best answer, then the shortest."""
        words = plain(text).split()
        typed = " ".join(words)
        found = [row for row in (self.rows if rows is None else rows) if row.says(words)]
        return sorted(
            found,
            key=lambda row: (
                row.foreign(language) == IN_ANOTHER, row.place(typed, language), len(row.title), row.title, row.pk
            ),
        )  # fmt: skip

    def usable_by(self, organisations: Collection[int]) -> Iterable[Title]:
        return (row for row in self.rows if row.owner is None or row.owner in organisations)
