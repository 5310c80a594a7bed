"""The forms of modules and courses in the editor: what belongs together, and what a reader must not meet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from content.api import OwnPageForm, TopicPage
from courses.activities import registry
from courses.change_form import ChangeForm
from courses.examples import is_slug_of_example
from courses.models.catalogue import Audience, Sharing
from courses.places import free_slug, owner_of_place
from lxp import plugin_manager
from lxp.models import Organisation


class LearningPageForm(OwnPageForm):
    """Checks what belongs together on a module or course page."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("sharing") == Sharing.CHOSEN and not cleaned.get("shared_with"):
            self.add_error("shared_with", _("Choose the organisations, or share it in another way."))
        return cleaned


class ModulePageForm(ChangeForm, LearningPageForm):
    """Takes new activities of a plugin only where that plugin is on for the module's owner. What stands on the page
    already stays, so that switching a plugin off never stops an author."""

    audiences = forms.MultipleChoiceField(
        label=_("audiences"), choices=Audience.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    topic = forms.ModelChoiceField(
        label=_("topic"), queryset=TopicPage.objects.none(), required=False, empty_label=_("No topic yet")
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        """A list of topics, whosever they are: there are few, and a chooser would begin in one's own organisation."""
        super().__init__(*arguments, **keywords)
        offered = Q(live=True, locale__language_code=settings.LANGUAGE_CODE) | Q(pk=self.instance.topic_id)
        self.fields["topic"].queryset = TopicPage.objects.filter(offered).order_by("title")

    def clean_audiences(self) -> list[str]:
        if not self.cleaned_data["audiences"] and not self.is_deferred_validation:
            raise ValidationError(_("Choose at least one audience."))
        return self.cleaned_data["audiences"]

    def clean_study_minutes(self) -> int:
        minutes: int = self.cleaned_data["study_minutes"]
        if not minutes and not self.is_deferred_validation:
            raise ValidationError(_("How long does it take? At least 1 minute."))
        return minutes

    def clean_slug(self) -> str:
        """The name of an example in the address gives way to the module's own, as long as nobody could have seen it."""
        slug: str = self.cleaned_data["slug"]
        title = slugify(self.cleaned_data.get("title") or "")
        if self.instance.first_published_at or not title or not is_slug_of_example(slug):
            return slug
        return free_slug(self.parent_page, title, keeping=self.instance.pk)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        known = {item["id"] for item in self.instance.body.raw_data if item.get("id")}
        for child in cleaned.get("body") or []:
            plugin = registry.owner_of(child.block_type)
            if child.id in known or not plugin or plugin_manager.is_core(plugin):
                continue
            if plugin not in plugin_manager.plugins_on([self.owner]):
                self.add_error("body", self.refusal(str(child.value.get("title", "")), plugin))
        return cleaned

    @property
    def owner(self) -> Organisation:
        if self.instance.module_id is not None:
            return self.instance.module.owner
        return owner_of_place(self._meta.model(path=self.parent_page.path + "0" * Page.steplen))

    def refusal(self, title: str, plugin: str) -> ValidationError:
        words = _(
            "“%(title)s” needs the plugin “%(plugin)s”, and that is off for %(organisation)s. Remove this activity, "
            "or ask your administrator to switch the plugin on."
        )
        names = {"title": title, "plugin": plugin_manager.title_of(plugin), "organisation": self.owner}
        return ValidationError(words % names)
