"""Who hears that a plugin is off by itself: the administrators of that organisation, and the operators."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lxp.home import HomeItem, HomeKind
from lxp.models import DigestKind, PluginSwitch, Role, User
from lxp.notices.items import DigestItem
from lxp.permissions import may
from lxp.plugin_switches import title_of


def _stopped_for(person: User) -> tuple[list[PluginSwitch], str]:
    """The plugins that this person may switch on again, and where. Nobody else costs a query."""
    rows = PluginSwitch.objects.stopped().select_related("organisation")
    if may(person, "installation.operate", None):
        return list(rows), reverse("lxp:incidents")
    administered = person.organisations_with_role(Role.ADMINISTRATOR)
    return list(rows.filter(organisation__in=administered)) if administered else [], reverse("lxp:plugins")


def _words(row: PluginSwitch) -> tuple[str, str]:
    names = {"plugin": title_of(row.plugin), "organisation": row.organisation}
    title = _("“%(plugin)s” is off for %(organisation)s") % names
    words = ngettext(
        "It failed once and switched itself off. Look, and switch it on again when it is mended.",
        "It failed %(count)d times and was switched off. Look, and switch it on again when it is mended.",
        row.fault_count,
    )
    return title, words % {"count": row.fault_count}


def stopped_home_items(person: User) -> list[HomeItem]:
    """One for each plugin that is off by itself, until somebody switches it on or off."""
    rows, url = _stopped_for(person)
    return [
        HomeItem(HomeKind.ASKED, title, _("Look"), url, text=text, organisation=row.organisation)
        for row in rows
        for title, text in [_words(row)]
    ]


def stopped_digest_items(person: User, since: datetime) -> list[DigestItem]:
    """Those that went off since the last mail."""
    rows, url = _stopped_for(person)
    return [
        DigestItem(DigestKind.NEWS, title, url, text=text)
        for row in rows
        if row.stopped_at is not None and row.stopped_at > since
        for title, text in [_words(row)]
    ]
