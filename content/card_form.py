"""The form of an instruction card in the editor: facts once, on the first language; texts in each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.models.pages import TopicPage
from content.page_form import OwnPageForm
from content.reading_level import Reading, reading_of_card
from lxp.models import User

# The facts that every language shares: they are asked on the page that a card was written in first.
SHARED_FACTS = ("is_critical", "minutes", "review_on", "topic", "tried_by", "seen_by", "seen_on", "sources")
READ_IN = "nl"  # the language of which the level is measured


class InstructionPageForm(OwnPageForm):
    """Asks what every language shares on the first language only."""

    topic = forms.ModelChoiceField(
        label=_("topic"), queryset=TopicPage.objects.none(), required=False, empty_label=_("No topic yet")
    )

    reading_reason = forms.CharField(
        label=_("why this text is harder"),
        max_length=200,
        required=False,
        help_text=_("Only for who publishes, and only when the text is harder than B1 and cannot be simpler."),
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        """A list of topics, whosever they are: there are few, and a chooser would begin in one's own organisation."""
        super().__init__(*arguments, **keywords)
        offered = Q(live=True, locale__language_code=settings.LANGUAGE_CODE) | Q(pk=self.instance.topic_id)
        self.fields["topic"].queryset = TopicPage.objects.filter(offered).order_by("title")
        if not self.instance.is_source:
            for name in SHARED_FACTS:
                self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        """A draft may be as hard as it is; what is sent to a reviewer or published may not, or says why."""
        cleaned = super().clean()
        if self.is_deferred_validation:
            return cleaned
        self._check_who_saw_it(cleaned)
        if self.instance.language != READ_IN:
            return cleaned
        reading = reading_of_card(cleaned)
        if reading is not None and not reading.is_allowed:
            if not self._may_publish():
                ask = gettext("Or ask who publishes: they may publish it with a reason.")
                self.add_error(None, f"{what_to_shorten(reading)} {ask}")
            elif not (cleaned.get("reading_reason") or "").strip():
                ask = gettext("Or say under “Sources and finding” why it cannot be simpler.")
                self.add_error(None, f"{what_to_shorten(reading)} {ask}")
        return cleaned

    def _check_who_saw_it(self, cleaned: dict[str, Any]) -> None:
        """A name and a day, or neither; nobody looked at it tomorrow."""
        day = cleaned.get("seen_on")
        if day is not None and day > timezone.localdate():
            self.add_error("seen_on", gettext("This day is still to come. Give the day on which somebody read it."))
        if bool(cleaned.get("seen_by")) != (day is not None) and "seen_on" not in self.errors:
            self.add_error("seen_on", gettext("Give both: who looked at it, and on which day. Or leave both empty."))

    def _may_publish(self) -> bool:
        if not isinstance(self.for_user, User):
            return False
        if self.instance.pk is None:
            return bool(self.parent_page.permissions_for_user(self.for_user).can_publish_subpage())
        return bool(self.instance.permissions_for_user(self.for_user).can_publish())


def what_to_shorten(reading: Reading) -> str:
    """The level, and the sentences that make it so."""
    words = gettext("This text is harder than B1. Make these sentences shorter or simpler: %(sentences)s.")
    return words % {"sentences": "; ".join(f"“{sentence}”" for sentence in reading.hardest)}
