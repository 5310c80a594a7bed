"""The learners of the benchmark with what they have under way, written to the database in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from courses.benchmark.modules import FULL_MODULES, LANGUAGE, NAMESPACE
from courses.models import ActivityState, Attempt, Enrolment, Module, ProgressEvent, VersionActivity
from lxp.models import Membership, Organisation, User

PASSWORD = "leren-meten-2026"  # noqa: S105 - a database for measuring holds nobody's data
JOB = "Zorgmedewerker"
PEOPLE_AT_ONCE = 1000
BATCH = 1000
ENROLMENTS_EACH = 10
DONE_LESSONS = 2

Lessons = dict[int | None, list[VersionActivity]]  # by version


def email_of(number: int) -> str:
    return f"leerling-{number}@benchmark.example"


def load_people(*, count: int, organisations: list[Organisation], modules: list[Module], now: datetime) -> None:
    """Learners 0 to `count` - 1; learner i belongs to organisation i mod 8. A thousand at a time, to stay small."""
    password = make_password(PASSWORD)
    taken = modules[:FULL_MODULES]
    lessons = _lessons_of(taken)
    for first in range(0, count, PEOPLE_AT_ONCE):
        numbers = range(first, min(first + PEOPLE_AT_ONCE, count))
        people = dict(zip(numbers, _load_members(numbers, organisations, password), strict=True))
        attempts = _load_attempts(people, organisations, taken, lessons, now)
        _load_done_lessons(attempts, lessons, now)


def _lessons_of(modules: list[Module]) -> Lessons:
    """The first lessons per version: those that were done, and the next."""
    rows = VersionActivity.objects.filter(version__in=[module.current_version_id for module in modules])
    lessons: Lessons = {}
    for row in rows.filter(position__lte=DONE_LESSONS + 1).order_by("version", "position"):
        lessons.setdefault(row.version_id, []).append(row)
    return lessons


def _load_members(numbers: Iterable[int], organisations: list[Organisation], password: str) -> list[User]:
    people = User.objects.bulk_create(
        [
            User(
                uuid=uuid5(NAMESPACE, f"person {number}"),
                email=email_of(number),
                first_name="Leerling",
                last_name=str(number),
                language=LANGUAGE,
                password=password,
            )
            for number in numbers
        ],
        batch_size=BATCH,
    )
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people],
        batch_size=BATCH,
    )
    Membership.objects.bulk_create(
        [
            Membership(
                person=person,
                organisation=organisations[number % len(organisations)],
                job=JOB,
                starts_on=date(2020, 1, 1),
            )
            for number, person in zip(numbers, people, strict=True)
        ],
        batch_size=BATCH,
    )
    return people


def taken_by(number: int, module_count: int) -> list[int]:
    """Places from 0 of the modules that a learner is enrolled in: ten of them where there are two hundred."""
    return list(dict.fromkeys((7 * number + 20 * turn) % module_count for turn in range(ENROLMENTS_EACH)))


def _load_attempts(
    people: dict[int, User], organisations: list[Organisation], modules: list[Module], lessons: Lessons, now: datetime
) -> list[Attempt]:
    """An enrolment and an attempt under way for each module that a learner takes, in the order of learners. Every second
    one goes on at the third lesson."""
    wanted = [
        (number, person, organisations[number % len(organisations)], modules[place])
        for number, person in people.items()
        for place in taken_by(number, len(modules))
    ]
    Enrolment.objects.bulk_create(
        [
            Enrolment(person=person, organisation=organisation, module=module, enrolled_at=now)
            for _number, person, organisation, module in wanted
        ],
        batch_size=BATCH,
    )
    return Attempt.objects.bulk_create(
        [
            Attempt(
                uuid=uuid5(NAMESPACE, f"attempt {number} {module.uuid}"),
                person=person,
                organisation=organisation,
                module=module,
                version=module.current_version,
                number=1,
                started_at=now,
                active_at=now + timedelta(seconds=turn),
                resume_block_id=_next_lesson(lessons.get(module.current_version_id, [])) if turn % 2 == 0 else None,
            )
            for turn, (number, person, organisation, module) in enumerate(wanted)
        ],
        batch_size=BATCH,
    )


def _next_lesson(rows: list[VersionActivity]) -> UUID | None:
    return rows[DONE_LESSONS].block_id if len(rows) > DONE_LESSONS else None


def _load_done_lessons(attempts: list[Attempt], lessons: Lessons, now: datetime) -> None:
    """In every attempt that goes on at the third lesson the first two are done."""
    begun = [attempt for attempt in attempts if attempt.resume_block_id is not None]
    done = [(attempt, row) for attempt in begun for row in lessons[attempt.version_id][:DONE_LESSONS]]
    ProgressEvent.objects.bulk_create(
        [
            ProgressEvent(
                uuid=uuid5(attempt.uuid, str(row.block_id)),
                person_id=attempt.person_id,
                attempt=attempt,
                block_id=row.block_id,
                name="finished",
                recorded_at=now,
                language=LANGUAGE,
            )
            for attempt, row in done
        ],
        batch_size=BATCH,
    )
    ActivityState.objects.bulk_create(
        [
            ActivityState(
                person_id=attempt.person_id,
                attempt=attempt,
                block_id=row.block_id,
                kind=row.kind,
                data={"is_finished": True},
                completed_at=now,
                updated_at=now,
            )
            for attempt, row in done
        ],
        batch_size=BATCH,
    )
