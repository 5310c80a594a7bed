"""Signing a practical during a session: by the assessor's own screen, with every check that it makes."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from courses.api import ActivityState, Assessment, AssessmentRequest, Attempt, ask_for_assessment
from lxp.models import User
from lxp.permissions import require
from plugins.skillslab.exceptions import AttendanceRefusedError
from plugins.skillslab.models import Booking, Session


@transaction.atomic
def request_sign_off(*, booking: Booking, by: User) -> AssessmentRequest:
    """The request with which an assessor signs the activity that the session serves; asking twice is one request.

    Raises AttendanceRefusedError where the session serves no activity, the person was not there or has not begun the module,
    and for who is no assessor of the person's organisation: who may sign is for that organisation to say.
    """
    session = booking.session
    require(by, "session.teach", session)
    if session.session_type.module_id is None or session.session_type.block_id is None:
        raise AttendanceRefusedError(_("There is nothing to sign in this session."))
    if booking.attendance != Booking.Attendance.PRESENT:
        raise AttendanceRefusedError(_("Note first that this person is there."))
    attempts = Attempt.objects.under_way().filter(person=booking.person, module=session.session_type.module_id)
    attempt = attempts.select_related("version").order_by("-active_at").first()
    if attempt is None:
        words = _("%(name)s has not begun the module “%(title)s”. Ask them to begin it now; then sign.")
        raise AttendanceRefusedError(words % {"name": booking.person, "title": session.session_type.module})
    row = attempt.version.activities.filter(block_id=session.session_type.block_id).first()
    if row is None:
        raise AttendanceRefusedError(
            _("This assignment is no longer in the module. The learner need not do it any more.")
        )
    done = ActivityState.objects.filter(attempt=attempt, block_id=row.block_id, completed_at__isnull=False)
    if done.exists():
        raise AttendanceRefusedError(_("%(name)s was signed for already.") % {"name": booking.person})
    request: AssessmentRequest = ask_for_assessment(attempt=attempt, row=row)
    if not AssessmentRequest.objects.visible_to(by).filter(pk=request.pk).exists():
        words = _("You are no assessor of %(organisation)s. Another assessor can sign: it is on their list now.")
        raise AttendanceRefusedError(words % {"organisation": request.organisation})
    return request


def signed_in_session(session: Session) -> set[int]:
    """The people (ids) for whom somebody signed competent since a session began. One query."""
    signed = Assessment.objects.filter(is_competent=True, signed_at__gte=session.starts_at)
    signed = signed.filter(request__block_id=session.session_type.block_id)
    return set(signed.filter(person__in=session.bookings.values("person")).values_list("person", flat=True))
