"""The living style guide: every component in every state, and every contrast computed from the stylesheet itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp import icons
from lxp.brand import DARK, LIGHT, Scheme, contrast, tokens
from lxp.models import Organisation

STYLESHEET = Path(__file__).parent / "static" / "lxp" / "css" / "app.css"
COLOUR_TOKEN = re.compile(r"--c-([\w-]+):\s*(#[0-9a-f]{6});")
SYSTEM_DARK = ':root:not([data-scheme="light"]) {'
CHOSEN_DARK = '[data-scheme="dark"] {'

# Foreground token, background token, least ratio: 7 for text that is read for long, 4.5 for text, 3 for lines.
CONTRAST_PAIRS = (
    *(("ink", background, 7.0) for background in ("page", "surface", "tint", "gold-tint", "ok-tint", "warn-tint")),
    ("ink", "danger-tint", 7.0),
    *(("muted", background, 4.5) for background in ("page", "surface", "tint")),
    *(("primary", background, 4.5) for background in ("page", "surface", "tint")),
    *(("primary-strong", background, 4.5) for background in ("page", "surface", "tint")),
    ("on-primary", "primary", 4.5),
    ("on-primary", "primary-strong", 4.5),
    ("on-deep", "deep", 7.0),
    ("on-deep", "deep-2", 4.5),
    ("on-deep", "deep-3", 4.5),
    ("on-deep-muted", "deep", 4.5),
    ("on-deep-muted", "deep-2", 4.5),
    ("on-gold", "gold", 7.0),
    ("on-gold", "gold-strong", 7.0),
    ("on-head", "do", 4.5),
    ("on-head", "dont", 4.5),
    ("gold-ink", "gold-tint", 4.5),
    *(("ok", background, 4.5) for background in ("page", "surface", "ok-tint")),
    *(("warn", background, 4.5) for background in ("page", "surface", "warn-tint")),
    *(("danger", background, 4.5) for background in ("page", "surface", "danger-tint")),
    *(("line-strong", background, 3.0) for background in ("page", "surface")),
    *(("focus", background, 3.0) for background in ("page", "surface", "focus-halo")),
    *(("gold-line", background, 3.0) for background in ("surface", "gold-tint")),
    *(("data", background, 3.0) for background in ("page", "surface")),
)


@dataclass(frozen=True)
class ContrastRow:
    """One pair of tokens, with its ratio on light and dark and the least it may be."""

    foreground: str
    background: str
    light: float
    dark: float
    required: float

    @property
    def holds(self) -> bool:
        return min(self.light, self.dark) >= self.required


@dataclass(frozen=True)
class BrandRow:
    """One organisation, and the ratios of the tokens made from its colour."""

    organisation: Organisation
    raw: float
    solid: float
    ink_light: float
    ink_dark: float


class SampleForm(forms.Form):
    """Every kind of control; as sent, half of it is wrong."""

    name = forms.CharField(label=_("What is your name?"), help_text=_("Your first name is enough."))
    email = forms.EmailField(label=_("E-mail address"))
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput, required=False)
    dose = forms.DecimalField(label=_("How much do you give?"), localize=True)
    unit = forms.ChoiceField(
        label=_("Where do you work?"), choices=[("", _("Choose")), ("1", "Zonnehof"), ("2", "Beekdal")]
    )
    reflection = forms.CharField(label=_("What went well?"), widget=forms.Textarea, required=False)
    pace = forms.ChoiceField(
        label=_("How do you want to learn?"),
        choices=[("alone", _("Online, when it suits me")), ("group", _("Together in a group"))],
        widget=forms.RadioSelect,
    )
    days = forms.MultipleChoiceField(
        label=_("Which days suit you?"),
        choices=[("mo", _("Monday")), ("we", _("Wednesday"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    proof = forms.FileField(label=_("Your proof"), help_text=_("A photo or a PDF, at most 10 MB."), required=False)
    agrees = forms.BooleanField(label=_("My supervisor may see this"), required=False)


@cache
def colour_tokens() -> tuple[dict[str, str], dict[str, str]]:
    """The colours of app.css by name, without their `--c-`: first those on light, then those on dark."""
    css = STYLESHEET.read_text(encoding="utf-8")
    light = dict(COLOUR_TOKEN.findall(css[: css.index(SYSTEM_DARK)]))
    return light, light | tokens_of_block(SYSTEM_DARK)


def tokens_of_block(selector: str) -> dict[str, str]:
    """The colours that one block of app.css sets; the block starts with exactly this selector and a brace."""
    css = STYLESHEET.read_text(encoding="utf-8")
    start = css.index(selector)
    return dict(COLOUR_TOKEN.findall(css[start : css.index("}", start)]))


@cache
def contrast_rows() -> tuple[ContrastRow, ...]:
    light, dark = colour_tokens()
    return tuple(
        ContrastRow(front, back, contrast(light[front], light[back]), contrast(dark[front], dark[back]), required)
        for front, back, required in CONTRAST_PAIRS
    )


def platform_schemes() -> tuple[Scheme, Scheme]:
    """What the stylesheet says about the colours that `lxp.brand` repeats."""
    light, dark = ({name: colours[name] for name in Scheme._fields} for colours in colour_tokens())
    return Scheme(**light), Scheme(**dark)


def _brand_row(organisation: Organisation) -> BrandRow:
    schemes = tokens(organisation.colour)
    light, dark = schemes["light"], schemes["dark"]
    return BrandRow(
        organisation,
        contrast(organisation.colour, LIGHT.surface),
        contrast(light["on"], light["solid"]),
        contrast(light["ink"], LIGHT.surface),
        contrast(dark["ink"], DARK.surface),
    )


def _sample_page() -> Page[int]:
    return Paginator(range(180), 20).get_page(4)


SAMPLE_CARDS: tuple[dict[str, Any], ...] = (  # one in each state: busy, required, new, and bare
    {
        "title": "Wondzorg: de basis",
        "theme": "wond",
        "icon": "bandage",
        "minutes": 120,
        "form": _("Online and skillslab"),
        "form_icon": "layers",
        "progress": {"done": 2, "total": 8, "label": _("2 of 8 lessons done")},
        "tag": _("Busy"),
        "tag_style": "gold",
    },
    {
        "title": "Medicijnen aanreiken",
        "theme": "medicijn",
        "icon": "pill",
        "minutes": 20,
        "form": _("Online"),
        "gives": _("Medicines: you stay at level 3"),
        "tag": _("Required"),
        "tag_style": "plain",
    },
    {
        "title": "Onbegrepen gedrag bij dementie",
        "theme": "brein",
        "icon": "brain",
        "minutes": 75,
        "form": _("Online"),
        "gives": _("Dementia level 2"),
        "tag": _("New"),
        "tag_style": "",
    },
    {"title": "Handen wassen", "theme": "hygiene", "icon": "droplets", "minutes": 5},
)


def _sample_cards(organisations: list[Organisation]) -> list[dict[str, Any]]:
    """The sample cards; the last one is of no organisation."""
    first, second = (organisations * 2)[:2] if organisations else (None, None)
    owners = (first, second, first, None)
    pairs = zip(SAMPLE_CARDS, owners, strict=True)
    return [{"url": "#cards", **card, "organisation": owner} for card, owner in pairs]


def _sample_facets(organisations: list[Organisation]) -> list[dict[str, Any]]:
    return [
        {
            "name": _("How much time do you have?"),
            "key": "time",
            "options": [
                {"value": "15", "label": _("At most 15 minutes"), "count": 4, "is_chosen": True},
                {"value": "60", "label": _("At most 1 hour"), "count": 15, "is_chosen": False},
            ],
        },
        {
            "name": _("Of which organisation?"),
            "key": "organisation",
            "options": [
                {"value": each.slug, "label": each.name, "count": 3, "is_chosen": False, "organisation": each}
                for each in organisations[:4]
            ],
        },
    ]


def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component on one page, with computed contrast."""
    organisations = list(Organisation.objects.open())
    light, dark = colour_tokens()
    sent = SampleForm({"email": "sanne", "dose": "veel", "pace": ""}, auto_id="sent_%s")
    context = {
        "contrast_rows": contrast_rows(),
        "swatches": [(name, colour, dark[name]) for name, colour in light.items()],
        "brand_rows": [_brand_row(each) for each in organisations],
        "organisations": organisations,
        "icon_names": icons.names(),
        "cards": _sample_cards(organisations),
        "facets": _sample_facets(organisations),
        "chips": [{"label": _("At most 15 minutes"), "url": "#lists"}],
        "crumbs": [{"label": _("Discover"), "url": "#lists"}, {"label": _("Care technique"), "url": "#lists"}],
        "page": _sample_page(),
        "form": SampleForm(),
        "sent_form": sent,
        "now": timezone.now(),
        "notice": _("This is what a notice about the whole page looks like."),
    }
    return render(request, "lxp/style_guide.html", context)
