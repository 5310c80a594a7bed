"""What the skills graph adds to the platform."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.api import (
    ActivityState,
    Assessment,
    AssessmentRequest,
    Attempt,
    CatalogueFacet,
    Module,
    ModulePage,
    ModuleVersion,
)
from lxp.home import HomeItem
from lxp.hookspecs import hookimpl
from lxp.library import LibrarySection
from lxp.models import Erasure, User
from lxp.navigation import NavigationItem
from lxp.notices.items import DigestItem
from lxp.person_data import ExportPart
from lxp.reconciliation import in_turn
from skills_graph import permissions  # noqa: F401 - registers its rules
from skills_graph.benchmark import load_skills
from skills_graph.library.loader import sections
from skills_graph.library.outcomes import load_outcomes
from skills_graph.permissions import led_organisations
from skills_graph.services import authority, finding, outcomes
from skills_graph.services.credentials import many_wait, put_right_credentials
from skills_graph.services.deserving import people_who_differ
from skills_graph.services.digest import digest_items as skills_in_digest
from skills_graph.services.home import home_items as skills_on_home
from skills_graph.services.personal_data import export_parts, forget, let_go_of_due_evidence
from skills_graph.services.proving import prove_activity, prove_module
from skills_graph.services.upkeep import many_are_behind, needs_everybody, renew_holdings, write_missing_evidence
from skills_graph.tasks import catch_up_task, issue_credentials_task, issue_to_everybody_task, rebuild_holdings_task
from skills_graph.views import outcome_panels, result_panel, signing
from skills_graph.views.authority import organisation_for


@hookimpl
def navigation_items(person: object, request: HttpRequest) -> list[NavigationItem]:
    if not isinstance(person, User):
        return [NavigationItem("verify", _("Check a credential"), reverse("skills_graph:verify"), "file-check", 60)]
    items = [NavigationItem("portfolio", _("Portfolio"), reverse("skills_graph:portfolio"), "mountain", 41)]
    if led_organisations(person):
        items.append(NavigationItem("team", _("Team"), reverse("skills_graph:team"), "users", 35))
    if organisation_for(request) is not None:
        address = reverse("skills_graph:authority")
        items.append(NavigationItem("authority", _("Who may assess"), address, "badge-check", 65, is_managing=True))
    return items


@hookimpl
def home_items(person: User, request: HttpRequest) -> list[HomeItem]:
    return skills_on_home(person=person)


@hookimpl
def digest_items(person: User, since: datetime) -> list[DigestItem]:
    return skills_in_digest(person=person, since=since)


@hookimpl
def home_panels(person: User, request: HttpRequest) -> list[str]:
    if not led_organisations(person):
        return []
    return [render_to_string("skills_graph/panels/team.html", {}, request)]


@hookimpl
def library_sections() -> list[LibrarySection]:
    return sections()


@hookimpl
def person_export(person: User) -> list[ExportPart]:
    return export_parts(person=person)


@hookimpl
def person_erase(person: User, erasure: Erasure) -> None:
    forget(person=person, erasure=erasure)


@hookimpl
def completing_activity(attempt: Attempt, state: ActivityState, assessment: Assessment | None) -> None:
    prove_activity(attempt=attempt, state=state, assessment=assessment)


@hookimpl
def completing_module(attempt: Attempt) -> None:
    prove_module(attempt=attempt)


@hookimpl
def holding_changed(person_id: int) -> None:
    issue_credentials_task.delay(person_id)


@hookimpl
def reconcile() -> list[str]:
    return in_turn(_missing_evidence, _differing_holdings, _credentials, let_go_of_due_evidence)


def _missing_evidence() -> list[str]:
    return [f"Wrote the missing evidence of attempt {each.uuid}." for each in write_missing_evidence()]


def _differing_holdings() -> list[str]:
    if needs_everybody():
        rebuild_holdings_task.delay()
        return ["Asked the worker to derive everybody's holdings anew."]
    if many_are_behind():
        catch_up_task.delay()
        return ["Asked the worker to derive anew the holdings of everybody whom changed definitions concern."]
    differing = renew_holdings()
    return [f"Put right the holdings of {differing} people."] if differing else []


def _credentials() -> list[str]:
    waiting = people_who_differ()  # goes through everybody's proofs: once in a run
    if many_wait(waiting):
        issue_to_everybody_task.delay()
        return ["Asked the worker to issue everybody's credentials."]
    return put_right_credentials(waiting)


@hookimpl
def version_facts(module_ids: list[int] | None, as_published: bool) -> list[dict[int, list[Any]]]:
    return [outcomes.facts(module_ids, as_published=as_published)]


@hookimpl
def version_objections(module: Module, activities: list[dict[str, Any]]) -> list[str]:
    return outcomes.objections(module=module, activities=activities)


@hookimpl
def publishing_version(version: ModuleVersion) -> None:
    outcomes.freeze(version=version)


@hookimpl
def catalogue_facets() -> list[CatalogueFacet]:
    return [finding.CompetenceFacet()]


@hookimpl
def module_words(module_ids: list[int]) -> list[dict[int, dict[str, list[str]]]]:
    return [finding.module_words(module_ids)]


@hookimpl
def loading_module(module: Module, document: dict[str, Any], activities: dict[str, dict[str, Any]]) -> list[bool]:
    return [load_outcomes(module=module, document=document, activities=activities)]


@hookimpl
def module_copied(module: Module) -> None:
    outcomes.copy_drafts(module=module)


@hookimpl
def module_editor_panels(page: ModulePage, request: HttpRequest) -> list[str]:
    return outcome_panels.editor_panels(page, request)


@hookimpl
def module_panels(module: Module, request: HttpRequest) -> list[str]:
    return outcome_panels.module_panels(module, request)


@hookimpl
def signature_objections(requests: list[AssessmentRequest], assessor: User, day: date) -> list[tuple[int, str]]:
    return authority.objections(requests=requests, assessor=assessor, day=day)


@hookimpl
def signature_panels(asked: AssessmentRequest, assessor: User, day: date) -> list[str]:
    return signing.signature_panels(asked, assessor, day)


@hookimpl
def assessment_panels(assessment: Assessment, viewer: User) -> list[str]:
    return signing.assessment_panels(assessment, viewer)


@hookimpl
def result_panels(attempt: Attempt, request: HttpRequest) -> list[str]:
    return result_panel.panels(attempt, request)


@hookimpl
def benchmark_loaded(module_ids: list[int], now: datetime) -> None:
    load_skills(module_ids=module_ids, now=now)
