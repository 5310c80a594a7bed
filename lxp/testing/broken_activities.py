"""Breaks the methods of a plugin's activities on purpose, one at a time; what is returned is what goes wrong, one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import override_settings
from django.utils.module_loading import import_string
from django.utils.safestring import mark_safe

from lxp.models import PluginIncident
from lxp.testing.faults import (
    HUGE_CHARACTERS,
    IN_THE_TEST_SECONDS,
    MARK,
    NEVER_OFF,
    SLEEP_SECONDS,
    STOPPING,
    DeliberateError,
    Fault,
    endless,
    incidents,
    list_of_numbers,
    mapping,
    number,
    plain_text,
)
from lxp.testing.lesson import NOTICE, Lesson, with_method

REFUSED = 422


def huge_html(place: str) -> Any:
    return mark_safe(MARK + "x" * HUGE_CHARACTERS)  # noqa: S308 - it is meant to be wrong


def huge_state(place: str) -> Any:
    return {MARK: "x" * HUGE_CHARACTERS}


def unstorable(place: str) -> Any:
    return {MARK: object()}


def impossible(place: str) -> Any:
    """What has the right type, and the wrong things in it."""
    return import_string("courses.api.Result")(is_completed=True, score_percent=700)


NO_HTML = tuple(map(Fault, (number, mapping, plain_text, endless, huge_html)))
NO_STATE = tuple(map(Fault, (number, plain_text, endless, list_of_numbers, huge_state, unstorable)))
NO_RESULT = tuple(map(Fault, (number, mapping, plain_text, impossible)))
NO_CONTENT = tuple(map(Fault, (number, plain_text, list_of_numbers)))


def halfway(activity: Any) -> None:
    """Fails after it wrote wherever an activity can write."""
    activity.record(MARK, {})
    activity.store.save("summary", {MARK: 1})
    activity.store.save("preferences", {MARK: 1})
    raise DeliberateError(f"{MARK}: after writing")


def strange(activity: Any) -> None:
    activity.record(MARK, {MARK: object()})


@dataclass
class Breakage:
    """One method of one activity, broken in one way, and what the platform does that calls it."""

    lesson: Lesson
    method: str
    fault: str
    replacement: Any
    ask: Callable[[], list[str]]

    def tried(self) -> list[str]:
        plugin, others = self.lesson.world.plugin, self.lesson.of_others()
        PluginIncident.objects.filter(plugin=plugin).delete()
        budget = IN_THE_TEST_SECONDS if self.fault == "sleeps" else SLEEP_SECONDS
        times = override_settings(PLUGIN_SECONDS=budget, PLUGIN_FAULT_LIMIT=NEVER_OFF)
        with times, with_method(self.lesson.kind, self.method, self.replacement):
            found = self._asked()
        if self.lesson.of_others() != others:
            found.append("what was done in other activities changed")
        if not any(each.startswith(f"{self.lesson.kind.kind}.") for each in incidents(plugin)):
            found.append("the operator hears nothing of it")
        return [f"{self.lesson.kind.kind}.{self.method} {self.fault}: {line}" for line in found]

    def _asked(self) -> list[str]:
        try:
            with transaction.atomic():
                return self.ask()
        except (Exception, SystemExit) as fault:  # noqa: BLE001 - whatever gets through is what we look for
            return [f"{type(fault).__name__} gets through to the page: {fault}"]


def faults_of_kind(lesson: Lesson) -> list[str]:
    """Every method of one kind, broken in every way that means something for it."""
    lesson.attempt  # noqa: B018 - it begins while nothing is broken
    found = _as_it_is(lesson)
    for each in (*_handling(lesson), *_taking(lesson), *_writing(lesson), *_finished(lesson)):
        found += each.tried()
    return found


def _as_it_is(lesson: Lesson) -> list[str]:
    """Unbroken, its page shows it."""
    PluginIncident.objects.filter(plugin=lesson.world.plugin).delete()
    shown = lesson.play()
    if shown.status_code == 200 and NOTICE not in shown.content.decode():
        return []
    said = "; ".join(incidents(lesson.world.plugin)) or f"status {shown.status_code}"
    kind = lesson.kind.kind
    return [f"{kind} does not show ({said}); where the kit cannot guess its content, give it: blocks = {{{kind!r}: …}}"]


# ── for learners ─────────────────────────────────────────────────────────────────────────────────────────────────


def _handling(lesson: Lesson) -> Iterator[Breakage]:
    """Each handler: refused with a calm message, and nothing of it stays."""
    for name in handlers_of(lesson.kind):
        kinds = [(each.name, _stops(each, name)) for each in STOPPING]
        for fault, act in (*kinds, ("halfway", halfway), ("strange", strange)):
            yield Breakage(lesson, name, fault, _as_handler(act), lambda name=name: _refused(lesson, name))  # type: ignore[misc]


def _taking(lesson: Lesson) -> Iterator[Breakage]:
    """What the player asks while somebody is under way."""
    handler = handlers_of(lesson.kind)[0]
    for fault in (*STOPPING, *NO_STATE):
        reduce = staticmethod(lambda *_, fault=fault: fault.act("reduce"))
        yield Breakage(lesson, "reduce", fault.name, reduce, _recording(lesson, lambda: _refused(lesson, handler)))
    for fault in (*STOPPING, *NO_RESULT):
        yield Breakage(lesson, "result", fault.name, _method(fault, "result"), lambda: _not_completed(lesson))
    for fault in (*STOPPING, *NO_RESULT[:3]):
        action = property(_method(fault, "next_action"))
        yield Breakage(lesson, "next_action", fault.name, action, lambda: _stands(lesson.play(), is_away=False))
    for fault in (*STOPPING, *NO_HTML):
        view = _method(fault, "learner_view")
        yield Breakage(lesson, "learner_view", fault.name, view, lambda: _stands(lesson.play()))
    for fault in (*STOPPING, *NO_HTML):
        view = _method(fault, "print_view")
        yield Breakage(lesson, "print_view", fault.name, view, lambda: _stands(lesson.page_named("print")))
    for fault in (*STOPPING, *NO_HTML):
        yield Breakage(lesson, "fragment", fault.name, _method(fault, "fragment"), lambda: _fragment(lesson))


def _finished(lesson: Lesson) -> Iterator[Breakage]:
    """What the page of the result asks, of an activity with a score."""
    for fault in (*STOPPING, *NO_HTML):
        view = _method(fault, "result_view")
        yield Breakage(lesson, "result_view", fault.name, view, lambda: _result(lesson))


def _result(lesson: Lesson) -> list[str]:
    with with_method(lesson.kind, "has_score", True):
        lesson.complete()
        return _stands(lesson.page_named("result"))


def _stands(response: Any, *, is_away: bool = True) -> list[str]:
    """The page comes, with the notice in the place of the activity, and with nothing of what was answered."""
    text = response.content.decode()
    if response.status_code != 200:
        return [f"the page has status {response.status_code}"]
    found = [] if NOTICE in text or not is_away else ["the page shows no calm notice"]
    return [*found, "the page shows what was answered"] if MARK in text else found


def _refused(lesson: Lesson, handler: str) -> list[str]:
    found = []
    before = lesson.kept()
    for fetch in (False, True):
        response = lesson.act(handler, fetch=fetch)
        if response.status_code != REFUSED:
            found.append(f"the act gets status {response.status_code}, where {REFUSED} with a calm message is asked")
    return found if lesson.kept() == before else [*found, "something of what failed was written"]


def _not_completed(lesson: Lesson) -> list[str]:
    """A result that fails completes nothing, and takes nothing back."""
    handler = handlers_of(lesson.kind)[0]
    found = _recording(lesson, lambda: _accepted(lesson, handler), reduces=True)()
    response = lesson.play()
    if response.status_code != 200:
        found.append(f"the page has status {response.status_code}")
    states = lesson.kept()["courses.ActivityState"]
    if any(each["completed_at"] for each in states if each["kind"] == lesson.kind.kind):
        found.append("the activity counts as completed")
    return found


def _accepted(lesson: Lesson, handler: str) -> list[str]:
    status = lesson.act(handler).status_code
    return [] if status == 302 else [f"the act gets status {status}"]


def _fragment(lesson: Lesson) -> list[str]:
    """The act is kept; only what would be shown after it is not."""
    result = import_string("courses.api.Result")
    with with_method(lesson.kind, "result", lambda self: result()):
        handler = handlers_of(lesson.kind)[0]
        ask = _recording(lesson, lambda: _stands(lesson.act(handler, fetch=True)), reduces=True)
        before = len(lesson.kept()["courses.ProgressEvent"])
        found = ask()
    return found if len(lesson.kept()["courses.ProgressEvent"]) > before else [*found, "the act was not kept"]


def _recording(lesson: Lesson, ask: Callable[[], list[str]], *, reduces: bool = False) -> Callable[[], list[str]]:
    """Ask while every act records something, whatever the kind makes of acts; with `reduces` also any state is taken."""

    def asked() -> list[str]:
        with with_method(lesson.kind, "handle", lambda activity, *_: activity.record(MARK, {})):
            if not reduces:
                return ask()
            with with_method(lesson.kind, "reduce", staticmethod(lambda state, event, content: state)):
                return ask()

    return asked


# ── for authors ──────────────────────────────────────────────────────────────────────────────────────────────────


def _writing(lesson: Lesson) -> Iterator[Breakage]:
    """What writing, publishing and searching ask."""
    for fault in STOPPING:
        fields = classmethod(lambda cls, fault=fault: fault.act("fields"))
        yield Breakage(lesson, "fields", fault.name, fields, lambda: _without_kind(lesson))
        public = classmethod(lambda cls, fault=fault: fault.act("public_fields"))
        yield Breakage(lesson, "public_fields", fault.name, public, lambda: _searched(lesson))
        if _is_valid(lesson):
            clean = classmethod(lambda cls, value, fault=fault: fault.act("clean"))
            yield Breakage(lesson, "clean", fault.name, clean, lambda: _cleaned(lesson))
    for fault in (*STOPPING, Fault(unstorable)):
        graded = classmethod(lambda cls, content, fault=fault: fault.act("graded"))
        yield Breakage(lesson, "graded", fault.name, graded, lambda: _published(lesson))
    for fault in (*STOPPING, *NO_CONTENT):
        upgrade = classmethod(lambda cls, content, from_schema, fault=fault: fault.act("upgrade"))
        yield Breakage(lesson, "upgrade", fault.name, upgrade, lambda: _of_older_schema(lesson))


def _stream(lesson: Lesson) -> Any:
    return lesson.reopened().body.stream_block


def _without_kind(lesson: Lesson) -> list[str]:
    return ["the editor offers it"] if lesson.kind.kind in type(_stream(lesson))().child_blocks else []


def _searched(lesson: Lesson) -> list[str]:
    page = lesson.reopened()
    texts = [*page.body.stream_block.get_searchable_content(page.body)]
    texts.append(str(page.body.stream_block.get_api_representation(page.body)))
    return ["search or API give out what it answered"] if MARK in " ".join(map(str, texts)) else []


def _is_valid(lesson: Lesson) -> bool:
    """Whether the content is what an author could save; else what checks it is never reached."""
    try:
        _cleaned(lesson)
    except ValidationError:
        return False
    return True


def _cleaned(lesson: Lesson) -> list[str]:
    body = lesson.reopened().body
    body.stream_block.clean(body)
    return []


def _published(lesson: Lesson) -> list[str]:
    before = lesson.stored()
    lesson.reopened().save_revision().publish()
    return [] if lesson.stored() == before else ["publishing changed what is stored"]


def _of_older_schema(lesson: Lesson) -> list[str]:
    with with_method(lesson.kind, "schema", lesson.kind.schema + 1):
        return [*_stands(lesson.play()), *_published(lesson)]


# ── replacements ─────────────────────────────────────────────────────────────────────────────────────────────────


def handlers_of(kind: Any) -> list[str]:
    """The names of a kind's handlers; `handle` where it has none, since then it takes acts in a way of its own."""
    own = [name for name in dir(kind) if getattr(getattr(kind, name, None), "is_handler", False)]
    return own or ["handle"]


def _stops(fault: Fault, name: str) -> Callable[[Any], None]:
    return lambda _activity: fault.act(name)


def _as_handler(act: Callable[[Any], None]) -> Any:
    def kit(activity: Any, *_data: Any) -> None:
        act(activity)

    kit.is_handler = True  # type: ignore[attr-defined]
    return kit


def _method(fault: Fault, name: str) -> Callable[..., Any]:
    return lambda *_, **__: fault.act(name)
