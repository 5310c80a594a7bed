"""Long work: one at a time, resumed where it was, seen by operators and by nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lxp import plugin_manager
from lxp.hookspecs import hookimpl
from lxp.models import Job, User
from lxp.search import consumer
from lxp.services import jobs
from lxp.services.jobs import JobTakenError, Turn
from lxp.tasks import reconcile
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
IDS = list(range(1, 8))


@pytest.fixture(autouse=True)
def no_jobs_before(db):
    """Preparing the database built a search index."""
    Job.objects.all().delete()


def through(do: object, ids: list[int] = IDS) -> Turn:
    return jobs.go_through(name="test", ids=lambda: ids, do=do, at_once=3)  # type: ignore[arg-type]


def go_silent(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=11))


def test_a_job_does_all_ids_in_their_order_and_says_how_far_it_is():
    pieces: list[list[int]] = []
    told: list[tuple[int, int]] = []
    turn = jobs.go_through(
        name="test", ids=lambda: [3, 1, 2], do=pieces.append, at_once=2, report=lambda *each: told.append(each)
    )
    assert (turn, pieces, told) == (Turn.OVER, [[1, 2], [3]], [(2, 3), (3, 3)])
    job = Job.objects.get()
    assert (job.done, job.total, job.position, job.error) == (3, 3, 3, "")
    assert job.finished_at is not None


def test_what_goes_wrong_is_kept_and_the_next_turn_goes_on_there():
    pieces: list[list[int]] = []

    def fail_at_four(piece: list[int]) -> None:
        if piece[0] == 4:
            raise ValueError("broken")
        pieces.append(piece)

    with pytest.raises(ValueError, match="broken"):
        through(fail_at_four)
    job = Job.objects.get()
    assert (job.done, job.total, job.error, job.finished_at) == (3, 7, "ValueError: broken", None)
    assert through(pieces.append) == Turn.OVER
    assert pieces == [[1, 2, 3], [4, 5, 6], [7]]
    job.refresh_from_db()
    assert (job.done, job.total, job.error) == (7, 7, "")


def test_a_killed_process_is_followed_by_another_and_nobody_does_what_another_does_now():
    job = jobs.take(name="test")
    assert job is not None
    jobs.advance(job=job, count=3, position=3)  # and then it is killed
    assert through(print) == Turn.TAKEN
    assert jobs.is_silent("test") is False
    go_silent(job)
    assert jobs.is_silent("test") is True
    pieces: list[list[int]] = []
    assert through(pieces.append) == Turn.OVER
    assert pieces == [[4, 5, 6], [7]]
    with pytest.raises(JobTakenError):  # it was not killed, only slow
        jobs.advance(job=job, count=3, position=6)
    assert Job.objects.get().done == 7


def test_a_turn_that_is_over_leaves_the_rest_for_the_next(monkeypatch):
    monkeypatch.setattr(jobs, "TURN_SECONDS", -1)
    turns = []
    while not turns or turns[-1] == Turn.MORE:
        turns.append(through(lambda piece: None))
    assert turns == [Turn.MORE, Turn.MORE, Turn.OVER]
    assert Job.objects.get().done == 7


def test_the_database_refuses_the_same_job_twice_at_a_time():
    Job.objects.create(name="test")
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(name="test")
    Job.objects.create(name="test", about="another")


def test_building_the_search_index_is_shown_and_so_is_its_failure(monkeypatch):
    consumer.rebuild()
    assert Job.objects.get().error == ""

    def no_disk(*arguments: object, **keywords: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(consumer, "call_command", no_disk)
    with pytest.raises(OSError, match="no space"):
        consumer.rebuild()
    assert Job.objects.finished()[0].error == "OSError: no space"


def test_what_ended_long_ago_is_forgotten():
    old = jobs.take(name="test")
    assert old is not None
    jobs.finish(job=old)
    month_ago = timezone.now() - timedelta(days=31)
    Job.objects.filter(pk=old.pk).update(started_at=month_ago, finished_at=month_ago)
    assert jobs.forget_old() == ["Removed 1 finished jobs."]
    assert jobs.forget_old() == []


@pytest.fixture
def operator() -> User:
    return User.objects.create_superuser("operator@example.org", language="en")


def page_for(person: User) -> object:
    client = Client()
    client.force_login(person)
    return client.get(reverse("lxp:jobs"))


def test_operators_see_what_runs_and_the_page_comes_again(operator):
    job = jobs.take(name="search", about="all of it")
    response = page_for(operator)
    text = response.content.decode()
    assert "Build the search index anew" in text
    assert "all of it" in text
    assert response["Refresh"] == "10"
    assert job is not None
    job.total = 8
    jobs.advance(job=job, count=4, position=4)
    assert '<progress value="4" max="8"' in page_for(operator).content.decode()
    go_silent(job)
    assert "Nobody has worked at this since" in page_for(operator).content.decode()


def test_what_ended_is_shown_with_its_error_and_the_page_rests(operator):
    job = jobs.take(name="search")
    assert job is not None
    jobs.finish(job=job, error="The disk is full.")
    response = page_for(operator)
    assert "The disk is full." in response.content.decode()
    assert response.has_header("Refresh") is False


def test_nobody_else_sees_the_jobs():
    assert page_for(make_member(make_organisation(), "administrator")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number(operator, rows, django_assert_num_queries):
    for number in range(rows):
        jobs.take(name="search", about=str(number))
    client = Client()
    client.force_login(operator)
    client.get(reverse("lxp:jobs"))
    with django_assert_num_queries(5):  # session, person, memberships; running, finished
        client.get(reverse("lxp:jobs"))


def test_reconciling_is_done_by_one_process_at_a_time_and_leaves_no_row(monkeypatch):
    runs: list[int] = []
    monkeypatch.setattr("lxp.tasks.reconciliation.reconcile", lambda before_each: runs.append(Job.objects.count()))
    reconcile()
    assert (runs, Job.objects.count()) == ([1], 0)
    other = jobs.take(name="reconcile")
    assert other is not None
    reconcile()
    assert (runs, list(Job.objects.all())) == ([1], [other])
    go_silent(other)  # its process is gone
    reconcile()
    assert (runs, Job.objects.count()) == ([1, 1], 0)


class Package:
    """Stands for one that has much to put right."""

    def __init__(self, do: Callable[[], object]) -> None:
        self.do = do

    @hookimpl
    def reconcile(self) -> list[str]:
        self.do()
        return []


@pytest.fixture
def in_reconciliation() -> Iterator[Callable[..., None]]:
    """What packages do, one after the other, when their turn comes."""
    names: list[str] = []

    def register(*calls: Callable[[], object]) -> None:
        for call in calls:
            names.append(f"package-{len(names)}")
            plugin_manager.manager.register(Package(call), name=names[-1])

    yield register
    for name in names:
        plugin_manager.manager.unregister(name=name)


def test_a_long_run_shows_life_before_each_package_and_is_not_taken_over(in_reconciliation):
    seen: list[Job | None] = []

    def last_long() -> None:
        go_silent(Job.objects.get(name="reconcile"))

    in_reconciliation(last_long, lambda: seen.append(jobs.take(name="reconcile")))
    reconcile()
    assert seen == [None]
    assert Job.objects.filter(name="reconcile").exists() is False


def test_a_run_that_was_taken_over_stops_and_leaves_the_row_to_the_other(in_reconciliation):
    taken: list[Job | None] = []
    later: list[str] = []

    def be_taken_over() -> None:
        go_silent(Job.objects.get(name="reconcile"))
        taken.append(jobs.take(name="reconcile"))

    in_reconciliation(be_taken_over, lambda: later.append("went on"))
    reconcile()
    assert (later, list(Job.objects.filter(name="reconcile"))) == ([], taken)


def test_a_run_that_failed_keeps_nobody_from_the_next(monkeypatch):
    def fail(before_each: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("lxp.tasks.reconciliation.reconcile", fail)
    with pytest.raises(RuntimeError):
        reconcile()
    assert Job.objects.count() == 0
