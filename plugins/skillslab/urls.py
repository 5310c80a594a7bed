"""Addresses of the skillslab, below `/p/skillslab/`."""

from django.urls import path

from plugins.skillslab.views import (
    arriving,
    attendance,
    booking,
    calendars,
    closing,
    coordinating,
    handout,
    months,
    planning,
    week,
)

app_name = "skillslab"
urlpatterns = [
    path("", week.week, name="week"),
    path("boeken/", booking.book, name="book"),
    path("mijn/", booking.mine, name="mine"),
    path("mijn/agenda/", calendars.address, name="calendar"),
    path("agenda/<str:token>.ics", calendars.feed, name="feed"),
    path("sessies/<uuid:session_uuid>/", week.session, name="session"),
    path("sessies/<uuid:session_uuid>/wachtlijst/", booking.wait, name="wait"),
    path("beheer/", coordinating.planned, name="planned"),
    path("beheer/<uuid:lab_uuid>/plannen/", coordinating.plan, name="plan"),
    path("beheer/week/", planning.board, name="board"),
    path("beheer/<uuid:lab_uuid>/vraag/", planning.demand, name="demand"),
    path("beheer/<uuid:lab_uuid>/reeks/", planning.series, name="series"),
    path("beheer/reeksen/<uuid:plan_uuid>/", planning.plan_series, name="plan_series"),
    path("beheer/reeksen/<uuid:plan_uuid>/openen/", planning.open_series, name="open_series"),
    path("beheer/<uuid:lab_uuid>/cijfers/", months.month, name="month"),
    path("beheer/<uuid:lab_uuid>/cijfers/tabel/", months.month_table, name="month_table"),
    path("beheer/<uuid:lab_uuid>/cijfers/werkmap/", months.month_workbook, name="month_workbook"),
    path("sessies/<uuid:session_uuid>/lijst/", coordinating.sheet, name="sheet"),
    path("sessies/<uuid:session_uuid>/verzetten/", coordinating.move, name="move"),
    path("sessies/<uuid:session_uuid>/afzeggen/", coordinating.call_off, name="call_off"),
    path("plekken/<int:booking_id>/afmelden/", booking.cancel, name="cancel"),
    path("plekken/<int:booking_id>/ja/", booking.confirm, name="confirm"),
    path("plekken/<int:booking_id>/agenda.ics", calendars.booking_file, name="booking_file"),
    path("wachtlijst/<int:entry_id>/weg/", booking.leave, name="leave"),
    path("aanbod/<uuid:offer_uuid>/", booking.offer, name="offer"),
    # the day itself
    path("sessies/<uuid:session_uuid>/aanwezig/", arriving.attend, name="attend"),
    path("sessies/<uuid:session_uuid>/scherm/", arriving.screen, name="screen"),
    path("sessies/<uuid:session_uuid>/wie-is-er/", attendance.attendance_list, name="attendance_list"),
    path("sessies/<uuid:session_uuid>/zonder-plek/", attendance.walk_ins, name="walk_ins"),
    path("plekken/<int:booking_id>/aanwezig/", attendance.note, name="attendance"),
    path("plekken/<int:booking_id>/aftekenen/", attendance.sign, name="sign"),
    path("sessies/<uuid:session_uuid>/aftekenen/", attendance.sign_together, name="sign_together"),
    path("sessies/<uuid:session_uuid>/zaalblad/", handout.room_sheet, name="room_sheet"),
    path("sessies/<uuid:session_uuid>/klaarleggen/", handout.pick_list, name="pick_list"),
    path("sessies/<uuid:session_uuid>/uitgifte/", handout.handout, name="handout"),
    path("sessies/<uuid:session_uuid>/uitgifte/ruilen/", handout.swap, name="swap"),
    path("sessies/<uuid:session_uuid>/sluiten/", closing.close, name="close"),
    path("sessies/<uuid:session_uuid>/controle/", closing.verify, name="verify_list"),
]
