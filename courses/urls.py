"""Addresses of learning and assessing; they carry no language."""

from django.urls import path

from courses.views import assessing, group_signing, learning, player, starting

app_name = "courses"
urlpatterns = [
    path("leren/", learning.my_learning, name="my_learning"),
    path("leren/module/<uuid:module_uuid>/start/", starting.start, name="start"),
    path("leren/cursus/<uuid:course_uuid>/start/", starting.start_course, name="start_course"),
    path("leren/<uuid:attempt_uuid>/", player.resume, name="resume"),
    path("leren/<uuid:attempt_uuid>/<int:position>/", player.play, name="play"),
    path("leren/<uuid:attempt_uuid>/klaar/", player.result, name="result"),
    path("leren/<uuid:attempt_uuid>/opnieuw/", starting.again, name="again"),
    path("leren/<uuid:attempt_uuid>/bijwerken/", starting.update, name="update"),
    path("leren/<uuid:attempt_uuid>/print/", player.printed, name="print"),
    path("leren/<uuid:attempt_uuid>/<uuid:block_id>/plek/", player.position, name="position"),
    path("leren/<uuid:attempt_uuid>/<uuid:block_id>/<slug:handler>/", player.handle, name="handle"),
    path("beoordelen/", assessing.requests, name="requests"),
    path("beoordelen/gedaan/", assessing.assessed, name="assessed"),
    path("beoordelen/samen/", group_signing.sign_together, name="sign_together"),
    path("beoordelen/<uuid:request_uuid>/", assessing.sign_off, name="sign_off"),
]
