"""Loads the decision aids of a library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from content.models import DecisionAid, TopicPage
from content.services.decision_aids import store_aid
from lxp.library import LibraryError
from lxp.models import Organisation

FIELDS = ("title", "maker", "made_on", "audience", "language", "is_spoken")


def load_aid(slug: str, data: dict[str, Any], path: Path) -> None:
    """One decision aid, known again by its address."""
    organisation = Organisation.objects.filter(slug=data["organisation"]).first()
    topic = TopicPage.objects.filter(slug=data["topic"], locale__language_code=settings.LANGUAGE_CODE).first()
    if organisation is None or topic is None:
        raise LibraryError(f"{path}: there is no organisation {data['organisation']}, or no topic {data['topic']}.")
    aid = DecisionAid.objects.filter(url=data["url"]).first() or DecisionAid(url=data["url"])
    values = {name: data[name] for name in FIELDS} | {"organisation": organisation, "topic": topic}
    if aid.pk is not None and all(getattr(aid, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(aid, name, value)
    store_aid(aid=aid, by=None)
