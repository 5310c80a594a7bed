"""The outsider's plugin passes the contract, by the same kit as everybody's."""

from __future__ import annotations

from typing import ClassVar

from lxp.testing import PluginContract


class TestContract(PluginContract):
    plugin: ClassVar[str] = "testdummy"
