"""The runtime that a block is built with: its fields, its services, its addresses, and what it publishes."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any
from uuid import UUID

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from web_fragments.fragment import Fragment
from webob import Request
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.exceptions import JsonHandlerError, NoSuchHandlerError, NoSuchViewError
from xblock.fields import ScopeIds
from xblock.runtime import Runtime

from plugins.xblocks.calls import AUTHOR_VIEW, STUDENT_VIEW, BlockAnswer, BlockCall, Published
from plugins.xblocks.hosting.fields import ScopedFieldData
from plugins.xblocks.hosting.services import People, Reader, Settings, Words


class BlockRuntime(Runtime):
    """Hosts one block for one call."""

    def __init__(self, *, fields: ScopedFieldData, reader: Reader, prefix: str) -> None:
        services = {"field-data": fields, "settings": Settings(), "user": People(reader)}
        super().__init__(id_reader=None, id_generator=None, services=services)
        self.prefix, self.published = prefix, Published()
        self._has_words = False
        # Old blocks read these from the runtime itself.
        self.anonymous_student_id, self.user_is_staff = reader.pseudonym, False

    def service(self, block: XBlock, service_name: str) -> Any:
        if service_name == "i18n" and not self._has_words:
            self._services["i18n"], self._has_words = Words(block), True
        return super().service(block, service_name)

    def handler_url(
        self, block: XBlock, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        if thirdparty:
            raise NotImplementedError("No third party may call a block here.")
        path = f"{self.prefix}h/{handler_name}{f'/{suffix}' if suffix else ''}"
        return f"{path}?{query}" if query else path

    def local_resource_url(self, block: XBlock, uri: str) -> str:
        return f"{self.prefix}r/{uri.lstrip('/')}"

    def resource_url(self, resource: str) -> str:
        raise NotImplementedError("Files of Open edX itself are not here; a block brings its own.")

    def publish(self, block: XBlock, event_type: str, event_data: dict[str, Any]) -> None:
        """Grades and completion count; anything else is only noted by its name."""
        if event_type == "grade":
            self.published.grade = _share(event_data["value"], event_data.get("max_value", 1))
        elif event_type == "completion":
            self.published.completion = _share(event_data["completion"], 1)
        else:
            self.published.others.append(event_type)

    def get_asides(self, block: XBlock) -> list[Any]:
        return []

    def wrap_xblock(self, block: XBlock, view: str, frag: Fragment, context: Any) -> Fragment:
        """The element that the script in the frame looks for. Unlike the library's own, everything in it is escaped."""
        wrapped = Fragment()
        arguments = frag.json_init_args
        wrapped.add_content(
            format_html(
                '<div class="xblock xblock-{view} xblock-v1 xblock-v1-{view}" data-usage="{usage}" data-block-type="{kind}" '
                'data-init="{init}" data-runtime-version="{version}">{body}{arguments}</div>',
                view=view,
                usage=block.scope_ids.usage_id,
                kind=block.scope_ids.block_type,
                init=frag.js_init_fn or "",
                version=frag.js_init_version or "1",
                body=mark_safe(frag.body_html()),  # noqa: S308 - HTML of the block, shown in its sandbox only
                arguments="" if arguments is None else _as_script(arguments),
            )
        )
        wrapped.add_fragment_resources(frag)
        return wrapped


def _as_script(arguments: Any) -> SafeString:
    words = json.dumps(arguments).replace("<", "\\u003c")
    return mark_safe(f'<script type="json/xblock-args" class="xblock_json_init_args">{words}</script>')  # noqa: S308 - escaped


def _share(value: Any, highest: Any) -> float:
    """A grade as a share of 1. Raises ValueError for what is none."""
    value, highest = float(value), float(highest)
    if not (isfinite(value) and isfinite(highest) and highest > 0):
        raise ValueError(f"published a grade of {value} out of {highest}")
    return min(max(value / highest, 0.0), 1.0)


def build(block_type: str, usage_id: UUID, runtime: BlockRuntime) -> XBlock:
    """The block itself. Its class is loaded from the entry point; the caller has looked whether that is allowed."""
    identity = ScopeIds(runtime.anonymous_student_id, block_type, str(usage_id), str(usage_id))
    return runtime.construct_xblock(block_type, identity)


def answer(block: XBlock, call: BlockCall) -> BlockAnswer:
    """Render a view, or call a handler. Raises whatever the block raises; what it refuses by itself is an answer."""
    runtime: BlockRuntime = block.runtime
    if call.view:
        if is_done_by_viewing(type(block)) and call.view == STUDENT_VIEW:
            runtime.published.completion = 1.0
        return BlockAnswer(fragment=runtime.render(block, _view_of(block, call.view), {}))
    try:
        response = runtime.handle(block, call.handler, _request(call), call.suffix)
    except NoSuchHandlerError:
        return BlockAnswer(status=404, body=b'{"error": "There is no such handler."}')
    except JsonHandlerError as refusal:
        response = refusal.get_response()
    return BlockAnswer(status=response.status_code, content_type=response.content_type or "", body=response.body)


def _view_of(block: XBlock, wanted: str) -> str:
    """An author sees what a learner sees where the block has nothing else for authors."""
    if getattr(block, wanted, None) is not None:
        return wanted
    if wanted == AUTHOR_VIEW:
        return STUDENT_VIEW
    raise NoSuchViewError(block, wanted)


def _request(call: BlockCall) -> Request:
    """A request with what the frame sent and nothing else: no cookies, no headers, no addresses of people."""
    request = Request.blank(f"/{call.handler}?{call.query}", method=call.method, body=call.body)
    if call.method == "POST":
        request.content_type = call.content_type or "application/json"
    return request


def is_done_by_viewing(block_class: type[XBlock]) -> bool:
    """Open edX counts a block as done when it was seen, unless it is scored or says by itself when it is done."""
    if getattr(block_class, "has_score", False):
        return False
    is_completable = XBlockCompletionMode.get_mode(block_class) == XBlockCompletionMode.COMPLETABLE
    return not (is_completable and getattr(block_class, "has_custom_completion", False))


def has_used_all_attempts(block: XBlock) -> bool:
    """Whether a block with a number of attempts has none left: `max_attempts` and `attempts`, as problems of edX have."""
    if not {"attempts", "max_attempts"} <= set(block.fields):
        return False
    return bool(block.max_attempts) and block.attempts >= block.max_attempts
