"""The portfolio and “Why?”: what a person reads about the own skills, whoever the employers are."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from courses.services.requests import ask_for_assessment
from lxp import plugin_manager
from lxp.models import Role, User
from lxp.wording import full_day
from skills_graph.inference import add_months
from skills_graph.models import DraftOutcome, EvidenceKind
from skills_graph.services.definitions import retire_competency
from skills_graph.services.evidence import revoke_evidence
from skills_graph.services.portfolio import portfolio_of
from skills_graph.services.profiles import add_requirement
from tests.factories.acts import LEVEL, Act, ago, make_act, make_carer, make_leader, pass_practical, pass_theory
from tests.factories.frameworks import make_competency, make_framework, make_profile
from tests.factories.learning import row_of, take
from tests.factories.modules import assignment, lesson, make_attempt, make_module, publish
from tests.factories.modules import page_of as page_of_module
from tests.factories.people import join, make_organisation
from tests.factories.skills import prove

pytestmark = pytest.mark.django_db


@pytest.fixture
def act() -> Act:
    return make_act()


def in_english(day: date) -> str:
    with translation.override("en"):
        return full_day(day)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(person: User, name: str = "skills_graph:portfolio", *arguments: Any) -> str:
    person.language = "en"
    person.save()
    response = signed_in(person).get(reverse(name, args=arguments))
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_hills_and_list_say_the_same(act: Act) -> None:
    carer = make_carer(act)
    pass_theory(carer, act)
    page = page_of(carer)
    url = reverse("skills_graph:why", args=[act.act.uuid])
    assert page.count(f'href="{url}"') == 3  # the wide drawing, the one for phones, and the list
    assert page.count(f"<title>{act.act}: growing. Your job asks level 3.</title>") == 2
    assert "Theory passed, practical still missing" in page
    assert "0 of 1 in order" in page


def test_every_state_has_its_form(act: Act) -> None:
    carer = make_carer(act)
    assert "node node--open" in page_of(carer)
    pass_theory(carer, act, days_ago=36 * 31)
    pass_practical(carer, act, days_ago=36 * 31)
    assert "node node--lapsed" in page_of(carer)
    pass_theory(carer, act, days_ago=36 * 30 - 60)
    pass_practical(carer, act, days_ago=36 * 30 - 60)
    assert "node node--expires" in page_of(carer)
    pass_theory(carer, act)
    pass_practical(carer, act)
    assert "node node--held" in page_of(carer)


def test_all_employers_are_in_one_portfolio(act: Act) -> None:
    other = make_act("vlier")
    carer = make_carer(act)
    make_place = join(carer, other.organisation)
    make_place.job = "Verzorgende"
    make_place.save()
    pass_theory(carer, act)
    pass_practical(carer, act)
    found = portfolio_of(User.objects.get(pk=carer.pk))
    assert [(str(each.competency), each.state) for each in found.skills] == [
        ("Katheter linde inbrengen", "held"),
        ("Katheter vlier inbrengen", "missing"),
    ]
    assert (found.in_order, len(found.skills)) == (1, 2)


def test_what_no_job_asks_stands_beside_it(act: Act) -> None:
    carer = make_carer(act)
    extra = make_competency("Zingen")
    prove(carer, extra, issuer=act.organisation)
    found = portfolio_of(carer)
    assert [str(each.competency) for each in found.beside] == ["Zingen"]
    assert "Zingen" in page_of(carer)


def test_one_may_compare_with_a_profile_of_an_own_organisation_only(act: Act) -> None:
    carer = make_carer(act)
    make_profile("Elders", (make_competency("Geheim elders"), 1))
    assert [each.pk for each in portfolio_of(carer).profiles] == [act.profile.pk]
    assert portfolio_of(carer, str(act.profile.uuid)).chosen == act.profile
    assert portfolio_of(carer, "nonsense").chosen is None


def teach(act: Act, competency: Any, level: int, **fields: Any) -> Any:
    """A module whose current version proves something."""
    module = make_module(act.organisation, lesson(), **fields)
    module.current_version.outcomes.create(competency=competency, level=level, kind=EvidenceKind.TEST)
    return module


def test_the_next_step_is_one_module_that_brings_most(act: Act) -> None:
    carer = make_carer(act)
    teach(act, act.theory, 2, title="Katheter begrijpen")
    teach(make_act("vlier"), act.theory, 2, title="Van een ander", sharing="organisation")
    step = portfolio_of(carer).next_step
    assert step is not None
    assert (step.offer.title, step.in_order_after) == ("Katheter begrijpen", 0)
    pass_practical(carer, act)
    step = portfolio_of(carer).next_step
    assert step is not None
    assert step.in_order_after == 1
    page = page_of(carer)
    assert "Then you have 1 of 1." in page
    assert "Van een ander" not in page


def test_somebody_without_job_or_proof_reads_what_to_expect() -> None:
    person = make_carer(make_act(), job="")
    page = page_of(person)
    assert "Your job has no list of skills yet" in page
    assert "hillmap" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_a_portfolio_needs_the_same_queries_for_any_length(rows: int, act: Act, django_assert_num_queries: Any) -> None:
    carer = make_carer(act)
    for number in range(rows):
        prove(carer, make_competency(f"Extra {number}"), issuer=act.organisation)
        skill = make_competency(f"Vaardigheid {number}", role="communicator")
        act.profile.requirements.create(competency=skill, level=1)
        prove(carer, skill, issuer=act.organisation)
    client = signed_in(carer)
    client.get(reverse("skills_graph:portfolio"))
    # session, user, memberships; profiles, jobs, requirements; parts; holdings; offers; beside; credentials; time
    with django_assert_num_queries(12):
        assert client.get(reverse("skills_graph:portfolio")).status_code == 200


@pytest.mark.parametrize("role", [None, Role.ASSESSOR, Role.MANAGER])
def test_the_menu_at_the_foot_of_a_phone_has_the_portfolio_whatever_plugins_add(act: Act, role: str | None) -> None:
    for plugin in ("skillslab", "volunteers"):
        plugin_manager.switch(plugin=plugin, organisation=act.organisation, on=True, by=None)
    page = page_of(make_carer(act, roles=frozenset({role} if role else ())), "lxp:home")
    foot = page.partition('<nav class="tabbar"')[2].partition("</nav>")[0]
    assert (foot.count("<a "), reverse("skills_graph:portfolio") in foot) == (5, True)


# ── why ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_why_names_evidence_version_assessor_day_and_rule(act: Act) -> None:
    carer = make_carer(act)
    module = make_module(act.organisation, lesson(), title="Katheter begrijpen")
    pass_theory(carer, act, module_version=module.current_version)
    pass_practical(carer, act)
    page = page_of(carer, "skills_graph:why", act.act.uuid)
    with translation.override("en"):
        day = timezone.localdate().strftime("%A %-d %B")
    for words in (
        "Katheter begrijpen",
        "version 1",
        "signed by Anna Bakker",
        day,
        "All its parts are proven",
        "Wet BIG",
    ):
        assert words in page
    assert "Theory and practical are both proven." in page
    assert "Proof of this lasts 36 months." in page


def test_why_of_what_is_missing_says_what_comes_next(act: Act) -> None:
    carer = make_carer(act)
    teach(act, act.theory, 2, title="Katheter begrijpen")
    page = page_of(carer, "skills_graph:why", act.act.uuid)
    assert "Still missing: theory, practical" in page
    assert "Katheter begrijpen" in page
    assert "Ask an assessor at work to look while you do it." in page
    assert "Nothing was proven yet." in page


@pytest.mark.parametrize("whole", [False, True])
def test_why_says_since_when_an_assessor_is_asked_also_for_a_practical_of_the_whole_module(
    act: Act, whole: bool
) -> None:
    carer, module = make_carer(act), make_module(act.organisation, assignment())
    block_id = None if whole else module.current_version.activities.get().block_id
    DraftOutcome.objects.create(
        module=module, competency=act.practical, level=LEVEL, kind="practical", block_id=block_id
    )
    attempt = make_attempt(carer, publish(page_of_module(module)))
    take(attempt, 1, "request")
    ask_for_assessment(attempt=attempt, row=row_of(attempt, 1))
    assert f"Asked for on {in_english(timezone.localdate())}." in page_of(carer, "skills_graph:why", act.act.uuid)


def test_why_of_what_lapsed_says_since_when(act: Act) -> None:
    carer = make_carer(act)
    pass_theory(carer, act, days_ago=36 * 31)
    pass_practical(carer, act, days_ago=36 * 31)
    page = page_of(carer, "skills_graph:why", act.act.uuid)
    last = in_english(add_months(ago(36 * 31), 36) - timedelta(days=1))
    assert f'id="antwoord"><strong>No, this has lapsed. It counted up to and including {last}.</strong>' in page
    assert f"Lapsed: counted up to and including {last}" in page
    assert "No level counts today any more." in page
    assert "There is no level yet" not in page


def test_why_answers_first_whether_somebody_may_do_it(act: Act) -> None:
    carer = make_carer(act)
    assert "Not yet: still missing is theory, practical." in page_of(carer, "skills_graph:why", act.act.uuid)
    assert "Not yet: nothing was proven." in page_of(carer, "skills_graph:why", act.theory.uuid)
    tomorrow = timezone.localdate() + timedelta(days=1)
    pass_theory(carer, act, valid_until=tomorrow)
    assert "Not yet: still missing is practical." in page_of(carer, "skills_graph:why", act.act.uuid)
    pass_practical(carer, act, valid_until=tomorrow)
    page = page_of(carer, "skills_graph:why", act.act.uuid)
    today = in_english(timezone.localdate())
    answer = f"Yes, you may do this: alone, up to and including {today}. An order for the act stays needed."
    assert page.index(answer) < page.index("Where it comes from")
    assert f"It counts up to and including {today}." in page


def test_what_lapsed_comes_first_in_the_next_step(act: Act) -> None:
    carer = make_carer(act)
    pass_theory(carer, act, days_ago=36 * 31)
    pass_practical(carer, act, days_ago=36 * 31)
    others = [make_competency(f"Iets nieuws {number}") for number in range(2)]
    for other in others:
        add_requirement(profile=act.profile, competency=other, level=1)
    both = teach(act, others[0], 1, title="Twee nieuwe dingen")
    both.current_version.outcomes.create(competency=others[1], level=1, kind=EvidenceKind.TEST)
    step = portfolio_of(carer).next_step
    assert step is not None
    assert step.offer.title == "Twee nieuwe dingen"  # nothing teaches what lapsed
    teach(act, act.theory, 2, title="Katheter begrijpen")
    step = portfolio_of(carer).next_step
    assert step is not None
    assert (step.offer.title, step.standing.competency) == ("Katheter begrijpen", act.act)


def test_why_shows_what_was_taken_back_and_what_was_failed(act: Act) -> None:
    carer = make_carer(act)
    practical = pass_practical(carer, act)
    revoke_evidence(person=carer, uuid=practical.uuid, by=None, reason="Signed for somebody else")
    pass_theory(carer, act, failed=True)
    page = page_of(carer, "skills_graph:why", act.act.uuid)
    assert "Taken back on" in page
    assert "Signed for somebody else" in page
    assert "Not passed then." in page


def test_a_withdrawn_competence_that_is_held_still_says_why(act: Act) -> None:
    carer = make_carer(act)
    pass_theory(carer, act)
    retire_competency(competency=act.theory, on=timezone.localdate() - timedelta(days=1))
    page = page_of(carer, "skills_graph:why", act.theory.uuid)
    assert "This was proven directly." in page


def test_a_competence_of_another_organisation_is_not_there(act: Act) -> None:
    carer = make_carer(act)
    stranger = make_organisation("vlier")
    hidden = make_competency("Geheim", framework=make_framework("eigen", owner=stranger))
    client = signed_in(carer)
    assert client.get(reverse("skills_graph:why", args=[hidden.uuid])).status_code == 404
    prove(carer, hidden, issuer=stranger)
    assert client.get(reverse("skills_graph:why", args=[hidden.uuid])).status_code == 200


def test_a_visitor_is_asked_to_sign_in(client: Client, act: Act) -> None:
    for url in (reverse("skills_graph:portfolio"), reverse("skills_graph:why", args=[act.act.uuid])):
        response = client.get(url)
        assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/account/login/")


@pytest.mark.parametrize(
    ("passed_on", "before", "after"),
    [
        (date(2023, 10, 25), "2026-10-24T21:59:00Z", "2026-10-24T22:00:00Z"),  # the clock goes back on the last day
        (date(2024, 3, 28), "2027-03-27T22:59:00Z", "2027-03-27T23:00:00Z"),  # the clock goes forward
    ],
)
def test_on_a_day_on_which_the_clock_changes_it_ends_at_midnight_here(
    act: Act, passed_on: date, before: str, after: str
) -> None:
    carer, leader = make_carer(act), make_leader(act)
    prove(carer, act.theory, 2, issuer=act.organisation, occurred_on=passed_on)
    prove(
        carer, act.practical, 3, issuer=act.organisation, kind="practical", assessor=act.assessor, occurred_on=passed_on
    )
    for moment, words, count in (
        (before, "Ends soon: counts up to and including", "1 of 1"),
        (after, "Lapsed: counted up to and including", "0 of 1"),
    ):
        with time_machine.travel(moment, tick=False):
            assert words in page_of(carer)
            assert f'<td data-label="In order">{count}</td>' in page_of(leader, "skills_graph:team")
