"""What courses put on a learner's home: what is under way, what colleagues ask, and something to begin with."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from content.api import page_path
from courses.models import AssessmentRequest, Attempt, ModulePage
from courses.services.catalogue import Search
from courses.services.overview import Progress, my_attempts
from lxp.home import HomeItem, HomeKind
from lxp.models import Role, User
from lxp.search.candidates import among

UNDER_WAY_AT_MOST = 12


def home_items(*, person: User) -> list[HomeItem]:
    """What is under way, the last one active first; for an assessor who waits; and who has nothing, something small.

    Four queries at most, five for an assessor, whatever the number of items.
    """
    under_way = my_attempts(person, limit=UNDER_WAY_AT_MOST)[0]
    items = [_resume(progress, -place) for place, progress in enumerate(under_way)]
    if person.organisations_with_role(Role.ASSESSOR):
        items += _asked(person)
    return items or [_begin(person)]


def _resume(progress: Progress, weight: int) -> HomeItem:
    attempt = progress.attempt
    return HomeItem(
        kind=HomeKind.RESUME,
        title=progress.title,
        action=_("Go on"),
        url=reverse("courses:resume", args=[attempt.uuid]),
        organisation=attempt.organisation,
        done=progress.done,
        total=progress.total,
        weight=weight,
        about=frozenset({about_module(attempt.module_id)}),
    )


def about_module(module_id: int) -> str:
    """What items of a home that concern the same module have in common."""
    return f"module:{module_id}"


def _asked(person: User) -> list[HomeItem]:
    waiting = AssessmentRequest.objects.waiting().visible_to(person).count()
    if not waiting:
        return []
    title = ngettext(
        "%(count)d colleague waits for your judgement", "%(count)d colleagues wait for your judgement", waiting
    )
    words = title % {"count": waiting}
    address = reverse("courses:requests")
    return [HomeItem(HomeKind.ASKED, words, _("Judge now"), address, text=_("You are an assessor."))]


def _begin(person: User) -> HomeItem:
    """The shortest module that this person has not begun; the catalogue where there is none."""
    search = Search(person, order="short")
    begun = Attempt.objects.filter(person=person).values_list("module", flat=True)
    module = among(search.modules(), search.first_modules(1, without=begun)).select_related("owner").first()
    language = get_language() or settings.LANGUAGE_CODE
    pages = ModulePage.objects.live().filter(module=module).only("title", "url_path", "text_language")
    page = max(pages, key=lambda each: each.text_language == language, default=None) if module else None
    if module is None or page is None:
        return HomeItem(HomeKind.NEXT, _("Look around"), _("Discover"), reverse("catalogue:discover"))
    return HomeItem(
        kind=HomeKind.NEXT,
        title=page.title,
        action=_("Have a look"),
        url=page_path(page.url_path, language),
        text=_("You have not begun this yet."),
        minutes=module.study_minutes,
        organisation=module.owner,
        about=frozenset({about_module(module.pk)}),
    )
