"""What courses tell in somebody's digest: requests that wait for an assessor, and safety changes of what is under way."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import AssessmentRequest, Attempt, ModuleVersion, Significance
from lxp.models import DigestKind, Role, User
from lxp.notices.items import DigestItem

PATIENCE = timedelta(hours=24)  # an assessor who looks every day needs no mail


def digest_items(*, person: User, since: datetime) -> list[DigestItem]:
    """One query, two for an assessor."""
    items = _safety_changes(person, since)
    if person.organisations_with_role(Role.ASSESSOR):
        items += _waiting(person, since)
    return items


def _waiting(person: User, since: datetime) -> list[DigestItem]:
    """How many colleagues wait longer than a day; said again only when there are new ones among them."""
    late = timezone.now() - PATIENCE
    asked = AssessmentRequest.objects.waiting().visible_to(person).filter(requested_at__lte=late)
    moments = list(asked.order_by("-requested_at").values_list("requested_at", flat=True))
    if not moments or moments[0] <= since - PATIENCE:
        return []
    title = ngettext(
        "%(count)d colleague waits for your judgement", "%(count)d colleagues wait for your judgement", len(moments)
    )
    words = title % {"count": len(moments)}
    text = _("They have waited longer than a day.")
    return [DigestItem(DigestKind.ASSESSMENT, words, reverse("courses:requests"), text=text)]


def _safety_changes(person: User, since: datetime) -> list[DigestItem]:
    """Of what is under way, the newest safety change since then."""
    newer = ModuleVersion.objects.filter(
        significance=Significance.SAFETY,
        published_at__gt=since,
        module__attempts__in=Attempt.objects.filter(person=person).under_way(),
        module__attempts__version__number__lt=F("number"),
        module__archived_at__isnull=True,
    )
    rows = newer.order_by("number").values_list("module", "title", "change_note", "module__attempts__uuid")
    latest = {attempt: (title, note) for _module, title, note, attempt in rows}
    return [
        DigestItem(
            DigestKind.LEARNING,
            _("“%(title)s” has a safer version") % {"title": title},
            reverse("courses:resume", args=[attempt]),
            text=note or _("Take the new version before you go on."),
        )
        for attempt, (title, note) in latest.items()
    ]
