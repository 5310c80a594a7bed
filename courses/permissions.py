"""Who may do what with modules, attempts and requests for assessment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from courses.models import AssessmentRequest, Module
from lxp.audit import describe
from lxp.models import Role, User
from lxp.permissions import EDITING_ROLES, rule

describe("requests.looked", _("looked at the work that you want to have signed"))
describe("assessments.looked", _("looked at what was signed for you"))


@rule("module.edit")
def may_edit(person: User, module: Module) -> bool:
    return person.is_superuser or bool(person.roles_in(module.owner_id) & set(EDITING_ROLES))


@rule("assessment.sign")
def may_sign(person: User, request: AssessmentRequest) -> bool:
    return request.person_id != person.pk and Role.ASSESSOR in person.roles_in(request.organisation_id)
