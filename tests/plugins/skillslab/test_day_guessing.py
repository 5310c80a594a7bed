"""The code of a session cannot be guessed: wrong ones are counted where they are used, and looking tells nobody."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from plugins.skillslab.exceptions import AttendanceRefusedError
from plugins.skillslab.models import Booking, Session
from plugins.skillslab.services.day.attendance import attend_by_code, code_of, note_attendance
from tests.plugins.skillslab.lab import Lab, book
from tests.plugins.skillslab.test_day import during
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def session(lab: Lab) -> Session:
    return lab.session(capacity=3)


def test_guessing_stops_after_ten_wrong_codes_and_the_list_still_works(lab: Lab, session: Session) -> None:
    booking = book(session, lab.member())
    with during(session):
        right = code_of(session, timezone.now())
        for _try in range(10):
            with pytest.raises(AttendanceRefusedError, match="not the code of now"):
                attend_by_code(session=session, person=booking.person, code="1")
        with pytest.raises(AttendanceRefusedError, match="Too many wrong codes"):
            attend_by_code(session=session, person=booking.person, code=right)
        assert note_attendance(booking=booking, attendance="present", by=lab.teachers[0]).outcome == "kept"


def test_scanning_tells_nobody_whether_a_code_is_right_and_counts_as_a_try(lab: Lab, session: Session) -> None:
    phone = signed_in(book(session, lab.member(language="en")).person)
    page = reverse("skillslab:attend", args=[session.uuid])
    with during(session):
        right = code_of(session, timezone.now())
        wrong = f"{(int(right) + 500_000) % 1_000_000:06}"
        shown = [phone.get(page, {"code": each}).content.decode() for each in (wrong, right)]
        assert ["I am here" in each for each in shown] == [True, True]
        for _try in range(10):
            phone.get(page, {"code": wrong})
            assert phone.post(page).status_code == 422
        phone.get(page, {"code": right})
        assert "Too many wrong codes" in phone.post(page).content.decode()
    assert Booking.objects.get().attendance == ""
