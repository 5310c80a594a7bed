"""What an organisation gives its volunteers."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from courses.models import GivenToVolunteers, Module
from lxp.models import Organisation, PublicStamp


@transaction.atomic
def give_to_volunteers(*, organisation: Organisation, modules: Collection[Module]) -> bool:
    """Let the volunteers of an organisation find these modules and no others. Returns whether that changed.

    What the organisation itself does not find, they do not find either, whatever is given.
    """
    wanted = {each.pk for each in modules}
    rows = GivenToVolunteers.objects.filter(organisation=organisation)
    known = set(rows.values_list("module", flat=True))
    if wanted == known:
        return False
    rows.filter(module__in=known - wanted).delete()
    GivenToVolunteers.objects.bulk_create(
        [GivenToVolunteers(organisation=organisation, module_id=pk) for pk in sorted(wanted - known)],
        ignore_conflicts=True,
    )
    PublicStamp.raise_number()  # what each group of readers finds is kept under it
    return True
