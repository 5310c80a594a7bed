"""Taking up a module or a course, and starting an attempt."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from courses.exceptions import EnrolmentRefusedError
from courses.models import Attempt, Course, Enrolment, GivenToVolunteers, Module
from lxp.models import Organisation, User


def organisation_for(*, person: User, module: Module, preferred: Organisation | None) -> Organisation:
    """The organisation that a person learns for: the one of an attempt under way, else the module's owner where they
    belong to it, else the one they chose. What only the organisation of a volunteer gives them is learnt for that one, so
    that no employer reads of it. Raises EnrolmentRefusedError for who belongs to none."""
    mine = _giving(person, module) or person.organisations
    if not mine:
        raise EnrolmentRefusedError(_("You belong to no organisation now. Ask your learning department."))
    under_way = Attempt.objects.under_way().filter(person=person, module=module).values_list("organisation", flat=True)
    wanted = [*under_way, module.owner_id, *([preferred.pk] if preferred else [])]
    return next((each for pk in wanted for each in mine if each.pk == pk), mine[0])


def _giving(person: User, module: Module) -> list[Organisation]:
    """Where somebody is a volunteer: the organisations through which they find a module. Nothing is asked for others."""
    if not person.volunteer_organisations:
        return []
    given = GivenToVolunteers.objects.filter(module=module, organisation__in=person.volunteer_organisations)
    as_volunteer = set(given.values_list("organisation", flat=True))
    return [
        each
        for each in person.organisations
        if each.pk in as_volunteer
        or (each in person.staff_organisations and Module.objects.found_by(each).filter(pk=module.pk).exists())
    ]


def _check_person(person: User) -> None:
    """Nobody is wiped before this transaction ends, and who was wiped since the page was asked for starts nothing."""
    if not User.objects.select_for_update(no_key=True).filter(pk=person.pk, wiped_at__isnull=True).exists():
        raise EnrolmentRefusedError(_("This person was erased, so nothing can be started."))


@transaction.atomic
def start_module(*, person: User, module: Module, preferred: Organisation | None = None) -> Attempt:
    """Enrol where needed, and return the attempt under way or a new one; two clicks make one attempt.

    Raises EnrolmentRefusedError when the person may not find the module, or belongs to no organisation.
    """
    allowed = Module.objects.published().visible_to(person).filter(pk=module.pk).select_related("current_version")
    found = allowed.first()
    if found is None:
        raise EnrolmentRefusedError(_("This module is not there for you. Look in the catalogue for another."))
    organisation = organisation_for(person=person, module=found, preferred=preferred)
    _check_person(person)
    Enrolment.objects.get_or_create(person=person, organisation=organisation, module=found)
    mine = Attempt.objects.filter(person=person, organisation=organisation, module=found)
    running = mine.under_way().first()
    if running is not None:
        return running
    number = (mine.aggregate(highest=Max("number"))["highest"] or 0) + 1
    try:
        with transaction.atomic():
            return Attempt.objects.create(
                person=person, organisation=organisation, module=found, version=found.current_version, number=number
            )
    except IntegrityError:
        return mine.under_way().get()


@transaction.atomic
def enrol_in_course(*, person: User, course: Course, preferred: Organisation | None = None) -> Enrolment:
    """Take up the current version of a course; twice is once. Raises EnrolmentRefusedError."""
    allowed = Course.objects.published().visible_to(person).filter(pk=course.pk).select_related("current_version")
    found = allowed.first()
    mine = person.organisations
    if found is None or not mine:
        raise EnrolmentRefusedError(_("This course is not there for you. Look in the catalogue for another."))
    organisation = next((each for each in mine if preferred and each.pk == preferred.pk), mine[0])
    _check_person(person)
    earlier = Enrolment.objects.filter(person=person, course_version__course=found).first()
    if earlier is not None:
        return earlier
    enrolment, _created = Enrolment.objects.get_or_create(
        person=person, organisation=organisation, course_version=found.current_version
    )
    return enrolment
