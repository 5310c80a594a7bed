"""Frameworks, profiles and agreements as files: what they say is stored, once, and mistakes store nothing."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from lxp.library import LibraryError, LibrarySection, in_order
from skills_graph.library.loader import load_agreement, load_framework, load_profile, load_scale
from skills_graph.models import (
    AssessorAuthorisation,
    Competency,
    CompetencyTerms,
    GraphVersion,
    JobProfile,
    RecognitionRule,
    Relation,
    Requirement,
)
from skills_graph.services.snapshots import current_snapshot
from tests.factories.people import make_organisation, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
LIBRARY = Path(__file__).parents[2] / "content" / "library"
HERE = Path("file.yaml")


def read(*names: str) -> dict[str, Any]:
    return yaml.safe_load(LIBRARY.joinpath(*names).read_text(encoding="utf-8"))


def load_the_coalitions() -> None:
    load_scale("zelfstandigheid", read("scales", "zelfstandigheid.yaml"), HERE)
    load_framework("zorg", read("frameworks", "zorg.yaml"), HERE)


def small(**changes: Any) -> dict[str, Any]:
    """A framework of two competencies and one reserved act."""
    act = {
        "code": "prik",
        "nl": "Prik",
        "en": "Prick",
        "months": 36,
        "legal_basis": "Wet",
        "theory": "t",
        "practical": "p",
    }
    competencies = [
        {"code": "een", "kind": "skill", "nl": "Een", "en": "One", "months": 24},
        {"code": "twee", "kind": "task", "nl": "Twee", "en": "Two", **changes},
    ]
    group = {"code": "groep", "role": "provider", "nl": "Groep", "en": "Group"}
    groups = [{**group, "competencies": competencies, "reserved_acts": [act]}]
    return {"uri": "https://example.org/f", "title": "F", "scale": "zelfstandigheid", "groups": groups}


def load_small(**changes: Any) -> None:
    load_scale("zelfstandigheid", read("scales", "zelfstandigheid.yaml"), HERE)
    load_framework("small", small(**changes), HERE)


def test_the_coalitions_own_framework_is_sound():
    load_the_coalitions()
    kinds = Competency.objects.exclude(kind="group").values_list("kind", flat=True)
    assert {kind: list(kinds).count(kind) for kind in set(kinds)} == {
        "skill": 66,
        "knowledge": 28,
        "task": 22,
        "attitude": 8,
        "reserved": 9,
    }
    assert set(Competency.objects.values_list("role", flat=True)) == {
        "provider", "communicator", "collaborator", "ebp", "promoter", "organiser", "professional",
    }  # fmt: skip
    assert current_snapshot().refusals == ()
    assert all(each.labels["nl"] and each.labels["en"] for each in Competency.objects.all())


def test_loading_again_changes_nothing():
    load_the_coalitions()
    before = GraphVersion.current(), Relation.objects.count(), CompetencyTerms.objects.count()
    load_the_coalitions()
    assert (GraphVersion.current(), Relation.objects.count(), CompetencyTerms.objects.count()) == before


def test_a_reserved_act_is_made_of_theory_and_practical():
    load_small()
    act = Competency.objects.get(code="prik")
    parts = Relation.objects.current().filter(target=act).order_by("at")
    assert [(each.source.code, each.at, each.assurance, each.gives) for each in parts] == [
        ("prik-theorie", 1, 2, 3),
        ("prik-praktijk", 3, 3, 3),
    ]
    assert act.is_reserved
    assert CompetencyTerms.objects.get(competency=act).rollup == 0


def test_what_is_taken_out_is_withdrawn_and_closed_and_comes_back():
    load_small(requires=["een"], months=12)
    load_small()
    gone = Relation.objects.get(kind="requires")
    assert gone.known_until is not None
    assert CompetencyTerms.objects.get(competency__code="twee").known_until is not None
    changed = small()
    del changed["groups"][0]["competencies"][1]
    load_framework("small", changed, HERE)
    assert Competency.objects.get(code="twee").retired_on is not None
    load_small()
    assert Competency.objects.get(code="twee").retired_on is None


def test_what_a_person_asserted_is_left_alone():
    load_small(months=12)
    person = make_person()
    CompetencyTerms.objects.filter(competency__code="twee").update(asserted_by=person, renew_months=6)
    load_small(months=12)
    assert CompetencyTerms.objects.get(competency__code="twee").renew_months == 6


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "magic"}, "no known kind"),
        ({"kind": "knowledge"}, "another kind already"),
        ({"requires": ["drie"]}, "there is no such competency"),
        ({"requires": ["twee"]}, "cannot be related to itself"),
        ({"implies": [{"code": "een", "at": "alone", "gives": "alone"}]}, "Twee lasts longer than Een"),
        ({"implies": [{"code": "een", "at": "perfect", "gives": "alone"}], "months": 24}, "“perfect” is none of"),
        ({"nl": ""}, "needs a title"),
    ],
)
def test_a_file_with_a_mistake_stores_nothing(changes, message):
    load_small()
    before = GraphVersion.current()
    with pytest.raises(LibraryError, match=message):
        load_framework("small", small(**changes), HERE)
    assert GraphVersion.current() == before
    assert Competency.objects.get(code="twee").title == "Twee"


def test_a_circle_in_a_file_is_named():
    document = small(requires=["een"])
    document["groups"][0]["competencies"][0]["requires"] = ["twee"]
    load_scale("zelfstandigheid", read("scales", "zelfstandigheid.yaml"), HERE)
    with pytest.raises(LibraryError, match=r"in a circle: .*een → .*twee → .*een"):
        load_framework("small", document, HERE)
    assert Competency.objects.exists() is False


def test_every_profile_of_the_library_loads_and_changes_with_its_file():
    load_the_coalitions()
    for path in sorted((LIBRARY / "organisations").glob("*.yaml")):
        make_organisation(path.stem)
    for path in sorted((LIBRARY / "profiles").glob("*.yaml")):
        load_profile(path.stem, read("profiles", path.name), path)
    assert Requirement.objects.current().count() == 185
    carer = read("profiles", "verzorgende-ig.yaml")
    assert Requirement.objects.current().filter(profile__uri=carer["uri"]).count() == 24
    carer["jobs"] = {"maasdal": ["Verzorgende IG"]}
    carer["requirements"] = carer["requirements"][:1]
    load_profile("verzorgende-ig", carer, HERE)
    assert Requirement.objects.current().filter(profile__uri=carer["uri"]).count() == 5
    assert JobProfile.objects.current().filter(profile__uri=carer["uri"]).count() == 1


def test_an_agreement_says_who_signs_and_what_is_recognised():
    load_small()
    make_organisation("here"), make_organisation("there")
    make_person("assessor@example.org")
    agreement = {
        "assessors": [
            {"person": "assessor@example.org", "from": "2020-01-01", "competencies": ["een", "prik-praktijk"]}
        ],
        "recognises": [
            {"issuer": "there", "competency": "prik-praktijk", "kind": "practical", "level": "alone", "gives": "een"}
        ],
    }
    for _time in range(2):
        load_agreement("here", yaml.safe_load(yaml.safe_dump(agreement).replace("'2020-01-01'", "2020-01-01")), HERE)
    assert AssessorAuthorisation.objects.count() == 2
    assert (RecognitionRule.objects.get().gives.code, RecognitionRule.objects.get().gives_level) == ("een", 3)
    agreement["assessors"][0]["person"] = "nobody@example.org"
    with pytest.raises(LibraryError, match=r"nobody with the address nobody@example\.org"):
        load_agreement("here", agreement, HERE)


def test_sections_of_higher_packages_come_before_what_refers_to_them():
    def nothing(slug: str, data: dict[str, Any], path: Path) -> None: ...

    sections = [
        LibrarySection("people", nothing),
        LibrarySection("modules", nothing),
        LibrarySection("scales", nothing, before="modules"),
        LibrarySection("frameworks", nothing, before="modules"),
        LibrarySection("evidence", nothing),
    ]
    assert [each.folder for each in in_order(sections)] == ["people", "scales", "frameworks", "modules", "evidence"]
