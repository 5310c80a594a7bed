"""The page of this plugin."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lxp_testdummy.faults import answer
from lxp_testdummy.models import Compliment


def compliments(request: HttpRequest) -> HttpResponse:
    """LXP lets in only people who have this plugin; they see their own."""
    mine = Compliment.objects.filter(person=request.user)
    return answer("page", render(request, "testdummy/compliments.html", {"compliments": mine}))
