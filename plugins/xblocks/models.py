"""What blocks remember: of one person in one attempt, of one person everywhere, of everybody, and drafts of authors."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.plugin_keys import key_to


class LearnerState(models.Model):
    """The scope `user_state`: one person in one block of one attempt. After a new version that changed the block, `usage` is
    another one, and the block begins anew."""

    usage = models.UUIDField(_("usage"), unique=True)
    person = key_to(settings.AUTH_USER_MODEL, _("person"))
    attempt = key_to("courses.Attempt", _("attempt"))
    block_id = models.UUIDField(_("block"))
    block_type = models.CharField(_("type of block"), max_length=100)
    data = models.JSONField(_("values"), default=dict)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("state of a block")
        verbose_name_plural = _("states of blocks")

    def __str__(self) -> str:
        return f"{self.block_type} {self.usage}"


class Preference(models.Model):
    """The scopes `preferences` (one person in all blocks of a type) and `user_info` (in all blocks: `block_type` is empty)."""

    person = key_to(settings.AUTH_USER_MODEL, _("person"))
    block_type = models.CharField(_("type of block"), max_length=100, blank=True)
    data = models.JSONField(_("values"), default=dict)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("preference in blocks")
        verbose_name_plural = _("preferences in blocks")
        constraints = [models.UniqueConstraint(name="xblocks_preference_once", fields=["person", "block_type"])]

    def __str__(self) -> str:
        return f"{self.block_type or '*'} {self.pk}"


class Summary(models.Model):
    """The scope `user_state_summary`: everybody of one organisation in one block of a module."""

    module = key_to("courses.Module", _("module"))
    organisation = key_to("lxp.Organisation", _("organisation"))
    block_id = models.UUIDField(_("block"))
    block_type = models.CharField(_("type of block"), max_length=100)
    data = models.JSONField(_("values"), default=dict)

    class Meta:
        verbose_name = _("summary of a block")
        verbose_name_plural = _("summaries of blocks")
        constraints = [
            models.UniqueConstraint(name="xblocks_summary_once", fields=["module", "organisation", "block_id"])
        ]

    def __str__(self) -> str:
        return f"{self.block_type} {self.block_id}"


class Draft(models.Model):
    """A block that an author looks at or changes, beside the editor; the page keeps what comes of it. Gone after two days."""

    uuid = models.UUIDField(_("draft"), default=uuid4, unique=True)
    person = key_to(settings.AUTH_USER_MODEL, _("author"))
    block_type = models.CharField(_("type of block"), max_length=100)
    content = models.JSONField(_("content"), default=dict)
    tried = models.JSONField(_("what the author tried"), default=dict, blank=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("draft of a block")
        verbose_name_plural = _("drafts of blocks")

    def __str__(self) -> str:
        return f"{self.block_type} {self.uuid}"
