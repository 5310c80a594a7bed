"""The plugin's activity, broken in every part: a notice stands in its place, and the learner loses nothing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from lxp_testdummy.models import Compliment

from courses.activities import registry
from courses.models import ActivityState, ActivitySummary, Attempt, ModulePage, ProgressEvent
from lxp import plugin_manager
from lxp.models import Organisation, PluginIncident, Role, User
from tests.factories.modules import make_attempt
from tests.factories.people import make_member
from tests.factories.simultaneous import at_once
from tests.plugins.testdummy.polls import LAST, POLL, make_poll_module, make_poll_page, vote, write

pytestmark = pytest.mark.django_db
MODES = ("raise", "wrong_type", "wrong_element", "unsafe", "huge", "write_and_raise")
NOTICE = "data-missing-activity"


@pytest.fixture
def attempt(client: Client, with_it: Organisation) -> Attempt:
    """Under way: the first part is done, and there is a vote."""
    learner = make_member(with_it, email="leerling@heuvelzorg.example")
    client.force_login(learner)
    started = make_attempt(learner, make_poll_module(with_it))
    write(started, 1)
    vote(started)
    return started


def play(client: Client, attempt: Attempt, position: int = 2) -> str:
    response = client.get(reverse("courses:play", args=[attempt.uuid, position]))
    assert response.status_code == 200
    return response.content.decode()


def post_vote(client: Client, attempt: Attempt, option: str = "o2", *, fetch: bool = False) -> object:
    headers = {"X-Requested-With": "fetch"} if fetch else {}
    address = reverse("courses:handle", args=[attempt.uuid, POLL, "vote"])
    return client.post(address, {"option": option, "event": str(uuid4())}, headers=headers)


def kept(attempt: Attempt) -> tuple[object, ...]:
    state = ActivityState.objects.get(attempt=attempt, block_id=POLL)
    events = ProgressEvent.objects.filter(attempt=attempt).count()
    return state.data, state.completed_at, events, list(ActivitySummary.objects.values_list("data", flat=True))


def test_the_poll_works(client: Client, attempt: Attempt) -> None:
    shown = play(client, attempt)

    assert "data-testdummy-poll" in shown
    assert 'value="o1" checked' in shown
    assert ActivitySummary.objects.get().data == {"tally": {"o1": 1}}
    post_vote(client, attempt, "o2")
    assert ActivitySummary.objects.get().data == {"tally": {"o1": 0, "o2": 1}}
    assert ActivityState.objects.get(attempt=attempt, block_id=POLL).data == {"choice": "o2"}
    assert not PluginIncident.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_colleagues_who_vote_at_the_same_moment_all_count(with_it: Organisation) -> None:
    module = make_poll_module(with_it)
    attempts = [make_attempt(make_member(with_it), module).pk for _ in range(6)]

    found = at_once([lambda key=key: vote(Attempt.objects.get(pk=key)) for key in attempts])

    assert found == [None] * 6
    assert ActivitySummary.objects.get().data == {"tally": {"o1": 6}}


def test_a_preference_counts_in_every_poll_of_this_person(client: Client, attempt: Attempt) -> None:
    client.post(reverse("courses:handle", args=[attempt.uuid, POLL, "show_or_hide"]), {"event": str(uuid4())})

    assert "collega" not in play(client, attempt)


@pytest.mark.parametrize("mode", MODES)
def test_a_view_that_fails_is_a_calm_notice(
    client: Client, attempt: Attempt, faults: dict[str, str], mode: str
) -> None:
    before = kept(attempt)
    faults["poll.learner_view"] = mode

    shown = play(client, attempt)

    assert NOTICE in shown
    assert "data-testdummy-poll" not in shown
    assert "Eerst" in shown  # the outline
    assert "unsafe" not in shown
    assert kept(attempt) == before
    assert PluginIncident.objects.get().hook == "testdummy_poll.learner_view"
    assert NOTICE not in play(client, attempt, 3)
    faults.clear()
    assert 'value="o1" checked' in play(client, attempt)


@pytest.mark.parametrize("mode", ["raise", "wrong_type", "wrong_element", "unsafe", "write_and_raise"])
@pytest.mark.parametrize("place", ["poll.reduce", "poll.vote"])
@pytest.mark.parametrize("fetch", [True, False])
def test_an_act_that_fails_is_undone_as_a_whole(
    client: Client, attempt: Attempt, faults: dict[str, str], place: str, mode: str, fetch: bool
) -> None:
    if place == "poll.vote" and mode not in ("raise", "write_and_raise"):
        pytest.skip("What a handler returns is not looked at.")
    before = kept(attempt)
    faults[place] = mode

    response = post_vote(client, attempt, fetch=fetch)

    assert response.status_code == 422  # type: ignore[attr-defined]
    assert kept(attempt) == before
    assert not Compliment.objects.exists()
    assert PluginIncident.objects.get().hook == "testdummy_poll.vote"
    faults.clear()
    post_vote(client, attempt)
    assert kept(attempt)[0] == {"choice": "o2"}


@pytest.mark.parametrize("mode", MODES)
def test_a_result_that_fails_completes_nothing_and_takes_nothing_back(
    client: Client, attempt: Attempt, faults: dict[str, str], mode: str
) -> None:
    completed_at = kept(attempt)[1]
    faults["poll.result"] = mode

    response = post_vote(client, attempt)

    assert response.status_code in (204, 302)  # type: ignore[attr-defined]
    assert kept(attempt)[:2] == ({"choice": "o2"}, completed_at)
    assert PluginIncident.objects.filter(hook="testdummy_poll.result").exists()
    fresh = make_attempt(make_member(attempt.organisation), attempt.module)
    vote(fresh)
    assert ActivityState.objects.get(attempt=fresh, block_id=POLL).completed_at is None


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", ["poll.next_action", "poll.result_view", "poll.print_view"])
def test_the_other_parts_leave_the_pages_standing(
    client: Client, with_it: Organisation, attempt: Attempt, faults: dict[str, str], place: str, mode: str
) -> None:
    faults[place] = mode
    fresh = make_attempt(make_member(with_it), attempt.module)
    client.force_login(fresh.person)

    play(client, fresh)
    assert client.get(reverse("courses:print", args=[fresh.uuid])).status_code == 200
    assert client.get(reverse("courses:result", args=[fresh.uuid])).status_code == 200

    expected = {"poll.next_action": 1, "poll.print_view": 1, "poll.result_view": 0}[place]
    assert PluginIncident.objects.count() == expected  # a poll has no score, so no result is shown of it


@pytest.mark.parametrize("mode", MODES)
def test_an_upgrade_that_fails_keeps_the_old_content(
    client: Client, with_it: Organisation, faults: dict[str, str], mode: str
) -> None:
    person = make_member(with_it, Role.AUTHOR, Role.PUBLISHER)
    page = make_poll_page(with_it, schema=1)
    stored = page.module.current_version.activities.get(position=2).content
    attempt = make_attempt(person, page.module)
    client.force_login(person)
    faults["poll.upgrade"] = mode

    assert NOTICE in play(client, attempt)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    assert client.get(page.url).status_code == 200
    again = ModulePage.objects.get(pk=page.pk)
    again.save()
    revision = ModulePage.objects.get(pk=page.pk).save_revision()
    revision.publish()

    version = ModulePage.objects.get(pk=page.pk).module.current_version
    assert version.activities.get(position=2).content == stored
    assert PluginIncident.objects.exists()
    faults.clear()
    assert "Til je alleen?" in play(client, attempt)


def test_content_of_schema_1_is_upgraded_once(client: Client, with_it: Organisation) -> None:
    attempt = make_attempt(make_member(with_it), make_poll_module(with_it, schema=1))
    client.force_login(attempt.person)

    shown = play(client, attempt)

    assert "Ja, altijd" in shown
    assert "{&#x27;text&#x27;" not in shown
    vote(attempt, "o2")
    assert kept(attempt)[0] == {"choice": "o2"}


def test_content_of_a_newer_release_is_kept_and_not_shown(client: Client, with_it: Organisation) -> None:
    page = make_poll_page(with_it, schema=3)
    attempt = make_attempt(make_member(with_it), page.module)
    client.force_login(attempt.person)

    assert NOTICE in play(client, attempt)
    assert page.module.current_version.activities.get(position=2).content["_schema"] == 3
    assert PluginIncident.objects.first().summary.startswith("UnknownSchemaError")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", ["poll.graded", "poll.public_fields"])
def test_publishing_goes_on(with_it: Organisation, faults: dict[str, str], place: str, mode: str) -> None:
    faults[place] = mode

    page = make_poll_page(with_it)

    rows = page.module.current_version.activities.order_by("position")
    assert [str(row.block_id) for row in rows][1:] == [POLL, LAST]
    block = page.body.stream_block
    assert "SECRET" not in " ".join(block.get_searchable_content(page.body))
    assert "SECRET" not in str(block.get_api_representation(page.body))


def test_only_the_question_may_leave_the_server(with_it: Organisation) -> None:
    page = make_poll_page(with_it)

    assert page.body.stream_block.get_api_representation(page.body)[1]["value"] == {
        "kind": "testdummy_poll",
        "title": "Peiling",
        "minutes": 1,
        "question": "Til je alleen?",
    }


def test_switched_off_under_way_blocks_completion_visibly_and_keeps_everything(
    client: Client, attempt: Attempt, learner_without: User
) -> None:
    plugin_manager.switch(plugin="testdummy", organisation=attempt.organisation, on=False, by=None)
    fresh = make_attempt(learner_without, attempt.module)
    client.force_login(learner_without)
    write(fresh, 1)
    write(fresh, 3)

    assert NOTICE in play(client, fresh)
    assert post_vote(client, fresh).status_code == 422  # type: ignore[attr-defined]
    left = client.get(reverse("courses:result", args=[fresh.uuid]))
    assert left.context["is_blocked"] is True
    assert Attempt.objects.get(pk=fresh.pk).completed_at is None

    plugin_manager.switch(plugin="testdummy", organisation=attempt.organisation, on=True, by=None)
    assert NOTICE not in play(client, fresh)
    post_vote(client, fresh)
    assert Attempt.objects.get(pk=fresh.pk).completed_at is not None


@pytest.fixture
def learner_without(with_it: Organisation) -> User:
    return make_member(with_it)


def test_a_kind_that_cannot_be_found_is_tried_again(with_it: Organisation, faults: dict[str, str]) -> None:
    faults["activity_kinds"] = "raise"
    registry.reset()
    try:
        assert registry.get("testdummy_poll") is None
        assert registry.get("lesson") is not None
        faults.clear()
        registry.reset()  # as a minute later
        assert registry.get("testdummy_poll") is not None
        assert registry.owner_of("testdummy_poll") == "testdummy"
    finally:
        registry.reset()


def test_the_web_server_loads_the_activities_of_plugins_before_its_first_visitor() -> None:
    registry.reset()

    plugin_manager.call_core("load_ahead")

    assert registry._kinds.keys() >= {"lesson", "testdummy_poll"}
