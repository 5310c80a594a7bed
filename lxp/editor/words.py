"""Words of Wagtail that we say otherwise: named here so that our own translations of them are kept.

Wagtail calls these buttons of a reviewer by what they do to a workflow; a reader wants to know what happens to the page.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

REVIEWING = (
    gettext_noop("Request changes"),  # the page goes back to its author, with a comment
    gettext_noop("Approve"),  # the page is published
    gettext_noop("Approve with comment"),
    gettext_noop("Cancel workflow "),  # the author takes it back
    gettext_noop("Restart workflow "),
)
