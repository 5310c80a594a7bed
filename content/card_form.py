"""The form of an instruction card in the editor: facts once, on the first language; texts in each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.models.pages import TopicPage
from content.page_form import OwnPageForm

# The facts that every language shares: they are asked on the page that a card was written in first.
SHARED_FACTS = ("is_critical", "minutes", "review_on", "topic", "tried_by", "sources")


class InstructionPageForm(OwnPageForm):
    """Asks what every language shares on the first language only."""

    topic = forms.ModelChoiceField(
        label=_("topic"), queryset=TopicPage.objects.none(), required=False, empty_label=_("No topic yet")
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        """A list of topics, whosever they are: there are few, and a chooser would begin in one's own organisation."""
        super().__init__(*arguments, **keywords)
        offered = Q(live=True, locale__language_code=settings.LANGUAGE_CODE) | Q(pk=self.instance.topic_id)
        self.fields["topic"].queryset = TopicPage.objects.filter(offered).order_by("title")
        if not self.instance.is_source:
            for name in SHARED_FACTS:
                self.fields.pop(name, None)
