"""The form of every page in the editor: it points only at what the author may see."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm

from lxp.editor.references import references_in, strangers
from lxp.editor.scope import EditorScope
from lxp.models import User


class OwnPageForm(WagtailAdminPageForm):
    """Refuses pictures, files and pages of other organisations, also in a draft and in its preview.

    What the page pointed at before stays: a page that moved between organisations can still be edited.
    """

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._before = {name: references_in(getattr(self.instance, name, None)) for name in self._own_fields()}

    def _own_fields(self) -> list[str]:
        concrete = {field.name for field in self._meta.model._meta.concrete_fields}
        return [name for name in self.fields if name in concrete]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not isinstance(self.for_user, User) or self.for_user.is_superuser:
            return cleaned
        scope = EditorScope(self.for_user)
        for name, before in self._before.items():
            if strangers(scope, references_in(cleaned.get(name)) - before):
                message = _("This points at a picture, file or page that is not yours. Choose another one.")
                self.add_error(name, message)
        return cleaned


class CopyOnlyForm(CopyForm):
    """Copies only: an alias would be a second page of the same thing."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields.pop("alias", None)
