"""People: one record each, with places and roles that begin and end by date and reach the editor."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from lxp.models import AuditEvent, Membership, MembershipRole, Notice, NoticeSettings, Role, Unit, UrgentKind, User
from lxp.permissions import may
from lxp.reconciliation import sync_roles
from lxp.services.members import add_member, change_member, find_or_make_person
from lxp.services.organisations import grant_membership, set_roles
from tests.factories.people import join, make_member, make_organisation, make_person

pytestmark = pytest.mark.django_db


def groups_of(person: User) -> set[str]:
    return set(person.groups.values_list("name", flat=True))


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


# ── roles and the editor ─────────────────────────────────────────────────────────────────────────────────────


def test_authors_and_publishers_get_the_editor_groups_of_their_organisation_only():
    linde = make_organisation("linde")
    make_organisation("maas")
    assert groups_of(make_member(linde, Role.AUTHOR)) == {"linde: author"}
    assert groups_of(make_member(linde, Role.AUTHOR, Role.PUBLISHER)) == {"linde: author", "linde: publisher"}
    others = (Role.ASSESSOR, Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR)
    assert groups_of(make_member(linde, *others)) == set()


def test_taking_a_role_away_takes_the_group_away_at_once_and_is_audited():
    linde = make_organisation("linde")
    person = make_member(linde, Role.AUTHOR, Role.ASSESSOR)
    by = make_member(linde, Role.ADMINISTRATOR)
    set_roles(membership=person.memberships.get(), roles=frozenset({Role.ASSESSOR}), by=by)
    assert groups_of(person) == set()
    event = AuditEvent.objects.get(action="membership.roles_changed", actor=by)
    assert (event.person, event.detail) == (person, {"before": ["assessor", "author"], "after": ["assessor"]})
    set_roles(membership=person.memberships.get(), roles=frozenset({Role.ASSESSOR}), by=by)
    assert AuditEvent.objects.filter(actor=by).count() == 1


def test_the_editor_groups_end_with_the_last_day_and_the_rights_with_it(time_machine):
    linde = make_organisation("linde")
    person = make_person()
    time_machine.move_to(datetime(2026, 3, 30, 12, tzinfo=UTC))
    join(person, linde, Role.AUTHOR, ends_on=date(2026, 3, 31))
    assert groups_of(person) == {"linde: author"}
    time_machine.move_to(datetime(2026, 3, 31, 21, 30, tzinfo=UTC))  # 23:30 in Heuvelland
    assert sync_roles() == 0
    assert may(fresh(person), "organisation.write", linde)
    time_machine.move_to(datetime(2026, 3, 31, 22, 30, tzinfo=UTC))  # half past midnight
    assert may(fresh(person), "organisation.write", linde) is False
    assert sync_roles() == 1
    assert groups_of(person) == set()
    assert sync_roles() == 0


def test_the_editor_groups_begin_with_the_first_day(time_machine):
    time_machine.move_to(datetime(2026, 3, 30, 12, tzinfo=UTC))
    linde, person = make_organisation("linde"), make_person()
    grant_membership(
        person=person, organisation=linde, roles=frozenset({Role.PUBLISHER}), starts_on=date(2026, 4, 1), ends_on=None
    )
    assert groups_of(person) == set()
    time_machine.move_to(datetime(2026, 4, 1, 6, tzinfo=UTC))
    assert sync_roles() == 1
    assert groups_of(person) == {"linde: publisher"}


def test_groups_that_are_no_ones_role_are_left_alone():
    linde = make_organisation("linde")
    person = make_member(linde, Role.AUTHOR)
    person.groups.add(Group.objects.create(name="Beta testers"))
    set_roles(membership=person.memberships.get(), roles=frozenset(), by=None)
    assert groups_of(person) == {"Beta testers"}


# ── several places ───────────────────────────────────────────────────────────────────────────────────────────


def test_memberships_stand_side_by_side_with_their_own_roles():
    linde, maas, third = make_organisation(), make_organisation(), make_organisation()
    person = make_member(linde, Role.AUTHOR)
    join(person, maas, Role.ASSESSOR)
    person = fresh(person)
    assert person.organisations == [linde, maas]
    assert (person.roles_in(linde), person.roles_in(maas), person.roles_in(third)) == ({"author"}, {"assessor"}, set())
    assert person.organisations_with_role(Role.ASSESSOR, Role.MANAGER) == [maas]
    rights = [may(person, "organisation.write", each) for each in (linde, maas, third)]
    assert rights == [True, False, False]


def test_two_places_in_one_organisation_join_their_roles():
    linde = make_organisation()
    person = make_member(linde, Role.AUTHOR)
    grant_membership(
        person=person, organisation=linde, roles=frozenset({Role.ASSESSOR}), starts_on=date(2022, 1, 1), ends_on=None
    )
    person = fresh(person)
    assert person.organisations == [linde]
    assert person.roles_in(linde) == {"author", "assessor"}


def test_an_ended_place_gives_nothing_and_stays_in_the_record():
    linde = make_organisation()
    person = make_person()
    join(person, linde, Role.ADMINISTRATOR, ends_on=date(2021, 1, 1))
    person = fresh(person)
    assert (person.organisations, person.roles_in(linde)) == ([], frozenset())
    assert Membership.objects.filter(person=person).count() == 1


def test_an_inactive_person_may_nothing():
    linde = make_organisation()
    person = make_member(linde, *Role.values)
    person.is_active = False
    for action in ("organisation.administer", "organisation.write", "organisation.publish", "organisation.assess"):
        assert may(person, action, linde) is False


def test_an_operator_signs_for_nobody():
    linde = make_organisation()
    operator = make_person(is_superuser=True, is_staff=True)
    assert may(operator, "organisation.administer", linde)
    assert may(operator, "organisation.assess", linde) is False


@pytest.mark.parametrize(
    "fields", [{"starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 31)}, {"starts_on": date(2020, 1, 1)}]
)
def test_the_database_refuses_a_place_that_ends_before_it_begins_or_stands_twice(fields):
    linde = make_organisation()
    person = make_member(linde)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(person=person, organisation=linde, **fields)
    assert person.memberships.count() == 1


def test_the_database_refuses_an_unknown_role():
    membership = make_member(make_organisation()).memberships.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipRole.objects.create(membership=membership, role="king")
    assert membership.role_grants.count() == 0


# ── adding and changing ──────────────────────────────────────────────────────────────────────────────────────

DETAILS = {
    "first_name": "Mia",
    "last_name": "Jansen",
    "unit": None,
    "job": "",
    "starts_on": date(2026, 1, 1),
    "ends_on": None,
}


def test_only_an_administrator_of_that_organisation_adds_and_changes_people():
    linde, maas = make_organisation(), make_organisation()
    member = make_member(linde, Role.AUTHOR)
    for by in (make_member(maas, Role.ADMINISTRATOR), make_member(linde, Role.MANAGER, Role.PUBLISHER), member):
        with pytest.raises(PermissionDenied):
            add_member(organisation=linde, by=by, email="mia@example.org", roles=["administrator"], **DETAILS)
        with pytest.raises(PermissionDenied):
            change_member(
                membership=member.memberships.get(), by=by, unit=None, job="", ends_on=None, roles=["administrator"]
            )
    assert User.objects.filter(email="mia@example.org").exists() is False
    assert member.memberships.get().roles == {"author"}


def test_what_began_today_and_what_is_over_is_put_right_where_it_stands():
    linde = make_organisation()
    by, today = make_member(linde, Role.ADMINISTRATOR), timezone.localdate()
    long_ago = {**DETAILS, "starts_on": date(2020, 1, 1), "ends_on": date(2024, 1, 1), "email": "an@example.org"}
    for details in ({**DETAILS, "starts_on": today, "email": "mia@example.org"}, long_ago):
        place = add_member(organisation=linde, by=by, roles=["author"], **details)
        values = {"unit": None, "job": "Kok", "ends_on": details["ends_on"], "roles": ["assessor"]}
        assert change_member(membership=place, by=by, **values) == place
        found = Membership.objects.get(person=place.person)
        assert (found.job, found.starts_on, found.roles) == ("Kok", details["starts_on"], {"assessor"})


def test_who_moves_to_another_unit_was_in_the_first_one_until_yesterday():
    linde, today = make_organisation(), timezone.localdate()
    by = make_member(linde, Role.ADMINISTRATOR)
    one, other = (Unit.objects.create(organisation=linde, slug=slug, name=slug) for slug in ("geel", "blauw"))
    first = add_member(
        organisation=linde, by=by, email="mia@example.org", roles=["manager"], **{**DETAILS, "unit": one}
    )
    second = change_member(membership=first, by=by, unit=other, job="", ends_on=None, roles=["manager", "author"])
    person = first.person
    on = {day: [each.unit for each in Membership.objects.on(day).filter(person=person)] for day in (today, yesterday())}
    assert on == {today: [other], yesterday(): [one]}
    assert (Membership.objects.get(pk=first.pk).roles, second.roles) == ({"manager"}, {"manager", "author"})
    event = AuditEvent.objects.filter(action="membership.roles_changed", person=person).latest("pk")
    assert event.detail == {"before": ["manager"], "after": ["author", "manager"]}
    assert person.groups.get() == linde.authors_group


def test_adding_somebody_again_from_their_first_day_opens_no_place_that_they_left():
    linde, today = make_organisation(), timezone.localdate()
    by = make_member(linde, Role.ADMINISTRATOR)
    one, other = (Unit.objects.create(organisation=linde, slug=slug, name=slug) for slug in ("geel", "blauw"))
    values = {"organisation": linde, "by": by, "email": "mia@example.org", **DETAILS}
    first = add_member(**{**values, "unit": one, "roles": []})
    second = change_member(membership=first, by=by, unit=other, job="", ends_on=None, roles=[])
    again = add_member(**{**values, "unit": other, "roles": ["manager"]})
    assert (again.pk, again.roles) == (second.pk, {"manager"})
    places = Membership.objects.filter(person=first.person).order_by("starts_on")
    assert [(each.unit, each.starts_on, each.ends_on) for each in places] == [
        (one, first.starts_on, yesterday()),
        (other, today, None),
    ]
    add_member(**{**values, "unit": one, "roles": [], "ends_on": yesterday() - timedelta(days=1)})
    assert Membership.objects.get(pk=first.pk).ends_on == yesterday() - timedelta(days=1)
    assert Membership.objects.get(pk=second.pk).ends_on is None


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def test_adding_twice_from_the_same_day_is_one_place_with_the_last_roles():
    linde = make_organisation()
    by = make_member(linde, Role.ADMINISTRATOR)
    unit = Unit.objects.create(organisation=linde, slug="team", name="Team")
    add_member(organisation=linde, by=by, email="Mia@Example.org", roles=["author"], **DETAILS)
    added = add_member(
        organisation=linde, by=by, email="mia@example.org", roles=["assessor"], **{**DETAILS, "unit": unit}
    )
    assert (added.roles, added.unit) == ({"assessor"}, unit)
    assert Membership.objects.filter(organisation=linde, person__email="mia@example.org").count() == 1


def test_who_had_an_account_is_told_at_once_that_they_were_added_and_how_to_object(
    client, django_capture_on_commit_callbacks, in_english
):
    maas, linde = make_organisation("maas"), make_organisation("linde")
    person = make_member(maas, email="mia@example.org", language="en")
    by = make_member(linde, Role.ADMINISTRATOR, email="beheer@linde.example", first_name="Bea")
    NoticeSettings.objects.create(person=person, is_on=False, muted=[each.value for each in UrgentKind])
    with django_capture_on_commit_callbacks(execute=True):
        add_member(organisation=linde, by=by, email="Mia@example.org", roles=[], **DETAILS)
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["mia@example.org"], "You were added to Linde")
    assert "Bea Bakker did that." in message.body
    assert "Then object" in message.body
    assert "/mijn/gegevens/#places" in message.body
    client.force_login(person)
    page = client.get(reverse("lxp:my_data")).content.decode()
    assert 'id="places"' in page
    assert '<a href="mailto:beheer@linde.example">Bea Bakker</a>' in page


def test_a_new_person_a_second_change_and_oneself_are_not_told():
    linde = make_organisation("linde")
    by = make_member(linde, Role.ADMINISTRATOR, email="beheer@linde.example")
    for _time in range(2):
        add_member(organisation=linde, by=by, email="mia@example.org", roles=[], **DETAILS)
    add_member(organisation=linde, by=by, email=by.email, roles=["administrator"], **DETAILS)
    assert Notice.objects.exists() is False


def test_a_refusal_tells_nobody():
    linde = make_organisation("linde")
    make_member(make_organisation("maas"), email="mia@example.org")
    with pytest.raises(PermissionDenied):
        add_member(
            organisation=linde, by=make_member(linde, Role.MANAGER), email="mia@example.org", roles=[], **DETAILS
        )
    assert Notice.objects.exists() is False


@pytest.mark.parametrize("address", ["werk@example.org", "WERK@example.org", "thuis@example.org", "Thuis@Example.ORG"])
def test_any_verified_address_leads_to_the_same_person(address):
    person = make_person("werk@example.org")
    EmailAddress.objects.create(user=person, email="thuis@example.org", verified=True)
    assert find_or_make_person(email=address, first_name="X", last_name="Y") == person
    assert User.objects.count() == 1


def test_an_address_that_somebody_only_claims_leads_to_nobody():
    claimer = make_person("werk@example.org")
    EmailAddress.objects.create(user=claimer, email="baas@example.org", verified=False)
    found = find_or_make_person(email="baas@example.org", first_name="De", last_name="Baas")
    assert found != claimer
    assert found.email == "baas@example.org"
    assert found.has_usable_password() is False


def test_capitals_make_no_second_person():
    person = make_person("mia@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("MIA@example.org")
    assert User.objects.get() == person
