"""The embedded search engine behind Wagtail's search interface: Whoosh, in a folder of this machine.

WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "lxp.search.whoosh", "PATH": folder}}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from modelsearch.backends.base import BaseIndex, BaseSearchBackend
from whoosh.codec.whoosh3 import W3Codec

from lxp.search.analysis import Analysis, Token
from lxp.search.compounds import LANGUAGE, can_be_learnt
from lxp.search.documents import Document, FieldText, document_of, documents_of, key_of, prepare
from lxp.search.fields import COMPLETED, NAMED, WHOLE, WRITTEN
from lxp.search.queries import WhooshAutocompleteQueryCompiler, WhooshQueryCompiler
from lxp.search.results import WhooshSearchResults
from lxp.search.storage import Storage
from lxp.search.words import fold, words_of

LEARNT_FROM = 2  # documents that use a word by itself, before compounds are taken apart with it
MEMORY_MEGABYTES = 128
POSTINGS_PER_BLOCK = 1024  # and not packed: a block is read whole, so reading few large ones takes half the time


class WhooshIndex(BaseIndex):
    """The serving index."""

    def __init__(self, backend: WhooshSearchBackend) -> None:
        super().__init__(backend)
        self.storage = backend.storage

    def __str__(self) -> str:
        return str(self.storage.root)

    def add_items(self, model: type[Any], items: Iterable[Any]) -> None:
        """Take in objects at once. Where no index serves, nothing: their change is marked, and `reconcile` builds one."""
        listed = list(items) if model.get_search_fields() else []
        prepare(listed)
        documents = [document_of(item) for item in listed]
        if documents and self.storage.is_serving():
            with self.storage.writing(wait=True):
                self.write(documents, [])

    def delete_item(self, item: Any) -> None:
        with self.storage.writing(wait=True):
            self.write([], [key_of(type(item), item.pk)])

    def write(self, documents: list[Document], gone: list[str]) -> None:
        """Take in documents and take out keys, all of it or nothing. Call with the storage's lock."""
        name = self.storage.serving()
        analysis = Analysis(self.storage.lexicon(name))
        with writer_of(self.storage, name) as writer:
            for key in gone:
                writer.delete_by_term("key", key)
            for document in documents:
                writer.update_document(**entry_of(document, analysis))

    def reset(self) -> None:
        with self.storage.writing(wait=True):
            name = self.storage.begin([])
            self.storage.seal(name)
            self.storage.serve(name)


@contextmanager
def writer_of(storage: Storage, name: str) -> Iterator[Any]:
    """A writer whose work counts at the end, or not at all."""
    codec = W3Codec(blocklimit=POSTINGS_PER_BLOCK, compression=0)
    writer = storage.open(name).writer(limitmb=MEMORY_MEGABYTES, codec=codec)
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    storage.seal(name)


def entry_of(document: Document, analysis: Analysis) -> dict[str, Any]:
    """A document in the terms of the index."""
    whole: list[Token] = []
    entry: dict[str, list[Token]] = {}
    for each in document.searched:
        tokens = list(analysis.tokens(each.text, document.language))
        entry.setdefault(NAMED + each.name, []).extend(tokens)
        whole += [Token(token.term, token.place, each.boost * token.weight) for token in tokens]
    return {
        "key": document.key,
        "pk": document.pk,
        "labels": " ".join(document.labels),
        WHOLE: whole,
        COMPLETED: _surface(document.completed, document, analysis),
        WRITTEN: _surface(document.searched, document, analysis),
        **entry,
    }


def _surface(texts: list[FieldText], document: Document, analysis: Analysis) -> list[Token]:
    return [token for each in texts for token in analysis.surface(each.text, document.language)]


class NewIndex(BaseIndex):
    """An index that is being built beside the one that serves. Documents wait until all words are known, since the
    words of a library are what its compounds are made of."""

    def __init__(self, backend: WhooshSearchBackend) -> None:
        super().__init__(backend)
        self.documents: list[Document] = []
        self.uses: Counter[str] = Counter()

    def add_items(self, model: type[Any], items: Iterable[Any]) -> None:
        if not model.get_search_fields():
            return
        for document in documents_of(items)[0]:
            self.documents.append(document)
            if document.language == LANGUAGE:
                words = {word for each in document.searched for word in words_of(each.text)}
                self.uses.update(fold(word) for word in words if can_be_learnt(word))

    def learnt(self) -> list[str]:
        return sorted(word for word, count in self.uses.items() if count >= LEARNT_FROM)


class WhooshRebuilder:
    """Builds a new index beside the serving one, and lets it serve when it is complete; used by `update_index`."""

    def __init__(self, index: WhooshIndex) -> None:
        self.index, self.storage, self.lock = index, index.storage, ExitStack()

    def start(self) -> NewIndex:
        """Nobody else may write from now on: what they took in would be missing from the new index."""
        self.lock.enter_context(self.storage.writing())
        self.new = NewIndex(self.index.backend)
        return self.new

    def finish(self) -> None:
        with self.lock:
            self._write()

    def _write(self) -> None:
        name = self.storage.begin(self.new.learnt())
        analysis = Analysis(self.storage.lexicon(name))
        try:
            with writer_of(self.storage, name) as writer:
                for document in self.new.documents:
                    writer.add_document(**entry_of(document, analysis))
        except BaseException:
            self.storage.drop(name)
            raise
        self.storage.serve(name)


class WhooshSearchBackend(BaseSearchBackend):
    """The backend. It needs nothing but a folder."""

    query_compiler_class = WhooshQueryCompiler
    autocomplete_query_compiler_class = WhooshAutocompleteQueryCompiler
    index_class = WhooshIndex
    results_class = WhooshSearchResults
    rebuilder_class = WhooshRebuilder
    catch_indexing_errors = True

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.storage = Storage(Path(params.get("PATH") or settings.VAR_DIR / "search"))


SearchBackend = WhooshSearchBackend
