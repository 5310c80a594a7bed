"""What deserves a credential: what the rules say is proven today, and somebody with authority has seen.

Reserved acts, tasks and skills, assessed, at a level of the scale that only an assessment can prove ("does it alone").
Only what was proven directly, recognised, or is the whole of its parts: what is merely implied, whoever reads the credential
can infer. The parts of a reserved act get none, since a practical alone must not look like the act. See decision 0024.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from lxp.models import User
from skills_graph.inference import EVIDENCE, RECOGNITION, WHOLE, cited
from skills_graph.models import Assurance, Competency, Credential, Evidence, Holding, Relation, Scale, Withdrawal
from skills_graph.models.credentials import CredentialQuerySet
from skills_graph.models.ledger import HoldingQuerySet

KINDS = (Competency.Kind.RESERVED, Competency.Kind.TASK, Competency.Kind.SKILL)
RULES = (EVIDENCE, RECOGNITION, WHOLE)
Key = tuple[int, int, int]  # issuer, competency, level


@dataclass(frozen=True)
class Deserved:
    """A credential that somebody deserves today. The issuer is who recorded the deciding evidence."""

    organisation_id: int
    competency_id: int
    level: int
    assurance: int
    until: date
    evidence: tuple[str, ...]

    @property
    def key(self) -> Key:
        return self.organisation_id, self.competency_id, self.level


@dataclass(frozen=True)
class Plan:
    """What has to be done for one person: (credential id, why) to withdraw, and what to issue."""

    withdrawals: tuple[tuple[int, str], ...] = ()
    awards: tuple[Deserved, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.withdrawals and not self.awards


def deserving_holdings() -> HoldingQuerySet:
    """The holdings that deserve a credential today, of everybody who was not wiped."""
    whole = Relation.objects.current().filter(kind=Relation.Kind.BROADER, status=Relation.Status.ACCEPTED)
    parts = whole.filter(source=OuterRef("competency"), target__kind=Competency.Kind.RESERVED)
    proven = Holding.objects.today().filter(assurance=Assurance.ASSESSED, rule__in=RULES, issuer__isnull=False)
    return proven.filter(_firm_levels(), ~Exists(parts), competency__kind__in=KINDS, person__wiped_at__isnull=True)


def _firm_levels() -> Q:
    """The levels that a test cannot prove; every level of a scale on which a test proves them all."""
    levels = Q(pk__in=[])
    for scale in Scale.objects.all():
        tested = scale.highest_with(Assurance.TESTED)
        lowest = tested + 1 if tested < len(scale.levels) else 1
        levels |= Q(competency__framework__scale=scale, level__gte=lowest)
    return levels


def plan_for(person: User) -> Plan:
    """What differs between what somebody deserves and what was issued; seven queries, writes nothing."""
    if User.objects.filter(pk=person.pk, wiped_at__isnull=False).exists():
        return Plan()
    issued = _issued().filter(person=person).select_related("achievement", "key")
    fallen = _fallen(person, issued)
    standing = {
        (each.achievement.organisation_id, each.achievement.competency_id, each.achievement.level): each.until
        for each in issued
        if each.revoked_at is None and each.pk not in fallen
    }
    awards = [each for each in _deserved(person) if each.key not in standing or standing[each.key] < each.until]
    return Plan(tuple(sorted(fallen.items())), tuple(awards))


def _issued() -> CredentialQuerySet:
    """What somebody may rely on, now or until a newer one took its place."""
    return Credential.objects.filter(Q(revoked_at__isnull=True) | Q(revocation_reason=Withdrawal.SUPERSEDED))


def _fallen(person: User, issued: Iterable[Credential]) -> dict[int, str]:
    """Credential → why nobody may rely on it any more. That its last day has passed is no reason: it says so itself."""
    revoked = set(Evidence.objects.filter(person=person, revokes__isnull=False).values_list("revokes", flat=True))
    held = list(Holding.objects.today().filter(person=person))
    today = timezone.localdate()
    found: dict[int, str] = {}
    for each in issued:
        if any(UUID(uuid) in revoked for uuid in each.evidence):
            found[each.pk] = Withdrawal.EVIDENCE
        elif each.until > today and not any(_covers(holding, each) for holding in held):
            found[each.pk] = Withdrawal.HOLDING
        elif each.until > today and each.revoked_at is None and each.key.revoked_at is not None:
            found[each.pk] = Withdrawal.KEY
    return found


def _covers(holding: Holding, credential: Credential) -> bool:
    achievement = credential.achievement
    return (
        holding.competency_id == achievement.competency_id
        and holding.level >= achievement.level
        and holding.assurance >= credential.assurance
        and holding.until >= credential.until
    )


def _deserved(person: User) -> list[Deserved]:
    """In a fixed order: two workers that look at the same time plan the same."""
    holdings = list(deserving_holdings().filter(person=person).order_by("competency", "level", "-until"))
    reasons = {holding.pk: cited(holding.why) for holding in holdings}
    wanted = set[str]().union(*reasons.values())
    rows = {str(row.uuid): row for row in Evidence.objects.filter(person=person, uuid__in=[*map(UUID, wanted)])}
    found = []
    for holding in holdings:
        evidence = [rows[uuid] for uuid in reasons[holding.pk] if uuid in rows]
        if evidence and holding.issuer_id is not None:
            evidence.sort(key=lambda row: (row.assurance, row.occurred_on, row.number))
            found.append(
                Deserved(
                    organisation_id=holding.issuer_id,
                    competency_id=holding.competency_id,
                    level=holding.level,
                    assurance=holding.assurance,
                    until=holding.until,
                    evidence=tuple(str(row.uuid) for row in evidence),
                )
            )
    return found


def people_who_differ() -> set[int]:
    """Everybody for whom something has to be issued or withdrawn, from state alone; a few queries for any number of people."""
    same = Credential.objects.standing().filter(
        person=OuterRef("person"),
        achievement__organisation=OuterRef("issuer"),
        achievement__competency=OuterRef("competency"),
        achievement__level=OuterRef("level"),
        until__gte=OuterRef("until"),
        key__revoked_at__isnull=True,
    )
    unissued = deserving_holdings().filter(~Exists(same)).values_list("person", flat=True)
    return {*unissued, *_with_unsupported(), *_with_revoked_evidence()}


def _issued_to_known() -> CredentialQuerySet:
    """Who was wiped keeps what they took along, as it stands."""
    return _issued().filter(person__wiped_at__isnull=True)


def _with_unsupported() -> set[int]:
    covers = Holding.objects.filter(
        person=OuterRef("person"),
        competency=OuterRef("achievement__competency"),
        level__gte=OuterRef("achievement__level"),
        assurance__gte=OuterRef("assurance"),
        until__gte=OuterRef("until"),
    )
    unsupported = ~Exists(covers) | Q(revoked_at__isnull=True, key__revoked_at__isnull=False)
    rows = _issued_to_known().filter(unsupported, until__gt=timezone.localdate())
    return set(rows.values_list("person", flat=True))


def _with_revoked_evidence() -> set[int]:
    """Those of whom something was taken back after a credential was issued, where the credential cites it."""
    later = Evidence.objects.filter(
        person=OuterRef("person"), revokes__isnull=False, recorded_at__gte=OuterRef("issued_at")
    )
    rows = list(_issued_to_known().filter(Exists(later)).values_list("person", "evidence"))
    back = Evidence.objects.filter(person__in={person for person, _uuids in rows}, revokes__isnull=False)
    revoked = {(person, str(uuid)) for person, uuid in back.values_list("person", "revokes")}
    return {person for person, uuids in rows if any((person, uuid) in revoked for uuid in uuids)}
