"""How somebody wants invitations for their own calendar."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lxp.plugin_keys import key_to


class InvitationChoice(models.Model):
    """With which mail invitations come; no row is `daily`."""

    class When(models.TextChoices):
        DAILY = "daily", _("with my daily mail")
        AT_ONCE = "at_once", _("at once, each in a mail of its own")
        NEVER = "never", _("never")

    person = key_to(settings.AUTH_USER_MODEL, _("person"))
    when = models.CharField(_("invitations"), max_length=10, choices=When.choices, default=When.DAILY)

    class Meta:
        verbose_name = _("choice of invitations")
        verbose_name_plural = _("choices of invitations")
        constraints = [models.UniqueConstraint(name="skillslab_invitationchoice_once", fields=["person"])]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.when}"
