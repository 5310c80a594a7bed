"""Where the fields of a block are kept: each scope in a dictionary of a shelf."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Protocol

from django.utils.translation import gettext as _
from xblock.core import XBlock
from xblock.field_data import FieldData
from xblock.fields import BlockScope, UserScope

from plugins.xblocks.exceptions import ContentIsFrozenError

CONTENT, USER_STATE, PREFERENCES, USER_INFO, SUMMARY = "content", "user_state", "preferences", "user_info", "summary"
OF_ONE_PERSON = {BlockScope.TYPE: PREFERENCES, BlockScope.ALL: USER_INFO}
OF_EVERYBODY = {BlockScope.USAGE: SUMMARY, BlockScope.DEFINITION: SUMMARY}


class Shelf(Protocol):
    """Keeps the values of scopes: the database for learners, a draft for authors."""

    def load(self, scope: str) -> dict[str, Any]: ...

    def put(self, scope: str, data: dict[str, Any]) -> None: ...


class ScopedFieldData(FieldData):
    """Field data of one block. Values are JSON; the block's fields turn them into Python. Written at the end, by `keep`."""

    def __init__(self, shelf: Shelf, *, may_write_content: bool) -> None:
        self.shelf, self.may_write_content = shelf, may_write_content
        self.values: dict[str, dict[str, Any]] = {}
        self.changed: set[str] = set()

    def scope_of(self, block: XBlock, name: str) -> str:
        """Which of our scopes holds a field; "" for one that we have no place for."""
        scope = block.fields[name].scope
        if scope.user == UserScope.NONE:
            return CONTENT
        if scope.user == UserScope.ONE:
            return OF_ONE_PERSON.get(scope.block, USER_STATE)
        return OF_EVERYBODY.get(scope.block, "")

    def _loaded(self, block: XBlock, name: str) -> dict[str, Any]:
        scope = self.scope_of(block, name)
        if scope and scope not in self.values:
            self.values[scope] = deepcopy(self.shelf.load(scope))
        return self.values.get(scope, {})

    def get(self, block: XBlock, name: str) -> Any:
        return deepcopy(self._loaded(block, name)[name])

    def has(self, block: XBlock, name: str) -> bool:
        return name in self._loaded(block, name)

    def set(self, block: XBlock, name: str, value: Any) -> None:
        self._may_change(block, name)
        self._loaded(block, name)[name] = deepcopy(value)

    def delete(self, block: XBlock, name: str) -> None:
        self._may_change(block, name)
        self._loaded(block, name).pop(name, None)

    def default(self, block: XBlock, name: str) -> Any:
        raise KeyError(name)

    def _may_change(self, block: XBlock, name: str) -> None:
        scope = self.scope_of(block, name)
        if not scope or (scope == CONTENT and not self.may_write_content):
            raise ContentIsFrozenError(
                _("This part cannot be changed here. Only its author changes it, in the editor.")
            )
        self.changed.add(scope)

    def keep(self) -> None:
        """Put away every scope in which something was written."""
        for scope in sorted(self.changed):
            self.shelf.put(scope, self.values[scope])
        self.changed.clear()
