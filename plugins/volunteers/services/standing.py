"""How volunteers stand: what their roles ask, what they confirmed or finished, and until when that counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from content.api import InstructionPage, cards_of
from courses.api import Attempt, Module
from lxp.models import Organisation
from plugins.volunteers.models import Confirmation, Proof, RoleAssignment, RoleItem

SOON = timedelta(days=30)


class State(TextChoices):
    """How one thing stands, the most urgent first."""

    REVOKED = "revoked", _("Read it again")
    LAPSED = "lapsed", _("No longer counts")
    ASKED = "asked", _("Still to do")
    ENDS = "ends", _("Ends soon")
    DONE = "done", _("In order")


OPEN_STATES = frozenset({State.REVOKED, State.LAPSED, State.ASKED})
TONES = {State.REVOKED: "warn", State.LAPSED: "warn", State.ASKED: "plain", State.ENDS: "warn", State.DONE: "ok"}
ORDER = list(State)


@dataclass(frozen=True)
class Line:
    """One card or module that somebody's roles ask or offer."""

    title: str
    proof: str
    is_required: bool
    state: State
    number: int = 0  # how often it was confirmed
    card: InstructionPage | None = None
    module: Module | None = None
    until: date | None = None
    done_on: date | None = None
    months: int | None = None
    reason: str = ""
    changed_on: date | None = None  # when what was confirmed was taken back

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


@dataclass
class Standing:
    """One volunteer of one organisation."""

    person_id: int
    roles: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def required(self) -> list[Line]:
        return [each for each in self.lines if each.is_required]

    @property
    def done(self) -> int:
        return sum(not each.is_open for each in self.required)

    @property
    def total(self) -> int:
        return len(self.required)

    @property
    def state(self) -> State:
        """The most urgent state of what is required."""
        return min((each.state for each in self.required), key=ORDER.index, default=State.DONE)

    @property
    def tone(self) -> str:
        return TONES[self.state]


@dataclass
class _Asked:
    """One thing that the roles of somebody ask together: required where one asks it, for the shortest time."""

    proof: str
    is_required: bool
    months: int | None

    def join(self, item: RoleItem) -> None:
        self.proof = Proof.CHECK if Proof.CHECK in (self.proof, item.proof) else self.proof
        self.is_required = self.is_required or item.is_required
        self.months = min(filter(None, (self.months, item.valid_months)), default=None)


def standing_of(*, people: Collection[int], organisation: Organisation, language: str) -> dict[int, Standing]:
    """How these people (ids) stand for an organisation, by id. Six queries, whatever their number."""
    return _Reading(people, organisation, language).standings()


class _Reading:
    """What is read once for all these people."""

    def __init__(self, people: Collection[int], organisation: Organisation, language: str) -> None:
        self.organisation, self.today = organisation, timezone.localdate()
        self.found = {pk: Standing(pk) for pk in people}
        self.asked: dict[int, dict[UUID | int, _Asked]] = {pk: {} for pk in people}
        self._read_roles(people)
        keys = {key for asked in self.asked.values() for key in asked}
        uuids = {key for key in keys if isinstance(key, UUID)}
        numbers = {key for key in keys if isinstance(key, int)}
        cards = cards_of(language=language, keys=uuids) if uuids else []
        self.cards: Mapping[UUID, InstructionPage] = {each.translation_key: each for each in cards}
        modules = Module.objects.published().found_by(organisation).filter(pk__in=numbers)
        self.modules = {each.pk: each for each in modules.select_related("current_version")} if numbers else {}
        self.latest = self._confirmations(people, uuids) if uuids else {}
        self.finished = self._finished(people, numbers) if numbers else {}

    def _read_roles(self, people: Collection[int]) -> None:
        """Which roles everybody has, and what these ask: two queries."""
        rows = RoleAssignment.objects.filter(
            role__organisation=self.organisation,
            person__in=people,
            ended_at__isnull=True,
            role__retired_at__isnull=True,
        )
        rows = rows.select_related("role").order_by("role__title", "pk").prefetch_related("role__items")
        for row in rows:
            self.found[row.person_id].roles.append(row.role.title)
            mine = self.asked[row.person_id]
            for item in row.role.items.all():
                known = mine.setdefault(
                    item.card_uuid or int(item.module_id or 0), _Asked(item.proof, item.is_required, item.valid_months)
                )
                known.join(item)

    def _confirmations(self, people: Collection[int], keys: set[UUID]) -> dict[tuple[int, UUID], Confirmation]:
        """The last confirmation of each card by each of them: one query."""
        rows = Confirmation.objects.filter(organisation=self.organisation, person__in=people, card_uuid__in=keys)
        rows = rows.select_related("taken_back__revocation").order_by("number")
        return {(row.person_id, row.card_uuid): row for row in rows}

    def _finished(self, people: Collection[int], modules: set[int]) -> dict[tuple[int, int], date]:
        """When each of them last finished a module for this organisation: one query."""
        rows = Attempt.objects.completed().filter(
            Q(passed__isnull=True) | Q(passed=True),
            organisation=self.organisation,
            person__in=people,
            module__in=modules,
        )
        ordered = rows.order_by("completed_at").values_list("person", "module", "completed_at")
        return {(person, module): timezone.localdate(moment) for person, module, moment in ordered}

    def standings(self) -> dict[int, Standing]:
        for pk, standing in self.found.items():
            lines = [self._line(pk, key, asked) for key, asked in self.asked[pk].items()]
            standing.lines = sorted(
                (each for each in lines if each is not None),
                key=lambda line: (not line.is_required, ORDER.index(line.state), line.title.casefold()),
            )
        return self.found

    def _line(self, person: int, key: UUID | int, asked: _Asked) -> Line | None:
        """None for what is not there any more: a card that was withdrawn is asked of nobody."""
        if isinstance(key, UUID):
            card = self.cards.get(key)
            return None if card is None else self._card_line(card, self.latest.get((person, key)), asked)
        module = self.modules.get(key)
        return None if module is None else self._module_line(module, self.finished.get((person, key)), asked)

    def _card_line(self, card: InstructionPage, last: Confirmation | None, asked: _Asked) -> Line:
        taken_back = getattr(last, "taken_back", None)
        until = last.valid_until if last is not None else None
        state = State.REVOKED if taken_back is not None else self._state(last is not None, until)
        return Line(
            title=card.title,
            proof=asked.proof,
            is_required=asked.is_required,
            state=state,
            number=last.number if last is not None else 0,
            card=card,
            until=until,
            done_on=timezone.localdate(last.confirmed_at) if last is not None else None,
            months=asked.months,
            reason=taken_back.revocation.reason if taken_back is not None else "",
            changed_on=timezone.localdate(taken_back.revocation.revoked_at) if taken_back is not None else None,
        )

    def _module_line(self, module: Module, done_on: date | None, asked: _Asked) -> Line:
        until = after(done_on, asked.months) if done_on is not None and asked.months else None
        return Line(
            title=str(module),
            proof=asked.proof,
            is_required=asked.is_required,
            state=self._state(done_on is not None, until),
            module=module,
            until=until,
            done_on=done_on,
            months=asked.months,
        )

    def _state(self, is_done: bool, until: date | None) -> State:
        if not is_done:
            return State.ASKED
        if until is None or until > self.today + SOON:
            return State.DONE
        return State.ENDS if until >= self.today else State.LAPSED


def after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise ValueError(f"{day} has no day {months} months later.")


def open_lines(standings: Iterable[Standing]) -> list[Line]:
    """What is required and still open, or ends soon."""
    return [each for one in standings for each in one.required if each.state != State.DONE]
