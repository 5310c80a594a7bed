"""The form of a type of session, with what it needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.api import Module
from plugins.skillslab.forms.resources import ThingForm
from plugins.skillslab.models import EquipmentKind, EquipmentNeed, SessionType
from plugins.skillslab.services.resources.session_types import Needs, Served
from skills_graph.api import Competency


class TypeForm(ThingForm):
    """What is practised and what that takes: two fields for each kind of equipment."""

    given = frozenset({"skillslab"})
    serves = forms.ChoiceField(label=_("Practical that people practise"), required=False)

    class Meta:
        model = SessionType
        fields = (
            "title",
            "title_en",
            "minutes",
            "setup_minutes",
            "cleanup_minutes",
            "minimum",
            "maximum",
            "people_per_instructor",
            "assessors",
        )
        labels: ClassVar[dict[str, Any]] = {
            "title": _("Title"),
            "title_en": _("Title in English"),
            "minutes": _("Minutes"),
            "setup_minutes": _("Minutes to set up"),
            "cleanup_minutes": _("Minutes to clean up"),
            "minimum": _("At least so many people"),
            "maximum": _("At most so many people"),
            "people_per_instructor": _("People for each instructor"),
            "assessors": _("Assessors"),
        }

    field_order = ("title", "title_en", "serves")

    def __init__(
        self, *arguments: Any, kinds: Iterable[EquipmentKind], choices: Iterable[Served], **keywords: Any
    ) -> None:
        super().__init__(*arguments, **keywords)
        self.kinds, self.known = list(kinds), {each.key: each for each in choices}
        serves = self.fields["serves"]
        serves.choices = [("", _("None"))] + [(key, each.words) for key, each in self.known.items()]  # type: ignore[attr-defined]
        module = self.instance.module
        self.initial["serves"] = f"{module.uuid}:{self.instance.block_id}" if module is not None else ""
        needs = {each.equipment_kind_id: each for each in EquipmentNeed.objects.filter(session_type=self.instance.pk)}
        for kind in self.kinds:
            need = needs.get(kind.pk)
            self.fields[f"pieces_{kind.pk}"] = forms.IntegerField(
                label=_("%(kind)s: pieces") % {"kind": kind},
                min_value=0,
                max_value=100,
                required=False,
                initial=need and need.pieces,
            )
            self.fields[f"people_{kind.pk}"] = forms.IntegerField(
                label=_("%(kind)s: for each so many people") % {"kind": kind},
                min_value=1,
                max_value=200,
                required=False,
                initial=need and need.people,
                help_text=_("Empty: for the whole session."),
            )

    def clean_people_per_instructor(self) -> int:
        if self.cleaned_data["people_per_instructor"] < 1:
            raise forms.ValidationError(_("An instructor teaches one person at least."))
        return int(self.cleaned_data["people_per_instructor"])

    def needs(self) -> Needs:
        values = self.cleaned_data
        rows = {each.pk: (values.get(f"pieces_{each.pk}"), values.get(f"people_{each.pk}")) for each in self.kinds}
        return {kind: (pieces, people) for kind, (pieces, people) in rows.items() if pieces}

    def save(self, commit: bool = True) -> Any:
        chosen = self.known.get(self.cleaned_data["serves"])
        self.instance.module = chosen.module if chosen is not None else None
        self.instance.block_id = chosen.block_id if chosen is not None else None
        return super().save(commit)


class PrerequisiteForm(forms.Form):
    """A module, or a skill with a level."""

    module = forms.ModelChoiceField(
        label=_("Module"), queryset=Module.objects.none(), to_field_name="uuid", required=False, empty_label=_("None")
    )
    competency = forms.ModelChoiceField(
        label=_("Skill"),
        queryset=Competency.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("None"),
    )
    level = forms.IntegerField(label=_("At level"), min_value=1, max_value=9, required=False)

    def __init__(
        self, *arguments: Any, modules: Iterable[Module], skills: Iterable[Competency], **keywords: Any
    ) -> None:
        super().__init__(*arguments, **keywords)
        options = {"module": Module.objects.select_related("current_version"), "competency": Competency.objects.all()}
        for name, rows in (("module", modules), ("competency", skills)):
            self.fields[name].queryset = options[name].filter(pk__in=[each.pk for each in rows])  # type: ignore[attr-defined]
