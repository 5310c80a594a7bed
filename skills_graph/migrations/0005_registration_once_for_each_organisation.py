import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Apart from the one before it: PostgreSQL changes no table in the transaction that filled it."""

    dependencies = [("skills_graph", "0004_registration_by_organisation")]

    operations = [
        migrations.AlterField(
            model_name="registration",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lxp.organisation"
            ),
        ),
        migrations.RemoveConstraint(model_name="registration", name="skills_graph_registration_one_current"),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(
                name="skills_graph_registration_one_current",
                fields=["person", "organisation", "register"],
                condition=Q(known_until__isnull=True),
            ),
        ),
    ]
