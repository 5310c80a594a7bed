"""Every address of the running site, with what to fill in where it names something of the other organisation.

A name that is not known here makes the test fail: whoever adds an address says what of B belongs in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.architecture.other_organisation import MISSING, SEARCHED, World

Filling = Callable[[World], Any]
MISSING_UUID = UUID(int=MISSING)
WORDS_WITHOUT_OBJECT = {
    "content_type_app_name": "courses",
    "content_type_model_name": "modulepage",
    "app_label": "courses",
    "model_name": "modulepage",
    "app_name": "taggit",
    "action_name": "approve",
    "action": "delete",
    "filter_spec": "max-165x165",
    "media_type": "video",
    "handler": "finish",
    "position": 1,
    "version": "0",
    "card": "geen",  # the short address of a card, which is there for everybody
    "topic": "geen",  # that of a subject, likewise
    "key": "geen",
    "token": "geen",
    "language": "nl",
    "suffix": "geen",
    "name": "geen",
}


def _pk(name: str) -> Filling:
    return lambda world: world.other[name].pk


BY_NAME: dict[str, Filling] = {
    **dict.fromkeys(
        ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk", "object_id"), _pk("page")
    ),
    "revision_id": _pk("revision"),
    "revision_id_a": _pk("earlier revision"),
    "revision_id_b": _pk("revision"),
    "task_state_id": _pk("task_state"),
    "workflow_state_id": _pk("workflow_state"),
    "task_id": _pk("task"),
    "workflow_pk": _pk("workflow"),
    "image_id": _pk("picture"),
    "document_id": _pk("attachment"),
    "doc_id": _pk("attachment"),
    "media_id": _pk("recording"),
    "uploaded_file_id": _pk("upload"),
    "collection_id": _pk("collection"),
    "session_id": _pk("session"),
    "redirect_id": _pk("redirect"),
    "restriction_id": _pk("restriction"),
    "page_view_restriction_id": _pk("page restriction"),
    "membership_id": _pk("membership"),
    "outcome_id": _pk("outcome"),
    "authority_id": _pk("authority"),
    "attempt_uuid": lambda world: world.other["attempt"].uuid,
    "block_id": lambda world: world.other["block"],
    "request_uuid": lambda world: world.other["request"].uuid,
    "module_uuid": lambda world: world.other["module"].uuid,
    "course_uuid": lambda world: world.other["course"].uuid,
    "competency_uuid": lambda world: world.other["competency"].uuid,
    "evidence_uuid": lambda world: world.other["evidence"].uuid,
    "erasure_uuid": lambda world: world.other["erasure"].uuid,
    "organisation_uuid": lambda world: world.organisation.uuid,
    # Given to strangers on purpose, by addresses that nobody guesses; tests/skills_graph/credentials says who sees what.
    **dict.fromkeys(("credential_uuid", "achievement_uuid", "list_uuid"), lambda world: MISSING_UUID),
    "person_uuid": lambda world: world.other["learner"].uuid,
    "path": lambda world: world.other["attachment"].file.name,
    "session_uuid": lambda world: world.other["practice"].uuid,
    "booking_id": _pk("booking"),
    "entry_id": _pk("waiting"),
    "offer_uuid": lambda world: world.other["offer"].uuid,
    "draft_uuid": lambda world: world.other["block draft"].uuid,
    "location_uuid": lambda world: world.other["location"].uuid,
    "thing_uuid": lambda world: world.other["thing"].uuid,
    "type_uuid": lambda world: world.other["session type"].uuid,
    "plan_uuid": lambda world: world.other["series"].uuid,
    "kind_slug": lambda world: world.other["equipment kind"].slug,
    "teacher_id": _pk("teacher"),
    "period_id": _pk("period"),
    "partner_id": _pk("partner"),
    "prerequisite_id": _pk("prerequisite"),
    "allocation_id": _pk("allocation"),
    "role_uuid": lambda world: world.other["volunteers' role"].uuid,
    "item_id": _pk("role item"),
    "card_uuid": lambda world: world.other["role item"].card_uuid,
    "set_uuid": lambda world: world.other["card set"].uuid,
    "aid_id": _pk("decision aid"),
    "lab_uuid": lambda world: world.other["skillslab"].uuid,
    "uidb64": _pk("user"),
    "uidb36": _pk("user"),
}
PK_BY_VIEW = (
    ("wagtailadmin_api:documents", "attachment"),
    ("wagtailadmin_api:images", "picture"),
    ("wagtailadmin_api:pages", "page"),
    ("wagtailadmin_pages:", "page"),
    ("wagtailadmin_collections:", "collection"),
    ("wagtailadmin_workflows:edit_task", "task"),
    ("wagtailadmin_workflows:disable_task", "task"),
    ("wagtailadmin_workflows:enable_task", "task"),
    ("wagtailadmin_workflows:", "workflow"),
    ("wagtaildocs_chooser:", "attachment"),
    ("wagtailimages_chooser:", "picture"),
    ("wagtailsites:", "site"),
    ("wagtailusers_users:", "user"),
    ("wagtailusers_groups:", "group"),
    ("simple_translation:", "page"),
    ("mfa_", "authenticator"),
)
# The whole path, where names are not enough: (of B, of nobody).
BY_VIEW: dict[str, Callable[[World], tuple[list[Any], list[Any]]]] = {
    "wagtaildocs_serve": lambda world: (
        [world.other["attachment"].pk, world.other["attachment"].filename],
        [MISSING, world.other["attachment"].filename],
    ),
    "wagtail_serve": lambda world: (
        [world.other["module"].pages.get().url_path.split("/", 2)[2]],
        ["ander/bestaat-niet/"],
    ),
}


@dataclass(frozen=True)
class Address:
    """An address as it would name something of B, and the same naming nothing; equal where it names no object."""

    name: str
    path: str
    missing: str

    @property
    def names_object(self) -> bool:
        return self.path != self.missing


class UnknownNameError(LookupError):
    """An address has a part that this module cannot fill."""


def patterns(
    found: list[Any] | None = None, prefix: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """(route, view name with namespaces, pattern) of everything in the running URLconf, recursively."""
    for pattern in found if found is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, (namespace, pattern.namespace)))
            yield from patterns(pattern.url_patterns, route, inner)
        else:
            yield route, ":".join(filter(None, (namespace, pattern.name))), pattern


def _filled(name: str, word: str, world: World) -> tuple[Any, Any]:
    """What a part of an address is for B, and for nobody."""
    if word in WORDS_WITHOUT_OBJECT:
        return WORDS_WITHOUT_OBJECT[word], WORDS_WITHOUT_OBJECT[word]
    if word == "pk":
        kind = next((kind for start, kind in PK_BY_VIEW if name.startswith(start)), None)
        if kind is None:
            raise UnknownNameError(f"{name}: say in PK_BY_VIEW what its pk is.")
        return world.other[kind].pk, MISSING
    if word not in BY_NAME:
        raise UnknownNameError(f"{name}: say in BY_NAME what {word} is.")
    value = BY_NAME[word](world)
    if isinstance(value, UUID):
        return value, MISSING_UUID
    return value, MISSING if isinstance(value, int) else f"{value}x"


def addresses(world: World) -> list[Address]:
    """All addresses, filled."""
    return [_address(route, name, pattern, world) for route, name, pattern in patterns()]


def _address(route: str, name: str, pattern: URLPattern, world: World) -> Address:
    words = list(pattern.pattern.regex.groupindex)
    words += [word for word in re.findall(r"<(?:\w+:)?(\w+)>", route) if word not in words]
    if name in BY_VIEW:
        theirs, nobody = BY_VIEW[name](world)
        return Address(name, reverse(name, args=theirs), reverse(name, args=nobody))
    if not words:
        literal = re.sub(r"\(.*$|[\^$]", "", route)
        return Address(name or route, f"/{literal}", f"/{literal}")
    pairs = {word: _filled(name, word, world) for word in words}
    theirs = {word: str(pair[0]) for word, pair in pairs.items()}
    nobody = {word: str(pair[1]) for word, pair in pairs.items()}
    return Address(name, reverse(name, kwargs=theirs), reverse(name, kwargs=nobody))


def questions(world: World) -> list[str]:
    """Queries that lists and choosers understand; each asks for what is B's."""
    other = world.other
    page, collection = other["page"].pk, other["collection"].pk
    ids = "&".join(f"id={other[kind].pk}" for kind in ("page", "picture", "attachment", "recording"))
    filters = f"workflow={other['workflow'].pk}&user={other['user'].pk}&tag={SEARCHED}&page_type=content.topicpage"
    skills = f"profiel={other['profile'].uuid}&dag=morgen&competence={other['competency'].uuid}"
    return [
        f"{skills}&module={other['module'].uuid}",
        f"q={SEARCHED}&term={SEARCHED}&search_term={SEARCHED}",
        f"competency={other['outcome'].competency.uuid}&organisation={world.organisation.slug}",
        f"{ids}&collection_id={collection}&parent_page_id={page}&childOf={page}&page_type=courses.modulepage",
        f"{filters}&user_perms=copy_to&target_pages[]={page}&child_of=root&fields=*&descendant_of=1&locale=nl",
    ]


def bulk_questions(world: World) -> list[tuple[str, str]]:
    """Wagtail's bulk actions take their objects from the query: (path for B, path for nobody)."""
    kinds = (
        ("wagtailcore", "page", "page", ("move", "delete", "publish", "unpublish")),
        ("content", "picture", "picture", ("delete", "add_tags", "add_to_collection")),
        ("content", "attachment", "attachment", ("delete", "add_tags", "add_to_collection")),
        ("lxp", "user", "user", ("delete", "assign_role", "set_active_state")),
    )
    pairs = []
    for app, model, kind, actions in kinds:
        for action in actions:
            path = reverse("wagtail_bulk_action", args=[app, model, action])
            pairs.append((f"{path}?id={world.other[kind].pk}", f"{path}?id={MISSING}"))
            pairs.append((f"{path}?id=all&childOf={world.other['page'].pk}", f"{path}?id=all&childOf={MISSING}"))
    return pairs
