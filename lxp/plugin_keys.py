"""Keys of plugins to tables of the platform.

They leave no constraint behind, so that a plugin can be taken out at any time; what they point at is never deleted: people are
wiped, organisations close, modules and competencies retire.
"""

from __future__ import annotations

from typing import Any

from django.db import models


def key_to(model: str, label: Any, **options: Any) -> Any:
    """A foreign key to a core table."""
    return models.ForeignKey(
        model, verbose_name=label, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", **options
    )
