"""Who is behind is one number for each person, and what a change concerns is noted, so that nobody else is derived anew."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def keep_who_is_behind(apps, schema_editor):
    """Where somebody was derived by an older graph, everybody is behind, once."""
    version = apps.get_model("skills_graph", "GraphVersion").objects.filter(pk=1).first()
    older = apps.get_model("skills_graph", "Holding").objects
    if version is not None and older.filter(graph_version__lt=version.number).exists():
        apps.get_model("skills_graph", "GraphChange").objects.create(number=version.number, competency=None)


class Migration(migrations.Migration):
    dependencies = [
        ("skills_graph", "0005_registration_once_for_each_organisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="graphversion", name="words", field=models.UUIDField(default=uuid.uuid4, editable=False)
        ),
        migrations.CreateModel(
            name="Derivation",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="derivation",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("graph_version", models.PositiveBigIntegerField()),
            ],
            options={"verbose_name": "derivation", "verbose_name_plural": "derivations"},
        ),
        migrations.CreateModel(
            name="GraphChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "competency",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="skills_graph.competency",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of the graph",
                "verbose_name_plural": "changes of the graph",
                "indexes": [models.Index(fields=["competency", "number"], name="skills_graph_change_skill")],
            },
        ),
        migrations.RunPython(keep_who_is_behind, migrations.RunPython.noop),
        migrations.RemoveField(model_name="holding", name="graph_version"),
    ]
