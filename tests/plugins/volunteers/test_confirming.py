"""Confirming a card: once for each time, until a day, and taken back for everybody together."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.models import InstructionPage
from lxp.models import AuditEvent, DigestKind, User
from lxp.permissions import PermissionDenied
from plugins.volunteers.exceptions import ConfirmationRefusedError, RevocationRefusedError
from plugins.volunteers.models import Confirmation, Reminder, RevokedConfirmation
from plugins.volunteers.services.confirming import confirm_card, counting, revoke_confirmations, seen_of
from plugins.volunteers.services.mine import digest_items, home_items
from plugins.volunteers.services.roles import assign_role, remind
from plugins.volunteers.services.standing import State, after, standing_of
from tests.factories.cards import change_card, make_card, translate_card
from tests.factories.people import make_volunteer
from tests.plugins.volunteers.circle import Circle, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
QUESTION = {
    "type": "question",
    "id": "7a0c6f2e-0000-4000-8000-000000000001",
    "value": {
        "prompt": "Waar staat u?",
        "options": [
            {"type": "item", "id": "1", "value": {"text": "Ver weg", "right": False, "feedback": "Sta dichtbij."}},
            {"type": "item", "id": "2", "value": {"text": "Dichtbij", "right": True, "feedback": "Goed zo."}},
        ],
    },
}


def confirm(circle: Circle, person: User | None = None, after_number: int = 0, **fields: Any) -> Confirmation:
    return circle.confirm(person, after_number, **fields)


def address_of(circle: Circle, card: InstructionPage | None = None) -> str:
    return reverse("volunteers:card", args=[circle.organisation.uuid, (card or circle.card).translation_key])


def filled_in(page: Any, **fields: Any) -> dict[str, Any]:
    """What the form of a card sends back as it stands, and what was filled in."""
    hidden = {f"tekst-{each['id']}": each["digest"] for each in page.context["questions"]}
    return {"number": page.context["line"].number, "shown": page.context["shown"], **hidden, **fields}


def state(circle: Circle) -> State:
    found = standing_of(people=[circle.volunteer.pk], organisation=circle.organisation, language="nl")
    return found[circle.volunteer.pk].state


def test_reading_and_confirming_puts_a_card_in_order(circle: Circle) -> None:
    assert state(circle) == State.ASKED
    made = confirm(circle)
    assert (made.number, made.proof, made.valid_until, made.text_digest) == (1, "read", None, circle.card.text_digest)
    assert state(circle) == State.DONE


def test_two_clicks_are_one_confirmation(circle: Circle) -> None:
    assert confirm(circle) == confirm(circle)
    assert Confirmation.objects.count() == 1
    values = Confirmation.objects.values("person_id", "organisation_id", "card_uuid", "number", "title", "proof").get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.create(**values, language="nl", text_digest="")


def test_a_confirmation_is_never_changed(circle: Circle) -> None:
    made = confirm(circle)
    with pytest.raises(TypeError):
        made.save()
    with pytest.raises(TypeError):
        Confirmation.objects.update(title="Anders")


def test_a_renewal_is_a_new_confirmation_and_the_old_one_stays(circle: Circle) -> None:
    circle.ask(valid_months=12)
    with time_machine.travel("2026-01-10 09:00+01:00", tick=False):
        assert confirm(circle).valid_until == date(2027, 1, 10)
        assert state(circle) == State.DONE
    with time_machine.travel("2026-12-20 09:00+01:00", tick=False):
        assert state(circle) == State.ENDS
    with time_machine.travel("2027-01-11 09:00+01:00", tick=False):
        assert state(circle) == State.LAPSED
        assert confirm(circle, after_number=1).valid_until == date(2028, 1, 11)
        assert state(circle) == State.DONE
    assert list(Confirmation.objects.values_list("number", "valid_until")) == [
        (1, date(2027, 1, 10)),
        (2, date(2028, 1, 11)),
    ]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2026, 6, 5), 12, date(2027, 6, 5)),
    ],
)
def test_months_end_on_a_day_that_is_there(day: date, months: int, expected: date) -> None:
    assert after(day, months) == expected


def test_a_card_that_nobody_asks_is_not_confirmed(circle: Circle) -> None:
    other = make_card(circle.organisation, title="Iets anders", slug="iets-anders")
    with pytest.raises(ConfirmationRefusedError):
        confirm_card(
            person=circle.volunteer,
            organisation=circle.organisation,
            card_uuid=other.translation_key,
            after_number=0,
            language="nl",
            shown="",
            says_read=True,
            answers={},
        )
    assert not Confirmation.objects.exists()


def test_questions_must_be_answered_right_and_their_key_is_not_on_the_page(circle: Circle) -> None:
    card = make_card(circle.organisation, title="Met vraag", slug="met-vraag", check_questions=[QUESTION])
    circle.ask(card, proof="check")
    address, client = address_of(circle, card), signed_in(circle.volunteer)
    page = client.get(address)
    assert "Sta dichtbij." not in page.content.decode()
    wrong = client.post(address, filled_in(page, **{f"vraag-{QUESTION['id']}": "0"}))
    assert wrong.status_code == 422
    assert "Sta dichtbij." in wrong.content.decode()
    assert client.post(address, filled_in(page, **{f"vraag-{QUESTION['id']}": "9" * 5000})).status_code == 422
    assert not Confirmation.objects.exists()
    assert client.post(address, filled_in(page, **{f"vraag-{QUESTION['id']}": "1"})).status_code == 302
    assert Confirmation.objects.get().proof == "check"


def test_a_card_that_changed_while_it_was_open_is_read_again(circle: Circle) -> None:
    client, address = signed_in(circle.volunteer), address_of(circle)
    opened = client.get(address)
    changed = change_card(circle.card, core=["Til nooit alleen."])
    refused = client.post(address, filled_in(opened, gelezen="on"))
    assert refused.status_code == 422
    assert "The card changed. Read it once more." in refused.content.decode()
    assert "Til nooit alleen." in refused.content.decode()
    assert not Confirmation.objects.exists()
    assert client.post(address, filled_in(refused, gelezen="on")).status_code == 302
    assert Confirmation.objects.get().text_digest == changed.text_digest


def test_the_same_words_in_another_language_are_another_text(circle: Circle) -> None:
    client, address = signed_in(circle.volunteer), address_of(circle)
    opened = client.get(address)
    same = {name: getattr(circle.card, name) for name in ("title", "intro")}
    translate_card(circle.card, "en", **same)
    assert client.post(address, filled_in(opened, gelezen="on")).status_code == 422
    assert not Confirmation.objects.exists()


def test_a_card_is_not_confirmed_without_saying_that_it_was_read(circle: Circle) -> None:
    client, address = signed_in(circle.volunteer), address_of(circle)
    refused = client.post(address, filled_in(client.get(address)))
    assert refused.status_code == 422
    assert "Tick first that you read this card and understand it." in refused.content.decode()
    assert client.post(address, {"number": "0", "gelezen": "on"}).status_code == 422
    assert not Confirmation.objects.exists()


def test_answers_stay_where_the_question_is_the_same_after_a_change(circle: Circle) -> None:
    other = {**QUESTION, "id": "7a0c6f2e-0000-4000-8000-000000000002"}
    card = make_card(circle.organisation, title="Met vragen", slug="met-vragen", check_questions=[QUESTION, other])
    circle.ask(card, proof="check")
    client, address = signed_in(circle.volunteer), address_of(circle, card)
    opened = client.get(address)
    change_card(card, check_questions=[QUESTION, {**other, "value": {**QUESTION["value"], "prompt": "En uw voeten?"}}])
    answers = {f"vraag-{QUESTION['id']}": "1", f"vraag-{other['id']}": "1"}
    refused = client.post(address, filled_in(opened, **answers))
    assert refused.status_code == 422
    chosen = [[each["is_chosen"] for each in question["options"]] for question in refused.context["questions"]]
    assert chosen == [[False, True], [False, False]]
    assert [question["feedback"] for question in refused.context["questions"]] == ["", ""]
    assert not Confirmation.objects.exists()


def test_what_was_taken_back_between_reading_and_confirming_is_read_again(circle: Circle) -> None:
    circle.ask(valid_months=1)
    first, late = signed_in(circle.volunteer).get(address_of(circle)), circle.add()
    unread = signed_in(late).get(address_of(circle))
    confirm(circle)
    opened = signed_in(circle.volunteer).get(address_of(circle))
    rows = counting(organisation=circle.organisation, card_uuid=circle.card.translation_key)
    values = {"organisation": circle.organisation, "card": circle.card, "by": circle.coordinator}
    revoke_confirmations(**values, reason="De tekening is nieuw.", seen=seen_of(rows))
    for person, page in ((circle.volunteer, first), (circle.volunteer, opened), (late, unread)):
        refused = signed_in(person).post(address_of(circle), filled_in(page, gelezen="on"))
        assert refused.status_code == 422
        assert "The card changed. Read it once more." in refused.content.decode()
    assert Confirmation.objects.count() == 1
    assert state(circle) == State.REVOKED


def test_a_withdrawn_card_is_asked_of_nobody(circle: Circle) -> None:
    circle.card.unpublish()
    standing = standing_of(people=[circle.volunteer.pk], organisation=circle.organisation, language="nl")
    assert standing[circle.volunteer.pk].lines == []


def test_taking_back_counts_for_everybody_says_why_and_keeps_what_was(circle: Circle) -> None:
    people = [circle.volunteer, circle.add(first_name="Bo"), circle.add(first_name="Cas")]
    for each in people[:2]:
        confirm(circle, each)
    rows = counting(organisation=circle.organisation, card_uuid=circle.card.translation_key)
    assert [row.person for row in rows] == sorted(people[:2], key=lambda each: each.last_name)
    values = {"organisation": circle.organisation, "card": circle.card, "by": circle.coordinator}
    revoke_confirmations(**values, reason="Stap 3 is nieuw.", seen=seen_of(rows))
    assert state(circle) == State.REVOKED
    assert (Confirmation.objects.count(), RevokedConfirmation.objects.count()) == (2, 2)
    (item,) = home_items(person=circle.volunteer)
    assert (item.kind, item.text) == ("overdue", "The card changed: Stap 3 is nieuw.")
    assert AuditEvent.objects.filter(action="volunteer.confirmation_revoked").count() == 2
    confirm(circle, after_number=1)
    assert state(circle) == State.DONE


def test_taking_back_what_was_not_seen_changes_nothing(circle: Circle) -> None:
    confirm(circle)
    seen = seen_of(counting(organisation=circle.organisation, card_uuid=circle.card.translation_key))
    confirm(circle, circle.add())
    values = {"organisation": circle.organisation, "card": circle.card, "reason": "Nieuw."}
    with pytest.raises(RevocationRefusedError):
        revoke_confirmations(**values, seen=seen, by=circle.coordinator)
    with pytest.raises(PermissionDenied):
        revoke_confirmations(**values, seen=seen, by=circle.volunteer)
    assert not RevokedConfirmation.objects.exists()


def test_the_page_of_taking_back_shows_whom_before_it_is_saved(circle: Circle) -> None:
    confirm(circle)
    client, address = signed_in(circle.coordinator), reverse("volunteers:revoke", args=[circle.card.translation_key])
    page = client.get(address)
    assert "Vera Zwaluw" in page.content.decode()
    assert client.post(address, {"reason": "", "seen": page.context["seen"]}).status_code == 422
    assert client.post(address, {"reason": "Nieuw.", "seen": "anders"}).status_code == 422
    assert not RevokedConfirmation.objects.exists()
    assert client.post(address, {"reason": "Nieuw.", "seen": page.context["seen"]}).status_code == 302
    assert RevokedConfirmation.objects.count() == 1


def test_a_mail_tells_of_a_new_role_and_of_a_reminder_and_not_each_day(circle: Circle) -> None:
    before, now = timezone.now() - timedelta(days=1), timezone.now()
    (item,) = digest_items(person=circle.volunteer, since=before)
    assert (item.kind, item.title) == (DigestKind.LEARNING, "Maasdal asks you to do 1 thing")
    assert digest_items(person=circle.volunteer, since=now) == []
    values = {"organisation": circle.organisation, "people": [circle.volunteer], "by": circle.coordinator}
    assert (remind(**values), remind(**values)) == (1, 0)
    assert len(digest_items(person=circle.volunteer, since=now)) == 1
    assert Reminder.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_for_any_number_of_volunteers(circle: Circle, count: int) -> None:
    people = [make_volunteer(circle.organisation) for _each in range(count)]
    assign_role(role=circle.role, people=people, by=circle.coordinator)
    for each in people:
        confirm(circle, each)
    client = signed_in(circle.coordinator)
    client.get(reverse("volunteers:volunteers"))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("volunteers:volunteers"))
    assert page.context["count"] == count + 1
    # session, user, memberships, navigation; people, names, roles, assignments with items, cards, confirmations
    assert len(queries) == 14
