"""What a package hands over when somebody asks for everything that is known of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise
from django.utils.text import slugify


@dataclass(frozen=True)
class ExportPart:
    """One file of a person's download: `name` without an extension, `title` for the reader, and rows of plain JSON."""

    name: str
    title: str
    rows: Iterable[Mapping[str, Any]]

    def settled(self) -> ExportPart:
        """The same with its rows fetched and in words of JSON, so that what cannot be is the fault of whoever gave it.

        Raises TypeError or ValueError for what is no such part.
        """
        if not isinstance(self.title, str | Promise) or not isinstance(self.name, str):
            raise TypeError("A part of somebody's data has a name and a title, in words.")
        if slugify(self.name).replace("-", "_") != self.name.replace("-", "_"):
            raise ValueError(f"The name of a part is that of a file without its extension, not {self.name!r}.")
        rows = json.loads(json.dumps([dict(row) for row in self.rows], cls=DjangoJSONEncoder))
        return replace(self, title=str(self.title), rows=rows)
