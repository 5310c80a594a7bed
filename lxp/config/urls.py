"""Joins the addresses of the packages, of Wagtail, and of the plugins."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents.views.serve import serve as serve_document

from content.views import serve_page
from lxp.plugin_urls import plugin_patterns, short_patterns

urlpatterns = [
    path("", include("lxp.urls")),
    path("", include("content.urls")),
    path("", include("courses.urls")),
    path("", include("skills_graph.urls")),
    path("account/", include("allauth.urls")),
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="editor_login"),
    path("admin/", include(wagtailadmin_urls)),
    # Only the files: Wagtail's passwords for collections are not used here.
    re_path(r"^documents/(\d+)/(.*)$", serve_document, name="wagtaildocs_serve"),
    path("p/", include(plugin_patterns())),
    path("i/", include(short_patterns())),
    *i18n_patterns(
        path("", include("content.public_urls")),
        path("", include("courses.public_urls")),
        # Wagtail's own sign-in for private pages knows no second step and no limit of tries.
        path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
        re_path(wagtail_urls.serve_pattern, serve_page),
        path("", include(wagtail_urls)),
    ),
]
