"""A stamp beside the public number: a change that is rolled back gives its number to another."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lxp", "0013_number_to_call")]

    operations = [
        migrations.AddField(
            model_name="publicstamp", name="stamp", field=models.UUIDField(default=uuid.uuid4, editable=False)
        ),
    ]
