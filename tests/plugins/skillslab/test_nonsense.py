"""Days that the calendar hardly has and NUL: refused in words, with what was typed still there and nothing changed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lxp.models import PluginIncident, PluginSwitch
from plugins.skillslab.models import Booking, Session
from tests.plugins.skillslab.lab import Lab, at, book
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = pytest.mark.django_db
FAR = "Choose a day that is at most 3 years from now."


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_session_on_a_day_that_is_too_far_is_refused_with_what_was_typed(lab: Lab, day: str) -> None:
    values = {"session_type": lab.session_type.uuid, "location": lab.location.uuid, "at": "09:00", "capacity": 4}
    client, address = signed_in(lab.coordinator), reverse("skillslab:plan", args=[lab.skillslab.uuid])

    answer = client.post(address, {**values, "day": day, "release_days": 14, "note": "Neem een schort mee."})

    shown = answer.content.decode()
    assert (answer.status_code, FAR in shown, "Neem een schort mee." in shown, day in shown) == (422, True, True, True)
    assert (Session.objects.count(), PluginIncident.objects.count()) == (0, 0)


def test_a_series_until_a_day_that_is_too_far_is_refused(lab: Lab) -> None:
    values = {"session_type": lab.session_type.uuid, "count": 2, "first": "9999-12-01", "last": "9999-12-31"}
    answer = signed_in(lab.coordinator).get(reverse("skillslab:series", args=[lab.skillslab.uuid]), values)
    assert (answer.status_code, FAR in answer.content.decode()) == (422, True)


def test_nul_in_a_reason_is_answered_in_words_and_the_place_stays(lab: Lab) -> None:
    person = lab.member()
    booking = book(lab.session(at(10)), person)

    answer = signed_in(person).post(reverse("skillslab:cancel", args=[booking.pk]), {"reason": "ziek\0"})

    assert (answer.status_code, "We cannot read what you sent" in answer.content.decode()) == (400, True)
    assert Booking.objects.get(pk=booking.pk).state == Booking.State.BOOKED
    assert PluginSwitch.objects.filter(fault_count__gt=0).count() == 0


def test_nul_in_a_question_and_in_a_secret_address_is_no_fault(lab: Lab) -> None:
    session = lab.session(at(10))
    client = signed_in(lab.coordinator)
    asked = client.get(reverse("skillslab:walk_ins", args=[session.uuid]), {"q": "Kim\0"})
    for answer in (asked, client.get("/p/skillslab/agenda/%00.ics"), client.get("/nl/%00/"), client.get("/%00")):
        assert answer.status_code == 400
    assert PluginIncident.objects.count() == 0
