"""Every point where a package or a plugin may add something. Import-light: no Django models here.

Where a hook says "core", only our own packages are called, inside the caller's transaction, and a fault rolls everything back.
Every other hook is guarded: a plugin that raises, or answers nonsense, is recorded as an incident and skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from pluggy import HookimplMarker, HookspecMarker

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.http import HttpRequest
    from wagtail.models import Page

    from lxp.care_line import CareLine
    from lxp.models import Erasure, Organisation, User

API_VERSION = 1
hookspec = HookspecMarker("lxp")
hookimpl = HookimplMarker("lxp")


@hookspec
def activity_kinds() -> list[str]:
    """Name the activity classes that you add, as dotted paths.

    Called once in each process, at the first use of the editor or a player, outside any transaction.
    """
    return []


@hookspec
def urls() -> str:
    """Name your URL module, as a dotted path. Called once at start; mounted under `/p/<plugin>/` in its own namespace.

    The platform answers 404 for people none of whose organisations has the plugin on, and asks a visitor to sign in.
    """
    return ""


@hookspec
def navigation_items(person: User, request: HttpRequest) -> list[Any]:
    """Add `lxp.navigation.NavigationItem`s to the main menu of a signed-in person. Called once for each page."""
    return []


@hookspec
def home_items(person: User, request: HttpRequest) -> list[Any]:
    """Hand in `lxp.home.HomeItem`s: what is overdue, expires, is booked, is asked of this person, is under way or could be
    next. The platform puts them in order and chooses the one next best step. Called for each visit of a learner's home,
    outside a transaction; only read, in a constant number of queries."""
    return []


@hookspec
def home_panels(person: User, request: HttpRequest) -> list[str]:
    """Add panels to a learner's home, as safe HTML: below the first screen, for who has time to look around. Called for
    each visit, outside a transaction; only read."""
    return []


@hookspec
def home_page_sections(page: Page, request: HttpRequest) -> list[str]:
    """Add sections to the public home page, as safe HTML. Called for each visit that no cache answers; only read."""
    return []


@hookspec
def organisation_page_sections(page: Page, organisation: Organisation, request: HttpRequest) -> list[str]:
    """Add sections to the public page of an organisation, as safe HTML. Only read."""
    return []


@hookspec
def topic_page_sections(page: Page, request: HttpRequest) -> list[str]:
    """Add sections to a topic page, as safe HTML. Only read."""
    return []


@hookspec
def instruction_page_tools(page: Page, organisation: Organisation, request: HttpRequest) -> list[str]:
    """Add buttons beside “Read aloud” and “Print” of an instruction card (`content.api.InstructionPage`), as safe HTML. Only
    read, and nothing about the visitor: the page of a card sets no cookie and is the same for everybody."""
    return []


@hookspec
def instruction_page_sections(page: Page, organisation: Organisation, request: HttpRequest) -> list[str]:
    """Add sections below an instruction card (`content.api.InstructionPage`), as safe HTML: such as “Was this clear?”. A plugin
    is asked where it is on for the organisation that gives the card. Only read, as for `instruction_page_tools`."""
    return []


@hookspec
def instruction_page_care_lines(page: Page, request: HttpRequest) -> list[CareLine]:
    """Say whom the reader of this card calls, where the address of the visit asks for another than the organisation that wrote
    it; the first answer counts. Called only for an address with a query, of every installed plugin: answer only for an
    organisation that has yours on. Only read, and nothing about the visitor."""
    return []


@hookspec
def module_panels(module: Any, request: HttpRequest) -> list[str]:
    """Add panels beside a module (`courses.models.Module`), as safe HTML. Only read. A plugin is asked where it is on
    for the module's owner, or for an organisation of the reader."""
    return []


@hookspec
def course_panels(course: Any, request: HttpRequest) -> list[str]:
    """Add panels beside a course (`courses.models.Course`), as safe HTML. Only read. A plugin is asked where it is on
    for the course's owner, or for an organisation of the reader."""
    return []


@hookspec
def organisation_opened(organisation: Organisation) -> None:
    """Core: prepare what a new or changed organisation needs. Inside the transaction that stored it; safe to repeat."""


@hookspec
def completing_module(attempt: Any) -> None:
    """Core: write what must exist together with a completion (`courses.models.Attempt`), inside its transaction."""


@hookspec
def completing_activity(attempt: Any, activity: Any, state: Any, assessment: Any) -> None:
    """Core: write what must exist together with the end of an activity (`courses.models.VersionActivity`), inside its
    transaction: when its state (`ActivityState`) turns completed, and when an assessor judged it (`Assessment`, else
    None), also as not competent. Called before `completing_module`."""


@hookspec
def evidence_recorded(evidence_uuid: UUID, person: User) -> None:
    """React to a new row in somebody's ledger (`skills_graph.models.Evidence`, also one that revokes another). Called after
    the transaction that stored it has committed; a process may die before, so find in `reconcile` what was missed."""


@hookspec
def holding_changed(person_id: int, competency_ids: list[int]) -> None:
    """React to competencies that somebody holds otherwise than before: more, less, until another day, or for another
    reason. Called after the commit; perhaps twice, so read how it stands now, and make the reaction idempotent."""


@hookspec
def version_facts(module_ids: list[int] | None, as_published: bool) -> list[dict[int, list[Any]]]:
    """Core: name what else belongs to the next version of modules (`courses.models.Module`), as lists of JSON by the id of
    the module; where `as_published`, what stands in their current version. None is every module; one without any may
    be left out. Different facts make a new version that is more than editorial. Only read, in a constant number of
    queries: the editor asks it, publishing does, and `reconcile` for all modules together."""
    return []


@hookspec
def version_objections(module: Any, activities: list[dict[str, Any]]) -> list[str]:
    """Core: say why a module cannot be published with these activities (`courses.grading.activities_in`), each with
    what to mend. Asked by the editor when a page goes to review or online. Only read."""
    return []


@hookspec
def publishing_version(version: Any) -> None:
    """Core: freeze what belongs to a new version (`courses.models.ModuleVersion`), inside the transaction that made it,
    before it becomes the module's current version."""


@hookspec
def catalogue_facets() -> list[Any]:
    """Core: add `courses.api.CatalogueFacet`s, properties to narrow the catalogue by. Called for each listing that is not
    kept, outside a transaction; the class says when its methods are. Only read."""
    return []


@hookspec
def module_words(module_ids: list[int]) -> list[dict[int, dict[str, list[str]]]]:
    """Core: name words by which these modules (`courses.models.Module`) are found beside their own: by the id of the module
    and language. Only what everybody may read who may find the module, since an index holds no right. Called by the
    worker for many modules together; only read, in a constant number of queries."""
    return []


@hookspec
def loading_module(module: Any, document: dict[str, Any], activities: dict[str, dict[str, Any]]) -> list[bool]:
    """Core: take what is yours from the library's document of a module, before it is published, inside the transaction
    that stores it. `activities` has the fields of its activities by their id in the document. Answer [True] when
    something changed; raise LibraryError for what cannot be. Safe to repeat."""
    return []


@hookspec
def module_copied(module: Any) -> None:
    """Core: copy what is yours of a module's draft to its copy (`courses.models.Module`, with `copied_from`), inside the
    transaction that makes it. The blocks of the copy have the ids of the original's."""


@hookspec
def module_editor_panels(page: Any, request: HttpRequest) -> list[str]:
    """Core: add panels to the tab “What it proves” of a module's editor (`courses.models.ModulePage`, saved at least
    once), as safe HTML. They stand inside the form of the page, so they hold no form. Only read."""
    return []


@hookspec
def signature_objections(requests: list[Any], assessor: User, day: date) -> list[tuple[int, str]]:
    """Core: say why somebody may not sign requests for assessment (`courses.models.AssessmentRequest`) on a day, as pairs
    of the request's id and the words for that person; none for who may. Asked for a whole list of requests in a constant
    number of queries, and again inside the transaction that signs. Only read."""
    return []


@hookspec
def module_completed(attempt_id: UUID) -> None:
    """React to a completed module. Called after the transaction that stored it has committed;
    may be called twice for one attempt, so make the reaction idempotent. Return nothing."""


@hookspec
def digest_items(person: User, since: datetime) -> list[Any]:
    """Hand in `lxp.notices.items.DigestItem`s for the mail that a person gets at most once a day: what is new since they
    were told last, or what the day asks of them. Called by the worker in the person's language, outside a transaction;
    perhaps again when the mail could not be sent. Only read, in a constant number of queries."""
    return []


@hookspec
def person_export(person: User) -> list[Any]:
    """Give what you hold of a person, as `lxp.person_data.ExportPart`s: for the person's own download. Only read."""
    return []


@hookspec
def person_erase(person: User, erasure: Erasure) -> None:
    """Remove what you hold of a person. Core packages inside the transaction that wipes the person; plugins after it, each
    in one of its own, and again until it succeeds, also after a restore and when a plugin comes back: so safe to repeat."""


@hookspec
def library_sections() -> list[Any]:
    """Add `lxp.library.LibrarySection`s, the folders of a library that your package can load. Called by the command
    `load_library`, also of plugins that are on nowhere; sections are loaded in the order of the packages, those of
    plugins last, save those that name another's folder as `before`; each file in its own transaction."""
    return []


@hookspec
def signature_panels(asked: Any, assessor: User, day: date) -> list[str]:
    """Core: say what a signature under a request for assessment (`courses.models.AssessmentRequest`) proves when it is set
    on this day, and on whose authority, as safe HTML above the button that signs. Only read."""
    return []


@hookspec
def assessment_panels(assessment: Any, viewer: User) -> list[str]:
    """Core: say what came of a signed judgement (`courses.models.Assessment`), for somebody who assesses in its
    organisation, as safe HTML on the page of the signed work. Only read."""
    return []


@hookspec
def result_panels(attempt: Any, request: HttpRequest) -> list[str]:
    """Core: say what a finished attempt (`courses.models.Attempt`) brought its learner, and what could be next, as safe HTML
    on the page of its result. Only read."""
    return []


@hookspec
def benchmark_loaded(module_ids: list[int], now: datetime) -> None:
    """Core: add what is yours to the corpus on which speed is measured (command `load_benchmark`), which says that it is
    `now`. Called once, when organisations, learners and these modules are stored, outside a transaction: it may be
    millions of rows."""


@hookspec
def load_ahead() -> None:
    """Core: load what the first request would load, such as the activities of plugins. Called once by the web server, before
    its processes part ways, so that no visitor waits for it and memory is shared."""


@hookspec
def first_pages() -> list[str]:
    """Core: the addresses of some public pages, one of each kind that many visitors see. The web server opens them once, before
    its processes part ways, so that what they need is made once and shared. May ask the database."""
    return []


@hookspec
def reconcile() -> list[str]:
    """Find what should exist and does not, or should no longer exist, from state alone; put it right, and say what
    you did, one line each. Called every few minutes and by hand, outside a transaction; must be safe to repeat."""
    return []
