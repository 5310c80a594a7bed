"""What editors write and publish: the face of a module or a course in one language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.models import Page
from wagtail.search import index

from content.api import (
    ContentField,
    CopyOnlyForm,
    OpenStreamField,
    PublicPage,
    Theme,
    icon_of,
)
from courses.activities.blocks import ActivityStreamField
from courses.editor_panels import AddedPanel
from courses.facets import added_words
from courses.models.catalogue import Audience, Course, Module, Sharing, Significance
from courses.page_forms import LearningPageForm, ModulePageForm
from courses.places import owner_of_place
from lxp import plugin_manager
from lxp.models import User


def default_audiences() -> list[str]:
    return [Audience.STAFF.value]


class LearningPage(PublicPage):
    """What module and course pages share."""

    summary = models.CharField(_("summary"), max_length=300, help_text=_("One or two sentences: what is this about?"))
    theme = models.CharField(_("theme"), max_length=20, choices=Theme.choices, default=Theme.HYGIENE)
    sharing = models.CharField(
        _("sharing"),
        max_length=20,
        choices=Sharing.choices,
        default=Sharing.ORGANISATION,
        help_text=_("Who may find and use it? It counts from the next time you publish."),
    )
    taken_revision = models.PositiveBigIntegerField(null=True, editable=False)
    base_form_class = LearningPageForm
    copy_form_class = CopyOnlyForm

    class Meta:
        abstract = True

    @property
    def icon(self) -> str:
        return icon_of(self.theme)

    def is_for_everybody(self) -> bool:
        return False

    def is_readable_by(self, person: User | AnonymousUser) -> bool:
        return self.subject_visible_to(person)

    def serve(self, request: HttpRequest, *arguments: Any, **keywords: Any) -> Any:
        """404 for who may not find it: "not yours" and "not there" look the same."""
        if not self.subject_visible_to(request.user):
            raise Http404
        response: Any = super().serve(request, *arguments, **keywords)
        response.is_public = self.subject.sharing == Sharing.PUBLIC and not request.user.is_authenticated
        return response

    def refuse_alias(self) -> None:
        if self.alias_of_id is not None:
            raise ValidationError(_("This page cannot be an alias. Copy it, or add a translation."))

    def is_second_in_its_language(self, subject: str) -> bool:
        """Whether another page shows the same thing in the same language: then this one is a copy."""
        twins = type(self).objects.filter(text_language=self.text_language, **{subject: getattr(self, f"{subject}_id")})
        return twins.exclude(pk=self.pk).exists()

    def note_taken(self) -> None:
        """Remember that all of what is live now has its effect; in the transaction that gives it that effect."""
        self.taken_revision = self.live_revision_id
        type(self).objects.filter(pk=self.pk).update(taken_revision=self.taken_revision)

    @property
    def subject(self) -> Module | Course:
        """The thing this page is a face of."""
        raise NotImplementedError

    def subject_visible_to(self, person: Any) -> bool:
        subject = self.subject
        is_public = subject.sharing == Sharing.PUBLIC and subject.current_version_id is not None
        if is_public and not getattr(person, "is_only_volunteer", False):
            return subject.archived_at is None
        return type(subject).objects.published().visible_to(person).filter(pk=subject.pk).exists()


class ModulePage(LearningPage):
    """A module in one language: drafted, reviewed, previewed and published here."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="pages", editable=False)
    text_language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE, editable=False)
    goals = models.TextField(
        _("What can you do afterwards?"), blank=True, help_text=_("One goal on each line, at most five.")
    )
    topic = models.ForeignKey(
        "content.TopicPage", verbose_name=_("topic"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    audiences = models.JSONField(_("audiences"), default=default_audiences)
    study_minutes = models.PositiveSmallIntegerField(_("norm time in minutes"), default=15)
    review_on = models.DateField(_("review on"), null=True, blank=True)
    is_example = models.BooleanField(
        _("example, no protocol"), default=False, help_text=_("Readers see that this is an example and not a protocol.")
    )
    co_owners = ParentalManyToManyField(
        "lxp.Organisation", verbose_name=_("made together with"), blank=True, related_name="+"
    )
    shared_with = ParentalManyToManyField(
        "lxp.Organisation", verbose_name=_("shared with"), blank=True, related_name="+"
    )
    body = ActivityStreamField(verbose_name=_("activities"), blank=True)
    significance = models.CharField(
        _("what does this change mean?"), max_length=20, choices=Significance.choices, default=Significance.SUBSTANTIVE
    )
    change_note = models.CharField(_("what changed?"), max_length=300, blank=True)

    about_panels = [
        FieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("goals", widget=forms.Textarea(attrs={"rows": 5})),
        FieldRowPanel([FieldPanel("study_minutes"), FieldPanel("theme"), FieldPanel("topic")]),
        FieldPanel("audiences"),
        FieldPanel("is_example"),
    ]
    sharing_panels = [
        MultiFieldPanel(
            [FieldPanel("sharing"), FieldPanel("shared_with"), FieldPanel("co_owners")], heading=_("Sharing")
        ),
        FieldPanel("review_on"),
        MultiFieldPanel([FieldPanel("significance"), FieldPanel("change_note")], heading=_("This change")),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(about_panels, heading=_("About")),
            ObjectList([FieldPanel("body")], heading=_("Lessons and questions")),
            ObjectList([AddedPanel()], heading=_("What it proves")),
            ObjectList(sharing_panels, heading=_("Sharing and change")),
            ObjectList(Page.promote_panels, heading=_("Address")),
        ]
    )
    search_fields = [
        *Page.search_fields,
        index.SearchField("title", boost=8),
        index.SearchField("summary", boost=3),
        index.SearchField("goals", boost=2),
        index.SearchField("body"),
        index.SearchField("added_words", boost=2),
    ]
    base_form_class = ModulePageForm
    parent_page_types = ["content.OrganisationPage", "content.TopicPage"]
    subpage_types: list[str] = []
    template = "courses/pages/module.html"
    shown_with = ("module__owner",)
    shown_without = ("body",)
    has_fellow_owners = True  # as far as is known; `as_shown` looks
    preview_modes = [("lessons", _("Lessons and questions")), ("overview", _("Module page"))]
    default_preview_mode = "lessons"

    class Meta:
        verbose_name = _("module page")
        verbose_name_plural = _("module pages")
        constraints = [
            models.UniqueConstraint(
                name="courses_modulepage_language_once",
                fields=["module", "text_language"],
                violation_error_message=_("This module has a page in this language already."),
            )
        ]

    @classmethod
    def as_shown(cls) -> models.QuerySet[Any]:
        """With whether its module has fellow owners, so that these are read only where there are any."""
        fellow_owners = Module.co_owners.through.objects.filter(module=OuterRef("module"))
        return super().as_shown().annotate(has_fellow_owners=Exists(fellow_owners))

    @property
    def subject(self) -> Module:
        return self.module

    @property
    def is_source(self) -> bool:
        return self.text_language == self.module.source_language

    @transaction.atomic
    def save(self, *arguments: Any, **keywords: Any) -> None:
        """A new page makes a new module; a copy makes one that remembers where it came from, with all that belongs to it."""
        self.refuse_alias()
        self.text_language = self.locale.language_code
        if self.module_id is None or self.is_second_in_its_language("module"):
            self.module = Module.objects.create(
                owner=owner_of_place(self), source_language=self.text_language, copied_from_id=self.module_id
            )
            if self.module.copied_from_id is not None:
                plugin_manager.call_core("module_copied", module=self.module)
        super().save(*arguments, **keywords)

    def with_content_json(self, content: dict[str, Any]) -> ModulePage:
        """A revision never moves a page to another module: a copied page brings the revisions of its original."""
        page = super().with_content_json(content)
        page.module_id, page.text_language = self.module_id, self.text_language
        page.taken_revision = self.taken_revision
        return page

    @classmethod
    def prepare_to_index(cls, pages: list[ModulePage]) -> None:
        """Ask for the `added_words` of many pages at once."""
        words = added_words([page.module_id for page in pages])
        for page in pages:
            page.added_words = words.get(page.module_id, {}).get(page.text_language, [])

    @cached_property
    def added_words(self) -> list[str]:
        """Words by which packages above let this page be found."""
        return added_words([self.module_id]).get(self.module_id, {}).get(self.text_language, [])

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "courses/pages/module_preview.html" if mode_name == "lessons" else self.template

    def serve_preview(self, request: HttpRequest, mode_name: str) -> TemplateResponse:
        """A draft as its author sees it: who may edit may preview, whoever it is shared with."""
        request.is_preview = True  # type: ignore[attr-defined]
        template = self.get_preview_template(request, mode_name)
        return TemplateResponse(request, template, self.get_context(request, mode_name=mode_name))

    def goal_list(self) -> list[str]:
        return [line.strip() for line in self.goals.splitlines() if line.strip()]


class SlotBlock(blocks.StructBlock):
    """A step of a course."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    choose = blocks.IntegerBlock(
        label=_("How many to choose"), required=False, min_value=1, help_text=_("Leave empty for all of them.")
    )
    modules = blocks.ListBlock(
        blocks.PageChooserBlock(label=_("Module"), page_type="courses.ModulePage"), label=_("Modules"), min_num=1
    )

    class Meta:
        icon = "list-ol"
        label = _("Step")


class SlotStreamBlock(blocks.StreamBlock):
    """The steps of a course."""

    slot = SlotBlock()


class SlotField(OpenStreamField):
    """The body of a course page."""

    block_class = SlotStreamBlock


class CoursePage(LearningPage):
    """A course in one language."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="pages", editable=False)
    text_language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE, editable=False)
    body = ContentField(verbose_name=_("text"), blank=True)
    slots = SlotField(verbose_name=_("steps"), blank=True)
    shared_with = ParentalManyToManyField(
        "lxp.Organisation", verbose_name=_("shared with"), blank=True, related_name="+"
    )
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("theme"),
        FieldPanel("body"),
        FieldPanel("slots"),
        MultiFieldPanel([FieldPanel("sharing"), FieldPanel("shared_with")], heading=_("Sharing")),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("title", boost=8),
        index.SearchField("summary", boost=3),
        index.SearchField("body"),
    ]
    parent_page_types = ["content.OrganisationPage", "content.TopicPage"]
    subpage_types: list[str] = []
    template = "courses/pages/course.html"
    shown_with = ("course__owner", "course__current_version")

    class Meta:
        verbose_name = _("course page")
        verbose_name_plural = _("course pages")
        constraints = [
            models.UniqueConstraint(name="courses_coursepage_language_once", fields=["course", "text_language"])
        ]

    @property
    def subject(self) -> Course:
        return self.course

    @transaction.atomic
    def save(self, *arguments: Any, **keywords: Any) -> None:
        """A new page makes a new course, or neither is there."""
        self.refuse_alias()
        self.text_language = self.locale.language_code
        if self.course_id is None or self.is_second_in_its_language("course"):
            self.course = Course.objects.create(owner=owner_of_place(self))
        super().save(*arguments, **keywords)

    def with_content_json(self, content: dict[str, Any]) -> CoursePage:
        page = super().with_content_json(content)
        page.course_id, page.text_language = self.course_id, self.text_language
        page.taken_revision = self.taken_revision
        return page
