"""Looking round in frameworks, the page of a competency, and oneself beside a profile."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lxp.models import User
from skills_graph.models import Competency, Holding, Profile
from skills_graph.services.definitions import add_relation, retire_competency
from skills_graph.services.profiles import add_profile, add_requirement, link_job
from skills_graph.services.standing import wholes_of
from tests.factories.frameworks import make_competency, make_framework, make_profile
from tests.factories.people import make_member, make_organisation, make_person

pytestmark = pytest.mark.django_db


def hold(person: User, competency: Competency, level: int = 3, until: date | None = None) -> Holding:
    until = until or timezone.localdate() + timedelta(days=400)
    return Holding.objects.create(person=person, competency=competency, level=level, assurance=3, until=until)


@pytest.fixture
def carer(client) -> User:
    person = make_member(make_organisation("here"), language="en")
    client.force_login(person)
    return person


def page_of(client, name: str, *arguments: object, **query: object) -> str:
    response = client.get(reverse(f"skills_graph:{name}", args=arguments), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", ["frameworks", "comparison"])
def test_a_visitor_signs_in_first(client, name):
    assert client.get(reverse(f"skills_graph:{name}")).status_code == 302


@pytest.mark.parametrize("count", [1, 70])
def test_a_framework_costs_the_same_queries_at_any_size(client, carer, django_assert_num_queries, count):
    framework = make_framework(attribution="Made by somebody.")
    for number in range(count):
        make_competency(f"Skill {number:03}", framework=framework)
    client.get("/vaardigheden/")
    with django_assert_num_queries(7):  # session, person, memberships, frameworks, groups, count, page
        html = page_of(client, "frameworks")
    assert [f"Skill {number:03}" in html for number in (0, 29, 30)] == [True, count > 29, False]
    assert "Made by somebody." in html


def test_searching_narrows_by_words_kind_and_role(client, carer):
    framework = make_framework()
    make_competency(
        "Blaaskatheter inbrengen", framework=framework, labels={"nl": "Blaaskatheter inbrengen", "en": "Catheter"}
    )
    make_competency("Weten van katheters", framework=framework, kind="knowledge", role="provider")
    make_competency("Luisteren", framework=framework, kind="attitude", role="communicator")
    retire_competency(competency=make_competency("Oude katheter", framework=framework))

    def found(**query: str) -> list[bool]:
        html = page_of(client, "frameworks", **query)
        return [words in html for words in ("Catheter", "Weten van katheters", "Luisteren", "Oude katheter")]

    assert found(q="katheter") == [True, True, False, False]
    assert found(q="CATHETER") == [True, False, False, False]
    assert found(soort="attitude") == [False, False, True, False]
    assert found(rol="provider") == [False, True, False, False]
    assert found(q="zebra") == [False, False, False, False]
    assert found(soort="magic", rol="x", raamwerk="999", p="0") == [True, True, True, False]


def test_what_the_reader_can_read_comes_first_and_the_rest_says_its_language(client, carer):
    framework = make_framework()
    for title, language in (("Zebra", "en"), ("apple", "en"), ("Aap", "nl")):
        make_competency(title, framework=framework, labels={language: title})
    html = page_of(client, "frameworks")
    places = [html.index(f'lesson__t"{words}') for words in (">apple", ">Zebra", ' lang="nl">Aap')]
    assert places == sorted(places)


def test_another_organisations_framework_is_nowhere(client, carer):
    theirs = make_framework("theirs", owner=make_organisation("there"))
    competency = make_competency("Secret skill", framework=theirs)
    profile = make_profile("Secret job", (competency, 1), owner=theirs.owner)
    shared = make_profile("Shared job", (competency, 1), (make_competency("Open skill"), 1))
    assert "Secret skill" not in page_of(client, "frameworks", raamwerk=str(theirs.pk))
    assert client.get(reverse("skills_graph:competency", args=[competency.uuid])).status_code == 404
    assert "Secret job" not in page_of(client, "comparison", q="secret")
    assert client.get(reverse("skills_graph:comparison"), {"profiel": str(profile.uuid)}).status_code == 404
    html = page_of(client, "comparison", profiel=str(shared.uuid))
    assert ("Open skill" in html, "Secret skill" in html) == (True, False)


@pytest.mark.parametrize("is_own", [False, True])
def test_what_another_organisation_keeps_to_itself_shows_in_no_relation(client, carer, is_own):
    ours = make_framework()
    there = make_organisation("there")
    theirs = make_framework("theirs", owner=there, scale=ours.scale)
    whole = make_competency("Whole", framework=ours, rollup=0)
    group = make_competency("Group", framework=ours, kind="group")
    add_relation(source=make_competency("Open part", framework=ours), target=whole, kind="broader")
    for title, kind in (("Secret part", "skill"), ("Secret group", "group"), ("Secret first", "skill")):
        make_competency(title, framework=theirs, kind=kind)
    part, above, first = (Competency.objects.get(title=f"Secret {word}") for word in ("part", "group", "first"))
    for source, target, kind in ((part, whole, "broader"), (part, group, "broader"), (whole, above, "broader"),
                                 (whole, group, "broader"), (whole, first, "requires")):  # fmt: skip
        add_relation(source=source, target=target, kind=kind)
    if is_own:
        client.force_login(make_member(there, language="en"))
    html = page_of(client, "competency", whole.uuid)
    words = ("Open part", "Secret part", "Secret group", "Secret first")
    assert [each in html for each in words] == [True, is_own, is_own, is_own]
    assert ("All of these together" in html, "Another organisation counts skills" in html) == (is_own, not is_own)
    assert ("Secret part" in page_of(client, "competency", group.uuid)) is is_own


def test_a_whole_hides_the_parts_of_another_organisation_and_says_how_many(db):
    ours, there = make_framework(), make_organisation("there")
    theirs = make_framework("theirs", owner=there, scale=ours.scale)
    whole, own, other = (
        make_competency("Whole", framework=ours, rollup=0), make_competency("Own", framework=ours),
        make_competency("Other", framework=theirs),
    )  # fmt: skip
    for part in (own, other):
        add_relation(source=part, target=whole, kind="broader")

    def seen_by(*organisations):
        found = wholes_of([whole.pk], organisations)[whole.pk]
        return found.needed, [each.source for each in found.parts], found.hidden_count

    assert seen_by() == seen_by(make_organisation("here")) == (2, [own], 1)
    assert seen_by(there) == (2, [own, other], 0)


def test_a_competency_tells_what_it_is_how_long_it_lasts_and_what_it_takes(client, carer):
    framework = make_framework(attribution="Made by somebody.")
    act = make_competency("Act", framework=framework, kind="reserved", months=36, rollup=0, summary="You do it.")
    for title, at, assurance in (("Theory", 1, 2), ("Practical", 3, 3)):
        part = make_competency(title, framework=framework, months=36)
        add_relation(source=part, target=act, kind="broader", at=at, gives=3, assurance=assurance)
    first = make_competency("Sterile", framework=framework)
    add_relation(source=act, target=first, kind="requires")
    make_profile("Carer", (act, 3))
    html = page_of(client, "competency", act.uuid)
    for words in ("You do it.", "lasts 36 months", "Theory", "Practical", "Sterile", "Carer", "Made by somebody."):
        assert words in html
    assert "You have not proven this yet." in html


@pytest.mark.parametrize("count", [1, 40])
def test_a_competency_costs_the_same_queries_at_any_size(client, carer, django_assert_num_queries, count):
    framework = make_framework()
    group = make_competency("Group", framework=framework, kind="group")
    for number in range(count):
        add_relation(source=make_competency(f"Skill {number:03}", framework=framework), target=group, kind="broader")
    page_of(client, "competency", group.uuid)
    with django_assert_num_queries(14):
        html = page_of(client, "competency", group.uuid)
    assert "Skill 000" in html
    assert "Skill 035" not in html


@pytest.mark.parametrize(
    ("people", "words"),
    [(4, "Fewer than 5"), (5, "At least 5"), (9, "At least 5"), (10, "At least 10")],
)
def test_fewer_than_five_people_are_never_counted(client, carer, people, words):
    competency = make_competency("Rare")
    for _number in range(people):
        hold(make_person(), competency)
    hold(make_person(), competency, until=timezone.localdate())  # lapsed today
    html = page_of(client, "competency", competency.uuid)
    assert words in html
    assert "4 people" not in html


def test_somebody_beside_the_own_job_sees_what_is_missing_and_how_other_jobs_fit(client, carer):
    organisation = carer.organisations[0]
    membership = carer.current_memberships[0]
    membership.job = "Carer"
    membership.save()
    known, weak, missing = make_competency("Known"), make_competency("Weak"), make_competency("Missing")
    own = make_profile("Carer", (known, 3), (weak, 3), (missing, 1))
    other = make_profile("Nurse", (known, 2))
    for profile, job in ((own, "Carer"), (other, "Nurse")):
        link_job(organisation=organisation, job=job, profile=profile)
    hold(carer, known), hold(carer, weak, level=2)
    html = page_of(client, "comparison")
    assert "You have 1 of the 3 skills that this job asks." in html
    assert "You: with help" in html
    assert "1 of 3" in html
    assert "1 of 1" in html
    other_html = page_of(client, "comparison", profiel=str(other.uuid))
    assert "You have everything that this job asks." in other_html


def test_any_profile_can_be_found_and_carries_its_attribution(client, carer):
    framework = make_framework(attribution="Made by somebody.")
    skill = make_competency("Skill", framework=framework)
    profile = add_profile(
        uri="https://example.org/esco/1", title="ward nurse", labels={"nl": "afdelingsverpleegkundige"}
    )
    add_requirement(profile=profile, competency=skill, level=1)
    assert str(profile.uuid) in page_of(client, "comparison", q="verpleeg")
    assert str(profile.uuid) not in page_of(client, "comparison", q="ve")
    html = page_of(client, "comparison", profiel=str(profile.uuid))
    assert "You have 0 of the 1 skills" in html
    assert "Made by somebody." in html
    assert client.get(reverse("skills_graph:comparison"), {"profiel": "nonsense"}).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_a_comparison_costs_the_same_queries_at_any_size(client, carer, django_assert_num_queries, count):
    framework = make_framework()
    skills = [make_competency(f"Skill {number}", framework=framework) for number in range(count)]
    make_profile("Carer", *[(skill, 1) for skill in skills])
    profile = Profile.objects.get()
    page_of(client, "comparison", profiel=str(profile.uuid))
    with django_assert_num_queries(9):
        page_of(client, "comparison", profiel=str(profile.uuid))


# ── in the language of the reader ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "shown", "hidden"),
    [
        ("en", ("Care skills", "Hand hygiene", "You clean your hands."), ("Zorgvaardigheden", "Je maakt je handen")),
        ("nl", ("Zorgvaardigheden", "Handen schoonmaken", "Je maakt je handen schoon."), ("Care skills", "You clean")),
    ],
)
def test_titles_and_summaries_are_in_the_language_of_the_reader(client, carer, language, shown, hidden):
    framework = make_framework("zorg", title="Zorgvaardigheden", labels={"nl": "Zorgvaardigheden", "en": "Care skills"})
    competency = make_competency(
        "Handen schoonmaken",
        framework=framework,
        labels={"nl": "Handen schoonmaken", "en": "Hand hygiene"},
        summary="Je maakt je handen schoon.",
        summaries={"nl": "Je maakt je handen schoon.", "en": "You clean your hands."},
    )
    carer.language = language
    carer.save()
    for html in (
        client.get(reverse("skills_graph:frameworks")).content.decode(),
        client.get(reverse("skills_graph:competency", args=[competency.uuid])).content.decode(),
    ):
        assert [words in html for words in shown] == [True] * 3
        assert [words in html for words in hidden] == [False] * 2


def test_a_summary_in_another_language_only_says_which(client, carer):
    competency = make_competency("Hand hygiene", summary="Je maakt schoon.", summaries={"nl": "Je maakt schoon."})
    html = client.get(reverse("skills_graph:competency", args=[competency.uuid])).content.decode()
    assert '<p class="lead" lang="nl">Je maakt schoon.</p>' in html
