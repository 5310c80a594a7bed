"""The sentence for each reason why a credential is not valid, or cannot be read."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    # It cannot be read.
    "file_missing": _("There is no file with this name that can be read: %(file)s."),
    "empty_file": _("This file is empty."),
    "too_large": _("This is too much for one credential. The limit is %(limit)s."),
    "too_deep": _("The parts of this file lie too deep inside one another for a credential."),
    "no_json": _("This is not a credential: it is no JSON that can be read. Did you take the whole file?"),
    "repeated_key": _("One name occurs twice in the same place. Different programs would read different things."),
    "no_credential": _("This is no credential: it does not say what it is. Did you take the right file?"),
    "no_credential_in_picture": _("There is no credential in this picture."),
    "jwt": _("This credential has the form of a JWT. That form cannot be checked here. Ask for the JSON file."),
    # It is no Open Badge as the standard wants it.
    "no_version_2": _("This is not a verifiable credential of version 2, as Open Badges 3.0 asks."),
    "no_open_badge": _("This is not an Open Badges 3.0 credential."),
    "missing_property": _("Something that a credential must say is missing: “%(property)s”."),
    "wrong_kind": _("Something in the credential is not of the right kind: “%(property)s”."),
    # Something in it has no meaning that could have been signed.
    "undefined_term": _("The credential uses a word that nobody defined: “%(term)s”. It may have been added later."),
    "unknown_context": _("The credential uses a list of words that we do not know: %(context)s."),
    "inline_context": _(
        "The credential brings its own meaning of words. We accept only lists of words that are public."
    ),
    "empty_value": _("Something in the credential has no value (null). That cannot be signed."),
    "control_characters": _("There are characters in the credential that cannot be seen or signed."),
    "number_too_large": _("A number in the credential is too large to be signed reliably."),
    "relative_address": _("An address in the credential is not complete: “%(address)s”."),
    "not_json_ld": _("The credential is not written by the rules of JSON-LD (%(problem)s)."),
    "hidden_property": _("The credential says “%(property)s” in a place where readers do not look."),
    "too_complex": _("This credential is so complicated that checking it takes too long. An honest one is not."),
    # Its dates.
    "not_yet_valid": _("This credential is valid from %(moment)s on, and not yet."),
    "expired": _("This credential ended on %(moment)s, and does not count any more."),
    "made_in_future": _("The signature carries a time that is still to come."),
    "proof_expired": _("The signature counted until %(moment)s, and does not count any more."),
    # Its signature.
    "no_proof": _("This credential is not signed."),
    "unsupported_proof": _("The credential has a signature of a kind that we cannot check: %(kind)s."),
    "wrong_purpose": _("The signature was made for another purpose than a credential."),
    "broken_proof": _("The signature is not complete."),
    "altered": _("The signature does not fit. The credential was changed, or somebody else signed it."),
    "foreign_key": _("The credential is not signed by the organisation that it names as its issuer."),
    "key_unknown": _("The issuer does not know the key of this signature: %(key)s."),
    "key_revoked": _("The issuer has withdrawn the key of this signature."),
    # What is needed to check it cannot be had.
    "issuer_unknown": _("We cannot find out what keys this issuer has: %(issuer)s."),
    "not_given": _("A document that is needed is not among the files given: %(address)s."),
    "address_refused": _("The credential leads to an address that we do not visit: %(address)s."),
    "redirect_refused": _("%(host)s sends us on to another address. We do not follow."),
    "fetch_failed": _("%(host)s does not answer as it should. Try again later."),
    "answer_too_large": _("%(host)s answers with more than we accept."),
    "answer_unreadable": _("What we find at %(address)s cannot be read."),
    # Its status.
    "withdrawn": _("The issuer has withdrawn this credential."),
    "suspended": _("The issuer has suspended this credential."),
    "status_unknown": _("We cannot see whether this credential was withdrawn. So it does not count."),
    "status_unsupported": _("The credential keeps its status in a way that we do not know."),
    "status_list_broken": _("The list that tells what was withdrawn is damaged."),
    "status_list_foreign": _("The list that tells what was withdrawn belongs to another issuer or another purpose."),
    "status_list_expired": _("The list that tells what was withdrawn is not of today."),
}
