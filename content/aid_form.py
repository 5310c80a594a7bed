"""The form of a decision aid in the editor."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from content.models import DecisionAid, TopicPage
from lxp.public_web import RefusedAddressError, host_and_path


class DecisionAidForm(forms.ModelForm):
    """What an editor says of a decision aid; whose entry it is follows from where it is made."""

    url = forms.URLField(max_length=500, assume_scheme="https")

    class Meta:
        model = DecisionAid
        fields = ("title", "url", "maker", "made_on", "audience", "topic", "language", "is_spoken")
        widgets: ClassVar = {"made_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["url"].label = capfirst(DecisionAid._meta.get_field("url").verbose_name)
        topics = TopicPage.objects.filter(live=True, locale__language_code=settings.LANGUAGE_CODE).order_by("title")
        self.fields["topic"].queryset = topics  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        """Readers are led only where the worker may look whether the page is there."""
        url = str(self.cleaned_data["url"])
        try:
            host_and_path(iri_to_uri(url) or "")
        except RefusedAddressError as error:
            raise forms.ValidationError(
                _("This is no address of a public page: https://, a name, and no password or number of a port.")
            ) from error
        return url

    def clean_made_on(self) -> Any:
        day = self.cleaned_data["made_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day
