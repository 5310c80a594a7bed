"""The pages of the site: home, organisations, topics. What they list comes by hook, since a page knows no courses."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, Q, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index
from wagtail.url_routing import RouteResult

from content.addresses import direction_of, page_path
from content.blocks import ContentField
from content.page_form import OwnPageForm
from content.themes import Theme, icon_of
from lxp import plugin_manager
from lxp.models import User
from lxp.prepared import Prepared

HOME_DEPTH = 2


class Surroundings(NamedTuple):
    """Where a page stands: the address (Wagtail's) of its live translation by language, and address with title of each page
    above it, from below the home page down."""

    translated: dict[str, str]
    above: list[tuple[str, str]]


class PublicPage(Page):
    """What all our pages share: an own language, a place in the other languages, and one look-up by address."""

    private_page_options: list[str] = []
    base_form_class = OwnPageForm
    shown_with: ClassVar[tuple[str, ...]] = ()  # what the page shows of other tables, read in the same query
    shown_without: ClassVar[tuple[str, ...]] = ()  # large fields that only the editor needs

    class Meta:
        abstract = True

    @property
    def language(self) -> str:
        return self.locale.language_code

    @property
    def direction(self) -> str:
        return direction_of(self.language)

    @classmethod
    def get_indexed_objects(cls) -> models.QuerySet[Any]:
        """With the language, in which the words of a page are read."""
        return super().get_indexed_objects().select_related("locale")

    @classmethod
    def as_shown(cls) -> models.QuerySet[Any]:
        """The live pages of this kind, with what they show of other tables."""
        return cls.objects.live().select_related("locale", *cls.shown_with).defer(*cls.shown_without)

    def serve(self, request: HttpRequest, *arguments: Any, **keywords: Any) -> TemplateResponse:
        request.translations = self.addresses(request)  # type: ignore[attr-defined]
        response = super().serve(request, *arguments, **keywords)
        response.is_public = self.is_for_everybody()
        return response

    def is_for_everybody(self) -> bool:
        """Whether a visitor may see this page, so that it may be kept in the cache of public pages."""
        return True

    def is_readable_by(self, person: User | AnonymousUser) -> bool:
        """Whether this person may read the page while it is live."""
        return True

    def get_view_restrictions(self) -> Any:
        """Wagtail asks for every ancestor; `page_at` has seen already whether this site has any restriction at all."""
        return super().get_view_restrictions() if getattr(self, "any_restriction", True) else []

    @cached_property
    def surroundings(self) -> Surroundings:
        """One query for both, since nearly every page shows them."""
        steps = range(self.steplen * (HOME_DEPTH + 1), len(self.path), self.steplen)
        above = Q(path__in=[self.path[:length] for length in steps])
        translated = Q(translation_key=self.translation_key, live=True) & ~Q(pk=self.pk)
        # Without an order: to put a few rows of an index in order makes SQLite read them all.
        rows = Page.objects.filter(above | translated).order_by()
        found = rows.values_list("path", "translation_key", "locale__language_code", "url_path", "title")
        return Surroundings(
            {code: url_path for _path, key, code, url_path, _title in found if key == self.translation_key},
            [(url_path, title) for path, _key, _code, url_path, title in sorted(found) if self.path.startswith(path)],
        )

    def addresses(self, request: HttpRequest) -> dict[str, str]:
        """This page's address per language of the interface: its translation, or this text in the other interface."""
        own = page_path(self.url_path, self.language)
        translated = {code: page_path(url_path, code) for code, url_path in self.surroundings.translated.items()}
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


def home_addresses() -> dict[str, str]:
    """Every language has a home page, and its address is the language."""
    return {code: f"/{code}/" for code, _name in settings.LANGUAGES}


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
        return RouteResult(page_at("/".join(path_components) + "/", self.language))

    def addresses(self, request: HttpRequest) -> dict[str, str]:
        """There is one in each: no need to look them up."""
        return home_addresses()

    def get_context(self, request: HttpRequest, *arguments: Any, **keywords: Any) -> dict[str, Any]:
        context = super().get_context(request, *arguments, **keywords)
        context["sections"] = plugin_manager.call(
            "home_page_sections",
            expects=SafeString,
            organisations=plugin_manager.organisations_of(request),
            page=self,
            request=request,
        )
        return context


def _live_pages_at(path: object) -> models.QuerySet[Page, Any]:
    """The live pages at an address below any home page, with their kind and language."""
    address = Concat("url_path", Value(str(path)), output_field=models.TextField())
    addresses = HomePage.objects.annotate(address=address).values("address")
    pages = Page.objects.live().filter(url_path__in=addresses).order_by("locale")
    return pages.values_list("pk", "content_type", "locale__language_code")


_pages_at = Prepared(_live_pages_at)


def page_at(path: str, language: str) -> PublicPage:
    """The live page at an address without its language, in this language or else in another. Raises Http404.

    Two queries, however deep the page is, and one for a home page; Wagtail itself looks up one level after the other.
    """
    if not path:
        home = HomePage.objects.live().select_related("locale").filter(locale__language_code=language)
        return _first_or_404(home)
    found = _pages_at.rows(path)
    if not found:
        raise Http404
    pk, content_type, _language = next((row for row in found if row[2] == language), found[0])
    model = ContentType.objects.get_for_id(content_type).model_class()
    if model is None or not issubclass(model, PublicPage):
        raise Http404
    return _first_or_404(model.as_shown().filter(pk=pk))


def _first_or_404(pages: models.QuerySet[PublicPage]) -> PublicPage:
    page = pages.annotate(any_restriction=Exists(PageViewRestriction.objects.all())).order_by("pk").first()
    if page is None:
        raise Http404
    return page


class OrganisationPage(PublicPage):
    """The public face of an organisation in one language, and the root of what it writes."""

    organisation = models.ForeignKey(
        "lxp.Organisation", verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="pages"
    )
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    body = ContentField(verbose_name=_("text"), blank=True)
    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("summary", boost=3), index.SearchField("body")]
    parent_page_types = ["content.HomePage"]
    template = "content/pages/organisation.html"
    shown_with = ("organisation",)

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
            expects=SafeString,
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
    search_fields = [*Page.search_fields, index.SearchField("summary", boost=3), index.SearchField("body")]
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
            "topic_page_sections",
            expects=SafeString,
            organisations=plugin_manager.organisations_of(request),
            page=self,
            request=request,
        )
        return context
