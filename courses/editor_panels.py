"""The tab of a module's editor in which packages above show what belongs to the module."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel

from lxp import plugin_manager


class AddedPanel(Panel):
    """What the hook `module_editor_panels` adds; for a page that was never saved, what to do first."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/editor/added.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            panels: list[str] = []
            if self.instance.pk and self.instance.module_id:
                panels = plugin_manager.call_core("module_editor_panels", page=self.instance, request=self.request)
            return {**context, "panels": panels, "is_saved": bool(self.instance.pk)}
