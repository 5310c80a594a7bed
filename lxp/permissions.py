"""Who may do what: the one place that views, hooks, searches, exports and plugins ask.

Each package registers the rules for its own objects; `may` finds the rule by the name of the action.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from lxp.models import Organisation, Role, User
from lxp.models.organisations import SUPERVISING_ROLES

Person = User | AnonymousUser
Rule = Callable[[User, Any], bool]
EDITING_ROLES = (Role.AUTHOR, Role.PUBLISHER)
# Who writes for others, judges them, or reads how they are doing: a second factor where the organisation asks it.
SENSITIVE_ROLES = (*EDITING_ROLES, Role.ASSESSOR, *SUPERVISING_ROLES)
_rules: dict[str, Rule] = {}


def rule(action: str) -> Callable[[Rule], Rule]:
    """Register the rule of one action, named object.verb ("module.edit")."""

    def register(function: Rule) -> Rule:
        _rules[action] = function
        return function

    return register


def may(person: Person, action: str, thing: Any) -> bool:
    """Whether this person may do this to this object, today. A visitor may do nothing; an operator everything
    that is not personal: rules decide also for them."""
    if not isinstance(person, User) or not person.is_active:
        return False
    return _rules[action](person, thing)


def require(person: Person, action: str, thing: Any) -> None:
    """Raise PermissionDenied unless this person may."""
    if not may(person, action, thing):
        raise PermissionDenied(action)


@rule("organisation.administer")
def may_administer(person: User, organisation: Organisation) -> bool:
    return person.is_superuser or Role.ADMINISTRATOR in person.roles_in(organisation)


@rule("organisation.write")
def may_write(person: User, organisation: Organisation) -> bool:
    return person.is_superuser or bool(person.roles_in(organisation) & set(EDITING_ROLES))


@rule("organisation.publish")
def may_publish(person: User, organisation: Organisation) -> bool:
    return person.is_superuser or Role.PUBLISHER in person.roles_in(organisation)


@rule("organisation.assess")
def may_assess(person: User, organisation: Organisation) -> bool:
    return Role.ASSESSOR in person.roles_in(organisation)


@rule("installation.operate")
def may_operate(person: User, _thing: None) -> bool:
    return person.is_superuser


@rule("person.ask_erasure")
def may_ask_erasure(person: User, about: User) -> bool:
    return person.pk == about.pk


@rule("person.export")
def may_export(person: User, about: User) -> bool:
    return person.pk == about.pk


@rule("person.erase")
def may_erase(person: User, about: User) -> bool:
    return person.is_superuser and person.pk != about.pk
