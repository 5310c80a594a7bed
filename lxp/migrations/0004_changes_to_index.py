"""The changes that the search index must still take in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lxp", "0003_organisation_plugins")]

    operations = [
        migrations.CreateModel(
            name="SearchChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=100)),
                ("object_key", models.CharField(max_length=64)),
                ("number", models.BigIntegerField(help_text="Nanoseconds since 1970, of the last change.")),
            ],
            options={
                "verbose_name": "change to index",
                "verbose_name_plural": "changes to index",
                "indexes": [models.Index(fields=["number"], name="lxp_searchchange_number")],
                "constraints": [models.UniqueConstraint(fields=("model", "object_key"), name="lxp_searchchange_once")],
            },
        ),
    ]
