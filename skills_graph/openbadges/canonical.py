"""A credential as canonical RDF (RDFC-1.0), or a refusal: nothing in the document may fall outside what is signed.

JSON-LD drops what its contexts do not define, and lets one statement be written in many ways. Both would let somebody change a
signed document without breaking its signature: add a property that nobody signed, or hide the end date under its full address.
So a document is refused unless every key is a term of a known context and everything in it reaches the canonical form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from pyld import jsonld
from pyld.canon import URDNA2015

from skills_graph.openbadges.contexts import bundled_contexts
from skills_graph.openbadges.exceptions import RefusedError

VALUE_KEYS = frozenset({"@value", "@language"})
# A term whose own context forgets every other one; credentials do not contain presentations.
FOREIGN_KEYS = frozenset({"verifiableCredential"})
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20\x7f]*")
LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
# Canonical N-Quads escape these in a way that libraries do not agree on, and no text needs them.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LARGEST_INTEGER = 2**53 - 1


def canonicalise(document: Mapping[str, Any], *, extra_contexts: Mapping[str, Any] | None = None) -> str:
    """The canonical N-Quads of a document without its proof.

    Raises RefusedError when something in it has no defined meaning, and so would not be signed. It may take long for a hostile
    document: what comes from outside goes through `sandbox.canonicalise_in_sandbox`.
    """
    check_words(document, extra_contexts=extra_contexts)
    contexts = {**bundled_contexts(), **(extra_contexts or {})}
    # Without a base: the library would complete "elsewhere" to an address, and a mistyped type to a word of its own.
    options = {"documentLoader": _loader(contexts), "base": None, "processingMode": "json-ld-1.1"}
    try:
        expanded = jsonld.JsonLdProcessor(on_property_dropped=_refuse_term).expand(dict(document), options)
        for value in expanded:
            _check_expanded(value)
        dataset = jsonld.to_rdf(expanded, options)
    except jsonld.JsonLdError as error:
        raise _reason_of(error) from error
    return str(URDNA2015().main(dataset, {"format": "application/n-quads"}))


def _loader(contexts: Mapping[str, Any]) -> Any:
    def load(address: str, _options: Any) -> dict[str, Any]:
        return {
            "contextUrl": None,
            "documentUrl": address,
            "document": contexts[address],
            "contentType": "application/ld+json",
        }

    return load


def _refuse_term(term: str | None, *_others: Any) -> NoReturn:
    raise RefusedError("undefined_term", term=str(term))


def _reason_of(error: BaseException) -> RefusedError:
    """Our own refusal, where the library wrapped it in an error of its own."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, RefusedError):
            return cause
        cause = cause.__cause__
    return RefusedError("not_json_ld", problem=str(getattr(error, "code", None) or "syntax"))


def check_words(document: Mapping[str, Any], *, extra_contexts: Mapping[str, Any] | None = None) -> None:
    """The part of the check that needs no knowledge of the contexts' contents, and so is quick for any document."""
    contexts = {**bundled_contexts(), **(extra_contexts or {})}
    for node in _containers(document):
        values = node
        if isinstance(node, dict):
            _check_context(node.get("@context", []), contexts)
            for key in node.keys() - VALUE_KEYS - {"@context"}:
                if ":" in key or key.startswith("@") or key in FOREIGN_KEYS:
                    raise RefusedError("undefined_term", term=key)
            values = list(node.values())
        for value in values:
            _check_scalar(value)


def _containers(value: Any) -> Iterator[Any]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(child for key, child in item.items() if key != "@context")
        elif isinstance(item, list):
            yield item
            waiting.extend(item)


def _check_context(context: Any, contexts: Mapping[str, Any]) -> None:
    """Only known contexts, by address: one written into the document could give a signed statement another name."""
    for part in context if isinstance(context, list) else [context]:
        if not isinstance(part, str):
            raise RefusedError("inline_context")
        if part not in contexts:
            raise RefusedError("unknown_context", context=part)


def _check_scalar(value: Any) -> None:
    if value is None:
        raise RefusedError("empty_value")
    if isinstance(value, str) and CONTROL_CHARACTERS.search(value):
        raise RefusedError("control_characters")
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise RefusedError("number_too_large")


def _check_expanded(value: Any) -> None:
    """Every address and type is absolute: the canonical form leaves out what is not."""
    if isinstance(value, list):
        for item in value:
            _check_expanded(item)
    elif isinstance(value, dict):
        if "@language" in value and not LANGUAGE_TAG.fullmatch(str(value["@language"])):
            raise RefusedError("undefined_term", term=str(value["@language"]))
        if "@id" in value and not ABSOLUTE.fullmatch(str(value["@id"])):
            raise RefusedError("relative_address", address=str(value["@id"]))
        types = value.get("@type", [])
        for name in types if isinstance(types, list) else [types]:
            if name != "@json" and not ABSOLUTE.fullmatch(str(name)):
                raise RefusedError("undefined_term", term=str(name))
        if value.get("@type") != "@json":
            for key, child in value.items():
                if not key.startswith("@") or key in {"@list", "@set", "@graph"}:
                    _check_expanded(child)
