"""Who may judge what on a day: authorised by the organisation, able to do it themselves, and never for themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.api import AssessmentRequest
from lxp import audit
from lxp.models import Membership, Organisation, Role, User
from lxp.permissions import require
from skills_graph.exceptions import DefinitionRefusedError
from skills_graph.models import (
    AssessorAuthorisation,
    Competency,
    EvidenceKind,
    Holding,
    Outcome,
    Registration,
    Relation,
)
from skills_graph.services.definitions import close_definition, put
from skills_graph.services.profiles import authorise_assessor

ADVICE_DAYS = 30


@dataclass
class Proven:
    """What the assignments of a list of requests prove, with the reserved acts that these are parts of."""

    by_request: dict[int, list[Outcome]] = field(default_factory=lambda: defaultdict(list))
    wholes: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def competency_ids(self) -> set[int]:
        """Each of them, and each whole: authority over a whole is authority over its parts."""
        own = {outcome.competency_id for outcomes in self.by_request.values() for outcome in outcomes}
        return own | {whole for wholes in self.wholes.values() for whole in wholes}

    def counting_for(self, outcome: Outcome) -> set[int]:
        return {outcome.competency_id, *self.wholes[outcome.competency_id]}


def objections(*, requests: Iterable[AssessmentRequest], assessor: User, day: date) -> list[tuple[int, str]]:
    """Why somebody may not sign these requests on a day, as pairs of a request's id and the words; 4 queries at most.

    What an assignment proves is every outcome that names it, and every practical of the whole module. Where it proves
    nothing, the role is enough, and that is for courses to ask.
    """
    listed = list(requests)
    proven = proven_by(listed)
    if not proven.by_request:
        return []
    authorities = AssessorAuthorisation.objects.current().filter(
        person=assessor,
        competency__in=proven.competency_ids,
        organisation__in={each.organisation_id for each in listed},
    )
    given: dict[tuple[int, int], list[AssessorAuthorisation]] = defaultdict(list)
    for row in authorities:
        given[row.organisation_id, row.competency_id].append(row)
    held = set(
        Holding.objects.on(day)
        .filter(person=assessor, competency__in=proven.competency_ids)
        .values_list("competency_id", "level")
    )
    found: list[tuple[int, str]] = []
    for request in listed:
        for outcome in proven.by_request.get(request.pk, []):
            counting = proven.counting_for(outcome)
            rows = [row for each in counting for row in given[request.organisation_id, each]]
            words = _unauthorised(outcome.competency, rows, day) or _unable(outcome, counting, held)
            if words:
                found.append((request.pk, words))
    return list(dict.fromkeys(found))


def proven_by(requests: list[AssessmentRequest]) -> Proven:
    """What these requests prove, and of which reserved acts that is a part; two queries."""
    proven = Proven()
    versions = {each.attempt.version_id for each in requests}
    blocks = {each.block_id for each in requests}
    practical = Q(block_id__isnull=True, kind=EvidenceKind.PRACTICAL)
    rows = Outcome.objects.filter(practical | Q(block_id__in=blocks), version__in=versions, is_entry=False)
    outcomes = list(rows.select_related("competency__framework__scale").order_by("pk"))
    for request in requests:
        for outcome in outcomes:
            if outcome.version_id == request.attempt.version_id and outcome.block_id in (None, request.block_id):
                proven.by_request[request.pk].append(outcome)
    if outcomes:
        links = Relation.objects.current().filter(
            source__in={outcome.competency_id for outcome in outcomes},
            kind=Relation.Kind.BROADER,
            status=Relation.Status.ACCEPTED,
            target__kind=Competency.Kind.RESERVED,
        )
        for part, whole in links.values_list("source_id", "target_id"):
            proven.wholes[part].add(whole)
    return proven


def _unauthorised(competency: Competency, rows: list[AssessorAuthorisation], day: date) -> str:
    """Why no authority counts on this day; empty where one does."""
    names = {"competency": competency}
    if any(row.starts_on <= day and (row.ends_on is None or day <= row.ends_on) for row in rows):
        return ""
    ended = [row.ends_on for row in rows if row.ends_on is not None and row.ends_on < day]
    if ended:
        words = _("Your authority for “%(competency)s” ended on %(day)s. Ask your learning department to renew it.")
        return words % {**names, "day": _day(max(ended))}
    if rows:
        words = _("Your authority for “%(competency)s” begins on %(day)s.")
        return words % {**names, "day": _day(min(row.starts_on for row in rows))}
    words = _(
        "You have no authority to assess “%(competency)s” here. Ask your learning department, or another assessor."
    )
    return words % names


def _unable(outcome: Outcome, counting: set[int], held: set[tuple[int, int]]) -> str:
    """Why somebody is not able to do it themselves; empty where they are."""
    if any(competency in counting and level >= outcome.level for competency, level in held):
        return ""
    level = outcome.competency.framework.scale.label_of(outcome.level)
    words = _("Your own proof of “%(competency)s” (%(level)s) is missing or has expired. Renew it first.")
    return words % {"competency": outcome.competency, "level": level}


def _day(day: date) -> str:
    return date_format(day, "j F Y")


@transaction.atomic
def give_authority(
    *,
    person: User,
    organisation: Organisation,
    competency: Competency,
    starts_on: date,
    ends_on: date | None = None,
    by: User,
) -> AssessorAuthorisation:
    """Let an assessor of an organisation judge a competency, from a day until and including a day.

    Giving the same again changes nothing. Raises DefinitionRefusedError for who is no assessor there today, for a
    competency that nobody can prove or that is another organisation's, and for days that overlap what was given before.
    """
    require(by, "organisation.authorise", organisation)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    member = Membership.objects.current().filter(person=person, organisation=organisation).with_role(Role.ASSESSOR)
    if not member.exists():
        words = _("%(name)s is no assessor of %(organisation)s. Give that role first.")
        raise DefinitionRefusedError(words % {"name": person, "organisation": organisation})
    if not Competency.objects.usable_by([organisation]).assignable().filter(pk=competency.pk).exists():
        raise DefinitionRefusedError(_("Choose a skill of your own organisation or of the coalition, no group."))
    if ends_on is not None and ends_on < starts_on:
        raise DefinitionRefusedError(_("An authority cannot end before it starts."))
    known = AssessorAuthorisation.objects.current().filter(person=person, organisation=organisation)
    for row in known.filter(competency=competency):
        if (row.starts_on, row.ends_on) == (starts_on, ends_on):
            return row
        if (ends_on is None or row.starts_on <= ends_on) and (row.ends_on is None or starts_on <= row.ends_on):
            words = _("%(name)s has this authority already in these days. End that one first.")
            raise DefinitionRefusedError(words % {"name": person})
    row = authorise_assessor(
        person=person, organisation=organisation, competency=competency, starts_on=starts_on, ends_on=ends_on, by=by
    )
    _note("authority.given", row, by)
    return row


@transaction.atomic
def end_authority(*, authority: AssessorAuthorisation, last_day: date, by: User) -> AssessorAuthorisation:
    """Let an authority end after a day; what was signed before stands. One that had not begun is closed.

    The row as it was known stays, closed, and a new one with the last day takes its place. Ending it on the same day
    twice changes nothing. Raises DefinitionRefusedError for a day after the end that it has.
    """
    require(by, "organisation.authorise", authority.organisation)
    User.objects.select_for_update(no_key=True).get(pk=authority.person_id)
    row = AssessorAuthorisation.objects.current().filter(pk=authority.pk).first()
    if row is None or row.ends_on == last_day:
        return row or authority
    if row.ends_on is not None and row.ends_on < last_day:
        words = _("This authority ends on %(day)s already. Give a new one instead.")
        raise DefinitionRefusedError(words % {"day": _day(row.ends_on)})
    _note("authority.ended", row, by, last_day=last_day.isoformat())
    if last_day < row.starts_on:
        close_definition(definition=row)
        return row
    return authorise_assessor(
        person=row.person,
        organisation=row.organisation,
        competency=row.competency,
        starts_on=row.starts_on,
        ends_on=last_day,
        by=by,
    )


def _note(action: str, row: AssessorAuthorisation, by: User, **detail: str) -> None:
    words = {"competency": str(row.competency.uuid), **detail}
    audit.record(action, by=by, about=row, person=row.person, organisation=row.organisation, **words)


@transaction.atomic
def register_person(
    *,
    person: User,
    organisation: Organisation,
    register: str,
    number: str,
    checked_on: date,
    ends_on: date | None = None,
    by: User,
) -> Registration:
    """Write down that somebody of this organisation stands in a professional register, as `by` checked it on a day.

    An earlier check of this organisation is closed; those of others are theirs. The same again changes nothing. Raises
    DefinitionRefusedError for who is no member today, a check that is still to come, or one from before the check that
    stands.
    """
    require(by, "organisation.authorise", organisation)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not Membership.objects.of_staff().current().filter(person=person, organisation=organisation).exists():
        words = _("%(name)s does not belong to %(organisation)s today.")
        raise DefinitionRefusedError(words % {"name": person, "organisation": organisation})
    if checked_on > timezone.localdate():
        raise DefinitionRefusedError(_("You checked it today or before."))
    values = {"number": number, "checked_on": checked_on, "ends_on": ends_on}
    identity = {"person": person, "organisation": organisation, "register": register}
    before = Registration.objects.current().filter(**identity).first()
    if before is not None and checked_on < before.checked_on:
        words = _("There is a newer check already, of %(day)s. Check again and write down that day.")
        raise DefinitionRefusedError(words % {"day": _day(before.checked_on)})
    row = put(Registration, identity, values, by)
    if row == before:
        return row
    audit.record("registration.checked", by=by, about=row, person=person, organisation=organisation, register=register)
    return row


def ends_soon(row: AssessorAuthorisation, today: date) -> bool:
    return row.ends_on is not None and today <= row.ends_on <= today + timedelta(days=ADVICE_DAYS)
