"""Wagtail's search app, with changes noted instead of indexed at once: nothing is indexed in a request."""

from __future__ import annotations

from django.db import connection
from wagtail.search.apps import WagtailSearchAppConfig


class SearchConfig(WagtailSearchAppConfig):
    """In the place of "wagtail.search" in INSTALLED_APPS."""

    def ready(self) -> None:
        """What the base class does, with our receivers for its own."""
        from modelsearch.backends.database.postgres.weights import set_weights  # noqa: PLC0415 - models are ready only now

        from lxp.search import changes  # noqa: PLC0415

        changes.connect()
        if connection.vendor == "postgresql":
            set_weights()
        self.get_model("IndexEntry").add_generic_relations()
