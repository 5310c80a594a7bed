"""Template tags for what Wagtail's own templates show too much of."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail.models import Collection

from lxp.editor.scope import scope_of

register = template.Library()


@register.simple_tag(takes_context=True)
def own_collections(context: dict[str, Any], collections: Any) -> list[Collection]:
    """Of these collections, those of this person's organisations."""
    request = context["request"]
    if request.user.is_superuser:
        return list(collections)
    return [each for each in collections if each.pk in scope_of(request).collection_ids]
