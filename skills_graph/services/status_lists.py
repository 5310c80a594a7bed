"""The lists in which each credential has one bit: giving out places, and the signed list as it stands."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max
from django.utils import timezone

from lxp.models import Organisation
from skills_graph.models import IssuerKey, StatusList
from skills_graph.openbadges import build_status_list, sign
from skills_graph.services.addresses import address_of, did_of, method_of
from skills_graph.services.keys import signing_key

# Half of a list stays empty: a free place is found at the first or second draw, and the place says nothing of the order.
FULLEST = 0.5
LASTS = timedelta(days=1)  # who kept an older list must ask again
KEPT_SECONDS = 3600


@dataclass(frozen=True)
class ListState:
    """What a list says now, in one word; another word means another list."""

    status_list: StatusList
    count: int
    changed_at: datetime
    hour: datetime
    key_id: int  # of who signs today: what a revoked key signed must not be taken for the same; 0 before the first

    @property
    def tag(self) -> str:
        changed_at = f"{self.changed_at.timestamp():.6f}"
        return f"{self.status_list.uuid.hex}-{self.count}-{changed_at}-{self.hour:%Y%m%d%H}-{self.key_id}"


def free_place(organisation: Organisation) -> tuple[StatusList, int]:
    """A list of this issuer and a place in it that was never given, drawn by chance; the database refuses a second use."""
    status_list = StatusList.objects.filter(organisation=organisation).order_by("-number").first()
    if status_list is None or status_list.credentials.count() >= status_list.size * FULLEST:
        number = status_list.number + 1 if status_list is not None else 1
        status_list, _is_new = StatusList.objects.get_or_create(organisation=organisation, number=number)
    while True:
        index = secrets.randbelow(status_list.size)
        if not status_list.credentials.filter(status_index=index).exists():
            return status_list, index


def state_of(status_list: StatusList) -> ListState:
    """Two queries; says what a list holds, and who signs it, before it is made."""
    withdrawn = status_list.credentials.withdrawn()
    found = withdrawn.aggregate(count=Count("pk"), latest=Max("revoked_at"))
    hour = timezone.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    keys = IssuerKey.objects.signing().filter(organisation=status_list.organisation_id)
    key_id = keys.values_list("pk", flat=True).first() or 0
    return ListState(status_list, found["count"], found["latest"] or hour, hour, key_id)


def signed_list(state: ListState) -> dict[str, Any]:
    """The status list credential, signed with today's key. The same state gives the same document in every process.

    Raises SigningKeyError: an unsigned list is worth nothing, and a status that cannot be known is not valid.
    """
    organisation = state.status_list.organisation
    row, secret = signing_key(organisation=organisation)
    kept_as = f"status-list:{state.tag}:{row.pk}"
    document: dict[str, Any] | None = cache.get(kept_as)
    if document is None:
        since = max(state.changed_at, state.hour)
        plain = build_status_list(
            address=address_of("status_list", state.status_list.uuid),
            issuer=did_of(organisation),
            withdrawn=state.status_list.credentials.withdrawn().values_list("status_index", flat=True),
            valid_from=since,
            valid_until=state.hour + LASTS,
            bits=state.status_list.size,
        )
        method = method_of(organisation, row.public_multibase)
        document = sign(plain, key=secret, verification_method=method, created=since)
        cache.set(kept_as, document, KEPT_SECONDS)
    return document
