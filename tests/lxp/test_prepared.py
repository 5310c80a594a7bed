"""Queries that are built once answer what their querysets do, for every key."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext

from lxp.models import AuditEvent, Membership, PublicStamp, User
from lxp.prepared import Prepared
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
FIELDS = ("pk", "starts_on", "ends_on", "person__is_active", "person__uuid", "organisation__uuid")


def test_the_rows_are_those_of_the_queryset_for_each_key():
    places = [Membership.objects.get(person=make_member(make_organisation())) for _each in range(2)]
    rows = Prepared(lambda person: Membership.objects.filter(person=person).values_list(*FIELDS))
    for place in (*places, places[0]):
        assert [tuple(row) for row in rows.rows(place.person_id)] == [
            *Membership.objects.filter(person=place.person_id).values_list(*FIELDS)
        ]
    assert rows.rows(0) == []


def test_keys_stand_where_they_belong_and_values_are_those_of_the_model():
    linde, vlier = make_organisation("linde"), make_organisation("vlier")
    person = make_member(linde, "author")
    event = AuditEvent.objects.filter(person=person).values_list("detail", "at", "organisation")
    rows = Prepared(
        lambda organisation, who: (
            AuditEvent.objects.filter(Q(action="membership.roles_changed"), person=who, organisation=organisation)
            .annotate(whose=F("organisation__slug"))
            .values_list("detail", "at", "whose")
        )
    )
    [found] = rows.rows(linde.pk, person.pk)
    assert [*found[:2], linde.pk] == list(event.get(action="membership.roles_changed"))
    assert found[2] == "linde"
    assert rows.rows(vlier.pk, person.pk) == []


def test_a_query_without_a_key_is_one_statement_each_time():
    PublicStamp.raise_number()
    stamp = Prepared(lambda: PublicStamp.objects.filter(pk=1).values_list("stamp"))
    assert [tuple(row) for row in stamp.rows()] == [(PublicStamp.current(),)]
    PublicStamp.raise_number()
    with CaptureQueriesContext(connection) as captured:
        [[found]] = stamp.rows()
    assert len(captured) == 1
    assert found == PublicStamp.current()


def test_a_key_that_is_lost_or_doubled_is_refused_when_the_query_is_built():
    with pytest.raises(ValueError, match="once"):
        Prepared(lambda pk: User.objects.filter(Q(pk=pk) | Q(memberships=pk)).values_list("pk")).rows(1)
    with pytest.raises(ValueError, match="once"):
        Prepared(lambda pk: User.objects.values_list("pk")).rows(1)
