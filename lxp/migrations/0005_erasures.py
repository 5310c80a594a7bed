import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lxp", "0004_changes_to_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("requested_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked at")),
                ("wiped_at", models.DateTimeField(blank=True, null=True, verbose_name="wiped at")),
                ("keep_evidence_until", models.DateField(blank=True, null=True, verbose_name="evidence goes on")),
                ("plugins_done", models.JSONField(blank=True, default=list, verbose_name="plugins that have wiped")),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="erasure", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "wiped_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "erasure",
                "verbose_name_plural": "erasures",
                "ordering": ("requested_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wiped_at__isnull", True), ("wiped_at__gte", models.F("requested_at")), _connector="OR"
                        ),
                        name="lxp_erasure_wiped_after_request",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wiped_at__isnull", True), ("keep_evidence_until__isnull", False), _connector="OR"
                        ),
                        name="lxp_erasure_wiped_says_when_evidence_goes",
                    ),
                ],
            },
        ),
    ]
