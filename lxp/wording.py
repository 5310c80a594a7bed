"""How lengths, days and times are written: in templates as filters of `lxp_ui`, in Python from here."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext, pgettext

MINUTES_PER_HOUR = 60
SMALL_DAYS = {"pl", "uk"}  # Django names days with a capital there; inside a sentence they have none


def duration(minutes: int | None) -> str:
    """Minutes as people say them: "20 min", "2 hours", "1 hour 15 minutes"; nothing for None."""
    if minutes is None:
        return ""
    hours, rest = divmod(round(minutes), MINUTES_PER_HOUR)
    if not hours:
        return gettext("%(minutes)d min") % {"minutes": rest}
    whole = ngettext("%(hours)d hour", "%(hours)d hours", hours) % {"hours": hours}
    if not rest:
        return whole
    # Not inside an f-string: makemessages does not look there.
    return whole + " " + ngettext("%(minutes)d minute", "%(minutes)d minutes", rest) % {"minutes": rest}


def full_day(moment: date | datetime | None) -> str:
    """The day in full: "Wednesday 25 November", with the year when it is another year; nothing for None."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    if moment.year == timezone.localdate().year:
        return _written(moment, pgettext("format of a day without its year", "l j F"))
    return dated_day(moment)


def dated_day(moment: date | datetime | None) -> str:
    """The day with its year always, for what is kept or shown to others: "Wednesday 25 November 2026"; nothing for None."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return _written(moment, pgettext("format of a day with its year", "l j F Y"))


def _written(moment: date, form: str) -> str:
    text = date_format(moment, form)
    return text.lower() if get_language() in SMALL_DAYS else text


def last_day(until: date | datetime | None) -> date | datetime | None:
    """The last day that counts, of the first day (or of the midnight) on which something counts no more: people who
    read "until 21 January" do not know whether the 21st itself counts."""
    if isinstance(until, datetime):
        local = timezone.localtime(until) if timezone.is_aware(until) else until
        return local.date() - timedelta(days=1)
    return until - timedelta(days=1) if until is not None else None


def is_midnight(moment: datetime | None) -> bool:
    """Whether a day begins here at this moment."""
    return moment is not None and timezone.localtime(moment).time() == time()


def full_moment(moment: datetime | None) -> str:
    """Day and time in full: "Wednesday 25 November, 10:00"; nothing for None."""
    if moment is None:
        return ""
    return f"{full_day(moment)}, {clock_time(moment)}"


def clock_time(moment: datetime | None) -> str:
    """The time of day alone, in the same form as `full_moment`; nothing for None."""
    if moment is None:
        return ""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return date_format(local, pgettext("format of a time of day; Dutch uses G.i and the word uur", "H:i"))


def clock_span(start: datetime, end: datetime) -> str:
    """From one time of day to another, with the word for the hour once."""
    return f"{clock_time(start).split()[0]} – {clock_time(end)}"
