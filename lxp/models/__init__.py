"""People, organisations, plugin switches and the audit: what every other package builds on."""

from lxp.models.audit import AuditEvent
from lxp.models.erasures import Erasure
from lxp.models.immutable import Immutable
from lxp.models.jobs import Job
from lxp.models.notices import Digest, DigestKind, Mail, Notice, NoticeSettings, UrgentKind
from lxp.models.organisations import Membership, MembershipKind, MembershipRole, Organisation, Role, Unit
from lxp.models.people import User
from lxp.models.plugins import PluginIncident, PluginSwitch
from lxp.models.search import SearchChange
from lxp.models.stamps import PublicStamp

__all__ = [
    "AuditEvent",
    "Digest",
    "DigestKind",
    "Erasure",
    "Immutable",
    "Job",
    "Mail",
    "Membership",
    "MembershipKind",
    "MembershipRole",
    "Notice",
    "NoticeSettings",
    "Organisation",
    "PluginIncident",
    "PluginSwitch",
    "PublicStamp",
    "Role",
    "SearchChange",
    "Unit",
    "UrgentKind",
    "User",
]
