"""Issuing and withdrawing credentials: from what stands in the ledger and in the holdings alone, so it may be repeated."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lxp import plugin_manager
from lxp.models import Organisation, UrgentKind, User
from lxp.notices.urgent import tell_at_once
from lxp.services.jobs import Turn, describe, ended_lately, go_through, is_silent
from skills_graph.exceptions import SigningKeyError
from skills_graph.models import Achievement, Competency, Credential, Evidence, IssuerKey, Withdrawal
from skills_graph.openbadges import SigningKey
from skills_graph.services.deserving import Deserved, Plan, people_who_differ, plan_for
from skills_graph.services.documents import sign_credential
from skills_graph.services.holdings import lock_ledger
from skills_graph.services.keys import signing_key
from skills_graph.services.status_lists import free_place

JOB = "credentials"
PEOPLE_AT_ONCE = 500
SIGNED_AT_ONCE = 20  # people; a few seconds of work
DRAWS = 5  # of a place in a status list that somebody else takes in the same moment
LANGUAGE = "en"  # of what operators are told: the same fault in several languages would be several incidents

logger = logging.getLogger(__name__)
describe(JOB, gettext_lazy("Issue signed proofs"))


class Keys(dict[int, tuple[Organisation, IssuerKey, SigningKey]]):
    """Organisation id → its key, of those that can sign. Each is looked for once in a run; who cannot sign is one incident."""

    def __init__(self) -> None:
        super().__init__()
        self._looked_for: set[int] = set()

    def look_for(self, organisation_ids: set[int]) -> None:
        """Outside any transaction, since a first key is made, and kept on disk."""
        for organisation in Organisation.objects.filter(pk__in=organisation_ids - self._looked_for):
            self._looked_for.add(organisation.pk)
            try:
                with translation.override(LANGUAGE):
                    self[organisation.pk] = (organisation, *signing_key(organisation=organisation))
            except SigningKeyError as error:
                plugin_manager.record_incident("skills_graph", "credentials", str(error))


@dataclass(frozen=True)
class Done:
    """What was done for one person."""

    issued: int = 0
    withdrawn: int = 0


def issue_credentials(*, person: User, keys: Keys | None = None) -> Done:
    """Withdraw what no longer holds, and issue what is deserved and not there. Outside any transaction; safe to repeat.

    Who cannot sign is left for later and told as an incident: a credential is issued with the right key or not at all.
    Signing happens under the lock of the person's ledger, about 20 milliseconds each, so two workers never issue one twice.
    `keys` is handed on by who does this for many people.
    """
    plan = plan_for(person)
    if plan.is_empty:
        return Done()
    keys = Keys() if keys is None else keys
    keys.look_for({each.organisation_id for each in plan.awards})
    with transaction.atomic():
        if person.pk in lock_ledger([person.pk]):
            return Done()
        plan = plan_for(person)
        now = timezone.now().replace(microsecond=0)
        awards = [each for each in plan.awards if each.organisation_id in keys]
        for pk, reason in plan.withdrawals:
            _withdraw(pk, reason)
        for award in awards:
            _issue(person, award, keys, now)
        _tell_of_losses(person, plan)
    return Done(len(awards), len(plan.withdrawals))


def _withdraw(pk: int, reason: str) -> None:
    Credential.objects.filter(pk=pk).update(revoked_at=timezone.now(), revocation_reason=reason)


def _tell_of_losses(person: User, plan: Plan) -> None:
    """Of what was withdrawn where no other stands for the same level or higher, of this run or an earlier one: a new key, a
    shorter term, or an older proof whose newer one stands, alarms nobody."""
    if not plan.withdrawals:
        return
    standing = Credential.objects.standing().filter(person=person, until__gt=timezone.localdate())
    left: dict[int, int] = {}
    for competency, level in standing.values_list("achievement__competency", "achievement__level"):
        left[competency] = max(level, left.get(competency, 0))
    withdrawn = Credential.objects.filter(pk__in=[pk for pk, _reason in plan.withdrawals])
    for gone in withdrawn.select_related("achievement__competency").order_by("pk"):
        if left.get(gone.achievement.competency_id, 0) < gone.achievement.level:
            _tell(person, gone)


def _tell(person: User, gone: Credential) -> None:
    """At once, since whoever was shown this proof sees the same: that it no longer stands, and where it says why."""
    tell_at_once(
        person=person,
        kind=UrgentKind.SIGN_OFF,
        key=f"credential:{gone.uuid}",
        words=lambda: {
            "title": _("A proof of yours no longer stands"),
            "text": _("It is about “%(skill)s”.") % {"skill": gone.achievement.competency},
            "action": _("See why"),
        },
        url=reverse("skills_graph:credential", args=[gone.uuid]),
    )


def _issue(person: User, award: Deserved, keys: Keys, now: datetime) -> Credential:
    """Issue what is deserved; what stood for the same achievement is superseded. Its bit stays: until its last day it is
    true, and who was given it need not be alarmed."""
    organisation, key, secret = keys[award.organisation_id]
    competency = Competency.objects.select_related("framework__scale").get(pk=award.competency_id)
    achievement, _is_new = Achievement.objects.get_or_create(
        organisation=organisation, competency=competency, level=award.level
    )
    achievement.organisation, achievement.competency = organisation, competency
    for earlier in Credential.objects.standing().filter(person=person, achievement=achievement):
        _withdraw(earlier.pk, Withdrawal.SUPERSEDED)
    rows = {str(row.uuid): row for row in _cited(person, award)}
    evidence = [rows[uuid] for uuid in award.evidence]
    for draw in range(1, DRAWS + 1):
        status_list, index = free_place(organisation)
        credential = Credential(
            person=person, achievement=achievement, assurance=award.assurance, until=award.until,
            evidence=list(award.evidence), key=key, status_list=status_list, status_index=index, issued_at=now,
        )  # fmt: skip
        credential.document = sign_credential(credential, evidence=evidence, key=key, secret=secret)
        try:
            with transaction.atomic():
                credential.save(force_insert=True)
        except IntegrityError:  # the place was taken in this moment
            if draw == DRAWS:
                raise
        else:
            break
    return credential


def _cited(person: User, award: Deserved) -> Iterable[Evidence]:
    uuids = [UUID(each) for each in award.evidence]
    return Evidence.objects.filter(person=person, uuid__in=uuids).select_related("issuer", "competency")


def issue_to_everybody(report: Callable[[int, int], None] | None = None) -> Turn:
    """Take a turn at issuing and withdrawing for everybody who waits for it: a job that goes on where it was."""
    keys = Keys()
    return go_through(
        name=JOB, ids=lambda: [*people_who_differ()], do=lambda pks: _issue_to(pks, keys), at_once=SIGNED_AT_ONCE,
        report=report,
    )  # fmt: skip


def _issue_to(person_ids: Collection[int], keys: Keys) -> list[Done]:
    """One person's fault never holds up the others: it is recorded, and tried again with whoever differs next time."""
    done = []
    for person in User.objects.filter(pk__in=person_ids).order_by("pk"):
        try:
            done.append(issue_credentials(person=person, keys=keys))
        except OperationalError:
            raise
        except Exception as fault:
            logger.exception("Person %s got no credentials.", person.pk)
            plugin_manager.record_incident("skills_graph", "credentials", fault)
    return done


def many_wait(waiting: Collection[int]) -> bool:
    """Whether so many people wait that it is a job, as after the first loading of evidence; or such a job was left."""
    return is_silent(JOB) or (len(waiting) > PEOPLE_AT_ONCE and not ended_lately(JOB))


def put_right_credentials(waiting: Collection[int]) -> list[str]:
    """Issue and withdraw what a killed worker, a lost task or a changed graph left; one line for each kind of work.

    So many people at a time, drawn by chance: those whose organisation cannot sign now hold up nobody else.
    """
    chosen = sorted(waiting)
    if len(chosen) > PEOPLE_AT_ONCE:
        chosen = random.sample(chosen, PEOPLE_AT_ONCE)
    done = _issue_to(chosen, Keys())
    issued, withdrawn = sum(each.issued for each in done), sum(each.withdrawn for each in done)
    lines = [f"Issued {issued} credentials."] if issued else []
    return [*lines, f"Withdrew {withdrawn} credentials."] if withdrawn else lines
