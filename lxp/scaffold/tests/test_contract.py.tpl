"""What every plugin passes; docs/plugins.md says what each clause asks, and what to add where the kit cannot guess."""

from __future__ import annotations

from lxp.testing import PluginContract


class TestContract(PluginContract):
    plugin = "NAME"
