"""Whom the reader of an instruction card calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True)
class CareLine:
    """A number with who answers there; `phone` "" where there is none. `hours` are those of `opening_hours` of OpenStreetMap.

    `parameters` are what the address of the card must hold for this line to be shown; a page of a card adds them to every
    link to itself.
    """

    name: str
    phone: str = ""
    hours: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """What is put behind an address: "" or "?set=…"."""
        return f"?{urlencode(self.parameters)}" if self.parameters else ""
