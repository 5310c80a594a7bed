"""What an import took over, and what it could not, with the places."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

PLACES = 20


@dataclass
class Report:
    """`taken` counts what came over; `left` names what did not: why → the places."""

    taken: Counter[str] = field(default_factory=Counter)
    left: dict[str, list[str]] = field(default_factory=dict)

    def leave(self, why: object, place: str) -> None:
        self.left.setdefault(str(why), []).append(place)

    def as_text(self) -> str:
        words = {
            "modules": _("modules"),
            "lessons": _("lessons"),
            "pictures": _("pictures"),
            "questions": _("questions"),
            "blocks": _("activities from Open edX"),
        }
        lines = [_("Carried over:"), *(f"  {self.taken[name]:6} {word}" for name, word in words.items())]
        if self.left:
            lines.append(_("Not carried over, or changed:"))
        for why, places in self.left.items():
            lines.append(f"  {len(places):6} {why}")
            lines.extend(f"           {place}" for place in places[:PLACES])
            if len(places) > PLACES:
                lines.append("           " + _("and %(count)d more") % {"count": len(places) - PLACES})
        return "\n".join(lines)
