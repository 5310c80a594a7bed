"""A holding says by which rule and by whose evidence it is decided: what deserves a credential is one condition on columns."""

import django.db.models.deletion
from django.db import migrations, models


def derive_everybody_anew(apps, schema_editor):
    """Deriving fills the columns; until then nothing new is issued to whom it concerns."""
    version, _is_new = apps.get_model("skills_graph", "GraphVersion").objects.get_or_create(pk=1)
    if apps.get_model("skills_graph", "Holding").objects.exists():
        version.number += 1
        version.save(update_fields=["number"])
        apps.get_model("skills_graph", "GraphChange").objects.create(number=version.number, competency=None)


class Migration(migrations.Migration):
    dependencies = [("skills_graph", "0006_whom_a_change_concerns")]

    operations = [
        migrations.AddField(
            model_name="holding",
            name="rule",
            field=models.CharField(db_default="", max_length=20),
        ),
        migrations.AddField(
            model_name="holding",
            name="issuer",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="lxp.organisation",
            ),
        ),
        migrations.RunPython(derive_everybody_anew, migrations.RunPython.noop),
    ]
