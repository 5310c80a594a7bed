"""Workplace assignments: a learner asks, an assessor of the same organisation judges and signs; never for themselves."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.activities.assignment import MET, NOT_MET, NOT_SEEN, Assignment
from courses.activities.stores import Act
from courses.exceptions import SignOffRefusedError
from courses.models import Assessment, AssessmentRequest, Attempt, VersionActivity
from courses.services.attempts import keep_state, open_activity
from courses.services.completion import complete_if_done, standing_of, tell_completion
from lxp import audit, plugin_manager
from lxp.models import UrgentKind, User
from lxp.notices.urgent import tell_at_once
from lxp.permissions import may

SCORES = (MET, NOT_MET, NOT_SEEN)


def objections_to(requests: Iterable[AssessmentRequest], assessor: User) -> dict[int, list[str]]:
    """Why an assessor may not sign requests today, in words for that assessor, by the id of the request. Who may sign one
    has no entry. Packages above know what an assignment proves and who may judge that; requests come with their attempt."""
    found: dict[int, list[str]] = {}
    pairs = plugin_manager.call_core(
        "signature_objections", requests=list(requests), assessor=assessor, day=timezone.localdate()
    )
    for request_id, words in pairs:
        found.setdefault(request_id, []).append(words)
    return found


@transaction.atomic
def sign(
    *, request: AssessmentRequest, by: User, scores: dict[str, str], is_competent: bool, feedback: str
) -> Assessment:
    """Store an assessor's judgement, and complete the assignment when it says competent.

    `scores` holds met, not_met or not_seen for each criterion's id. Raises SignOffRefusedError for an own request, without
    the role or the authority on this day, for a request that is closed, with a criterion left out, or competent with a
    critical criterion that is not met.
    """
    locked = _locked(request)
    _check_assessor(locked, by)
    assignment, row = _assignment(locked)
    _check_scores(assignment, scores, is_competent)
    payload = {"is_competent": is_competent, "scores": scores, "feedback": feedback, "assessor": str(by.uuid)}
    assignment.record("assessed", payload)
    attempt = locked.attempt
    state = keep_state(activity=assignment, attempt=attempt, act=Act())
    locked.closed_at = timezone.now()
    locked.save(update_fields=["closed_at"])
    assessment = Assessment.objects.create(
        request=locked,
        person=attempt.person,
        assessor=by,
        organisation=locked.organisation,
        scores=scores,
        is_competent=is_competent,
        feedback=feedback,
    )
    tell_completion(attempt=attempt, activity=row, state=state, before=standing_of(None), assessment=assessment)
    complete_if_done(attempt=attempt)
    _note(assessment, attempt)
    return assessment


def _locked(request: AssessmentRequest) -> AssessmentRequest:
    """The request, after its person and its attempt, for nobody else to change before this transaction ends."""
    attempts = Attempt.objects.locked().select_related("version", "organisation")
    attempt = attempts.get(pk=request.attempt_id)
    locked = AssessmentRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    locked.attempt = attempt
    return locked


def _assignment(request: AssessmentRequest) -> tuple[Assignment, VersionActivity]:
    """What is to be signed, as the learner has it now. Raises SignOffRefusedError where that is nothing any more."""
    attempt = request.attempt
    if attempt.must_move:
        raise SignOffRefusedError(
            _("There is a safer version of “%(title)s”. The learner takes that one first, and then asks again.")
            % {"title": attempt.version.title}
        )
    row = attempt.version.activities.filter(block_id=request.block_id).first()
    if row is None:
        raise SignOffRefusedError(_("This assignment is no longer in the module. The learner need not do it any more."))
    count = attempt.version.activities.count()
    activity = open_activity(attempt=attempt, row=row, step_count=count, language=attempt.version.language, act=Act())
    if not isinstance(activity, Assignment):
        raise SignOffRefusedError(_("This assignment cannot be signed now."))
    return activity, row


def _note(assessment: Assessment, attempt: Attempt) -> None:
    """Write down who signed what, and tell the learner."""
    audit.record(
        "assessment.signed",
        by=assessment.assessor,
        about=assessment,
        person=attempt.person,
        organisation=assessment.organisation,
        is_competent=assessment.is_competent,
    )
    _tell_learner(attempt, assessment)


def _tell_learner(attempt: Attempt, assessment: Assessment) -> None:
    """That there is an answer, and where; what it says is nothing for a mailbox."""
    tell_at_once(
        person=attempt.person,
        kind=UrgentKind.SIGN_OFF,
        key=f"assessment:{assessment.uuid}",
        words=lambda: {
            "title": _("An assessor answered you"),
            "text": _("It is about “%(title)s”.") % {"title": attempt.version.title},
            "action": _("Read the answer"),
        },
        url=reverse("courses:resume", args=[attempt.uuid]),
    )


def _check_assessor(request: AssessmentRequest, by: User) -> None:
    """Whether somebody may sign this request today."""
    if request.person_id == by.pk:
        raise SignOffRefusedError(_("You cannot sign for yourself. Ask another assessor."))
    if not may(by, "organisation.assess", request.organisation):
        raise SignOffRefusedError(_("You are no assessor of this organisation today. Ask its learning department."))
    if request.closed_at is not None:
        raise SignOffRefusedError(_("This request has been signed already. Open the list again."))
    objections = objections_to([request], by).get(request.pk)
    if objections:
        raise SignOffRefusedError(" ".join(objections))


def _check_scores(activity: Assignment, scores: dict[str, str], is_competent: bool) -> None:
    criteria = activity.criteria
    if set(scores) != {each["id"] for each in criteria} or not set(scores.values()) <= set(SCORES):
        raise SignOffRefusedError(_("Judge every criterion before you sign."))
    failed = [each["text"] for each in criteria if each["is_critical"] and scores[each["id"]] != MET]
    if is_competent and failed:
        raise SignOffRefusedError(
            _("A critical criterion is not met: “%(criterion)s”. So you cannot sign for competent.")
            % {"criterion": failed[0].rstrip(".")}
        )
