"""Public addresses of content, with the language in front. The rest of an address is the same in each language, so that what
is saved on a phone, printed or said aloud is one thing."""

from django.urls import path

from content import hub_views, offline_views

app_name = "care"
urlpatterns = [
    path("uitleg/", hub_views.start, name="start"),
    path(offline_views.SAVED_PATH, offline_views.saved, name="saved"),
    path("uitleg/kaarten.json", offline_views.there, name="there"),
    path("uitleg/manifest.webmanifest", offline_views.manifest, name="manifest"),
    path("uitleg/<slug:topic>/", hub_views.hub, name="hub"),
]
