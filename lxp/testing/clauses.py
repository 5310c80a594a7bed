"""The clauses of the contract: what each asks of a plugin, and what to do where it is broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import pytest

GUIDE = "docs/plugins.md"
Test = TypeVar("Test", bound=Callable[..., Any])


@dataclass(frozen=True)
class Clause:
    """One promise of every plugin: `asks` says which, `remedy` what to do where it is broken."""

    name: str
    asks: str
    remedy: str


FITS = Clause(
    "fits",
    "A plugin loads on this platform and can be taken out again.",
    "Read what `lxp plugins check` says. Keys to tables of LXP have db_constraint=False; hooks marked “Core” in "
    "docs/hooks.md are not for plugins; a hook is a plain function. /stijlgids/#icons shows all icons.",
)
MIGRATIONS = Clause(
    "migrations",
    "A plugin's migrations run, say what its models say, can be taken back, leave nothing half done where they fail, and "
    "hold up nobody else's.",
    "Run `lxp makemigrations`; give RunPython and RunSQL a way back (migrations.RunPython.noop where there is nothing to "
    "do); leave out run_before and everything about tables of other apps; put what cannot be atomic into a migration by "
    "itself.",
)
TABLES = Clause(
    "tables",
    "A plugin whose tables are not there, as until its first migration has run, hurts no page but its own.",
    "Only read your tables in hooks and views. A signal receiver or a manager on a model of LXP is not guarded: take it out.",
)
FAULTS = Clause(
    "faults",
    "A hook that raises, hangs, or answers nonsense costs the page that plugin's part and nothing else.",
    "This is the platform's promise to you. Where it breaks, something of the plugin runs outside its hooks (a middleware, "
    "a signal receiver, a context processor): take that out.",
)
ACTIVITIES = Clause(
    "activities",
    "An activity of which a method raises, hangs, or answers nonsense costs its own place in the module and nothing else.",
    "Leave `handle`, `upgraded`, `graded_digest`, `scope_data` and `store` of the class as they are in courses.api.Activity, "
    "and let a fault through: caught, it leaves half of an act behind. Give content in `blocks` where the kit cannot guess it.",
)
ANSWERS = Clause(
    "answers",
    "Each hook answers what its specification asks, in time, also for somebody of whom the plugin knows nothing.",
    "Compare the hook with its docstring in lxp/hookspecs.py and docs/hooks.md.",
)
ESCAPING = Clause(
    "escaping",
    "What people wrote is shown as text and never runs.",
    "Leave out mark_safe and |safe; build HTML with templates or format_html.",
)
TRANSLATIONS = Clause(
    "translations",
    "Every text is there in the languages of the platform, with its placeholders.",
    "Add the text to locale/<language>/LC_MESSAGES/django.po of the plugin (django-admin makemessages -l nl), translate it, "
    "remove the mark “fuzzy”, and compile (django-admin compilemessages).",
)
ABSENCE = Clause(
    "absence",
    "What authors made with a plugin stays, byte for byte, and is shown calmly while the plugin is away.",
    "Keep content in the fields of the activity and nowhere else; add no Wagtail page types or snippets of your own, and "
    "nothing to tables of LXP.",
)
SWITCH = Clause(
    "switch",
    "Where an organisation has the plugin off, its addresses do not exist and its hooks are not asked.",
    "Add addresses only with the hook `urls`; leave out wagtail_hooks and signals, which know no switch.",
)
EXPORT = Clause(
    "export",
    "What a plugin holds of a person is in that person's copy of their data, and nobody else's is.",
    "Add the model to the hook person_export, filtered by the person; or name the field in `exempt` with the reason.",
)
ERASURE = Clause(
    "erasure",
    "What a plugin holds of a person is gone when that person is forgotten, and nobody else's is.",
    "Delete or detach the rows of the person, and only those, in the hook person_erase, whether the plugin is on or off; or "
    "name the field in `exempt` with the reason.",
)
ISOLATION = Clause(
    "isolation",
    "Nobody sees or changes what belongs to another organisation, and cannot tell it from what does not exist.",
    "Filter every query of a view or hook, also those that write, by the person or the organisations of request.user "
    "(get_object_or_404 on that "
    "queryset); name models that all organisations share in `shared` with the reason.",
)
QUERIES = Clause(
    "queries",
    "A page costs the same number of queries with one object and with three.",
    "Look at the queries below that differ: use select_related, prefetch_related or an annotation, and no query in a loop.",
)
NONSENSE = Clause(
    "nonsense",
    "Whatever somebody sends to an address of the plugin, it answers: days, numbers and texts that cannot be are refused.",
    "Ask for days with lxp.forms.DayField and for numbers with min_value and max_value; read what stands in request.GET by a "
    "form, or by what cannot raise. Look a number up only after it is known to fit.",
)
OBJECTS = Clause(
    "objects",
    "The kit can make an object of each model of the plugin.",
    'Give a factory: objects = {"<app>.<Model>": function} in the class; it takes a Planted and returns a stored object.',
)


def tries(clause: Clause) -> Callable[[Test], Test]:
    """Mark the test of a clause: `pytest -k` also looks for names that a test carries, so the clause's own chooses it."""

    def marked(test: Test) -> Test:
        vars(test)[clause.name] = clause
        return test

    return marked


def broken(clause: Clause, findings: Sequence[str] | str) -> NoReturn:
    """Fail the test with the clause, what was found, and what to do."""
    lines = [findings] if isinstance(findings, str) else list(findings)
    found = "\n".join(f"  - {line}" for line in lines)
    pytest.fail(
        f"Clause “{clause.name}” of the plugin contract is broken. {clause.asks}\nFound:\n{found}\n"
        f"What to do: {clause.remedy}\nMore in {GUIDE}.",
        pytrace=False,
    )


def hold(clause: Clause, findings: Sequence[str]) -> None:
    """Fail the test if there is anything to find."""
    if findings:
        broken(clause, findings)
