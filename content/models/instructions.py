"""An instruction card: something that somebody without training can do, step by step, in one language."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface, TitleFieldPanel
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from content.addresses import page_path
from content.card_blocks import CardStepsField, CheckField, NeedsField, SourcesField, WordsInField
from content.card_form import SHARED_FACTS, InstructionPageForm
from content.card_text import text_digest
from content.lines import LinesField
from content.models.pages import OrganisationPage, PublicPage
from content.page_form import CopyOnlyForm
from content.reading_panel import ReadingPanel
from lxp import plugin_manager
from lxp.care_line import CareLine

MOST_TITLE_WORDS = 6
VERSION_LENGTH = 12
SAID_OF_ONE_CARD = ["tried_by", "seen_by", "seen_on"]  # who vouched for a text; no copy takes it along
OWN_PARAMETER = re.compile(r"c[0-9]+|gemeld")  # in the address of a card: an answer, or that something was said
# What belongs to the page and not to a revision of its text: publishing an older text takes no check back, and gives none.
KEPT_OF_ROW = ("source_id", "short_name", "organisation_id", "made_of", "checked_by_id", "checked_at", "checked_text")


class InstructionPageQuerySet(PageQuerySet):
    def originals(self) -> InstructionPageQuerySet:
        """The pages in the language that a card was written in first: one for each card."""
        return self.filter(source__isnull=True)

    def offered(self) -> InstructionPageQuerySet:
        """What a reader may be shown: live, and a medical-critical card in another language only while a named person
        checked this text against the source as it is now."""
        checked = Q(checked_at__isnull=False, checked_text=F("text_digest"), made_of=F("source__text_digest"))
        allowed = Q(source__live=True) & (Q(source__is_critical=False) | checked)
        return self.live().filter(Q(source__isnull=True) | allowed)


class InstructionPage(PublicPage):
    """A card in one language. The page that it was written in first, its source, carries what is the same in every language;
    a translation remembers which text of the source it was made of, and who checked which text of its own."""

    source = models.ForeignKey(
        "self", on_delete=models.RESTRICT, null=True, blank=True, editable=False, related_name="translations_of_card"
    )
    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, editable=False, related_name="cards")
    short_name = models.SlugField(  # noqa: DJ001 - unique, and a translation has none
        _("short address"), max_length=60, null=True, unique=True, editable=False
    )

    intro = models.CharField(_("what this is about"), max_length=240, help_text=_("One or two short sentences."))
    core = LinesField(_("what matters most"), most_lines=3, help_text=_("At most three messages, one on each line."))
    needs = NeedsField(verbose_name=_("what you need"), blank=True)
    steps = CardStepsField(verbose_name=_("steps"), blank=True)
    do = LinesField(_("do"), most_lines=4, help_text=_("At most four, one on each line."))
    dont = LinesField(_("do not"), most_lines=4, help_text=_("At most four, one on each line."))
    call = LinesField(
        _("when to call your organisation"), most_lines=6, help_text=_("What somebody sees. One sign on each line.")
    )
    emergency = LinesField(
        _("when to call 112 at once"), most_lines=6, help_text=_("Only what cannot wait. One sign on each line.")
    )
    check_questions = CheckField(verbose_name=_("did you understand it?"), blank=True)
    words = LinesField(
        _("everyday words"),
        most_lines=30,
        help_text=_(
            "Words that somebody would search for, mistakes included. One on each line. Readers do not see them."
        ),
    )
    words_in = WordsInField(
        verbose_name=_("everyday words in other languages"),
        blank=True,
        help_text=_("So that somebody finds this card who searches in a language that it is not in yet."),
    )

    is_critical = models.BooleanField(
        _("medical-critical"),
        default=False,
        help_text=_("A mistake can do harm. In another language it is shown only after a named person checked it."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes it takes"), default=5, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    review_on = models.DateField(_("review on"), null=True, blank=True)
    topic = models.ForeignKey(
        "content.TopicPage", verbose_name=_("topic"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    tried_by = models.CharField(
        _("tried by"),
        max_length=160,
        blank=True,
        help_text=_("Who tried it out at home, such as “two informal caregivers”. Leave empty when nobody did."),
    )
    seen_by = models.CharField(
        _("last looked at by"),
        max_length=160,
        blank=True,
        help_text=_("Who read it last and says that it is right, with their work: “Els Jansen, district nurse”."),
    )
    seen_on = models.DateField(_("looked at on"), null=True, blank=True)
    sources = SourcesField(verbose_name=_("sources"), blank=True)

    text_digest = models.CharField(max_length=64, editable=False, default="")
    made_of = models.CharField(max_length=64, editable=False, default="", blank=True)
    checked_by = models.ForeignKey(
        "lxp.User", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    checked_text = models.CharField(max_length=64, editable=False, default="", blank=True)

    objects = PageManager.from_queryset(InstructionPageQuerySet)()

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [ReadingPanel(), TitleFieldPanel("title"), *(FieldPanel(name) for name in ("intro", "core", "needs"))],
                heading=_("About"),
            ),
            ObjectList([ReadingPanel(), *(FieldPanel(name) for name in ("steps", "do", "dont"))], heading=_("Steps")),
            ObjectList(
                [ReadingPanel(), *(FieldPanel(name) for name in ("call", "emergency"))], heading=_("When to call")
            ),
            ObjectList([ReadingPanel(), FieldPanel("check_questions")], heading=_("Did they understand it?")),
            ObjectList(
                [
                    MultiFieldPanel(
                        [
                            FieldPanel("sources"),
                            FieldPanel("is_critical"),
                            FieldPanel("seen_by"),
                            FieldPanel("seen_on"),
                            FieldPanel("review_on"),
                            FieldPanel("tried_by"),
                            FieldPanel("reading_reason"),
                        ],
                        heading=_("How sure are you?"),
                    ),
                    MultiFieldPanel(
                        [FieldPanel("topic"), FieldPanel("minutes"), FieldPanel("words"), FieldPanel("words_in")],
                        heading=_("Finding it"),
                    ),
                ],
                heading=_("Sources and finding"),
            ),
            ObjectList(Page.promote_panels, heading=_("Address")),
        ]
    )
    base_form_class = InstructionPageForm
    copy_form_class = CopyOnlyForm
    exclude_fields_in_copy = SAID_OF_ONE_CARD
    search_fields = [
        *Page.search_fields,
        index.SearchField("title", boost=8),
        index.SearchField("intro", boost=3),
        index.SearchField("word_text", boost=5),
        index.SearchField("steps"),
    ]
    parent_page_types = ["content.OrganisationPage"]
    subpage_types: list[str] = []
    template = "content/pages/instruction.html"
    shown_with = ("organisation", "source", "source__locale")

    class Meta:
        verbose_name = _("instruction card")
        verbose_name_plural = _("instruction cards")
        constraints = [
            models.CheckConstraint(
                name="content_instructionpage_checked_by_somebody",
                condition=Q(checked_by__isnull=True, checked_at__isnull=True, checked_text="")
                | Q(checked_by__isnull=False, checked_at__isnull=False) & ~Q(checked_text=""),
                violation_error_message=_("A check has a person, a moment and a text."),
            ),
            models.CheckConstraint(
                name="content_instructionpage_short_name_of_source",
                condition=Q(source__isnull=True, short_name__isnull=False)
                | Q(source__isnull=False, short_name__isnull=True),
                violation_error_message=_("The short address belongs to the first language of a card."),
            ),
            models.CheckConstraint(
                name="content_instructionpage_minutes",
                condition=Q(minutes__gte=1, minutes__lte=120),
                violation_error_message=_("A card takes between 1 and 120 minutes."),
            ),
        ]

    @property
    def facts(self) -> InstructionPage:
        """The page with what is the same in every language."""
        return self.source or self

    @property
    def is_source(self) -> bool:
        return self.source_id is None

    @property
    def follows_source(self) -> bool:
        """Whether this text was made of the source as it is now."""
        return self.source is None or self.made_of == self.source.text_digest

    @property
    def is_checked(self) -> bool:
        """Whether a named person checked this very text; the first language needs no check of its translation."""
        return self.is_source or (self.checked_at is not None and self.checked_text == self.text_digest)

    @property
    def is_offered(self) -> bool:
        """The same as `offered()`, for a page that was read already."""
        if self.source is None:
            return self.live
        return (
            self.live
            and self.source.live
            and (not self.source.is_critical or (self.is_checked and self.follows_source))
        )

    @property
    def version(self) -> str:
        """Which text this is: a phone that kept another one brings it up to date."""
        return str(self.text_digest)[:VERSION_LENGTH]

    @property
    def checker(self) -> str:
        """The name of who checked this text; "" where nobody did, or where that person was wiped since."""
        return self.checked_by.get_full_name() if self.checked_by is not None else ""

    def address_in(self, language: str) -> str:
        """Where this page is read in the frame of a language, its own or another."""
        return page_path(self.url_path, language)

    def best_in(self, language: str) -> InstructionPage | None:
        """The page that a reader of this language gets of this card: in that language where it is offered, else its source."""
        pages = InstructionPage.objects.offered().filter(translation_key=self.translation_key)
        pages = pages.filter(Q(locale__language_code=language) | Q(source__isnull=True)).select_related("locale")
        return next(iter(sorted(pages, key=lambda page: page.language != language)), None)

    def serve(self, request: HttpRequest, *arguments: Any, **keywords: Any) -> Any:
        """The page itself, or the way to the one that its reader should get."""
        language = get_language() or self.language
        if self.language != language or not self.is_offered:
            best = self.best_in(language)
            if best is None:
                raise Http404
            if best.pk != self.pk:
                return redirect(best.address_in(language) + self.care_line(request).query)
        response: Any = super().serve(request, *arguments, **keywords)
        response.is_public = not request.GET  # an answer to a question is kept nowhere
        return response

    def get_context(self, request: HttpRequest, *arguments: Any, **keywords: Any) -> dict[str, Any]:
        context = super().get_context(request, *arguments, **keywords)
        asked = {
            "organisations": [self.organisation],
            "page": self,
            "organisation": self.organisation,
            "request": request,
        }
        context |= {"page_organisation": self.organisation, "audience": "mantelzorg", "care": self.care_line(request)}
        context["tools"] = plugin_manager.call("instruction_page_tools", expects=SafeString, **asked)
        context["sections"] = plugin_manager.call("instruction_page_sections", expects=SafeString, **asked)
        return context

    def care_line(self, request: HttpRequest) -> CareLine:
        """Whom a reader calls: who gave them the card, else who wrote it."""
        if (found := getattr(request, "care_line", None)) is None:
            found = CareLine(self.organisation.name, self.organisation.care_phone, self.organisation.care_hours)
            if any(not OWN_PARAMETER.fullmatch(name) for name in request.GET):
                asked: dict[str, Any] = {"page": self, "request": request}
                lines = plugin_manager.call("instruction_page_care_lines", expects=CareLine, **asked)
                found = next(iter(lines), found)
            request.care_line = found  # type: ignore[attr-defined]
        line: CareLine = found
        return line

    def addresses(self, request: HttpRequest) -> dict[str, str]:
        """Per language the page that its reader gets."""
        pages = InstructionPage.objects.offered().filter(translation_key=self.translation_key)
        rows = dict(pages.values_list("locale__language_code", "url_path"))
        own, query = str(self.facts.url_path), self.care_line(request).query
        return {code: page_path(rows.get(code, own), code) + query for code, _name in settings.LANGUAGES}

    @property
    def word_text(self) -> str:
        return " ".join([*self.words, *self.foreign_words])

    @property
    def foreign_words(self) -> list[str]:
        """The everyday words in other languages, as authors gave them."""
        lists = [each["value"].get("words") or [] for each in self.words_in.raw_data]
        return [str(word.get("value", "") if isinstance(word, dict) else word) for words in lists for word in words]

    def clean(self) -> None:
        super().clean()
        if len(self.title.split()) > MOST_TITLE_WORDS:
            raise ValidationError({"title": _("Use at most six words in the title.")})
        if self.is_source and self.is_critical and not self.sources:
            raise ValidationError(
                {"sources": _("A medical-critical card needs a source. Say where the text comes from.")}
            )

    @transaction.atomic
    def save(self, *arguments: Any, **keywords: Any) -> None:
        """A new page that shares a card's key is a translation of it; any other new page is a new card."""
        if self.alias_of_id is not None:
            raise ValidationError(_("This page cannot be an alias. Copy it, or add a translation."))
        if self.pk is None:
            self._begin()
        else:
            self._keep_what_is_of_the_row()
        self.organisation_id = self._organisation_above()
        self.text_digest = self.digest()
        super().save(*arguments, **keywords)

    def _begin(self) -> None:
        """Nobody checked a new page yet, whatever page it was copied from."""
        origin = self.source
        twins = InstructionPage.objects.filter(translation_key=self.translation_key)
        self.source = source = twins.originals().first()
        self.checked_by, self.checked_at, self.checked_text = None, None, ""
        if source is not None:
            self.made_of, self.short_name = source.text_digest, None
            return
        self.made_of, self.short_name = "", self._free_short_name()
        for name in SHARED_FACTS if origin is not None else ():
            if name not in SAID_OF_ONE_CARD:
                setattr(self, name, getattr(origin, name))

    def _keep_what_is_of_the_row(self) -> None:
        """Services write these to the row alone; who publishes may have read the page before that."""
        kept = InstructionPage.objects.filter(pk=self.pk).values(*KEPT_OF_ROW).first()
        for name, value in (kept or {}).items():
            setattr(self, name, value)

    def _free_short_name(self) -> str:
        """What was asked for or the name in the address, or that with the first number that is free."""
        wanted = slugify(self.short_name or self.slug or self.title)[:50] or "kaart"
        taken = set(InstructionPage.objects.filter(short_name__startswith=wanted).values_list("short_name", flat=True))
        return next(
            name for name in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if name not in taken
        )

    def belong_to_place(self) -> None:
        """Store whose card this is, by where it stands."""
        InstructionPage.objects.filter(pk=self.pk).update(organisation=self._organisation_above())

    def _organisation_above(self) -> int:
        above = [self.path[:length] for length in range(self.steplen, len(self.path), self.steplen)]
        found = OrganisationPage.objects.filter(path__in=above).values_list("organisation_id", flat=True).first()
        if found is None:
            raise ValidationError(_("A card stands below the page of an organisation."))
        return found

    def digest(self) -> str:
        """The digest of the text that this object holds, which may be that of a revision."""
        return text_digest(
            lines=[self.title, self.intro, self.core, self.do, self.dont, self.call, self.emergency],
            steps=list(self.steps.raw_data),
            needs=list(self.needs.raw_data),
            check=list(self.check_questions.raw_data),
        )

    def with_content_json(self, content: dict[str, Any]) -> InstructionPage:
        page: InstructionPage = super().with_content_json(content)
        for name in KEPT_OF_ROW:
            setattr(page, name, getattr(self, name))
        return page
