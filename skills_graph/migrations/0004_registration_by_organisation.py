import django.db.models.deletion
from django.db import migrations, models


def name_who_checked(apps, schema_editor):
    """What was checked so far was checked by one of the person's employers: the one that employed both, or their own."""
    registration_model = apps.get_model("skills_graph", "Registration")
    membership_model = apps.get_model("lxp", "Membership")
    for row in registration_model.objects.filter(organisation__isnull=True):
        own = membership_model.objects.filter(person=row.person_id)
        shared = own.filter(
            organisation__in=membership_model.objects.filter(person=row.asserted_by_id).values("organisation")
        )
        membership = shared.order_by("pk").first() or own.order_by("pk").first()
        if membership is None:
            row.delete()
        else:
            registration_model.objects.filter(pk=row.pk).update(organisation=membership.organisation_id)


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
