"""Days and times of day, as browsers ask them."""

from __future__ import annotations

from django import forms


class DayInput(forms.DateInput):
    """A date as browsers ask it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """A time of day as browsers ask it, by the quarter."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M", attrs={"step": 900})
