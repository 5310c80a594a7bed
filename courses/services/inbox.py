"""The lists of an assessor: who waits for what and how long, which of it this assessor may sign today; and what was signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Assessment, AssessmentRequest, VersionActivity
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
    titles = _titles(requests)
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


def _titles(requests: list[AssessmentRequest]) -> dict[tuple[int, UUID], str]:
    """The title of each assignment, by its version and block; one query."""
    versions, blocks = {each.attempt.version_id for each in requests}, {each.block_id for each in requests}
    rows = VersionActivity.objects.filter(version__in=versions, block_id__in=blocks)
    return {(version, block): title for version, block, title in rows.values_list("version", "block_id", "title")}


@dataclass(frozen=True)
class Signed:
    """One signed judgement, with the title of its assignment."""

    assessment: Assessment
    title: str


def signed_work(assessments: list[Assessment]) -> list[Signed]:
    """Judgements with their request, attempt and version, as the list shows them; one query."""
    titles = _titles([each.request for each in assessments])
    return [
        Signed(each, titles.get((each.request.attempt.version_id, each.request.block_id), "")) for each in assessments
    ]


def scored(assessment: Assessment) -> list[tuple[str, str]]:
    """(criterion, score) as it was signed, in the order of the assignment."""
    asked = assessment.request
    row = asked.attempt.version.activities.filter(block_id=asked.block_id).first()
    criteria = row.content.get("criteria", []) if row is not None else []
    return [(each["value"]["text"], assessment.scores.get(each["id"], "")) for each in criteria]


def days_waited(since: date, today: date) -> str:
    days = (today - since).days
    if days <= 0:
        return _("since today")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
