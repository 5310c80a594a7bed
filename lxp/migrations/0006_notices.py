import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lxp", "0005_erasures"),
    ]

    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("sending", "is being sent"),
                            ("sent", "sent"),
                            ("given_up", "given up"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("try_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="not before")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made at")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("failure", models.CharField(blank=True, max_length=120, verbose_name="why it failed")),
                ("day", models.DateField(verbose_name="day")),
                ("item_count", models.PositiveSmallIntegerField(verbose_name="items")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "digest",
                "verbose_name_plural": "digests",
                "ordering": ("-day",),
                "indexes": [models.Index(fields=["state", "try_at"], name="lxp_digest_waiting")],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "day"), name="lxp_digest_one_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="lxp_digest_sent_says_when",
                    ),
                    models.CheckConstraint(condition=models.Q(("item_count__gt", 0)), name="lxp_digest_says_something"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("sending", "is being sent"),
                            ("sent", "sent"),
                            ("given_up", "given up"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("try_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="not before")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made at")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("failure", models.CharField(blank=True, max_length=120, verbose_name="why it failed")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("offer", "A place is offered to me, and the offer ends today"),
                            ("booking", "A booked place changes within 24 hours"),
                            ("sign_off", "An assessor answered me, or a proof was withdrawn"),
                            ("security", "Something changed in my account"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("key", models.CharField(max_length=120, verbose_name="about")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("url", models.CharField(blank=True, max_length=500, verbose_name="address")),
                ("action", models.CharField(blank=True, max_length=100, verbose_name="what to do")),
                ("address", models.EmailField(blank=True, max_length=254, verbose_name="to another address")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ("-made_at",),
                "indexes": [models.Index(fields=["state", "try_at"], name="lxp_notice_waiting")],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "kind", "key"), name="lxp_notice_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["offer", "booking", "sign_off", "security"])),
                        name="lxp_notice_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="lxp_notice_sent_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_on", models.BooleanField(default=True, verbose_name="digest")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "Monday"),
                            (2, "Tuesday"),
                            (3, "Wednesday"),
                            (4, "Thursday"),
                            (5, "Friday"),
                            (6, "Saturday"),
                            (7, "Sunday"),
                        ],
                        null=True,
                        verbose_name="day",
                    ),
                ),
                ("hour", models.PositiveSmallIntegerField(default=8, verbose_name="from this hour")),
                ("muted", models.JSONField(blank=True, default=list, verbose_name="kinds that are not wanted")),
                ("looked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="told until")),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_settings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "settings of mail",
                "verbose_name_plural": "settings of mail",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hour__lte", 23)), name="lxp_noticesettings_hour_of_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weekday__isnull", True),
                            models.Q(("weekday__gte", 1), ("weekday__lte", 7)),
                            _connector="OR",
                        ),
                        name="lxp_noticesettings_day_of_a_week",
                    ),
                ],
            },
        ),
    ]
