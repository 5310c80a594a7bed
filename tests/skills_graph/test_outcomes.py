"""What a module proves: what its authors may write, how it freezes in versions, and how a library brings it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import Locale

from content.models import OrganisationPage
from courses.api import Module, ModulePage, activities_of
from courses.lxp_hooks import reconcile
from courses.services import publishing
from courses.services.loading import store_module
from lxp.library import LibraryError
from lxp.models import AuditEvent, Organisation, Role, User
from skills_graph.exceptions import DefinitionRefusedError
from skills_graph.models import Competency, DraftOutcome, GraphVersion, Outcome, Relation
from skills_graph.services.definitions import add_relation, retire_competency
from skills_graph.services.outcomes import copy_drafts, objections, remove_outcome, save_outcome
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.modules import NoPictures, assignment, lesson, make_module, page_of, publish, quiz
from tests.factories.people import make_member, make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
KNOWS, HELPED, ALONE, TEACHES = 1, 2, 3, 4


@pytest.fixture
def owner() -> Organisation:
    return make_organisation("linde")


@pytest.fixture
def author(owner: Organisation) -> User:
    return make_member(owner, Role.AUTHOR)


@pytest.fixture
def module(owner: Organisation) -> Module:
    return make_module(owner, lesson(), quiz(), assignment())


@pytest.fixture
def competency() -> Competency:
    return make_competency("Wond verbinden", code="WV-1")


def draft_of(module: Module) -> ModulePage:
    return page_of(module).get_latest_revision_as_object()


def block(module: Module, kind: str) -> Any:
    return next(each["block_id"] for each in activities_of(draft_of(module)) if each["kind"] == kind)


def save(module: Module, competency: Competency, level: int = KNOWS, kind: str = "test", **fields: Any) -> DraftOutcome:
    activities = activities_of(draft_of(module))
    return save_outcome(module=module, activities=activities, competency=competency, level=level, kind=kind, **fields)


def refused(module: Module, competency: Competency, **fields: Any) -> str:
    """The words of the refusal; nothing has changed after it."""
    before = list(DraftOutcome.objects.values())
    with pytest.raises(DefinitionRefusedError) as error:
        save(module, competency, **fields)
    assert list(DraftOutcome.objects.values()) == before
    return str(error.value)


# ── what may be written ──────────────────────────────────────────────────────────────────────────────────────


def test_an_author_says_what_a_quiz_proves(module: Module, author: User, competency: Competency) -> None:
    row = save(module, competency, HELPED, "test", block_id=block(module, "quiz"), by=author)
    assert (row.module, row.competency, row.level, row.kind, row.is_entry) == (module, competency, 2, "test", False)
    audit = AuditEvent.objects.get(action="outcome.saved")
    words = {"competency": str(competency.uuid), "level": 2, "kind": "test", "is_entry": False}
    assert (audit.actor, audit.detail) == (author, {"outcome": words})


def test_an_outcome_is_changed_and_taken_away(module: Module, author: User, competency: Competency) -> None:
    row = save(module, competency, KNOWS)
    save(module, competency, HELPED, outcome=row, by=author)
    assert [each.level for each in module.draft_outcomes.all()] == [HELPED]
    remove_outcome(outcome=row, by=author)
    assert module.draft_outcomes.exists() is False
    assert AuditEvent.objects.filter(action="outcome.removed", actor=author).count() == 1


def test_only_who_writes_for_the_owner_may_change_what_it_proves(module: Module, competency: Competency) -> None:
    for person in (make_member(module.owner, Role.ASSESSOR), make_member(make_organisation(), Role.AUTHOR)):
        with pytest.raises(PermissionDenied):
            save(module, competency, by=person)
    assert DraftOutcome.objects.exists() is False


@pytest.mark.parametrize(
    ("kind", "level"),
    [("reading", HELPED), ("test", ALONE), ("test", TEACHES)],
)
def test_no_kind_proves_more_than_its_assurance(module: Module, competency: Competency, kind: str, level: int) -> None:
    assert "at most" in refused(module, competency, kind=kind, level=level)


def test_a_practical_proves_the_highest_level(module: Module, competency: Competency) -> None:
    assert save(module, competency, TEACHES, "practical").level == TEACHES


@pytest.mark.parametrize("level", [0, 5])
def test_a_level_is_one_of_the_scale(module: Module, competency: Competency, level: int) -> None:
    assert "Words" in refused(module, competency, level=level, kind="practical")


@pytest.mark.parametrize("kind", ["diploma", "attendance", "recognition", "", "magic"])
def test_a_module_proves_by_reading_a_test_or_a_practical(module: Module, competency: Competency, kind: str) -> None:
    assert refused(module, competency, kind=kind).startswith("Choose how")


def test_a_test_is_a_quiz_and_a_practical_an_assignment(module: Module, competency: Competency) -> None:
    assert "quiz" in refused(module, competency, block_id=block(module, "lesson"))
    assert "assignment" in refused(module, competency, kind="practical", block_id=block(module, "quiz"))
    assert "no longer" in refused(module, competency, block_id="00000000-0000-4000-8000-000000000009")


def test_a_whole_module_without_a_quiz_that_must_be_passed_proves_no_test(
    owner: Organisation, competency: Competency
) -> None:
    free = make_module(owner, lesson(), quiz(is_required=False))
    assert "quiz" in refused(free, competency)
    assert save(free, competency, block_id=block(free, "quiz")).kind == "test"
    assert "assignment" in refused(free, make_competency("Ander"), kind="practical")


def test_a_group_and_what_was_withdrawn_cannot_be_proven(module: Module) -> None:
    group = make_competency("Zorg", kind="group")
    retired = retire_competency(competency=make_competency("Oud"), on=date(2026, 1, 1))
    assert "group" in refused(module, group)
    assert "no longer used" in refused(module, retired)


def test_a_reserved_act_is_refused_with_its_parts(module: Module) -> None:
    framework = make_framework()
    act = make_competency("Katheter", framework=framework, kind="reserved", rollup=0)
    theory = make_competency("Katheter: theorie", framework=framework)
    add_relation(source=theory, target=act, kind=Relation.Kind.BROADER, at=HELPED, gives=ALONE)
    words = refused(module, act, kind="practical", level=ALONE)
    assert ("reserved act" in words, "Katheter: theorie" in words) == (True, True)
    assert save(module, act, ALONE, is_entry=True).is_entry


def test_a_framework_of_another_organisation_is_not_for_this_module(module: Module, author: User) -> None:
    other = make_organisation("ander")
    theirs = make_competency("Hunne", framework=make_framework("hunne", owner=other))
    ours = make_competency("Onze", framework=make_framework("onze", owner=module.owner))
    assert "another organisation" in refused(module, theirs, by=author)
    module.co_owners.add(other)  # named as a fellow owner, which gives no look at that one's framework
    assert "another organisation" in refused(module, theirs, by=author)
    assert save(module, ours, by=author).competency == ours


def test_the_same_outcome_twice_is_refused(module: Module, competency: Competency) -> None:
    save(module, competency, KNOWS)
    assert "already" in refused(module, competency, level=HELPED)
    assert save(module, competency, HELPED, block_id=block(module, "quiz")).level == HELPED


# ── what it asks first ───────────────────────────────────────────────────────────────────────────────────────


def test_an_entry_requirement_has_a_level_and_no_evidence_of_its_own(module: Module, competency: Competency) -> None:
    row = save(module, competency, TEACHES, "", is_entry=True, block_id=block(module, "quiz"))
    assert (row.level, row.block_id, row.kind) == (TEACHES, None, "declaration")


def test_a_module_cannot_need_what_only_itself_gives(module: Module, competency: Competency) -> None:
    save(module, competency, HELPED)
    assert "Nobody could ever start" in refused(module, competency, level=HELPED, is_entry=True)
    assert save(module, competency, KNOWS, is_entry=True).level == KNOWS  # it takes people further


def test_what_it_gives_may_not_close_a_circle_either(module: Module, competency: Competency) -> None:
    save(module, competency, HELPED, is_entry=True)
    assert "Nobody could ever start" in refused(module, competency, level=HELPED)


def test_two_modules_cannot_wait_for_each_other(owner: Organisation, module: Module) -> None:
    first, second = make_competency("Eerste"), make_competency("Tweede")
    other = make_module(owner, lesson(), quiz())
    save(other, first)
    save(other, second, is_entry=True)
    publish(page_of(other))
    save(module, second)
    assert "Nobody could ever start" in refused(module, first, is_entry=True)
    third = make_module(owner, lesson(), quiz())
    save(third, first)
    publish(page_of(third))
    assert save(module, first, is_entry=True).is_entry


def test_an_implied_competency_is_a_way_in_too(owner: Organisation, module: Module) -> None:
    framework = make_framework()
    wide, narrow = (make_competency(name, framework=framework) for name in ("Breed", "Smal"))
    add_relation(source=wide, target=narrow, kind=Relation.Kind.IMPLIES, at=KNOWS, gives=KNOWS)
    save(module, narrow)
    other = make_module(owner, lesson(), quiz())
    save(other, wide)
    publish(page_of(other))
    assert save(module, narrow, is_entry=True).is_entry


# ── frozen ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_publishing_freezes_the_draft_and_a_later_draft_changes_nothing(module: Module, competency: Competency) -> None:
    row = save(module, competency, KNOWS, block_id=block(module, "quiz"))
    number = GraphVersion.current()
    second = publish(page_of(module)).current_version
    assert second.number == 2
    frozen = Outcome.objects.get()
    assert (frozen.version, frozen.competency, frozen.level, frozen.kind) == (second, competency, KNOWS, "test")
    assert frozen.block_id == row.block_id
    assert GraphVersion.current() == number  # it infers nothing
    save(module, competency, HELPED, block_id=row.block_id, outcome=row)
    assert Outcome.objects.get().level == KNOWS
    third = publish(page_of(module)).current_version
    assert [each.level for each in third.outcomes.all()] == [HELPED]
    assert publish(page_of(module)).current_version == third


def test_a_version_of_changed_outcomes_is_never_editorial(module: Module, competency: Competency) -> None:
    save(module, competency)
    version = publish(page_of(module), title="Andere titel", significance="editorial").current_version
    assert version.significance == "substantive"
    version = publish(page_of(module), title="Weer anders", significance="editorial").current_version
    assert (version.significance, version.outcomes.count()) == ("editorial", 1)


def test_a_module_without_outcomes_keeps_the_digest_that_it_had(module: Module) -> None:
    digest = module.current_version.digest
    assert publish(page_of(module)).current_version.digest == digest


def test_reconcile_leaves_a_draft_alone_and_makes_a_lost_version_with_its_outcomes(
    module: Module, competency: Competency, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(module, competency)
    assert reconcile() == []

    def fail(**arguments: Any) -> None:
        raise RuntimeError("the process died")

    with monkeypatch.context() as broken:
        broken.setattr(publishing, "publish_page", fail)
        assert publish(page_of(module), title="Anders").current_version.number == 1
    assert len(reconcile()) == 1
    again = Module.objects.get(pk=module.pk).current_version
    assert (again.number, again.outcomes.count()) == (2, 1)


def test_what_became_impossible_is_told_before_publishing(module: Module, competency: Competency) -> None:
    save(module, competency, block_id=block(module, "quiz"))
    gone = [each for each in activities_of(draft_of(module)) if each["kind"] != "quiz"]
    assert objections(module=module, activities=activities_of(draft_of(module))) == []
    (words,) = objections(module=module, activities=gone)
    assert ("Wond verbinden" in words, "no longer in the module" in words) == (True, True)
    Competency.objects.filter(pk=competency.pk).update(retired_on=date(2026, 1, 1))
    assert "no longer used" in objections(module=module, activities=activities_of(draft_of(module)))[0]


# ── from a library ───────────────────────────────────────────────────────────────────────────────────────────


def load(owner: Organisation, **fields: Any) -> Module:
    document = {
        "title": "Wonden", "summary": "Over wonden.", "theme": "wond", "audiences": ["staff"], "study_minutes": 10,
        "sharing": "public", "goals": ["Je weet."], "activities": [lesson(), quiz(), assignment()], **fields,
    }  # fmt: skip
    place = page_of(make_module(owner)).get_parent()
    page = store_module(place=place, slug="wonden", key="wonden", document=document, topic=None, files=NoPictures())
    return Module.objects.select_related("current_version").get(pk=page.module_id)


OUTCOMES = [
    {"competency": "WV-1", "level": "helped", "kind": "test", "activity": "toets"},
    {"competency": "WV-2", "level": "alone", "kind": "practical"},
    {"competency": "WV-3", "level": "knows", "entry": True},
]


def make_codes() -> None:
    framework = make_framework()
    for number in (1, 2, 3):
        make_competency(f"Wond {number}", framework=framework, code=f"WV-{number}")


def test_a_library_brings_outcomes_into_the_first_version(owner: Organisation) -> None:
    make_codes()
    module = load(owner, outcomes=OUTCOMES)
    assert module.current_version.number == 1
    rows = module.current_version.outcomes.order_by("pk").values_list("competency__code", "level", "kind", "is_entry")
    assert list(rows) == [
        ("WV-1", 2, "test", False), ("WV-2", 3, "practical", False), ("WV-3", 1, "declaration", True),
    ]  # fmt: skip
    quiz_block = module.current_version.activities.get(kind="quiz").block_id
    assert module.current_version.outcomes.get(competency__code="WV-1").block_id == quiz_block


def test_loading_again_changes_nothing_and_a_changed_outcome_makes_one_version(owner: Organisation) -> None:
    make_codes()
    load(owner, outcomes=OUTCOMES)
    assert load(owner, outcomes=OUTCOMES).versions.count() == 1
    module = load(owner, outcomes=OUTCOMES[1:])
    assert (module.current_version.number, module.current_version.outcomes.count()) == (2, 2)
    assert load(owner).versions.count() == 2  # a document that is silent leaves what authors wrote
    assert load(owner, outcomes=[]).current_version.outcomes.count() == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"competency": "NIX"}, "no such competency"),
        ({"level": "expert"}, "Known are knows"),
        ({"activity": "weg"}, "no activity weg"),
        ({"kind": "test", "level": "alone"}, "at most"),
        ({"levels": "knows"}, "means nothing here"),
    ],
)
def test_a_mistake_in_a_library_is_named(owner: Organisation, change: dict[str, str], words: str) -> None:
    make_codes()
    with pytest.raises(LibraryError, match=words):
        load(owner, outcomes=[{**OUTCOMES[0], **change}])
    assert Outcome.objects.exists() is False


def test_a_code_of_two_frameworks_is_ambiguous(owner: Organisation) -> None:
    make_codes()
    make_competency("Dubbel", framework=make_framework("tweede"), code="WV-1")
    with pytest.raises(LibraryError, match="several frameworks"):
        load(owner, outcomes=OUTCOMES[:1])


# ── what a copy brings ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_copied_module_proves_and_asks_what_its_original_does(
    module: Module, author: User, competency: Competency
) -> None:
    asked = make_competency("Hygiëne")
    save(module, competency, HELPED, "test", block_id=block(module, "quiz"), by=author)
    save(module, asked, KNOWS, is_entry=True, by=author)
    copy = page_of(module).copy(update_attrs={"slug": "kopie"}, keep_live=False).module
    rows = DraftOutcome.objects.filter(module=copy).order_by("pk")
    assert list(rows.values_list("competency", "level", "kind", "block_id", "is_entry")) == [
        (competency.pk, HELPED, "test", block(module, "quiz"), False),
        (asked.pk, KNOWS, "declaration", None, True),
    ]
    assert objections(module=copy, activities=activities_of(copy.pages.get().get_latest_revision_as_object())) == []
    assert DraftOutcome.objects.filter(module=module).count() == 2
    copy_drafts(module=copy)
    assert rows.count() == 2
    publish(copy.pages.get())
    assert Outcome.objects.filter(version__module=copy, competency=competency, level=HELPED).count() == 1


def test_a_copy_elsewhere_leaves_out_what_is_of_the_first_owner_alone(
    module: Module, owner: Organisation, competency: Competency
) -> None:
    own = make_competency("Alleen van ons", framework=make_framework("eigen", owner=owner))
    save(module, own)
    save(module, competency)
    other = make_organisation("vlier")
    place = OrganisationPage.objects.get(organisation=other, locale__language_code="nl")
    copy = page_of(module).copy(to=place, update_attrs={"slug": "kopie"}, keep_live=False).module
    assert [row.competency for row in DraftOutcome.objects.filter(module=copy)] == [competency]


def test_another_language_of_a_module_has_no_outcomes_of_its_own(module: Module, competency: Competency) -> None:
    save(module, competency)
    page_of(module).copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    assert Module.objects.count() == 1
    assert DraftOutcome.objects.count() == 1
