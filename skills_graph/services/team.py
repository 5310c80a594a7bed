"""How the people whom somebody leads stand, task by task, on any day: the same queries for three people and three thousand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from lxp.models import Membership, Organisation, User
from skills_graph.models import Competency
from skills_graph.services.portfolio import merged
from skills_graph.services.standing import (
    IN_ORDER,
    URGENCY,
    AsOf,
    Facts,
    Job,
    Need,
    Standing,
    State,
    Whole,
    facts_of,
    judge,
    needs_of_jobs,
    wholes_of,
)

PEOPLE_AT_ONCE = 100  # of a download
TASKS = (Competency.Kind.RESERVED, Competency.Kind.TASK)


@dataclass(frozen=True)
class Member:
    """One person of a team, with the places that this person has in the organisation."""

    pk: int
    uuid: UUID
    name: str
    sort_key: tuple[str, str]
    jobs: tuple[str, ...]
    units: tuple[str, ...]


@dataclass(frozen=True)
class TaskCount:
    """How many of the people whose job asks a task are in order, and of how many others the job does not ask it."""

    competency: Competency
    total: int
    in_order: int
    expiring: int
    not_asked: int

    @property
    def not_in_order(self) -> int:
        return self.total - self.in_order


@dataclass(frozen=True)
class Row:
    """One person and one task."""

    member: Member
    standing: Standing


class Team:
    """The people whom `leader` leads in an organisation on a day, and how they stand. Each part is read when it is used.

    Who was in the team on a past day is in it for that day: an employer must be able to say who did the work then. On a
    day to come it is who is in it today and still then: nobody is looked at before they work here.
    """

    def __init__(self, *, leader: User, organisation: Organisation, as_of: AsOf) -> None:
        self.leader, self.organisation, self.as_of = leader, organisation, as_of

    def of_today(self) -> Team:
        """The same people as they are led today."""
        today = AsOf.today()
        return self if self.as_of == today else Team(leader=self.leader, organisation=self.organisation, as_of=today)

    @cached_property
    def places(self) -> QuerySet[Membership]:
        led = Membership.objects.supervised_by(self.leader).filter(organisation=self.organisation)
        places = led.on(self.as_of.day)
        return places.filter(person__in=led.current().values("person")) if self.as_of.is_to_come else places

    @cached_property
    def members(self) -> dict[int, Member]:
        """By person id, in the order of names."""
        fields = ("person", "person__uuid", "person__first_name", "person__last_name", "person__email")
        rows = self.places.filter(person__wiped_at__isnull=True).values_list(*fields, "job", "unit__name")
        found: dict[int, Member] = {}
        for pk, uuid, first, last, email, job, unit in rows:
            there = found.get(pk)
            jobs, units = (there.jobs, there.units) if there else ((), ())
            name = f"{first} {last}".strip() or email
            jobs, units = jobs + ((job,) if job else ()), units + ((unit,) if unit else ())
            found[pk] = Member(pk, uuid, name, (last.lower(), first.lower()), jobs, units)
        return dict(sorted(found.items(), key=lambda item: (item[1].sort_key, item[0])))

    @cached_property
    def needs_by_job(self) -> Mapping[Job, dict[int, Need]]:
        jobs = {(self.organisation.pk, job) for member in self.members.values() for job in member.jobs}
        return needs_of_jobs(jobs, self.as_of.moment)

    def needs_of(self, member: Member) -> dict[int, Need]:
        """What the jobs of one member ask together."""
        found = [self.needs_by_job.get((self.organisation.pk, job), {}) for job in member.jobs]
        return found[0] if len(found) == 1 else merged(found)

    @cached_property
    def asked(self) -> dict[int, Competency]:
        """Everything that a job in the team asks."""
        return {pk: need.competency for needs in self.needs_by_job.values() for pk, need in needs.items()}

    def _facts(self, competencies: Sequence[int], people: Collection[int] | None = None) -> Mapping[int, Facts]:
        """Of these people, or of all: a query of them where nothing has to be derived."""
        if people is None and not self.as_of.is_derived:
            return facts_of(self.places.values("person"), self.as_of, competencies)
        return facts_of([*self.members] if people is None else people, self.as_of, competencies)

    def tasks(self) -> list[TaskCount]:
        """What the jobs ask, with counts: first tasks and reserved acts, of those what most people may not do."""
        facts = self._facts([*self.asked])
        totals, in_order, expiring = Counter[int](), Counter[int](), Counter[int]()
        for member in self.members.values():
            own: Facts = facts.get(member.pk, {})
            for pk, need in self.needs_of(member).items():
                state = judge(need, own, self.as_of.day).state
                totals[pk] += 1
                in_order[pk] += state in IN_ORDER
                expiring[pk] += state == State.EXPIRES
        size = len(self.members)
        counts = [
            TaskCount(self.asked[pk], total, in_order[pk], expiring[pk], size - total) for pk, total in totals.items()
        ]
        return sorted(
            counts, key=lambda each: (each.competency.kind not in TASKS, -each.not_in_order, str(each.competency))
        )

    def people_of(self, competency: Competency) -> list[Row]:
        """Everybody whose job asks this, who is not in order first."""
        wholes = wholes_of([competency.pk], [self.organisation], self.as_of.moment)
        ids = [competency.pk, *(part.source_id for whole in wholes.values() for part in whole.parts)]
        asked = {
            pk: need
            for pk, member in self.members.items()
            if (need := self.needs_of(member).get(competency.pk)) is not None
        }
        facts = self._facts(ids, asked if self.as_of.is_derived else None)
        rows = [
            Row(self.members[pk], judge(need, facts.get(pk, {}), self.as_of.day, wholes)) for pk, need in asked.items()
        ]
        return sorted(rows, key=lambda row: URGENCY[row.standing.state])

    def open_records(self, people: Collection[int]) -> set[int]:
        """Those of these people whose records the leader may open: whom they lead today. Of who left since, the day that is
        judged says how they stood, and no more."""
        if self.as_of.day >= timezone.localdate():
            return {*people}
        led = Membership.objects.supervised_by(self.leader).current().filter(person__in=people)
        return {*led.values_list("person", flat=True)}

    def not_asked_of(self, competency: Competency) -> list[Member]:
        """Whose job does not ask this, by name: how they stand is not the business of who leads them."""
        return [member for member in self.members.values() if competency.pk not in self.needs_of(member)]

    def everything(self) -> Iterator[Row]:
        """Every person with every skill that the job asks, by name: for a download, read and derived in pieces."""
        wholes = wholes_of([*self.asked], [self.organisation], self.as_of.moment)
        parts = [part.source_id for whole in wholes.values() for part in whole.parts]
        remaining = iter(self.members.values())
        while piece := list(islice(remaining, PEOPLE_AT_ONCE)):
            facts = self._facts([*self.asked, *parts], [member.pk for member in piece])
            for member in piece:
                yield from (Row(member, each) for each in self._standings(member, facts.get(member.pk, {}), wholes))

    def _standings(self, member: Member, facts: Facts, wholes: Mapping[int, Whole]) -> list[Standing]:
        needs = sorted(self.needs_of(member).values(), key=lambda need: str(need.competency))
        return [judge(need, facts, self.as_of.day, wholes) for need in needs]
