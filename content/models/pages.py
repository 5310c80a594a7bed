"""The pages of the site: home, organisations, topics. What they list comes by hook, since a page knows no courses."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from content.blocks import ContentField
from content.themes import Theme, icon_of
from lxp import plugin_manager


class PublicPage(Page):
    """What all our pages share: an own language, a place in the other languages, and one look-up by address."""

    class Meta:
        abstract = True

    @property
    def language(self) -> str:
        return self.locale.language_code

    def serve(self, request: HttpRequest, *arguments: Any, **keywords: Any) -> TemplateResponse:
        request.translations = self.addresses(request)  # type: ignore[attr-defined]
        response = super().serve(request, *arguments, **keywords)
        response.is_public = self.is_for_everybody()
        return response

    def is_for_everybody(self) -> bool:
        """Whether a visitor may see this page, so that it may be kept in the cache of public pages."""
        return True

    def addresses(self, request: HttpRequest) -> dict[str, str]:
        """This page's address per language of the interface: its translation, or this text in the other interface."""
        own = self.get_url(request) or request.path
        translated = {
            page.locale.language_code: page.get_url(request)
            for page in self.get_translations().live().select_related("locale")
        }
        return {
            code: own if code == self.language else translated.get(code) or self._same_path_in(code, own)
            for code, _name in settings.LANGUAGES
        }

    def _same_path_in(self, code: str, own: str) -> str:
        return f"/{code}/" + own.removeprefix(f"/{self.language}/")

    def get_context(self, request: HttpRequest, *arguments: Any, **keywords: Any) -> dict[str, Any]:
        context = super().get_context(request, *arguments, **keywords)
        context["is_other_language"] = self.language != get_language()
        return context


class HomePage(PublicPage):
    """The start of one language. It finds any page below it, also one of another language, in one look-up."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    body = ContentField(verbose_name=_("text"), blank=True)
    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["content.OrganisationPage", "content.TopicPage"]
    template = "content/pages/home.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a live page by its whole address; where this language has none, the same address in another language.

        A page of another language keeps its own text, and the frame stays in the language of the address.
        """
        if not path_components:
            return super().route(request, path_components)
        tail = "/".join(path_components) + "/"
        homes = HomePage.objects.values_list("url_path", flat=True)
        pages = list(Page.objects.live().filter(url_path__in=[home + tail for home in homes]).select_related("locale"))
        if not pages:
            raise Http404
        own = [page for page in pages if page.locale_id == self.locale_id]
        return RouteResult((own or sorted(pages, key=lambda page: page.locale_id))[0].specific)

    def get_context(self, request: HttpRequest, *arguments: Any, **keywords: Any) -> dict[str, Any]:
        context = super().get_context(request, *arguments, **keywords)
        context["sections"] = plugin_manager.call(
            "home_page_sections", expects=str, plugins=frozenset(), page=self, request=request
        )
        return context


class OrganisationPage(PublicPage):
    """The public face of an organisation in one language, and the root of what it writes."""

    organisation = models.ForeignKey(
        "lxp.Organisation", verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="pages"
    )
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    body = ContentField(verbose_name=_("text"), blank=True)
    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    parent_page_types = ["content.HomePage"]
    template = "content/pages/organisation.html"

    class Meta:
        verbose_name = _("organisation page")
        verbose_name_plural = _("organisation pages")

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Only by opening an organisation, which makes its page in each language."""
        return False

    def get_context(self, request: HttpRequest, *arguments: Any, **keywords: Any) -> dict[str, Any]:
        context = super().get_context(request, *arguments, **keywords)
        context["page_organisation"] = self.organisation
        context["sections"] = plugin_manager.call(
            "organisation_page_sections",
            expects=str,
            organisations=[self.organisation],
            page=self,
            organisation=self.organisation,
            request=request,
        )
        return context


class TopicPage(PublicPage):
    """A subject, with what there is to learn about it."""

    summary = models.CharField(_("summary"), max_length=300, blank=True)
    theme = models.CharField(_("theme"), max_length=20, choices=Theme.choices, default=Theme.HYGIENE)
    body = ContentField(verbose_name=_("text"), blank=True)
    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("theme"), FieldPanel("body")]
    parent_page_types = ["content.HomePage", "content.OrganisationPage", "content.TopicPage"]
    template = "content/pages/topic.html"

    class Meta:
        verbose_name = _("topic page")
        verbose_name_plural = _("topic pages")

    @property
    def icon(self) -> str:
        return icon_of(self.theme)

    def get_context(self, request: HttpRequest, *arguments: Any, **keywords: Any) -> dict[str, Any]:
        context = super().get_context(request, *arguments, **keywords)
        context["sections"] = plugin_manager.call(
            "topic_page_sections", expects=str, plugins=frozenset(), page=self, request=request
        )
        return context
