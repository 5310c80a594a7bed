"""Pages and files in the editor: what may be linked to, what a reviewer asked, who may fetch an attachment."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtail.models import Page, ReferenceIndex, WorkflowState

from content import aid_views, editor_views, reading_panel
from content.card_form import READ_IN, what_to_shorten
from content.models import Attachment, DecisionAid, HomePage, InstructionPage, OrganisationPage, PublicPage, TopicPage
from content.reading_level import READ, reading_of_card
from content.services.workspaces import open_for_caregivers
from lxp import audit
from lxp.editor.addresses import admit, own_page
from lxp.editor.guard import before
from lxp.editor.scope import EditorScope, linkable
from lxp.models import Organisation, User

SENT_BACK = WorkflowState.STATUS_NEEDS_CHANGES
OPEN_TYPES = (HomePage, OrganisationPage, TopicPage, InstructionPage)


def own_aid(scope: EditorScope, value: str) -> bool:
    return DecisionAid.objects.filter(pk=value, organisation__in=scope.organisations).exists()


admit("content_editor:board", "content_editor:need", "content_editor:aids", "content_editor:aid_add")
admit("content_editor:read")
admit("content_editor:aid", aid_id=own_aid)
admit("content_editor:check", "content_editor:keep", page_id=own_page)


@linkable
def public_pages(person: User) -> Any:
    """Home pages, organisations, topics and cards are there for everybody once they are live."""
    return Page.objects.live().type(*OPEN_TYPES)


@hooks.register("register_admin_urls")
def editor_addresses() -> list[Any]:
    addresses = [
        path("kaarten/", editor_views.board, name="board"),
        path("kaarten/nodig/", editor_views.need, name="need"),
        path("kaarten/leesniveau/", reading_panel.read, name="read"),
        path("kaarten/keuzehulpen/", aid_views.aids, name="aids"),
        path("kaarten/keuzehulpen/nieuw/", aid_views.aid_add, name="aid_add"),
        path("kaarten/keuzehulpen/<int:aid_id>/", aid_views.aid, name="aid"),
        path("kaarten/<int:page_id>/controleren/", editor_views.check, name="check"),
        path("kaarten/<int:page_id>/blijft-goed/", editor_views.keep, name="keep"),
    ]
    return [path("", include((addresses, "content_editor")))]


@hooks.register("register_admin_menu_item")
def board_item() -> MenuItem:
    words, url = gettext_lazy("Cards and languages"), reverse("content_editor:board")
    return MenuItem(words, url, name="cards", icon_name="globe", order=30)


@hooks.register("register_admin_menu_item")
def need_item() -> MenuItem:
    words, url = gettext_lazy("Needed at home"), reverse("content_editor:need")
    return MenuItem(words, url, name="need", icon_name="help", order=31)


@hooks.register("register_admin_menu_item")
def aids_item() -> MenuItem:
    words, url = gettext_lazy("Decision aids"), reverse("content_editor:aids")
    return MenuItem(words, url, name="aids", icon_name="link", order=32)


@hooks.register("before_edit_page")
def say_what_was_asked(request: HttpRequest, page: Page) -> None:
    """Who opens a page that was sent back reads by whom and why at once, instead of in a side panel."""
    state = page.current_workflow_state
    if request.method != "GET" or state is None or state.status != SENT_BACK or state.current_task_state is None:
        return
    asked = state.current_task_state
    words = _("%(person)s sent this page back: %(comment)s") if asked.comment else _("%(person)s sent this page back.")
    messages.warning(request, words % {"person": asked.finished_by or _("Somebody"), "comment": asked.comment})


@before("wagtailadmin_pages:workflow_action")
def approved_as_it_may_be_published(
    request: HttpRequest, page_id: int, action_name: str, **_words: Any
) -> HttpResponse | None:
    """Wagtail approves from a list without the form of the page, and so without what that form asks: what would be refused
    there is opened there. The draft may have changed since its author sent it."""
    page = Page.objects.filter(pk=page_id).specific().first()
    if request.method != "POST" or action_name != "approve" or not isinstance(page, InstructionPage):
        return None
    draft = cast("InstructionPage", page.get_latest_revision_as_object())
    refusals = refusals_of(draft)
    if not refusals:
        return None
    for each in refusals:
        messages.error(request, each)
    address = reverse("wagtailadmin_pages:edit", args=[page_id])
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        step = {"step": "success", "redirect": address}  # as Wagtail's own script of this dialogue reads it
        return render_modal_workflow(request, "", None, {}, json_data=step)
    return redirect(address)


@hooks.register("before_bulk_action")
def published_together_as_each_may_be(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """The same where Wagtail publishes several pages at once, with what is below them: all or none."""
    if action_type != "publish":
        return None
    chosen = Q(pk__in=[each.pk for each in objects])
    if action.cleaned_form.cleaned_data.get("include_descendants"):
        for each in objects:
            chosen |= Q(path__startswith=each.path, live=False)
    refused = [
        (card.title, refusal)
        for card in InstructionPage.objects.filter(chosen).select_related("locale", "source")
        for refusal in refusals_of(cast("InstructionPage", card.get_latest_revision_as_object()))
    ]
    for title, refusal in refused:
        messages.error(request, f"{title}: {refusal}")
    return redirect(action.next_url) if refused else None


def refusals_of(draft: InstructionPage) -> list[str]:
    """Why this text may not be published without another look: what a card must hold, and its level."""
    try:
        draft.clean()
        found = []
    except ValidationError as fault:
        found = list(fault.messages)
    reading = reading_of_card({name: getattr(draft, name) for name in READ}) if draft.language == READ_IN else None
    if reading is not None and not reading.is_allowed:
        ask = _("Open it, and say under “Sources and finding” why it cannot be simpler, or send it back.")
        found.append(f"{what_to_shorten(reading)} {ask}")
    return found


@hooks.register("after_publish_page")
def keep_why_it_is_hard(request: HttpRequest, page: Page) -> None:
    """Who published a text that is harder than B1 gave a reason: it stays in the audit."""
    reason = request.POST.get("reading_reason", "").strip()
    if not reason or not isinstance(page, InstructionPage) or not isinstance(request.user, User):
        return
    reading = reading_of_card({name: getattr(page, name) for name in READ})
    if reading is not None and not reading.is_allowed:
        audit.record(
            "card.published_harder",
            by=request.user,
            about=page,
            organisation=page.organisation,
            reason=reason[:200],
            level=reading.level,
            score=reading.score,
        )


@hooks.register("before_delete_page")
def translations_go_first(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The first language of a card carries the facts of all: it cannot go before the others."""
    card = page.specific_deferred
    if not isinstance(card, InstructionPage) or not card.translations_of_card.exists():
        return None
    messages.error(
        request, _("This card has translations. Delete those first, or take the card offline: they go with it.")
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("after_create_page")
def speak_with_caregivers(request: HttpRequest, page: Page) -> None:
    """Who writes a first card can have it translated: below a page of the organisation in that language."""
    if isinstance(page, InstructionPage):
        open_for_caregivers(organisation=page.organisation)


@hooks.register("before_serve_document")
def attachment_for_reader(attachment: Attachment, request: HttpRequest) -> None:
    """An attachment is for members of its organisation, and for who may read a live page that shows it."""
    person = request.user
    if isinstance(person, User):
        mine = [each.pk for each in person.organisations]
        is_own = Organisation.objects.filter(pk__in=mine, collection__in=_collections_above(attachment)).exists()
        if person.is_superuser or is_own:
            return
    pages = Page.objects.live().filter(pk__in=_pages_with(attachment)).specific()
    if not any(isinstance(page, PublicPage) and page.is_readable_by(person) for page in pages):
        raise Http404


def _collections_above(attachment: Attachment) -> Any:
    return attachment.collection.get_ancestors(inclusive=True)


def _pages_with(attachment: Attachment) -> list[int]:
    """The pages whose text names this attachment."""
    references = ReferenceIndex.get_references_to(attachment).filter(base_content_type__app_label="wagtailcore")
    return [int(pk) for pk in references.values_list("object_id", flat=True) if pk.isdigit()]
