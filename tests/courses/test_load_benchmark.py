"""The corpus for measuring: what it holds, that it is always the same, and that it leaves other data alone."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Page

from courses.benchmark import documents, vocabulary
from courses.models import ActivityState, Attempt, Enrolment, Module, ModulePage, ProgressEvent
from courses.services.publishing import missing_versions
from lxp.models import Organisation, User
from tests.factories.people import make_person


def load(**options: object) -> None:
    call_command("load_benchmark", **{"modules": 40, "people": 16, "verbosity": 0, **options})


@pytest.mark.django_db
def test_the_corpus_is_what_publishing_would_have_made(client: Client) -> None:
    load()
    assert (Organisation.objects.count(), User.objects.count(), Module.objects.published().count()) == (8, 16, 40)
    assert missing_versions() == []
    assert Page.find_problems() == ([], [], [], [], [])
    # module n belongs to organisation n mod 8, learner i to organisation i mod 8
    third = ModulePage.objects.get(slug="module-3")
    assert third.module.owner.slug == "benchmark-3"
    assert User.objects.get(email="leerling-11@benchmark.example").organisations[0].slug == "benchmark-3"
    assert [each.kind for each in third.module.current_version.activities.all()] == ["lesson"] * 3 + ["quiz"]
    assert len(third.module.current_version.activities.get(position=4).content["questions"]) == 5
    assert client.get(third.get_url()).status_code == 200
    assert "5 modules" in client.get("/en/discover/?organisation=benchmark-3").content.decode()


@pytest.mark.django_db
def test_in_every_second_enrolment_two_lessons_are_done() -> None:
    load()
    # 20 k mod 40 gives two modules for each learner here; with 200 modules it gives ten
    assert (Enrolment.objects.count(), Attempt.objects.under_way().count()) == (32, 32)
    assert (ActivityState.objects.count(), ProgressEvent.objects.count()) == (32, 32)
    begun = Attempt.objects.filter(resume_block_id__isnull=False)
    assert begun.count() == 16
    assert {attempt.states.count() for attempt in begun} == {2}


def test_texts_are_the_same_at_every_run_and_of_the_size_that_was_asked() -> None:
    small, large = vocabulary.small(), vocabulary.large()
    assert (len(small.words), len(set(large.words))) == (50, 5000)
    assert set(vocabulary.SEARCH_TERMS) <= set(small.words) & set(large.words)
    for words in (small, large):
        texts = {documents.summary(words, vocabulary.Random(42)) for _run in range(2)}
        assert len(texts) == 1
        assert len(texts.pop()) <= documents.SUMMARY_CHARACTERS


@pytest.mark.django_db
def test_a_database_with_people_is_left_alone() -> None:
    make_person()
    with pytest.raises(CommandError, match="holds 1 people already"):
        load()
    assert Organisation.objects.exists() is False
    load(beside_existing=True)
    assert Organisation.objects.count() == 8
    with pytest.raises(CommandError, match="in this database already"):
        load(beside_existing=True)
