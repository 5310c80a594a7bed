"""Addresses of the plugin, below /p/xblocks/. Those of frames know no session: a signed pass is all that they take."""

from django.urls import path

from lxp.http import asking_second_factor
from plugins.xblocks.views import frames, writing

urlpatterns = [
    path("f/<str:token>/", frames.frame, name="frame"),
    path("f/<str:token>/h/<str:handler>", frames.handle, name="handler"),
    path("f/<str:token>/h/<str:handler>/<path:suffix>", frames.handle, name="handler_suffix"),
    path("f/<str:token>/r/<path:name>", frames.resource, name="resource"),
    *asking_second_factor(
        [
            path("concept/", writing.drafts, name="drafts"),
            path("concept/<uuid:draft_uuid>/", writing.draft, name="draft"),
        ]
    ),
]
