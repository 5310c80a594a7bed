"""What somebody still misses before they may come: modules and competencies, for many people in few queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from content.api import page_path
from courses.api import Attempt, ModulePage
from plugins.skillslab.exceptions import BookingRefusedError, WayOn
from plugins.skillslab.models import Prerequisite, Session, SessionType
from skills_graph.api import Holding

Missing = Mapping[int, list[Prerequisite]]


def missing_of(*, session_type: SessionType, people: Collection[int], day: date) -> Missing:
    """The prerequisites that each of these people (ids) does not meet on a day; who meets all has none. Three queries at
    most, whatever the number of people."""
    asked = list(
        Prerequisite.objects.filter(session_type=session_type)
        .select_related("module__current_version", "competency__framework__scale")
        .order_by("pk")
    )
    if not asked or not people:
        return {}
    modules = [each.module_id for each in asked if each.module_id]
    attempts = Attempt.objects.completed().exclude(passed=False).filter(person__in=people, module__in=modules)
    done = set(attempts.values_list("person_id", "module_id")) if modules else set()
    skills = [each.competency_id for each in asked if each.competency_id]
    holdings = Holding.objects.on(day).filter(person__in=people, competency__in=skills)
    held = set(holdings.values_list("person_id", "competency_id", "level")) if skills else set()
    found: dict[int, list[Prerequisite]] = {}
    for person in people:
        reached = {(what, level) for who, what, level in held if who == person}
        for each in asked:
            if each.module_id:
                is_met = (person, each.module_id) in done
            else:
                is_met = any(what == each.competency_id and level >= (each.level or 0) for what, level in reached)
            if not is_met:
                found.setdefault(person, []).append(each)
    return found


def missing_on(*, person_id: int, sessions: Collection[Session]) -> set[int]:
    """The ids of those sessions for which a person misses something on its day. Three queries at most."""
    asked = Prerequisite.objects.filter(session_type__in={each.session_type_id for each in sessions})
    by_type: dict[int, list[Prerequisite]] = {}
    for each in asked:
        by_type.setdefault(each.session_type_id, []).append(each)
    if not by_type:
        return set()
    modules = {each.module_id for each in asked if each.module_id}
    skills = {each.competency_id for each in asked if each.competency_id}
    attempts = Attempt.objects.completed().exclude(passed=False).filter(person=person_id, module__in=modules)
    done = set(attempts.values_list("module_id", flat=True)) if modules else set()
    holdings = Holding.objects.filter(person=person_id, competency__in=skills)
    held = list(holdings.values_list("competency_id", "level", "until")) if skills else []

    def is_met(each: Prerequisite, day: date) -> bool:
        if each.module_id:
            return each.module_id in done
        return any(
            what == each.competency_id and level >= (each.level or 0) and until > day for what, level, until in held
        )

    return {
        session.pk
        for session in sessions
        if not all(
            is_met(each, timezone.localdate(session.starts_at)) for each in by_type.get(session.session_type_id, ())
        )
    }


def words_of(prerequisite: Prerequisite) -> str:
    """What is asked, in the reader's language."""
    if prerequisite.module_id:
        return _("the module “%(title)s”") % {"title": prerequisite.module}
    level = prerequisite.competency.framework.scale.label_of(prerequisite.level)
    return _("the skill “%(title)s” (%(level)s)") % {"title": prerequisite.competency, "level": level}


def ways_to(prerequisites: Collection[Prerequisite]) -> list[WayOn]:
    """Where each can be got, one click away; a module without a live page has no way."""
    language = get_language() or settings.LANGUAGE_CODE
    pages: dict[int, ModulePage] = {}
    for page in ModulePage.objects.live().filter(
        module__in=[each.module_id for each in prerequisites if each.module_id]
    ):
        if page.text_language == language or page.module_id not in pages:
            pages[page.module_id] = page
    ways = []
    for each in prerequisites:
        if each.competency_id:
            url = reverse("skills_graph:why", args=[each.competency.uuid])
            ways.append(WayOn(_("See how to get “%(title)s”") % {"title": each.competency}, url))
        elif each.module_id in pages:
            page = pages[each.module_id]
            ways.append(WayOn(_("Go to “%(title)s”") % {"title": page.title}, page_path(page.url_path, language)))
    return ways


def check_prerequisites(*, session_type: SessionType, person_id: int, day: date) -> None:
    """Raise BookingRefusedError that names what is missing, with ways to it."""
    missing = missing_of(session_type=session_type, people=[person_id], day=day).get(person_id)
    if missing:
        things = ", ".join(words_of(each) for each in missing)
        raise BookingRefusedError(_("Before this session you need %(things)s.") % {"things": things}, ways_to(missing))
