"""What every page shares that changes what a skillslab has: who may, and looking first at what a change does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lxp import audit
from lxp.http import SignedInRequest
from lxp.models import User
from lxp.permissions import require
from plugins.skillslab.exceptions import SetupRefusedError
from plugins.skillslab.models import Absence, Closure, Outage, Skillslab
from plugins.skillslab.services.mending.effects import Effects, EffectsChangedError, make_change
from plugins.skillslab.services.resources.inventory import end_period

Found = TypeVar("Found")
Period = TypeVar("Period", Absence, Closure, Outage)


def looked_after(request: HttpRequest, lab_uuid: UUID) -> tuple[User, Skillslab]:
    """The skillslab, for who looks after it: for others of a partner it is refused, for anybody else it does not exist."""
    person = cast("SignedInRequest", request).user
    lab = get_object_or_404(Skillslab.objects.open_to(person), uuid=lab_uuid)
    require(person, "skillslab.look_after", lab)
    return person, lab


@dataclass(frozen=True)
class Desk(Generic[Found]):
    """Where somebody who looks after a skillslab changes one thing of it; `posted` is what they filled in, if they did."""

    request: HttpRequest
    person: User
    lab: Skillslab
    found: Found

    @property
    def posted(self) -> QueryDict | None:
        return self.request.POST if self.request.method == "POST" else None


@dataclass
class Work:
    """What is to be changed. `change` writes, once the form is right; `done` is said afterwards, at `url` when that is
    elsewhere than where the page leads back to."""

    title: str
    form: BaseForm
    change: Callable[[], object]
    done: str
    lead: str = ""
    action: str = ""
    url: str = ""
    context: dict[str, Any] = field(default_factory=dict)


def work_page(
    find: Callable[..., Found], back: str
) -> Callable[[Callable[[Desk[Found]], Work]], Callable[..., HttpResponse]]:
    """A page that changes something. `find` looks it up in the skillslab by the arguments of the address, which are those of
    the page named `back` too; an empty name leads nowhere."""

    def decorate(work_of: Callable[[Desk[Found]], Work]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(work_of)
        def view(request: HttpRequest, lab_uuid: UUID, **key: Any) -> HttpResponse:
            person, lab = looked_after(request, lab_uuid)
            desk = Desk(request, person, lab, find(lab, **key))
            url = reverse(f"skillslab:{back}", kwargs={"lab_uuid": lab.uuid, **key}) if back else ""
            return _answer(desk, work_of(desk), url)

        return view

    return decorate


def _answer(desk: Desk[Any], work: Work, back: str) -> HttpResponse:
    """Save what touches nobody; else show first whom and what it touches, and save it when that was seen."""
    request, effects, status = desk.request, None, 200
    if desk.posted is not None:
        status = 422
        if work.form.is_valid():
            seen = request.POST.get("seen", "")
            try:
                saved = make_change(
                    skillslab=desk.lab, change=work.change, by=desk.person, seen=seen, mend="mend" in request.POST
                )
            except EffectsChangedError as changed:
                effects, status = changed.effects, 409 if seen else 200
                note_looks(effects, desk.person, desk.lab)
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
                return redirect(work.url or back)
    context = {
        **work.context,
        "lab": desk.lab,
        "title": work.title,
        "lead": work.lead,
        "form": work.form,
        "action": work.action or _("Save"),
        "back": back,
        "effects": effects,
    }
    return render(request, "skillslab/setup/change.html", context, status=status)


def ended(request: HttpRequest, lab_uuid: UUID, periods: QuerySet[Period], period_id: int, words: str) -> Period:
    """End one of these periods, for who looks after the skillslab, and say so."""
    person, lab = looked_after(request, lab_uuid)
    found = get_object_or_404(periods, pk=period_id)
    end_period(period=found, skillslab=lab, by=person)
    messages.success(request, words)
    return found


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
