"""Addresses of this plugin, below `/p/volunteers/`; and those that stand in a QR code, below `/i/`."""

from django.urls import path

from plugins.volunteers.views import card_sets, coordinating, mine, opening, roles

app_name = "volunteers"
urlpatterns = [
    # a volunteer
    path("", mine.mine, name="mine"),
    path("<uuid:organisation_uuid>/kaarten/<uuid:card_uuid>/", mine.card, name="card"),
    path("<uuid:organisation_uuid>/modules/<uuid:module_uuid>/", mine.module, name="module"),
    path("<uuid:organisation_uuid>/deelname/", mine.certificate_make, name="certificate_make"),
    path("deelname/<str:token>/", mine.certificate, name="certificate"),
    # who looks after volunteers
    path("beheer/", coordinating.volunteers, name="volunteers"),
    path("beheer/samen/", coordinating.together, name="together"),
    path("beheer/uitnodigen/", coordinating.inviting, name="invite"),
    path("beheer/mensen/<uuid:person_uuid>/", coordinating.one, name="one"),
    path("beheer/rollen/", roles.roles, name="roles"),
    path("beheer/rollen/<uuid:role_uuid>/", roles.role, name="role"),
    path("beheer/rollen/<uuid:role_uuid>/weg/", roles.role_retire, name="role_retire"),
    path("beheer/rollen/<uuid:role_uuid>/vraagt/<int:item_id>/weg/", roles.item_drop, name="item_drop"),
    path("beheer/kaarten/<uuid:card_uuid>/opnieuw/", roles.revoke, name="revoke"),
    # a professional hands over cards
    path("meegeven/", card_sets.compose, name="compose"),
    path("meegeven/<uuid:set_uuid>/", card_sets.made, name="set"),
    path("meegeven/<uuid:set_uuid>/stop/", card_sets.end, name="set_end"),
]
short_urlpatterns = [
    path("set/<str:token>/", opening.card_set, name="card_set"),
    path("set/<str:token>/<slug:language>/", opening.card_set, name="card_set_in"),
    path("set/<str:token>/<slug:language>/print/", opening.print_set, name="print_set"),
]
