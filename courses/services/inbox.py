"""The list of an assessor: who waits for what and how long, and which of it this assessor may sign today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import AssessmentRequest, VersionActivity
from courses.services.assessment import objections_to
from lxp.models import User


@dataclass(frozen=True)
class Waiting:
    """One open request. `objections` say why this assessor may not sign it; none for who may."""

    request: AssessmentRequest
    title: str
    waited: str
    objections: list[str]


def waiting_for(*, requests: list[AssessmentRequest], assessor: User) -> list[Waiting]:
    """Requests with their attempt and version, as the list shows them; in a constant number of queries."""
    versions, blocks = {each.attempt.version_id for each in requests}, {each.block_id for each in requests}
    rows = VersionActivity.objects.filter(version__in=versions, block_id__in=blocks)
    titles = {(version, block): title for version, block, title in rows.values_list("version", "block_id", "title")}
    objections = objections_to(requests, assessor) if requests else {}
    today = timezone.localdate()
    return [
        Waiting(
            request=each,
            title=titles.get((each.attempt.version_id, each.block_id), ""),
            waited=days_waited(timezone.localdate(each.requested_at), today),
            objections=objections.get(each.pk, []),
        )
        for each in requests
    ]


def days_waited(since: date, today: date) -> str:
    days = (today - since).days
    if days <= 0:
        return _("since today")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
