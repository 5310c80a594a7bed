"""What the plugin puts in order every few minutes."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from plugins.xblocks.models import Draft

KEPT = timedelta(days=2)


def clear_drafts() -> list[str]:
    """Remove what nobody looks at any more."""
    count, _ = Draft.objects.filter(made_at__lt=timezone.now() - KEPT).delete()
    return [f"xblocks: {count} drafts removed"] if count else []
