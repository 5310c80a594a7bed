"""What an author says that a change means, checked before it goes to review, online or on a schedule."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from content.api import OwnPageForm
from courses.grading import activities_in, changes_grading
from courses.models.catalogue import Significance
from lxp import plugin_manager

SENDING_BACK = "reject"


class ChangeForm(OwnPageForm):
    """Refuses "editorial" for a change that learners are graded by. A draft may say anything, and may be sent back."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_sent_back = self.data.get("workflow-action-name") == SENDING_BACK
        if self.is_deferred_validation or is_sent_back:
            return cleaned
        for objection in self._objections(cleaned):
            self.add_error(None, objection)
        if self._is_more_than_editorial(cleaned):
            message = _(
                "You changed what learners are graded by: an activity, a question, a right answer, or what it proves. "
                "Choose “substantive”, or “safety” when everybody must see it."
            )
            self.add_error("significance", message)
        return cleaned

    def _objections(self, cleaned: dict[str, Any]) -> list[str]:
        page = self.instance
        if cleaned.get("body") is None or not page.module_id or not page.is_source:
            return []
        activities = activities_in(cleaned["body"])
        return plugin_manager.call_core("version_objections", module=page.module, activities=activities)

    def _is_more_than_editorial(self, cleaned: dict[str, Any]) -> bool:
        page = self.instance
        if cleaned.get("significance") != Significance.EDITORIAL or cleaned.get("body") is None or not page.module_id:
            return False
        version = page.module.current_version
        return page.is_source and version is not None and changes_grading(version, activities_in(cleaned["body"]))
