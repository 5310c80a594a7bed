"""The main menu: what each package and plugin puts in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NavigationItem:
    """One entry. `position` orders the menu; the first four also stand in the tab bar of a phone."""

    key: str
    label: str
    url: str
    icon: str
    position: int
    short_label: str = ""
    is_current: bool = False
