"""The editor of authors: starting a module, what the form refuses, and what it says."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, WorkflowState

from content.models import Picture
from courses.examples import starters
from courses.models import Module, ModulePage
from courses.services.starters import start_page
from lxp.models import AuditEvent, Organisation, Role, User
from tests.factories.editor import encoded, lesson_data, page_data, picture_bytes, quiz_data
from tests.factories.modules import lesson, make_module, make_page
from tests.factories.people import make_member, make_organisation
from tests.factories.simultaneous import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Organisation:
    return make_organisation("eigen")


@pytest.fixture
def author(own: Organisation) -> User:
    return make_member(own, Role.AUTHOR, language="en")


@pytest.fixture
def publisher(own: Organisation) -> User:
    return make_member(own, Role.PUBLISHER, language="en")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def save(person: User, page: ModulePage, *activities: Any, action: str = "", **fields: Any) -> HttpResponse:
    data = page_data(page, *activities, **fields) | ({action: "1"} if action else {})
    return signed_in(person).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), **encoded(data))


def latest_body(page: ModulePage) -> str:
    """What is stored of a page's activities, as JSON."""
    return str(ModulePage.objects.get(pk=page.pk).get_latest_revision().content["body"])


def text_of(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("key", ["e-learning", "voorbehouden-handeling", "leeg"])
def test_one_button_makes_a_draft_and_opens_the_editor(
    own: Organisation, author: User, key: str, language: str
) -> None:
    client = signed_in(author)
    form = {"starter": key, "language": language, "organisation": own.slug, "topic": ""}
    response = client.post(reverse("courses_editor:start"), form)
    page = ModulePage.objects.get()
    assert response.headers["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (page.live, page.owner, page.module.owner, page.text_language) == (False, author, own, language)
    assert client.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_starter_is_a_module_that_could_be_published(own: Organisation, author: User, language: str) -> None:
    for starter in starters(language):
        form = {"starter": starter.key, "language": language, "organisation": own.slug}
        signed_in(author).post(reverse("courses_editor:start"), form)
    for page in ModulePage.objects.all():
        page.full_clean()
        page.body.stream_block.clean(page.body)
    assert ModulePage.objects.count() == len(starters(language)) == 3


def test_two_modules_from_one_starter_have_two_addresses(own: Organisation, author: User) -> None:
    for _time in range(2):
        form = {"starter": "leeg", "language": "nl", "organisation": own.slug}
        signed_in(author).post(reverse("courses_editor:start"), form)
    assert sorted(ModulePage.objects.values_list("slug", flat=True)) == ["nieuwe-module", "nieuwe-module-2"]


def test_nobody_starts_a_module_for_another_organisation(author: User) -> None:
    other = make_organisation("ander")
    form = {"starter": "leeg", "language": "nl", "organisation": other.slug}
    response = signed_in(author).post(reverse("courses_editor:start"), form)
    assert response.status_code == 422
    assert ModulePage.objects.exists() is False


def test_the_list_shows_only_modules_of_the_current_organisation(own: Organisation, author: User) -> None:
    make_page(own, lesson(), title="Handen wassen")
    make_page(make_organisation("ander"), lesson(), title="Vreemde module")
    shown = text_of(signed_in(author).get(reverse("courses_editor:modules")))
    assert ("Handen wassen" in shown, "Vreemde module" in shown) == (True, False)


def test_who_writes_for_nobody_is_refused_and_not_sent_in_circles(own: Organisation) -> None:
    response = signed_in(make_member(own)).get("/admin/")
    assert response.status_code == 403


def test_a_role_that_ended_opens_nothing_though_no_task_has_run(own: Organisation, author: User) -> None:
    page = make_page(own, lesson())
    author.memberships.update(ends_on="2021-01-01")
    make = make_organisation("nieuw")
    assert signed_in(author).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 403
    from_now = make_member(make, Role.AUTHOR)
    assert signed_in(from_now).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 404


def test_a_page_cannot_show_a_picture_of_another_organisation(own: Organisation, author: User) -> None:
    page = make_page(own, lesson())
    other = make_organisation("ander")
    picture = Picture(title="Vreemd", collection=other.collection, file=ContentFile(picture_bytes(), "foto.png"))
    picture.save()
    block = {"picture": {"image": str(picture.pk), "alt_text": "Foto", "decorative": ""}, "caption": ""}
    response = save(author, page, lesson_data(picture=block))
    assert "not yours" in text_of(response)
    assert latest_body(page).count('"picture"') == 0


def test_a_page_cannot_link_to_a_draft_of_another_organisation(own: Organisation, author: User) -> None:
    page = make_page(own, lesson())
    draft = make_page(make_organisation("ander"), lesson())
    response = save(author, page, lesson_data(html=f'<p><a linktype="page" id="{draft.pk}">daar</a></p>'))
    assert "not yours" in text_of(response)
    assert "linktype" not in latest_body(page)


def test_a_quiz_without_a_right_answer_cannot_be_sent_in_and_says_where(own: Organisation, author: User) -> None:
    page = make_page(own, lesson())
    response = save(author, page, quiz_data(right=(False, False)), action="action-submit")
    assert "This question has no right answer. Tick the right one." in text_of(response)
    assert page.current_workflow_state is None


def test_a_half_made_quiz_can_be_kept_as_a_draft(own: Organisation, author: User) -> None:
    page = make_page(own, lesson())
    response = save(author, page, quiz_data(right=(False, False)))
    assert response.status_code == 302
    assert '"type": "quiz"' in latest_body(page)


def test_an_empty_title_is_refused_in_words(own: Organisation, author: User) -> None:
    page = make_page(own, lesson())
    response = save(author, page, lesson_data(), title="", action="action-submit")
    assert response.status_code == 200
    assert "This field is required" in text_of(response)
    page.refresh_from_db()
    assert page.title != ""


def published(own: Organisation) -> ModulePage:
    page = make_page(own, lesson(), title="Handen wassen", sharing="organisation")
    page.get_latest_revision().publish()
    return ModulePage.objects.get(pk=page.pk)


@pytest.mark.parametrize("action", ["action-publish", "action-submit"])
def test_editorial_is_refused_where_grading_changed(own: Organisation, publisher: User, action: str) -> None:
    page = published(own)
    response = save(publisher, page, lesson_data(), quiz_data(), significance="editorial", action=action)
    assert "You changed what learners are graded by" in text_of(response)
    assert Module.objects.get().current_version.number == 1


def test_a_draft_may_still_say_editorial(own: Organisation, author: User) -> None:
    page = published(own)
    assert save(author, page, lesson_data(), quiz_data(), significance="editorial").status_code == 302


def test_substantive_goes_on_and_makes_the_next_version(own: Organisation, publisher: User) -> None:
    page = published(own)
    save(publisher, page, lesson_data(), quiz_data(), significance="substantive", action="action-publish")
    assert Module.objects.get().current_version.number == 2


def test_one_approval_publishes_also_where_the_publisher_changed_a_word(
    own: Organisation, author: User, publisher: User
) -> None:
    page = make_page(own, lesson(), title="Handen wassen")
    save(author, page, lesson_data(), action="action-submit")
    assert ModulePage.objects.get().current_workflow_state.status == "in_progress"
    approval = {"action-workflow-action": "1", "workflow-action-name": "approve"}
    data = page_data(page, lesson_data(), title="Handen goed wassen") | approval
    signed_in(publisher).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), **encoded(data))
    page = ModulePage.objects.get()
    assert (page.live, page.title, page.current_workflow_state) == (True, "Handen goed wassen", None)
    assert Module.objects.get().current_version.title == "Handen goed wassen"


def test_who_approves_has_published_also_where_they_changed_nothing(
    own: Organisation, author: User, publisher: User
) -> None:
    page = make_page(own, lesson(), title="Handen wassen")
    save(author, page, lesson_data(), action="action-submit")
    page = ModulePage.objects.get()
    task = page.current_workflow_state.current_task_state
    assert page.get_latest_revision().user == author
    signed_in(publisher).post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk]))
    version = Module.objects.get().current_version
    assert (version.revision.user, version.published_by) == (author, publisher)
    assert AuditEvent.objects.get(action="module.published").actor == publisher


@pytest.mark.django_db(transaction=True)
def test_two_clicks_on_approve_publish_once() -> None:
    own = make_organisation("eigen")
    page = make_page(own, lesson(), title="Handen wassen")
    save(make_member(own, Role.AUTHOR), page, lesson_data(), action="action-submit")
    publisher = make_member(own, Role.PUBLISHER)
    data = page_data(page, lesson_data()) | {"action-workflow-action": "1", "workflow-action-name": "approve"}

    def approve() -> HttpResponse:
        return signed_in(publisher).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), **encoded(data))

    answers = at_once([approve, approve])
    assert [getattr(answer, "status_code", answer) for answer in answers] == [302, 302]
    assert Module.objects.get().versions.count() == 1
    state = WorkflowState.objects.get()
    assert (state.status, [each.status for each in state.task_states.all()]) == ("approved", ["approved"])


def test_who_opens_a_page_that_was_sent_back_reads_why(own: Organisation, author: User, publisher: User) -> None:
    page = make_page(own, lesson(), title="Handen wassen")
    save(author, page, lesson_data(), action="action-submit")
    state = ModulePage.objects.get().current_workflow_state.current_task_state
    state.reject(user=publisher, comment="Voeg een foto toe.")
    shown = text_of(signed_in(author).get(reverse("wagtailadmin_pages:edit", args=[page.pk])))
    assert "Anna Bakker sent this page back: Voeg een foto toe." in shown


def test_the_home_says_what_waits_for_review_and_what_came_back(
    own: Organisation, author: User, publisher: User
) -> None:
    page = make_page(own, lesson(), title="Handen wassen")
    save(author, page, lesson_data(), action="action-submit")
    waits, came_back = "1 page waits for your review", "“Handen wassen” came back to you"
    assert waits in text_of(signed_in(publisher).get(reverse("lxp:home")))
    assert waits not in text_of(signed_in(author).get(reverse("lxp:home")))
    state = ModulePage.objects.get().current_workflow_state.current_task_state
    state.reject(user=publisher, comment="Voeg een foto toe.")
    home = signed_in(author).get(reverse("lxp:home"))
    assert came_back in text_of(home)
    assert "Voeg een foto toe." in text_of(home)
    assert waits not in text_of(signed_in(publisher).get(reverse("lxp:home")))
    save(author, ModulePage.objects.get(), lesson_data(), action="action-submit")
    assert came_back not in text_of(signed_in(author).get(reverse("lxp:home")))


def test_a_module_that_takes_no_time_is_refused_in_words_and_stays_a_draft(own: Organisation, author: User) -> None:
    page = make_page(own)
    refused = save(author, page, lesson_data(), study_minutes=0, action="action-submit")
    assert "How long does it take? At least 1 minute." in text_of(refused)
    assert ModulePage.objects.get(pk=page.pk).current_workflow_state is None
    assert save(author, page, lesson_data(), study_minutes=0).status_code == 302


def test_the_address_of_an_example_becomes_that_of_its_title_until_it_was_published(
    own: Organisation, author: User
) -> None:
    page, neighbour = make_page(own), make_page(own)
    ModulePage.objects.filter(pk=neighbour.pk).update(slug="veilig-prikken")
    page.slug = "nieuwe-e-learning-2"
    page.save()
    assert save(author, page, lesson_data(), title="Veilig prikken").status_code == 302
    assert ModulePage.objects.get(pk=page.pk).get_latest_revision().content["slug"] == "veilig-prikken-2"
    published = make_module(own, lesson()).pages.get()
    ModulePage.objects.filter(pk=published.pk).update(slug="nieuwe-e-learning")
    published.refresh_from_db()
    assert save(author, published, lesson_data(), title="Anders").status_code == 302
    assert ModulePage.objects.get(pk=published.pk).get_latest_revision().content["slug"] == "nieuwe-e-learning"


def test_what_is_still_the_example_is_said_to_who_reviews_and_not_to_who_writes(
    own: Organisation, author: User, publisher: User
) -> None:
    page = start_page(starter="e-learning", organisation=own, language="nl", by=author)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    example = "Begin met een herkenbare situatie op het werk."
    said = "sentences are still those of the example"
    assert said not in text_of(signed_in(author).get(address))
    page.get_workflow().start(page, author)
    shown = text_of(signed_in(publisher).get(address))
    assert (said in shown, f"<li>{example}" in shown) == (True, True)


def test_of_two_who_edit_one_page_the_second_hears_it_and_overwrites_nothing(own: Organisation, author: User) -> None:
    page = make_page(own, title="Van ons samen")
    loaded = page.get_latest_revision()
    colleague = make_member(own, Role.AUTHOR, language="en", first_name="Nadia", last_name="Bos")
    assert save(colleague, page, lesson_data(), quiz_data(), title="Van Nadia").status_code == 302

    client = signed_in(author)
    ping = reverse("wagtailadmin_editing_sessions:ping", args=["courses", "modulepage", page.pk, 1])
    heard = client.post(ping, {"revision_id": loaded.pk, "revision_created_at": loaded.created_at.isoformat()})
    assert "Nadia Bos saved a new version" in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", heard.json()["html"]))

    data = page_data(page, lesson_data(), title="Van mij") | {
        "loaded_revision_id": loaded.pk,
        "loaded_revision_created_at": loaded.created_at.isoformat(),
    }
    refused = client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), **encoded(data), headers={"accept": "application/json"}
    )
    assert (refused.status_code, refused.json()["error_code"]) == (400, "invalid_revision")
    assert ModulePage.objects.get(pk=page.pk).get_latest_revision().content["title"] == "Van Nadia"


def test_an_alias_of_a_module_is_never_made(own: Organisation, publisher: User) -> None:
    page = published(own)
    data = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": page.get_parent().pk, "alias": "on"}
    signed_in(publisher).post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data)
    assert Page.objects.filter(alias_of__isnull=False).exists() is False


def test_the_copy_of_a_module_is_a_module_of_its_own(own: Organisation, publisher: User) -> None:
    page = published(own)
    data = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": page.get_parent().pk}
    signed_in(publisher).post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data)
    copy = ModulePage.objects.get(slug="kopie")
    assert (copy.module.copied_from_id, copy.live) == (page.module_id, False)


@pytest.mark.parametrize("mode", ["lessons", "overview"])
def test_a_draft_that_was_never_published_can_be_previewed(own: Organisation, author: User, mode: str) -> None:
    page = make_page(own, title="Nooit gepubliceerd")
    path = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    client = signed_in(author)
    data = page_data(page, lesson_data(), quiz_data())
    assert client.post(f"{path}?mode={mode}", **encoded(data)).json()["is_valid"] is True
    shown = text_of(client.get(f"{path}?mode={mode}"))
    assert ("Nooit gepubliceerd" in shown, "Daarom." in shown) == (True, False)


def test_there_is_one_way_to_sign_in(client: Client) -> None:
    found = {path: client.get(path) for path in ("/admin/login/", "/nl/_util/login/")}
    assert {each.headers["Location"].partition("?")[0] for each in found.values()} == {reverse("account_login")}
    assert client.get("/admin/password_reset/").status_code == 404
    assert client.post("/nl/_util/login/", {"username": "x", "password": "y"}).status_code == 302


def test_shared_modules_of_others_can_be_put_in_a_course(own: Organisation, author: User) -> None:
    other = make_organisation("ander")
    shared = make_module(other, lesson(), title="Gedeeld", sharing="coalition").pages.get()
    private = make_module(other, lesson(), title="Besloten", sharing="organisation").pages.get()
    path = reverse("wagtailadmin_choose_page_chosen_multiple")
    client = signed_in(author)
    assert client.get(f"{path}?id={shared.pk}").status_code == 200
    assert client.get(f"{path}?id={private.pk}").status_code == 404


def test_the_first_page_counts_nothing_of_others_and_shows_the_own_modules(own: Organisation, author: User) -> None:
    make_module(own, lesson(), title="Van ons")
    make_module(make_organisation("ander"), lesson(), title="Van hen", sharing="organisation")
    html = signed_in(author).get(reverse("wagtailadmin_home")).content.decode()
    assert "w-summary" not in html
    assert ("Van ons" in html, "Van hen" in html) == (True, False)


def test_the_chooser_of_parts_begins_with_the_lesson() -> None:
    (_group, first), *_others = ModulePage._meta.get_field("body").stream_block.grouped_child_blocks()
    assert next(iter(first)).name == "lesson"
