"""The main menu: what each package and plugin puts in it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class NavigationItem:
    """One entry. `position` orders the menu; the first five also stand in the tab bar of a phone. What is for who manages an
    organisation or the installation (`is_managing`) stands together behind one entry of the menu on a wide screen."""

    key: str
    label: str
    url: str
    icon: str
    position: int
    short_label: str = ""
    is_managing: bool = False
    is_current: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for what no menu can show: a plugin hears it as an incident of its own."""
        if not all(isinstance(words, str | Promise) for words in (self.key, self.label, self.url, self.icon)):
            raise ValueError("An entry of the menu has a key, a label, an address and an icon, in words.")
        if not str(self.label).strip() or not str(self.url).startswith("/"):
            raise ValueError(
                f"An entry of the menu has a label, and leads to an address of this site, not to {self.url!r}."
            )
        if isinstance(self.position, bool) or not isinstance(self.position, int | float):
            raise ValueError(f"The position of an entry of the menu is a number, not {self.position!r}.")
