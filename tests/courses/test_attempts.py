"""Attempts: every act counts once, in whatever order and from however many tabs it arrives."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from courses.activities.stores import Act
from courses.exceptions import UnknownActivityError
from courses.models import ActivityState, Attempt, Enrolment, ModuleVersion, ProgressEvent
from courses.services.attempts import handle, move_to_current
from courses.services.enrolment import start_module
from lxp.models import User
from tests.factories.learning import choice, event_uuid, question_of, row_of, state_of, take
from tests.factories.modules import (
    assignment,
    confirmation,
    lesson,
    make_attempt,
    make_module,
    page_of,
    publish,
    quiz,
    reflection,
    single_question,
)
from tests.factories.people import make_member, make_organisation
from tests.factories.simultaneous import at_once

pytestmark = pytest.mark.django_db
TIMES = {"confirmed_at", "requested_at", "assessed_at"}


def attempt_of(*activities: dict[str, Any]) -> Attempt:
    owner = make_organisation()
    return make_attempt(make_member(owner), make_module(owner, *activities))


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def post(client: Client, attempt: Attempt, position: int, handler: str, **values: Any) -> Any:
    return client.post(
        reverse("courses:handle", args=[attempt.uuid, row_of(attempt, position).block_id, handler]), values
    )


# ── at the same moment ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_eight_starts_at_once_make_one_attempt():
    owner = make_organisation()
    learner, module = make_member(owner), make_module(owner, lesson())
    found = at_once([lambda: start_module(person=User.objects.get(pk=learner.pk), module=module).pk] * 8)
    attempt = Attempt.objects.get()
    assert found == [attempt.pk] * 8
    assert (attempt.number, Enrolment.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_eight_times_the_same_act_at_once_is_one_event_and_one_completion():
    attempt = attempt_of(lesson())
    client_of(attempt.person)  # the session engine is warm
    act = Act(uuid=event_uuid(7), device="phone", sequence=3)
    found = at_once([lambda: take(Attempt.objects.get(pk=attempt.pk), 1, "finish", act=act).result()] * 8)
    assert [result.is_completed for result in found] == [True] * 8
    event = ProgressEvent.objects.get()
    assert (event.uuid, event.device, event.sequence) == (event_uuid(7), "phone", 3)
    assert state_of(attempt, 1).sequences == {"phone": 3}
    assert Attempt.objects.get().completed_at is not None


@pytest.mark.django_db(transaction=True)
def test_eight_different_answers_to_one_question_at_once_are_no_fault_and_one_counts():
    attempt = attempt_of(quiz(count=2))
    question = question_of(attempt, 1)
    client = client_of(attempt.person)
    cookies = client.cookies
    values = [choice(question, right=number % 2 == 0) | {"event": str(event_uuid(number))} for number in range(8)]

    def answer(given_values: dict[str, Any]) -> int:
        browser = Client()
        browser.cookies = cookies
        return post(browser, attempt, 1, "answer", **given_values).status_code

    assert at_once([lambda each=each: answer(each) for each in values]) == [302] * 8
    event = ProgressEvent.objects.get()
    stored = state_of(attempt, 1).data["rounds"]["1"][question["id"]]
    assert stored["answer"] == event.payload["answer"]


# ── once, in order, from devices ─────────────────────────────────────────────────────────────────────────────


def test_an_act_that_arrives_again_changes_nothing():
    attempt = attempt_of(reflection())
    act = Act(uuid=event_uuid(1), device="phone", sequence=1)
    take(attempt, 1, "write", {"text": ["Eerst"]}, act=act)
    before = ActivityState.objects.values().get()
    take(attempt, 1, "write", {"text": ["Anders"]}, act=act)
    assert ActivityState.objects.values().get() == before
    assert ProgressEvent.objects.count() == 1


def test_what_a_device_says_of_an_act_is_kept_with_it():
    attempt = attempt_of(reflection())
    values = {"text": "Hoi", "event": str(uuid4()), "device": "tablet", "sequence": "12"}
    post(client_of(attempt.person), attempt, 1, "write", **values, client_time="2026-11-20T10:00:00+01:00")
    event = ProgressEvent.objects.get()
    assert (event.device, event.sequence, event.language) == ("tablet", 12, "nl")
    assert event.client_time.isoformat() == "2026-11-20T09:00:00+00:00"
    assert state_of(attempt, 1).sequences == {"tablet": 12}


def test_words_that_arrive_late_do_not_replace_later_ones():
    attempt = attempt_of(reflection())
    for sequence, text in ((2, "Later"), (1, "Eerder")):
        take(attempt, 1, "write", {"text": [text]}, act=Act(device="phone", sequence=sequence))
    assert state_of(attempt, 1).data["text"] == "Later"


def test_the_same_words_again_still_count_as_the_last():
    attempt = attempt_of(reflection())
    for sequence, text in ((1, "A"), (3, "A"), (2, "B")):
        take(attempt, 1, "write", {"text": [text]}, act=Act(device="phone", sequence=sequence))
    assert state_of(attempt, 1).data["text"] == "A"


def test_each_device_counts_for_itself():
    attempt = attempt_of(reflection())
    take(attempt, 1, "write", {"text": ["telefoon"]}, act=Act(device="phone", sequence=100))
    take(attempt, 1, "write", {"text": ["laptop"]}, act=Act(device="laptop", sequence=1))
    state = state_of(attempt, 1)
    assert (state.data["text"], state.sequences) == ("laptop", {"phone": 100, "laptop": 1})


def lesson_acts(question: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    wrong, right = choice(question, right=False), choice(question)
    return [("answer", wrong), ("answer", right), ("answer", wrong), ("finish", {})]


KINDS: dict[str, tuple[dict[str, Any], Any]] = {
    "lesson": (lesson(check=single_question("c1")), lambda row: lesson_acts(row.content["check"][0])),
    "quiz": (quiz(count=4), lambda row: [("answer", choice(each)) for each in row.content["questions"]]),
    "reflection": (reflection(), lambda row: [("write", {"text": [text]}) for text in ("Een", "Twee", "Een", "Drie")]),
    "confirmation": (confirmation(), lambda row: [("confirm", {"agree": ["1"]})] * 3),
    "assignment": (assignment(), lambda row: [("request", {})] * 3),
}


@pytest.mark.parametrize("kind", KINDS)
def test_acts_of_a_device_in_any_order_and_as_often_as_you_like_give_one_state(kind):
    """What the device did in order is what counts, however the network delivers it."""
    activity, acts_of = KINDS[kind]
    first = attempt_of(activity)
    acts = list(enumerate(acts_of(row_of(first, 1)), start=1))
    expected = outcome_after(first, acts)

    @settings(max_examples=10, deadline=None, database=None, phases=[Phase.generate])
    @given(order=st.permutations(acts), repeats=st.lists(st.sampled_from(acts), max_size=2))
    def check(order: list[Any], repeats: list[Any]) -> None:
        Attempt.objects.under_way().update(completed_at=timezone.now())
        assert outcome_after(make_attempt(first.person, first.module), [*order, *repeats]) == expected

    check()


def outcome_after(attempt: Attempt, acts: list[tuple[int, tuple[str, dict[str, Any]]]]) -> tuple[Any, ...]:
    deliver(attempt, acts)
    return outcome_of(attempt)


def deliver(attempt: Attempt, acts: list[tuple[int, tuple[str, dict[str, Any]]]]) -> None:
    for sequence, (handler, values) in acts:
        identity = uuid5(attempt.uuid, str(sequence))
        take(attempt, 1, handler, values, act=Act(uuid=identity, device="phone", sequence=sequence))


def outcome_of(attempt: Attempt) -> tuple[Any, ...]:
    state = state_of(attempt, 1)
    data = {name: value for name, value in state.data.items() if name not in TIMES}
    is_done = Attempt.objects.get(pk=attempt.pk).completed_at is not None
    return data, state.completed_at is not None, state.passed, state.score_percent, is_done


def test_a_confirmation_keeps_the_first_moment():
    attempt = attempt_of(confirmation())
    for sequence in (2, 1):
        take(attempt, 1, "confirm", {"agree": ["1"]}, act=Act(device="phone", sequence=sequence))
    first = ProgressEvent.objects.order_by("recorded_at").first()
    assert state_of(attempt, 1).data["confirmed_at"] == first.recorded_at.isoformat()


# ── tabs, the back button, and renewed modules ───────────────────────────────────────────────────────────────


def test_the_first_tab_that_answers_decides():
    attempt = attempt_of(quiz(count=2))
    client, question = client_of(attempt.person), question_of(attempt, 1)
    post(client, attempt, 1, "answer", **choice(question, right=False), event=str(uuid4()))
    before = state_of(attempt, 1).data
    answer = post(client, attempt, 1, "answer", **choice(question), event=str(uuid4()))
    assert answer.status_code == 302
    assert state_of(attempt, 1).data == before
    assert ProgressEvent.objects.count() == 1


def test_an_old_page_of_an_earlier_round_changes_nothing_in_this_one():
    attempt = attempt_of(quiz(count=1))
    question = question_of(attempt, 1)
    take(attempt, 1, "answer", choice(question, right=False))
    take(attempt, 1, "new_round", {"round": ["2"]})
    take(attempt, 1, "answer", choice(question, number=1))
    assert list(state_of(attempt, 1).data["rounds"]) == ["1"]
    assert Attempt.objects.get().completed_at is None


def test_what_is_written_in_a_form_from_the_back_button_is_new():
    attempt = attempt_of(reflection(), lesson())
    client, event = client_of(attempt.person), str(uuid4())
    post(client, attempt, 1, "write", text="Eerst", event=event)
    post(client, attempt, 1, "write", text="Beter", event=event)
    post(client, attempt, 1, "write", text="Beter", event=event)
    assert state_of(attempt, 1).data["text"] == "Beter"
    assert ProgressEvent.objects.count() == 2


def test_a_module_that_is_renewed_half_way_takes_the_form_of_the_old_page():
    module = make_module(make_organisation(), reflection(), lesson())
    attempt = make_attempt(make_member(module.owner), module)
    publish(page_of(module), reflection(prompt="Wat neem je echt mee?"), lesson(), significance="editorial")
    answer = post(client_of(attempt.person), attempt, 1, "write", text="Alles", event=str(uuid4()))
    assert answer.status_code == 302
    assert Attempt.objects.get().version.number == 2
    assert state_of(Attempt.objects.get(), 1).data["text"] == "Alles"


def test_an_act_for_a_version_that_was_left_meanwhile_is_marked_by_the_new_one():
    module = make_module(make_organisation(), quiz(count=1), lesson())
    attempt = make_attempt(make_member(module.owner), module)
    row, values = row_of(attempt, 1), choice(question_of(attempt, 1))
    turned = single_question("v1")
    for option in turned["options"]:
        option["right"] = not option.get("right", False)
    publish(page_of(module), quiz(questions=[turned]), lesson())
    move_to_current(attempt=attempt)
    taken = handle(
        person=attempt.person,
        attempt_uuid=attempt.uuid,
        block_id=row.block_id,
        handler="answer",
        data=values,
        act=Act(),
    )
    assert taken.activity.round.right_count == 0


def test_an_act_for_an_activity_that_left_the_module_is_refused():
    module = make_module(make_organisation(), lesson(), reflection())
    attempt = make_attempt(make_member(module.owner), module)
    row = row_of(attempt, 2)
    publish(page_of(module), lesson())
    move_to_current(attempt=attempt)
    with pytest.raises(UnknownActivityError):
        handle(
            person=attempt.person,
            attempt_uuid=attempt.uuid,
            block_id=row.block_id,
            handler="write",
            data={"text": ["Hoi"]},
            act=Act(),
        )
    assert ProgressEvent.objects.filter(name="written").exists() is False


def test_taking_the_new_version_by_its_button_goes_on_where_it_was():
    module = make_module(make_organisation(), lesson(), lesson("les-2"))
    attempt = make_attempt(make_member(module.owner), module)
    client = client_of(attempt.person)
    take(attempt, 1, "finish")
    client.get(reverse("courses:play", args=[attempt.uuid, 2]))
    publish(page_of(module), lesson(), reflection(), lesson("les-2"))
    answer = client.post(reverse("courses:update", args=[attempt.uuid]), follow=True)
    assert answer.redirect_chain[-1][0] == f"/leren/{attempt.uuid}/3/"
    assert ModuleVersion.objects.get(attempts=attempt).number == 2


# ── resuming ─────────────────────────────────────────────────────────────────────────────────────────────────


def resumed(client: Client, attempt: Attempt) -> str:
    return client.get(reverse("courses:resume", args=[attempt.uuid])).url.removeprefix(f"/leren/{attempt.uuid}/")


def test_resuming_opens_where_one_was_else_what_is_not_done():
    attempt = attempt_of(lesson(), lesson("les-2"), lesson("les-3"))
    client = client_of(attempt.person)
    assert resumed(client, attempt) == "1/"
    client.get(reverse("courses:play", args=[attempt.uuid, 2]))
    assert resumed(client, attempt) == "2/"
    take(attempt, 2, "finish")
    assert resumed(client, attempt) == "3/"
    take(attempt, 3, "finish")
    assert resumed(client, attempt) == "1/"
    take(attempt, 1, "finish")
    assert resumed(client, attempt) == "klaar/"


def told(client: Client, attempt: Attempt, position: int, anchor: str) -> int:
    address = reverse("courses:position", args=[attempt.uuid, row_of(attempt, position).block_id])
    return client.post(address, {"anchor": anchor}).status_code


def test_the_last_heading_in_view_is_remembered_until_another_activity_is_opened():
    attempt = attempt_of(lesson(), lesson("les-2"))
    client = client_of(attempt.person)
    assert told(client, attempt, 1, "kop-3") == 204
    page = client.get(reverse("courses:play", args=[attempt.uuid, 1])).content.decode()
    assert 'data-resume-anchor="kop-3"' in page
    client.get(reverse("courses:play", args=[attempt.uuid, 2]))
    page = client.get(reverse("courses:play", args=[attempt.uuid, 1])).content.decode()
    assert 'data-resume-anchor=""' in page


@pytest.mark.parametrize("anchor", ["kop\x00", "x" * 81, "kop\n3"])
def test_an_anchor_that_cannot_be_one_counts_as_the_top(anchor):
    attempt = attempt_of(lesson())
    assert told(client_of(attempt.person), attempt, 1, anchor) == 204
    assert Attempt.objects.get().resume_anchor == ""


def test_the_place_of_another_module_or_of_a_finished_one_is_not_taken():
    attempt = attempt_of(lesson())
    client = client_of(attempt.person)
    address = reverse("courses:position", args=[attempt.uuid, UUID(int=5)])
    assert client.post(address, {"anchor": "kop"}).status_code == 404
    take(attempt, 1, "finish")
    assert told(client, attempt, 1, "kop") == 204
    assert Attempt.objects.get().resume_block_id is None


def test_who_did_something_last_is_first_on_the_home_page():
    owner = make_organisation()
    learner = make_member(owner)
    first, second = (
        make_attempt(learner, make_module(owner, reflection(), lesson(), title=name)) for name in ("Een", "Twee")
    )
    client = client_of(learner)
    for attempt in (first, second):
        client.get(reverse("courses:play", args=[attempt.uuid, 1]))
    assert list(Attempt.objects.filter(person=learner)) == [second, first]
    Attempt.objects.update(active_at=F("active_at") - timedelta(minutes=2))
    take(first, 1, "write", {"text": ["Hier was ik."]})
    assert list(Attempt.objects.filter(person=learner)) == [first, second]
