"""Blocks as an outsider would write them for Open edX: one that touches every part of its API, and one that breaks."""

from __future__ import annotations

from typing import Any

from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock
from xblock.exceptions import JsonHandlerError
from xblock.fields import Boolean, Dict, Float, Integer, List, Scope, String


@XBlock.needs("i18n")
@XBlock.wants("user", "settings", "replace_urls")
class PracticeBlock(XBlock):
    """Counts in every scope, and says what it sees of its host."""

    has_score = True
    icon_class = "problem"

    display_name = String(default="Practice", scope=Scope.settings)
    question = String(default="How many?", scope=Scope.content)
    right = Integer(default=3, scope=Scope.content)
    tries = Integer(default=0, scope=Scope.user_state)
    notes = List(default=[], scope=Scope.user_state)
    shade = String(default="light", scope=Scope.preferences)
    nickname = String(default="", scope=Scope.user_info)
    votes = Dict(default={}, scope=Scope.user_state_summary)
    attempts = Integer(default=0, scope=Scope.user_state)
    max_attempts = Integer(default=0, scope=Scope.settings)
    is_open = Boolean(default=True, scope=Scope.settings)
    weight = Float(default=1.0, scope=Scope.settings)

    def student_view(self, context: Any) -> Fragment:
        fragment = Fragment(f"<p class='question'>{self.question}</p><p class='tries'>{self.tries}</p>")
        fragment.add_css(".question { color: inherit; }")
        fragment.add_css_url(self.runtime.local_resource_url(self, "public/practice.css"))
        fragment.add_javascript("window.practiceWasHere = true;")
        fragment.add_javascript_url(self.runtime.local_resource_url(self, "public/practice.js"))
        fragment.initialize_js("PracticeBlock", {"question": self.question, "words": "</script><b>"})
        return fragment

    def studio_view(self, context: Any) -> Fragment:
        fragment = Fragment(f"<input id='question' aria-label='Question' value='{self.question}'>")
        fragment.initialize_js("PracticeEditor")
        return fragment

    @XBlock.json_handler
    def answer(self, data: dict[str, Any], suffix: str = "") -> dict[str, Any]:
        self.tries += 1
        self.attempts += 1
        self.notes = [*self.notes, data["number"]]
        self.votes = {**self.votes, str(data["number"]): self.votes.get(str(data["number"]), 0) + 1}
        share = 1 if data["number"] == self.right else data.get("share", 0)
        self.runtime.publish(self, "grade", {"value": share * self.weight, "max_value": self.weight})
        return {"tries": self.tries, "votes": self.votes, "suffix": suffix}

    @XBlock.json_handler
    def finish(self, data: dict[str, Any], suffix: str = "") -> dict[str, Any]:
        self.runtime.publish(self, "completion", {"completion": data["completion"]})
        self.runtime.publish(self, "edx.practice.finished", {"private": "kept to itself"})
        return {}

    @XBlock.json_handler
    def choose(self, data: dict[str, Any], suffix: str = "") -> dict[str, Any]:
        self.shade, self.nickname = data.get("shade", self.shade), data.get("nickname", self.nickname)
        return {"shade": self.shade, "nickname": self.nickname}

    @XBlock.json_handler
    def refuse(self, data: dict[str, Any], suffix: str = "") -> dict[str, Any]:
        self.tries += 1
        raise JsonHandlerError(418, "not today")

    @XBlock.json_handler
    def crash(self, data: dict[str, Any], suffix: str = "") -> dict[str, Any]:
        self.tries += 1
        self.save()
        raise RuntimeError("on purpose")

    @XBlock.json_handler
    def studio_submit(self, data: dict[str, Any], suffix: str = "") -> dict[str, Any]:
        self.question = data["question"]
        return {"result": "success"}

    @XBlock.handler
    def seen(self, request: Request, suffix: str = "") -> Response:
        """What a handler gets to know of the request and of the reader."""
        user = self.runtime.service(self, "user").get_current_user()
        known = {
            "method": request.method,
            "query": dict(request.GET),
            "cookies": sorted(request.cookies),
            "headers": sorted(request.headers),
            "emails": user.emails,
            "name": user.full_name,
            "is_staff": user.opt_attrs["edx-platform.user_is_staff"],
            "id": user.opt_attrs["edx-platform.anonymous_user_id"],
            "number": user.opt_attrs["edx-platform.user_id"],
            "translated": self.runtime.service(self, "i18n").gettext("Compliments and polls"),
            "settings": self.runtime.service(self, "settings").get_settings_bucket(self),
            "replace_urls": self.runtime.service(self, "replace_urls"),
        }
        return Response(json_body=known)

    @XBlock.handler
    def page(self, request: Request, suffix: str = "") -> Response:
        return Response("<script>alert(1)</script>", content_type="text/html")


class SeenBlock(XBlock):
    """Done by looking at it: no score, and no completion of its own."""

    def student_view(self, context: Any) -> Fragment:
        return Fragment("<p>Seen.</p>")


class BrokenBlock(XBlock):
    """Its view raises."""

    def student_view(self, context: Any) -> Fragment:
        raise RuntimeError("on purpose")
