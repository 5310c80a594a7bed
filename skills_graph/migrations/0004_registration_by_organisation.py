import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

CHUNK = 500


def name_who_checked(apps, schema_editor):
    """What was checked so far was checked by one of the person's employers: the one that employed both, or their own.

    Of somebody whom nobody employs it stays with an employer of who checked it, as known until today. A row that leads to no
    organisation at all goes: from the next migration on each row has one, and nobody could read it. Going back needs nothing:
    the column goes, and what it said with it.
    """
    registration_model = apps.get_model("skills_graph", "Registration")
    membership_model = apps.get_model("lxp", "Membership")
    for row in registration_model.objects.filter(organisation__isnull=True).iterator(CHUNK):
        own = membership_model.objects.filter(person=row.person_id).order_by("pk")
        of_checker = membership_model.objects.filter(person=row.asserted_by_id).order_by("pk")
        employer = own.filter(organisation__in=of_checker.order_by().values("organisation")).first() or own.first()
        found = registration_model.objects.filter(pk=row.pk)
        if employer is not None:
            found.update(organisation=employer.organisation_id)
        elif checker := of_checker.first():
            closed_at = row.known_until or max(row.known_from, timezone.now())
            found.update(organisation=checker.organisation_id, known_until=closed_at)
        else:
            found.delete()


class Migration(migrations.Migration):
    dependencies = [("lxp", "0010_jobs"), ("skills_graph", "0003_words_by_language")]

    operations = [
        migrations.AddField(
            model_name="registration",
            name="organisation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lxp.organisation"
            ),
        ),
        migrations.RunPython(name_who_checked, migrations.RunPython.noop),
    ]
