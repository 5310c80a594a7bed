"""Addresses of the platform's own pages. They carry no language: a member's language is their own."""

from django.urls import path, re_path

from lxp.style_guide import style_guide
from lxp.views import brand, health, home, jobs, language, looks, media, notices, organisations, person_data, plugins

app_name = "lxp"
urlpatterns = [
    path("", home.start, name="start"),
    path("mijn/", home.home, name="home"),
    path("mijn/gegevens/", person_data.my_data, name="my_data"),
    path("mijn/gegevens/inzage/", looks.looks, name="looks"),
    path("mijn/gegevens/kopie/", person_data.download, name="my_data_download"),
    path("mijn/gegevens/vergeten/", person_data.ask_erasure, name="ask_erasure"),
    path("mijn/berichten/", notices.notices, name="notices"),
    path("mijn/berichten/uit/<str:token>/", notices.notices_off, name="notices_off"),
    path("taal/", language.choose_language, name="choose_language"),
    path("organisatie/", organisations.switch_organisation, name="switch_organisation"),
    path("beheer/mensen/", organisations.people, name="people"),
    path("beheer/mensen/nieuw/", organisations.person_add, name="person_add"),
    path("beheer/mensen/<int:membership_id>/", organisations.person_change, name="person_change"),
    path("beheer/organisatie/", organisations.care_line, name="care_line"),
    path("beheer/plugins/", plugins.plugins, name="plugins"),
    path("beheer/vergeten/", person_data.erasures, name="erasures"),
    path("beheer/vergeten/<uuid:erasure_uuid>/", person_data.erase, name="erase"),
    path("beheer/storingen/", plugins.incidents, name="incidents"),
    path("beheer/taken/", jobs.jobs, name="jobs"),
    path("stijlgids/", style_guide, name="style_guide"),
    path("static-org/<slug:version>.css", brand.brand_stylesheet, name="brand_stylesheet"),
    path("health/", health.alive, name="alive"),
    path("health/ready/", health.ready, name="ready"),
    re_path(r"^media/(?P<path>.+)$", media.media, name="media"),
]
