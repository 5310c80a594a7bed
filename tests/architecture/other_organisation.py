"""Organisation B with one of everything that is nobody else's business, each marked with a word that may not leak."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Comment,
    Locale,
    Page,
    PageViewRestriction,
    Site,
    UploadedFile,
)

from content.models import Attachment, DecisionAid, OrganisationPage, Picture, Recording, TopicPage
from courses.models import AssessmentRequest, Attempt, CoursePage, ModulePage
from courses.services.enrolment import start_module
from courses.services.requests import ask_for_assessment
from lxp.models import Membership, Organisation, PluginIncident, PluginSwitch, Role, Unit, User
from lxp.services.erasures import request_erasure
from lxp.services.organisations import grant_membership
from plugins.skillslab.models import (
    Absence,
    Allocation,
    Booking,
    Closure,
    EquipmentKind,
    Location,
    Offer,
    Outage,
    Partner,
    Plan,
    Prerequisite,
    Resource,
    Session,
    SessionType,
    Skillslab,
    Teacher,
    WaitlistEntry,
)
from plugins.volunteers.models import CardSet, RoleAssignment, RoleItem, VolunteerRole
from plugins.xblocks.models import Draft
from skills_graph.models import AssessorAuthorisation, DraftOutcome, Registration
from skills_graph.services.profiles import link_job
from tests.factories.frameworks import make_competency, make_framework, make_profile
from tests.factories.modules import assignment, lesson, make_module, make_page, quiz
from tests.factories.people import join, make_member, make_organisation, make_person
from tests.factories.skills import prove

ROLES_OF = {
    "learner": (),
    "author": (Role.AUTHOR,),
    "publisher": (Role.PUBLISHER,),
    "assessor": (Role.ASSESSOR,),
    "manager": (Role.MANAGER,),
    "administrator": (Role.ADMINISTRATOR,),
}
FORMER = ("author", "publisher")
PERIOD = 770_001  # of each of the three kinds of periods, whose addresses name them alike
SEARCHED = "Zebravink"
MARK = f"{SEARCHED}geheim"
MISSING = 987_654_321


def picture_bytes() -> bytes:
    kept = BytesIO()
    Image.new("RGB", (40, 30), "#118855").save(kept, "PNG")
    return kept.getvalue()


@dataclass
class World:
    """Two organisations; `actors` are people of A, `other` names what B has."""

    own: Organisation
    organisation: Organisation
    actors: dict[str, User] = field(default_factory=dict)
    other: dict[str, Any] = field(default_factory=dict)


def make_world() -> World:
    world = World(make_organisation("eigen"), make_organisation("ander"))
    for name, roles in ROLES_OF.items():
        world.actors[name] = make_member(world.own, *roles, email=f"{name}@eigen.example")
    make_page(world.own, lesson(), title="Eigen concept")
    make_module(world.own, lesson(), title="Eigen module", sharing="organisation")
    _add_people(world)
    _add_pages(world)
    _add_files(world)
    _add_records(world)
    _add_skills(world)
    _add_outcomes(world)
    _add_settings(world)
    _add_skillslab(world)
    _add_volunteers(world)
    _add_block_draft(world)
    return world


def _add_people(world: World) -> None:
    """An author of B, a learner of B; A's author and publisher wrote for B too, until yesterday."""
    other = world.other
    unit = Unit.objects.create(organisation=world.organisation, slug="team", name=f"{MARK} team")
    author = make_person(f"{MARK}.auteur@ander.example", first_name=MARK, last_name="Auteur")
    other["membership"] = grant_membership(
        person=author,
        organisation=world.organisation,
        roles=frozenset({Role.AUTHOR, Role.PUBLISHER, Role.ASSESSOR}),
        unit=unit,
        job=f"{MARK} baan",
        starts_on=date(2020, 1, 1),
    )
    learner = make_person(f"{MARK}.leerling@ander.example", first_name=MARK, last_name="Leerling")
    grant_membership(person=learner, organisation=world.organisation, unit=unit, starts_on=date(2020, 1, 1))
    other |= {"unit": unit, "user": author, "learner": learner}
    for name in FORMER:
        join(world.actors[name], world.organisation, Role.AUTHOR, Role.PUBLISHER)


def _add_pages(world: World) -> None:
    """A draft in review with a comment, a private module and course, a draft topic, edited by who has left since."""
    other, author, former = world.other, world.other["user"], world.actors["author"]
    titles = {"title": f"{MARK} concept", "summary": f"{MARK} samenvatting", "slug": f"{MARK.lower()}-concept"}
    slug = titles.pop("slug")
    draft: ModulePage = make_page(world.organisation, lesson(title=f"{MARK} les"), **titles)
    draft.slug, draft.owner, draft.locked, draft.locked_by = slug, former, True, former
    draft.save()
    earlier = draft.save_revision(user=author)
    revision = draft.save_revision(user=former, log_action=True)
    Comment.objects.create(page=draft, user=author, text=f"{MARK} opmerking", contentpath="title")
    state = draft.get_workflow().start(draft, former)
    module = make_module(
        world.organisation,
        lesson(title=f"{MARK} les"), quiz(), assignment(),
        title=f"{MARK} module", sharing="organisation",
    )  # fmt: skip
    place = OrganisationPage.objects.get(organisation=world.organisation, locale__language_code="nl")
    topic = TopicPage(title=f"{MARK} thema", slug="ander-thema", theme="hygiene", live=False, locale=place.locale)
    place.add_child(instance=topic)
    course = CoursePage(title=f"{MARK} cursus", summary=MARK, slug="ander-cursus", sharing="organisation")
    course.locale = Locale.objects.get(language_code="nl")
    place.add_child(instance=course)
    course.save_revision().publish()
    other |= {
        "page": draft, "topic": topic, "module": module, "course": course.course, "course_page": course,
        "revision": revision, "earlier revision": earlier, "workflow_state": state,
        "task_state": state.current_task_state, "task": state.current_task_state.task, "workflow": state.workflow,
    }  # fmt: skip
    state.workflow.name = f"{MARK} beoordeling"
    state.workflow.save()
    state.current_task_state.task.name = f"{MARK} stap"
    state.current_task_state.task.save()


def _add_files(world: World) -> None:
    other, author = world.other, world.other["user"]
    keywords = {"collection": world.organisation.collection, "uploaded_by_user": author}
    deeper = world.organisation.collection.add_child(instance=Collection(name=f"{MARK} map"))
    picture = Picture(title=f"{MARK} foto", file=ContentFile(picture_bytes(), f"{MARK}.png"), **keywords)
    picture.save()
    attachment = Attachment(title=f"{MARK} bijlage", file=ContentFile(b"inhoud", f"{MARK}.txt"), **keywords)
    attachment.save()
    recording = Recording(
        title=f"{MARK} film", type="video", duration=3, file=ContentFile(b"film", f"{MARK}.mp4"), **keywords
    )
    recording.save()
    upload = UploadedFile.objects.create(file=ContentFile(b"half", f"{MARK}.png"), uploaded_by_user=author)
    for thing in (picture, attachment, recording):
        thing.tags.add(f"{MARK} label")
    other["decision aid"] = DecisionAid.objects.create(
        organisation=world.organisation,
        topic=other["topic"],
        title="Keuzehulp",
        maker="Ander",
        made_on=date(2026, 1, 1),
        audience="Iedereen",
        url="https://keuzehulp.example/",
    )
    other |= {"picture": picture, "attachment": attachment, "recording": recording, "upload": upload}
    other["collection"] = deeper


def _add_records(world: World) -> None:
    other, learner = world.other, world.other["learner"]
    attempt: Attempt = start_module(person=learner, module=other["module"])
    row = attempt.version.activities.get(kind="assignment")
    request: AssessmentRequest = ask_for_assessment(attempt=attempt, row=row)
    other |= {"attempt": attempt, "block": row.block_id, "request": request}
    other["erasure"] = request_erasure(person=other["user"], by=other["user"])


def _add_skills(world: World) -> None:
    """A framework of B with a skill that its jobs ask, and what B's learner proved of it."""
    other, organisation = world.other, world.organisation
    framework = make_framework(MARK.lower(), title=f"{MARK} raamwerk", owner=organisation)
    competency = make_competency(f"{MARK} vaardigheid", framework=framework, kind="task")
    profile = make_profile(f"{MARK} functie", (competency, 1), owner=organisation)
    for job in (f"{MARK} baan", "Verzorgende"):
        link_job(organisation=organisation, job=job, profile=profile)
    version = other["module"].current_version
    evidence = prove(other["learner"], competency, issuer=organisation, module_version=version)
    other |= {"competency": competency, "profile": profile, "evidence": evidence}


def _add_outcomes(world: World) -> None:
    """A framework of B's own, what B's module proves of it, and who may assess and is registered there."""
    other, author = world.other, world.other["user"]
    framework = make_framework(f"{MARK.lower()}-kader", title=f"{MARK} kader", owner=world.organisation)
    competency = make_competency(f"{MARK} vaardigheid", framework=framework, code=f"{MARK}-1")
    other["outcome"] = DraftOutcome.objects.create(
        module=other["page"].module, competency=competency, level=1, kind="reading"
    )
    other["authority"] = AssessorAuthorisation.objects.create(
        person=author, organisation=world.organisation, competency=competency, starts_on=date(2020, 1, 1)
    )
    Registration.objects.create(
        person=author, organisation=world.organisation, number=f"{MARK}-9", checked_on=date(2020, 1, 1)
    )


def _add_settings(world: World) -> None:
    """What hangs on pages and people beside content; then the roles of A's people in B end."""
    other, author, draft = world.other, world.other["user"], world.other["page"]
    PluginSwitch.objects.create(organisation=world.organisation, plugin=MARK.lower(), changed_by=author)
    PluginIncident.objects.create(plugin=MARK.lower(), hook="home_panels", fingerprint="1", summary=f"{MARK} storing")
    home = Page.objects.get(depth=2, locale__language_code="nl")
    group = Group.objects.get(pk=world.organisation.authors_group_id)
    group.name = f"{MARK}: author"
    group.save()
    other |= {
        "session": EditingSession.objects.create(
            user=author, content_object=draft, last_seen_at=timezone.now(), is_editing=True
        ),
        "redirect": Redirect.objects.create(old_path=f"/{MARK.lower()}", redirect_page=draft),
        "page restriction": PageViewRestriction.objects.create(
            page=draft,
            restriction_type="password",
            password="anders",
        ),
        "restriction": CollectionViewRestriction.objects.create(
            collection=other["collection"],
            restriction_type="password",
            password="anders",
        ),
        "site": Site.objects.create(hostname="ander.example", root_page=home),
        "group": group,
        "authenticator": Authenticator.objects.create(
            user=author, type=Authenticator.Type.WEBAUTHN, data={"name": f"{MARK} sleutel", "credential": {}}
        ),
    }
    yesterday = timezone.localdate() - timedelta(days=1)
    former = [world.actors[name] for name in FORMER]
    Membership.objects.filter(person__in=former, organisation=world.organisation).update(ends_on=yesterday)


def _add_skillslab(world: World) -> None:
    """A skillslab of B alone, with a session, a place in it, and an offer."""
    learner, organisation = world.other["learner"], world.organisation
    skillslab = Skillslab.objects.create(slug=f"{MARK.lower()}-lab", name=f"{MARK} lab", owner=organisation)
    Partner.objects.create(skillslab=skillslab, organisation=organisation)
    location = Location.objects.create(skillslab=skillslab, name=f"{MARK} hof", address=f"{MARK} 1")
    room = Resource.objects.create(location=location, kind="room", name=f"{MARK} 1", capacity=8)
    session_type = SessionType.objects.create(skillslab=skillslab, slug="oefenen", title=f"{MARK} oefenen")
    starts_at = timezone.now() + timedelta(days=9)
    session = Session.objects.create(
        session_type=session_type,
        organiser=organisation,
        room=room,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        capacity=8,
        code_secret=MARK,
    )
    who = {"session": session, "person": learner, "organisation": organisation}
    waiting = WaitlistEntry.objects.create(**who)
    expires_at = timezone.now() + timedelta(hours=9)
    _add_what_a_skillslab_has(world, room, session)
    world.other["skillslab"], world.other["practice"] = skillslab, session
    world.other["booking"], world.other["waiting"] = Booking.objects.create(**who, seat=1), waiting
    world.other["offer"] = Offer.objects.create(entry=waiting, session=session, expires_at=expires_at)


def _add_volunteers(world: World) -> None:
    """A role of B's volunteers with what it asks and who has it, and a set of cards that was handed over."""
    other = world.other
    role = VolunteerRole.objects.create(organisation=world.organisation, title=f"{MARK} bezoek")
    RoleAssignment.objects.create(role=role, person=other["learner"])
    other["volunteers' role"], other["role item"] = role, RoleItem.objects.create(role=role, card_uuid=uuid4())
    values = {"organisation": world.organisation, "made_by": other["learner"], "ends_on": timezone.localdate()}
    other["card set"] = CardSet.objects.create(token=f"{MARK}token", phone="045 555 12 34", **values)


def _add_what_a_skillslab_has(world: World, room: Resource, session: Session) -> None:
    """What its own coordinators change: equipment, teachers, periods of all three kinds, and a series."""
    other, location, session_type = world.other, room.location, session.session_type
    skillslab = location.skillslab
    kind = EquipmentKind.objects.create(skillslab=skillslab, slug="oefenpop", name=f"{MARK} pop")
    teacher = Teacher.objects.create(skillslab=skillslab, person=other["learner"], organisation=world.organisation)
    when = {"pk": PERIOD, "starts_at": timezone.now(), "ends_at": timezone.now() + timedelta(days=2)}
    Closure.objects.create(location=location, reason=f"{MARK} dicht", **when)
    Absence.objects.create(teacher=teacher, **when)
    other |= {
        "location": location,
        "thing": room,
        "equipment kind": kind,
        "teacher": teacher,
        "session type": session_type,
        "period": Outage.objects.create(resource=room, reason=f"{MARK} stuk", **when),
        "partner": skillslab.partners.get(),
        "prerequisite": Prerequisite.objects.create(session_type=session_type, module=other["module"]),
        "allocation": Allocation.objects.create(session=session, role="instructor", person=other["learner"]),
        "series": Plan.objects.create(
            uuid=uuid4(),
            session_type=session_type,
            organiser=world.organisation,
            needed_until=timezone.localdate(),
            made_by=other["user"],
        ),
    }


def _add_block_draft(world: World) -> None:
    """An XBlock that somebody of B is writing."""
    learner = world.other["learner"]
    world.other["block draft"] = Draft.objects.create(person=learner, block_type="poll", content={"question": MARK})
