"""Expected failures of planning and booking; their texts are for the reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxp.exceptions import LxpError


@dataclass(frozen=True)
class WayOn:
    """What would help, one click away."""

    words: str
    url: str


class SkillslabError(LxpError):
    """Something that the skillslab refuses."""


class BookingRefusedError(SkillslabError):
    """This person cannot have this place; `ways_on` lead to what is missing."""

    def __init__(self, words: str, ways_on: Iterable[WayOn] = ()) -> None:
        super().__init__(words)
        self.ways_on = tuple(ways_on)


class SessionFullError(BookingRefusedError):
    """Every place that this person could have is taken or offered to somebody."""


class WaitlistLeftError(BookingRefusedError):
    """This place in the queue ended: the person left, got a place, or did not answer. Joining again is another request."""


class OfferOverError(BookingRefusedError):
    """The offer was answered, or its time has passed."""


class SessionRefusedError(SkillslabError):
    """A session cannot be planned or changed like this; `reasons` say what is short, one line each."""

    def __init__(self, words: str, reasons: Iterable[str] = ()) -> None:
        super().__init__(words)
        self.reasons = tuple(reasons)


class AttendanceRefusedError(SkillslabError):
    """A code that is not right now, or a list that is closed."""


class PiecesMissingError(AttendanceRefusedError):
    """A list that would be closed while something that was handed out did not come back."""


class WrongPieceError(SkillslabError):
    """A piece that this session cannot hand out or take back; `instead_of` are booked pieces that it could replace."""

    def __init__(self, words: str, piece: object = None, instead_of: Iterable[object] = ()) -> None:
        super().__init__(words)
        self.piece, self.instead_of = piece, tuple(instead_of)


class SetupRefusedError(SkillslabError):
    """Something of a skillslab cannot be changed like this."""
