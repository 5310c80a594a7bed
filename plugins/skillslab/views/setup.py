"""What every page shares that changes what a skillslab has: who may, and looking first at what a change does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lxp import audit
from lxp.http import SignedInRequest
from lxp.models import User
from lxp.permissions import require
from plugins.skillslab.exceptions import SetupRefusedError
from plugins.skillslab.models import Skillslab
from plugins.skillslab.services.mending.effects import Effects, EffectsChangedError, make_change


def looked_after(request: HttpRequest, lab_uuid: UUID) -> tuple[User, Skillslab]:
    """The skillslab, for who looks after it: for others of a partner it is refused, for anybody else it does not exist."""
    person = cast("SignedInRequest", request).user
    lab = get_object_or_404(Skillslab.objects.open_to(person), uuid=lab_uuid)
    require(person, "skillslab.look_after", lab)
    return person, lab


@dataclass
class Work:
    """A page that changes something. `change` writes, once the form is right; `done` is said afterwards, at `url`."""

    lab: Skillslab
    person: User
    title: str
    form: BaseForm
    change: Callable[[], object]
    done: str
    url: str
    back: str
    lead: str = ""
    action: str = ""
    template: str = "skillslab/setup/change.html"
    context: dict[str, Any] = field(default_factory=dict)


def answer(request: HttpRequest, work: Work) -> HttpResponse:
    """Save what touches nobody; else show first whom and what it touches, and save it when that was seen."""
    effects: Effects | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if work.form.is_valid():
            seen = request.POST.get("seen", "")
            try:
                saved = make_change(
                    skillslab=work.lab, change=work.change, by=work.person, seen=seen, mend="mend" in request.POST
                )
            except EffectsChangedError as changed:
                effects, status = changed.effects, 409 if seen else 200
                note_looks(effects, work.person, work.lab)
                if seen:
                    work.form.add_error(None, str(changed))
            except SetupRefusedError as refusal:
                work.form.add_error(None, str(refusal))
            except IntegrityError:
                work.form.add_error(
                    None, _("Somebody else changed this, or such a thing is there already. Look again.")
                )
            else:
                messages.success(request, work.done)
                if saved.affected:
                    _say_what_happened(request, saved, mended="mend" in request.POST)
                return redirect(work.url)
    context = {
        **work.context,
        "lab": work.lab,
        "title": work.title,
        "lead": work.lead,
        "form": work.form,
        "action": work.action or _("Save"),
        "back": work.back,
        "effects": effects,
    }
    return render(request, work.template, context, status=status)


def note_looks(effects: Effects, person: User, lab: Skillslab) -> None:
    """Whose names were shown reads in their own record who looked."""
    shown = {key for each in effects.affected for key in each.shown}
    if shown:
        audit.record_looks("booking.looked", by=person, people=shown, organisation=lab.owner, about=lab)


def _say_what_happened(request: HttpRequest, effects: Effects, *, mended: bool) -> None:
    done = effects.mendable if mended else 0
    left = sum(bool(each.mend.left) for each in effects.affected) if mended else len(effects.affected)
    if done:
        messages.success(request, _("Sessions that have something else now: %(count)d.") % {"count": done})
    if left:
        messages.warning(
            request, _("Sessions that still miss something: %(count)d. They are in your tasks.") % {"count": left}
        )
