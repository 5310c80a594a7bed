"""Addresses of the skillslab, below `/p/skillslab/`."""

from django.urls import path

from plugins.skillslab.views import booking, calendars, coordinating, week

app_name = "skillslab"
urlpatterns = [
    path("", week.week, name="week"),
    path("boeken/", booking.book, name="book"),
    path("mijn/", booking.mine, name="mine"),
    path("mijn/agenda/", calendars.address, name="calendar"),
    path("agenda/<str:token>.ics", calendars.feed, name="feed"),
    path("sessies/<uuid:session_uuid>/", week.session, name="session"),
    path("sessies/<uuid:session_uuid>/wachtlijst/", booking.wait, name="wait"),
    path("sessies/<uuid:session_uuid>/aanwezig/", booking.attend, name="attend"),
    path("beheer/", coordinating.planned, name="planned"),
    path("beheer/<uuid:lab_uuid>/plannen/", coordinating.plan, name="plan"),
    path("beheer/<uuid:lab_uuid>/gebruik/", coordinating.report, name="report"),
    path("plekken/<int:booking_id>/aftekenen/", coordinating.sign, name="sign"),
    path("sessies/<uuid:session_uuid>/lijst/", coordinating.sheet, name="sheet"),
    path("sessies/<uuid:session_uuid>/sluiten/", coordinating.close, name="close"),
    path("sessies/<uuid:session_uuid>/verzetten/", coordinating.move, name="move"),
    path("sessies/<uuid:session_uuid>/afzeggen/", coordinating.call_off, name="call_off"),
    path("plekken/<int:booking_id>/aanwezig/", coordinating.attendance, name="attendance"),
    path("plekken/<int:booking_id>/afmelden/", booking.cancel, name="cancel"),
    path("plekken/<int:booking_id>/ja/", booking.confirm, name="confirm"),
    path("plekken/<int:booking_id>/agenda.ics", calendars.booking_file, name="booking_file"),
    path("wachtlijst/<int:entry_id>/weg/", booking.leave, name="leave"),
    path("aanbod/<uuid:offer_uuid>/", booking.offer, name="offer"),
]
