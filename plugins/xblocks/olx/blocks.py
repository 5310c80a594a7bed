"""Components that are blocks of packages: their attributes become the content that the block reads."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext_lazy as _

from courses.api import local_name
from plugins.xblocks.packages import allowed_types, kind_of

NOT_ALLOWED = _("activities that are not installed or not allowed here")
OWN_FORMAT = _("activities that store their content in a way of their own")
NOT_FIELDS = ("url_name", "slug", "filename", "xblock-family")
CONTENT_SCOPES = ("content", "settings")


class NoBlockError(Exception):
    """A component that stays behind; its first argument says why."""


def block_of(element: Element) -> dict[str, Any]:
    """Kind and content of the activity that hosts this component. Raises NoBlockError."""
    block_type = local_name(element)
    if block_type not in allowed_types():
        raise NoBlockError(NOT_ALLOWED)
    block_class = import_module("plugins.xblocks.kinds").kind_class(block_type).block_class
    if len(element):
        raise NoBlockError(OWN_FORMAT)
    values: dict[str, Any] = {}
    for name, words in element.attrib.items():
        field = block_class.fields.get(name)
        if name in NOT_FIELDS or field is None or field.scope.name not in CONTENT_SCOPES:
            continue
        try:
            values[name] = field.to_json(field.from_string(words))
        except (ValueError, TypeError) as damage:
            raise NoBlockError(OWN_FORMAT) from damage
    return {"kind": kind_of(block_type), "values": values}
