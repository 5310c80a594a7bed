"""Nothing withdraws an attempt, and a course has one owner: what was never written goes."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0004_given_to_volunteers"),
        ("lxp", "0014_stamp_of_public_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="attempt",
            name="courses_attempt_one_under_way",
        ),
        migrations.RemoveField(
            model_name="attempt",
            name="withdrawn_at",
        ),
        migrations.RemoveField(
            model_name="course",
            name="co_owners",
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("completed_at__isnull", True)),
                fields=("person", "organisation", "module"),
                name="courses_attempt_one_under_way",
            ),
        ),
    ]
