"""The addresses of this plugin, below /p/NAME/."""

from django.urls import path

from lxp_NAME import views

urlpatterns = [
    path("", views.messages_page, name="messages"),
    path("<int:message_id>/weg/", views.remove, name="remove"),
]
