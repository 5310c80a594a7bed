"""A stamp beside the version of the graph: a change that is rolled back gives its number to another."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("skills_graph", "0001_competencies_and_ledger")]

    operations = [
        migrations.AddField(
            model_name="graphversion", name="stamp", field=models.UUIDField(default=uuid.uuid4, editable=False)
        ),
    ]
