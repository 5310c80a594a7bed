"""Small pieces of a portfolio: the track of levels, parts in words, and how long a proof still counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import chain
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lxp.wording import full_day, last_day
from skills_graph.models import NEVER, Assurance, Competency, Evidence, Profile
from skills_graph.services.standing import SOON, Standing, State
from skills_graph.services.team import TASKS

register = template.Library()


@register.simple_tag
def level_track(standing: Standing, asks: bool = True) -> SafeString:
    """The levels as blocks: filled up to what somebody has, with a ring around what is asked; read out as one sentence."""
    most = len(standing.competency.framework.scale.levels)
    values = {"level": standing.level, "most": most, "asked": standing.need.level}
    words = _("Level %(level)d of %(most)d.") % values
    if asks:
        words = _("Level %(level)d of %(most)d. Your job asks level %(asked)d.") % values
    blocks = [
        (
            " ".join(
                filter(
                    None,
                    ("on" if rank <= standing.level else "", "goal" if asks and rank == standing.need.level else ""),
                )
            ),
        )
        for rank in range(1, most + 1)
    ]
    inner = format_html_join("", '<i class="{}"></i>', blocks)
    return format_html('<span class="track" role="img" aria-label="{}">{}</span>', words, inner)


@register.filter
def kind_in_words(standing: Standing) -> str:
    """What a part is: theory, practical, or its own name."""
    if standing.competency.kind == Competency.Kind.KNOWLEDGE:
        return _("theory")
    if standing.need.assurance == Assurance.ASSESSED:
        return _("practical")
    return str(standing.competency)


@register.simple_tag
def parts_in_words(standing: Standing) -> str:
    """What is there and what is missing of a whole: “Theory passed, practical is missing.”"""
    held = ", ".join(kind_in_words(part) for part in standing.held_parts)
    missing = ", ".join(kind_in_words(part) for part in standing.missing_parts)
    if not held:
        return _("Still missing: %(missing)s") % {"missing": missing}
    words = _("%(held)s passed, %(missing)s still missing") % {"held": held, "missing": missing}
    return words[:1].upper() + words[1:]


@register.simple_tag
def answer_in_words(standing: Standing, is_own: bool = True) -> str:
    """Whether somebody may do this today, as one answer; to themselves it says "you"."""
    day = full_day(last_day(standing.ends_on))
    if standing.is_in_order:
        return _yes(standing, day, is_own)
    if standing.state == State.LAPSED:
        return _("No, this has lapsed. It counted up to and including %(day)s.") % {"day": day}
    if standing.parts:
        missing = ", ".join(kind_in_words(part) for part in standing.missing_parts)
        return _("Not yet: still missing is %(missing)s.") % {"missing": missing}
    if standing.level:
        values = {"level": standing.level_words, "asked": standing.asked_words}
        return _("Not yet: the level is “%(level)s”, and “%(asked)s” is asked.") % values
    return _("Not yet: nothing was proven.")


def _yes(standing: Standing, day: str, is_own: bool) -> str:
    is_task = is_own and standing.competency.kind in TASKS
    values = {"level": standing.asked_words, "day": day}
    if not day:
        words = _("Yes, you may do this: %(level)s. It does not end.") if is_task else _("Yes, this is in order.")
    elif is_task:
        words = _("Yes, you may do this: %(level)s, up to and including %(day)s.")
    else:
        words = _("Yes, this is in order, up to and including %(day)s.")
    if standing.competency.is_reserved:
        words = words + " " + _("An order for the act stays needed.")
    return words % values


@register.inclusion_tag("skills_graph/parts/attributions.html")
def attributions(*lists: Iterable[Any]) -> dict[str, list[str]]:
    """The sentences that publishers ask for wherever their skills show, such as ESCO's: of things with a competency, and of
    profiles."""
    frameworks = {each.framework if isinstance(each, Profile) else each.competency.framework for each in chain(*lists)}
    return {"sentences": sorted({each.attribution for each in frameworks if each is not None and each.attribution})}


@register.simple_tag
def level_in_words(evidence: Evidence) -> str:
    return evidence.competency.framework.scale.label_of(evidence.level)


@register.filter
def is_never(day: date) -> bool:
    return day == NEVER


@register.simple_tag
def days_left(day: date) -> int | None:
    """How many days a proof still counts, where that is little; else None."""
    today = timezone.localdate()
    return max((day - today).days, 0) if day <= today + SOON else None
