"""The pages of volunteers and coordinators: home, roles, what is done for many at once, certificates, and forgetting."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Module
from lxp import plugin_manager
from lxp.models import Membership, User
from plugins.volunteers.models import Certificate, RoleAssignment, RoleItem
from plugins.volunteers.services.confirming import counting, revoke_confirmations, seen_of
from plugins.volunteers.services.personal_data import export_parts, forget
from plugins.volunteers.services.roles import end_assignment
from tests.factories.cards import change_card, make_card
from tests.factories.modules import lesson, make_module
from tests.factories.people import join_as_volunteer, make_member
from tests.plugins.volunteers.circle import Circle, make_circle, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def confirm(circle: Circle, person: User | None = None) -> None:
    circle.confirm(person)


def test_the_home_of_a_volunteer_says_what_is_asked(circle: Circle) -> None:
    page = signed_in(circle.volunteer).get("/mijn/").content.decode()
    assert "Iemand optillen maasdal" in page
    assert "/p/volunteers/meegeven/" not in page


def test_a_module_of_a_role_is_found_by_its_volunteers_and_no_longer_when_taken_out(circle: Circle) -> None:
    module = make_module(circle.organisation, lesson())
    client = signed_in(circle.coordinator)
    address = reverse("volunteers:role", args=[circle.role.uuid])
    asked = {"thing": f"module:{module.uuid}", "proof": "read", "is_required": "on"}
    assert client.post(address, asked).status_code == 302
    fresh = User.objects.get(pk=circle.volunteer.pk)
    assert list(Module.objects.visible_to(fresh)) == [module]
    item = RoleItem.objects.get(module=module)
    assert item.proof == "module"
    client.post(reverse("volunteers:item_drop", args=[circle.role.uuid, item.pk]))
    assert not Module.objects.visible_to(User.objects.get(pk=circle.volunteer.pk)).exists()


def test_a_card_without_questions_cannot_ask_them(circle: Circle) -> None:
    key = circle.card.translation_key
    asked = {"thing": f"card:{key}", "proof": "check", "is_required": "on"}
    answer = signed_in(circle.coordinator).post(reverse("volunteers:role", args=[circle.role.uuid]), asked)
    assert answer.status_code == 422
    assert RoleItem.objects.get(role=circle.role).proof == "read"


def test_ticked_volunteers_get_a_role_and_those_of_others_do_not(circle: Circle) -> None:
    other = make_circle("dalzorg")
    person = circle.add()
    RoleAssignment.objects.all().delete()
    client = signed_in(circle.coordinator)
    chosen = {
        "wie": [str(person.uuid), str(other.volunteer.uuid), "geen uuid"],
        "rol": str(circle.role.uuid),
        "geef": "1",
    }
    for _click in range(2):
        client.post(reverse("volunteers:together"), chosen)
    assert list(RoleAssignment.objects.values_list("person", "role")) == [(person.pk, circle.role.pk)]
    client.post(reverse("volunteers:together"), {**chosen, "rol": str(other.role.uuid)})
    assert RoleAssignment.objects.count() == 1


def test_what_is_done_together_keeps_the_list_and_what_was_ticked(circle: Circle) -> None:
    person = circle.add(first_name="Bo", last_name="Berg")
    client = signed_in(circle.coordinator)
    whole = client.get(f"{reverse('volunteers:volunteers')}?alles=1").context
    assert whole["ticked"] == {str(person.uuid), str(circle.volunteer.uuid)}
    address = f"{reverse('volunteers:together')}?q=berg&p=1"
    without_role = client.post(address, {"wie": [str(person.uuid)], "geef": "1"})
    assert (without_role.status_code, without_role.context["count"]) == (422, 1)
    assert without_role.context["ticked"] == {str(person.uuid)}
    nobody = client.post(address, {"geef": "1"})
    assert nobody.status_code == 422
    circle.add(first_name="Bob", last_name="Bergsma")
    again = client.post(address, {"geef": "1"}).content.decode()
    assert f'href="{reverse("volunteers:volunteers")}?q=berg&amp;p=1&amp;alles=1#lijst"' in again
    done = client.post(address, {"wie": [str(person.uuid)], "herinner": "1"})
    assert done.url == client.get(address).url == f"{reverse('volunteers:volunteers')}?q=berg&p=1"


def test_the_list_is_narrowed_by_state_role_and_words(circle: Circle) -> None:
    confirm(circle, circle.add(first_name="Bo", last_name="Berg"))
    client, address = signed_in(circle.coordinator), reverse("volunteers:volunteers")
    counts = {
        query: client.get(f"{address}?{query}").context["count"]
        for query in ("stand=done", "stand=asked", "q=zwal", "q=qqq")
    }
    assert counts == {"stand=done": 1, "stand=asked": 1, "q=zwal": 1, "q=qqq": 0}
    assert client.get(f"{address}?rol={circle.role.uuid}").context["count"] == 2


def test_a_certificate_is_checked_by_anybody_and_stays_the_same_paper(circle: Circle) -> None:
    client, address = (
        signed_in(circle.volunteer),
        reverse("volunteers:certificate_make", args=[circle.organisation.uuid]),
    )
    assert client.post(address).url == reverse("volunteers:mine")
    assert not Certificate.objects.exists()
    confirm(circle)
    first, second = client.post(address), client.post(address)
    assert first.url == second.url
    page = Client().get(first.url)
    assert page.status_code == 200
    assert not page.cookies
    assert "Vera Zwaluw" in page.content.decode()
    assert "Iemand optillen maasdal" in page.content.decode()
    arabic = Client().get(first.url, headers={"Accept-Language": "ar"}).content.decode()
    assert '<html lang="nl" dir="ltr"' in arabic
    assert Client().get(reverse("volunteers:certificate", args=["onbekend"])).status_code == 404
    plugin_manager.switch(plugin="volunteers", organisation=circle.organisation, on=False, by=None)
    assert Client().get(first.url).status_code == 404


def certificate_of(circle: Circle) -> str:
    made = reverse("volunteers:certificate_make", args=[circle.organisation.uuid])
    return str(signed_in(circle.volunteer).post(made).url)


def test_a_certificate_says_what_no_longer_counts(circle: Circle) -> None:
    second = make_card(circle.organisation, title="Samen eten", slug="samen-eten")
    circle.ask(second)
    confirm(circle)
    Circle(circle.organisation, circle.coordinator, circle.volunteer, circle.role, second).confirm()
    address = certificate_of(circle)
    page = Client(headers={"accept-language": "en"}).get(address)
    assert page.context["today"].titles == [("Iemand optillen maasdal", True), ("Samen eten", True)]
    assert "Still a volunteer: yes" in page.content.decode()
    assert "no longer counts" not in page.content.decode()
    change_card(circle.card, title="Iemand veilig optillen")
    assert not Client(headers={"accept-language": "en"}).get(address).context["today"].has_changed
    rows = counting(organisation=circle.organisation, card_uuid=circle.card.translation_key)
    values = {"organisation": circle.organisation, "card": circle.card, "by": circle.coordinator}
    revoke_confirmations(**values, reason="Stap 3 is nieuw.", seen=seen_of(rows))
    page = Client(headers={"accept-language": "en"}).get(address)
    assert page.context["today"].titles == [("Iemand optillen maasdal", False), ("Samen eten", True)]
    assert page.content.decode().count("(no longer counts)") == 1


def test_a_certificate_says_that_a_role_ended_and_that_somebody_left(circle: Circle) -> None:
    confirm(circle)
    address = certificate_of(circle)
    end_assignment(assignment=RoleAssignment.objects.get(person=circle.volunteer), by=circle.coordinator)
    page = Client(headers={"accept-language": "en"}).get(address).content.decode()
    assert "Role: Tillen" in page
    assert "No role today" in page
    assert page.count("(no longer counts)") == 1
    Membership.objects.filter(person=circle.volunteer).update(ends_on=timezone.localdate() - timedelta(days=1))
    page = Client(headers={"accept-language": "en"}).get(address).content.decode()
    assert "Still a volunteer: no" in page
    assert "Vera Zwaluw" in page
    assert page.count("(no longer counts)") == 1


def test_a_coordinator_reads_how_one_volunteer_stands_and_that_is_written_down(circle: Circle) -> None:
    address = reverse("volunteers:one", args=[circle.volunteer.uuid])
    client = signed_in(circle.coordinator)
    assert "Still to do" in client.get(address).content.decode()
    shown = signed_in(circle.volunteer).get(reverse("lxp:looks")).content.decode()
    assert "looked at what you confirmed as a volunteer" in shown
    client.post(address, {"rol": str(circle.role.uuid)})
    assert not RoleAssignment.objects.filter(ended_at__isnull=True).exists()


def test_who_works_and_volunteers_here_has_both_menus(circle: Circle) -> None:
    person = make_member(circle.organisation)
    join_as_volunteer(person, circle.organisation)
    page = signed_in(person).get("/mijn/").content.decode()
    assert "/p/volunteers/meegeven/" in page
    assert 'href="/p/volunteers/"' in page


def test_a_copy_holds_everything_and_forgetting_removes_it(circle: Circle) -> None:
    confirm(circle)
    signed_in(circle.volunteer).post(reverse("volunteers:certificate_make", args=[circle.organisation.uuid]))
    parts = {each.name: list(each.rows) for each in export_parts(person=circle.volunteer)}
    assert [row["card"] for row in parts["volunteers_confirmations"]] == ["Iemand optillen maasdal"]
    assert [len(rows) for rows in parts.values()] == [1, 1, 1, 0, 0]
    forget(person=circle.volunteer)
    assert [list(each.rows) for each in export_parts(person=circle.volunteer)] == [[]] * 5


def test_the_card_of_a_volunteer_calls_who_gave_it_and_112_with_a_tap(circle: Circle) -> None:
    change_card(circle.card, call=["Bij twijfel."], emergency=["Iemand reageert niet."])
    circle.organisation.care_hours = "Mo-Fr 08:00-17:00"
    circle.organisation.save(update_fields=["care_hours"])
    address = reverse("volunteers:card", args=[circle.organisation.uuid, circle.card.translation_key])
    page = signed_in(circle.volunteer).get(address).content.decode()
    assert re.findall(r'href="(tel:[^"]+)"', page) == ["tel:112", "tel:+31455551234"]
    assert "Call Maasdal if you see this" in page
    assert '<ul class="care__hours" aria-label="When somebody answers"><li>' in page
