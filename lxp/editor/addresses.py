"""Which addresses of the editor a person who is no operator may open, and whose each number in them must be.

An address that is not named here does not exist for authors: what Wagtail or a package adds stays closed until somebody
has looked at it. Packages and plugins name their own with `admit`, in their `wagtail_hooks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.urls import ResolverMatch
from wagtail.admin.models import EditingSession
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Revision, TaskState, UploadedFile, WorkflowState, WorkflowTask
from wagtailmedia.models import get_media_model

from lxp.editor.scope import EditorScope

Check = Callable[[EditorScope, str], bool]
NUMBER_DIGITS = 18


def own_page(scope: EditorScope, value: str) -> bool:
    return scope.own_pages().filter(pk=value).exists()


def explorable_page(scope: EditorScope, value: str) -> bool:
    return scope.explorable_pages().filter(pk=value).exists()


def browsable_page(scope: EditorScope, value: str) -> bool:
    return scope.browsable_pages().filter(pk=value).exists()


def linkable_page(scope: EditorScope, value: str) -> bool:
    return scope.linkable_pages().filter(pk=value).exists()


def own_picture(scope: EditorScope, value: str) -> bool:
    return scope.own_files(get_image_model()).filter(pk=value).exists()


def own_attachment(scope: EditorScope, value: str) -> bool:
    return scope.own_files(get_document_model()).filter(pk=value).exists()


def own_recording(scope: EditorScope, value: str) -> bool:
    return scope.own_files(get_media_model()).filter(pk=value).exists()


def own_collection(scope: EditorScope, value: str) -> bool:
    return int(value) in scope.collection_ids


def own_upload(scope: EditorScope, value: str) -> bool:
    """A file that waits for its missing fields, uploaded by this person."""
    return UploadedFile.objects.filter(pk=value, uploaded_by_user=scope.person).exists()


def own_session(scope: EditorScope, value: str) -> bool:
    return EditingSession.objects.filter(pk=value, user=scope.person).exists()


def own_revision(scope: EditorScope, value: str) -> bool:
    revision = Revision.objects.filter(pk=value, base_content_type=_page_type()).first()
    return revision is not None and own_page(scope, revision.object_id)


def own_workflow_state(scope: EditorScope, value: str) -> bool:
    state = WorkflowState.objects.filter(pk=value, base_content_type=_page_type()).first()
    return state is not None and own_page(scope, state.object_id)


def own_task_state(scope: EditorScope, value: str) -> bool:
    state = TaskState.objects.filter(pk=value).select_related("workflow_state").first()
    return state is not None and own_workflow_state(scope, str(state.workflow_state_id))


def own_task(scope: EditorScope, value: str) -> bool:
    """A step of a workflow that one of this person's pages follows."""
    return WorkflowTask.objects.filter(task=value, workflow__workflow_pages__page__in=scope.roots).exists()


def anything(scope: EditorScope, value: str) -> bool:
    return True


def _page_type() -> ContentType:
    return ContentType.objects.get_for_model(Page)


PAGE_CHECKS: dict[str, Check] = {
    "page_id": own_page,
    "parent_page_id": own_page,
    "page_to_move_id": own_page,
    "destination_id": own_page,
    "pk": own_page,
    "revision_id": own_revision,
    "revision_id_a": own_revision,
    "revision_id_b": own_revision,
    "task_state_id": own_task_state,
    "task_id": own_task,
    "workflow_state_id": own_workflow_state,
    "new_parent_page": own_page,
    "overwrite_revision_id": own_revision,
}
PAGE_WORDS = {
    "content_type_app_name": anything,
    "content_type_model_name": anything,
    "action_name": anything,
}
NAMED_REVISIONS = {"live", "earliest", "latest"}
PAGE_VIEWS = (
    "add", "preview_on_add", "usage", "edit", "preview_on_edit", "view_draft", "add_subpage", "delete", "unpublish",
    "search", "search_results", "move", "move_confirm", "set_page_position", "copy", "workflow_action",
    "collect_workflow_action_data", "confirm_workflow_cancellation", "workflow_preview", "lock", "unlock",
    "revisions_index", "revisions_view", "revisions_revert", "revisions_unschedule", "revisions_compare",
    "workflow_history", "workflow_history_detail", "history", "history_results",
)  # fmt: skip
_files = {
    "wagtailimages": (own_picture, ("image_id",), (
        "index", "index_results", "edit", "delete", "preview", "add", "image_usage", "add_multiple", "edit_multiple",
        "create_multiple_from_uploaded_image", "delete_multiple", "delete_upload_multiple",
    )),
    "wagtailimages_chooser": (own_picture, ("image_id", "pk", "id"), (
        "choose", "choose_results", "chosen", "chosen_multiple", "create", "select_format",
    )),
    "wagtaildocs": (own_attachment, ("document_id", "doc_id"), (
        "index", "index_results", "add", "edit", "delete", "add_multiple", "edit_multiple",
        "create_multiple_from_uploaded_document", "delete_multiple", "delete_upload_multiple", "document_usage",
    )),
    "wagtaildocs_chooser": (own_attachment, ("pk", "id"), (
        "choose", "choose_results", "chosen", "chosen_multiple", "create",
    )),
    "wagtailmedia": (own_recording, ("media_id",), (
        "index", "add", "edit", "delete", "chooser", "chooser_typed", "media_chosen", "chooser_upload", "media_usage",
    )),
}  # fmt: skip
FILE_WORDS: dict[str, Check] = {
    "filter_spec": anything,
    "media_type": anything,
    "uploaded_file_id": own_upload,
    "collection_id": own_collection,
    "collection": own_collection,
}
# Names in a query or a form that are looked at; in the path every name is.
OUTSIDE_PATH = {
    "id", "new_parent_page", "childOf", "collection_id", "collection", "target_pages[]", "overwrite_revision_id",
}  # fmt: skip
_admitted: dict[str, dict[str, Check]] = {}


def admit(*names: str, **checks: Check) -> None:
    """Open addresses of the editor to authors, by view name, each with a check for every name in its path."""
    for name in names:
        _admitted[name] = checks


def _admit_wagtail() -> None:
    admit("wagtailadmin_home", "wagtailadmin_account", "wagtailadmin_logout", "wagtailadmin_dismissibles")
    admit("wagtailadmin_block_preview", "wagtailadmin_sprite", "wagtailadmin_javascript_catalog", "editor_login")
    admit("wagtailadmin_api:pages:listing", "wagtailadmin_api:pages:detail", pk=explorable_page)
    explored = ("wagtailadmin_explore_root", "wagtailadmin_explore", "wagtailadmin_explore_results")
    admit(*explored, parent_page_id=explorable_page)
    admit(*(f"wagtailadmin_pages:{name}" for name in PAGE_VIEWS), **PAGE_CHECKS, **PAGE_WORDS)
    chosen = {"parent_page_id": browsable_page, "id": linkable_page, "target_pages[]": own_page}
    for name in ("", "_child", "_search", "_chosen_multiple"):
        admit(f"wagtailadmin_choose_page{name}", **chosen)
    for kind in ("external", "email", "phone", "anchor"):
        admit(f"wagtailadmin_choose_page_{kind}_link")
    for report in ("locked_pages", "workflow", "workflow_tasks", "site_history", "aging_pages"):
        admit(f"wagtailadmin_reports:{report}", f"wagtailadmin_reports:{report}_results")
    words = {"app_label": anything, "model_name": anything}
    admit("wagtailadmin_editing_sessions:ping", object_id=own_page, session_id=anything, **words)
    admit("wagtailadmin_editing_sessions:release", session_id=own_session)
    admit("simple_translation:submit_page_translation", page_id=own_page)
    for namespace, (check, names, views) in _files.items():
        admit(*(f"{namespace}:{view}" for view in views), **dict.fromkeys(names, check), **FILE_WORDS)


_admit_wagtail()
BULK_CHECKS: dict[tuple[str, str], Check] = {
    ("wagtailcore", "page"): own_page,
    (get_image_model()._meta.app_label, get_image_model()._meta.model_name): own_picture,
    (get_document_model()._meta.app_label, get_document_model()._meta.model_name): own_attachment,
}


def is_admitted(scope: EditorScope, request: HttpRequest, match: ResolverMatch) -> bool:
    """Whether this address is open to authors, and everything it names belongs to this person's organisations."""
    if match.view_name == "wagtail_bulk_action":
        return _is_bulk_action_admitted(scope, request, match)
    checks = _admitted.get(match.view_name)
    if checks is None or any(word not in checks for word in match.kwargs):
        return False
    named = [*match.kwargs.items(), *_outside_path(request, checks)]
    return all(_holds(scope, checks[word], word, str(value)) for word, value in named)


def _is_bulk_action_admitted(scope: EditorScope, request: HttpRequest, match: ResolverMatch) -> bool:
    """Bulk actions take what they change from the query; "all" is all that this person may change."""
    check = BULK_CHECKS.get((match.kwargs["app_label"], match.kwargs["model_name"]))
    if check is None or match.kwargs["action"] == "add_tags":
        return False
    checks = {"id": check, "childOf": own_page, "collection": own_collection}
    named = [each for each in _outside_path(request, checks) if each != ("id", "all")]
    return all(_holds(scope, checks[word], word, value) for word, value in named)


def _outside_path(request: HttpRequest, checks: dict[str, Check]) -> Iterable[tuple[str, str]]:
    for data in (request.GET, request.POST):
        for word in OUTSIDE_PATH & checks.keys() & data.keys():
            yield from ((word, value) for value in data.getlist(word) if value)


def _holds(scope: EditorScope, check: Check, word: str, value: str) -> bool:
    if check is anything or (word.startswith("revision_id") and value in NAMED_REVISIONS):
        return True
    return value.isascii() and value.isdigit() and len(value) <= NUMBER_DIGITS and check(scope, value)
