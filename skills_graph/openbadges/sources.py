"""Where the documents of issuers and the status lists come from: given files, our own, or the guarded fetch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from skills_graph.openbadges.did import DID_WEB, address_of_web_did
from skills_graph.openbadges.exceptions import UnavailableError, UnreadableError
from skills_graph.openbadges.fetching import fetch
from skills_graph.openbadges.reading import read_json

Fetch = Callable[[str], bytes]
# Given the identifier of an issuer or the address of a status list, the document that this installation has for it.
Own = Callable[[str], Mapping[str, Any] | None]


class Sources:
    """Finds a document by its identifier: first among those given, then among our own, then at its address.

    Made for one check: what was fetched, or could not be, is not asked for again, and is never kept for another day.
    """

    def __init__(
        self,
        *,
        issuers: Iterable[Mapping[str, Any]] = (),
        status_lists: Iterable[Mapping[str, Any]] = (),
        own: Own | None = None,
        fetch: Fetch | None = fetch,
    ) -> None:
        self._issuers = {str(document.get("id", "")): document for document in issuers}
        self._status_lists = {name: document for document in status_lists for name in _names_of_status_list(document)}
        self._own = own
        self._fetch = fetch
        self._fetched: dict[str, Mapping[str, Any] | UnavailableError] = {}

    def issuer(self, identifier: str) -> Mapping[str, Any]:
        """The document of an issuer, which says what its keys are. Raises UnavailableError."""
        address = address_of_web_did(identifier) if identifier.startswith(DID_WEB) else identifier
        if identifier.startswith("did:") and not identifier.startswith(DID_WEB) and identifier not in self._issuers:
            raise UnavailableError("issuer_unknown", issuer=identifier)
        return self._find(identifier, address, self._issuers)

    def status_list(self, address: str) -> Mapping[str, Any]:
        """The credential with a status list. Raises UnavailableError."""
        return self._find(address, address, self._status_lists)

    def _find(self, identifier: str, address: str, given: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
        if identifier in given:
            return given[identifier]
        own = self._own(identifier) if self._own else None
        if own is not None:
            return own
        if self._fetch is None:
            raise UnavailableError("not_given", address=identifier)
        if address not in self._fetched:
            self._fetched[address] = _answer(self._fetch, address)
        found = self._fetched[address]
        if isinstance(found, UnavailableError):
            raise found
        return found


def _answer(fetch: Fetch, address: str) -> Mapping[str, Any] | UnavailableError:
    try:
        return read_json(fetch(address))
    except UnavailableError as error:
        return error
    except UnreadableError:
        return UnavailableError("answer_unreadable", address=address)


def _names_of_status_list(document: Mapping[str, Any]) -> set[str]:
    """A status list is known by its own address, and by that of the list inside it."""
    subject = document.get("credentialSubject")
    inner = subject.get("id", "") if isinstance(subject, Mapping) else ""
    return {name for name in (document.get("id"), str(inner).partition("#")[0]) if isinstance(name, str) and name}
