import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("courses", "0001_modules_and_records"),
        ("lxp", "0003_organisation_plugins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Competency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("uri", models.CharField(max_length=255, unique=True, verbose_name="address")),
                ("code", models.CharField(blank=True, max_length=80, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("knowledge", "knowledge"),
                            ("skill", "skill"),
                            ("attitude", "attitude"),
                            ("task", "task"),
                            ("reserved", "reserved act"),
                            ("group", "group"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("labels", models.JSONField(blank=True, default=dict, verbose_name="title by language")),
                ("summary", models.TextField(blank=True, verbose_name="in short")),
                ("role", models.CharField(blank=True, max_length=40, verbose_name="CanMEDS role")),
                ("retired_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
            ],
            options={
                "verbose_name": "competency",
                "verbose_name_plural": "competencies",
                "ordering": ("title",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["knowledge", "skill", "attitude", "task", "reserved", "group"])
                        ),
                        name="skills_graph_competency_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Achievement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lxp.organisation"
                    ),
                ),
                (
                    "competency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="skills_graph.competency"
                    ),
                ),
            ],
            options={
                "verbose_name": "achievement",
                "verbose_name_plural": "achievements",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "competency", "level"), name="skills_graph_achievement_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CompetencyTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "known_from",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="known from"),
                ),
                (
                    "known_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="known until"),
                ),
                ("rollup", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="parts needed")),
                (
                    "renew_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="months until renewal"),
                ),
                ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                (
                    "asserted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "competency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="terms", to="skills_graph.competency"
                    ),
                ),
            ],
            options={
                "verbose_name": "terms of a competency",
                "verbose_name_plural": "terms of competencies",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("known_until__isnull", True), ("known_until__gte", models.F("known_from")), _connector="OR"
                        ),
                        name="skills_graph_competencyterms_closes_after_it_opens",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("known_until__isnull", True)),
                        fields=("competency",),
                        name="skills_graph_competencyterms_one_current",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("renew_months__isnull", True), ("renew_months__gt", 0), _connector="OR"),
                        name="skills_graph_competencyterms_renewal_takes_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DraftOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("block_id", models.UUIDField(blank=True, null=True, verbose_name="activity")),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("declaration", "own declaration"),
                            ("attendance", "attendance"),
                            ("reading", "read and confirmed"),
                            ("test", "test"),
                            ("practical", "assessed practical"),
                            ("diploma", "diploma"),
                            ("accreditation", "accreditation of prior learning"),
                            ("recognition", "recognised from another employer"),
                        ],
                        max_length=20,
                        verbose_name="kind of evidence",
                    ),
                ),
                ("is_entry", models.BooleanField(default=False, verbose_name="needed to start")),
                (
                    "competency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="skills_graph.competency",
                        verbose_name="competency",
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="draft_outcomes", to="courses.module"
                    ),
                ),
            ],
            options={
                "verbose_name": "outcome",
                "verbose_name_plural": "outcomes",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("block_id__isnull", False)),
                        fields=("module", "block_id", "competency", "is_entry"),
                        name="skills_graph_draftoutcome_once_per_activity",
                        violation_error_message="This module has this outcome already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("block_id__isnull", True)),
                        fields=("module", "competency", "is_entry"),
                        name="skills_graph_draftoutcome_once_per_module",
                        violation_error_message="This module has this outcome already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__gt", 0)), name="skills_graph_draftoutcome_level_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, verbose_name="statement")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("declaration", "own declaration"),
                            ("attendance", "attendance"),
                            ("reading", "read and confirmed"),
                            ("test", "test"),
                            ("practical", "assessed practical"),
                            ("diploma", "diploma"),
                            ("accreditation", "accreditation of prior learning"),
                            ("recognition", "recognised from another employer"),
                        ],
                        max_length=20,
                        verbose_name="kind of evidence",
                    ),
                ),
                (
                    "assurance",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "declared"), (2, "tested"), (3, "assessed")], verbose_name="assurance"
                    ),
                ),
                ("failed", models.BooleanField(default=False, verbose_name="failed")),
                ("occurred_on", models.DateField(verbose_name="happened on")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="recorded at"
                    ),
                ),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("revokes", models.UUIDField(blank=True, null=True, verbose_name="revokes")),
                ("attempt", models.UUIDField(blank=True, null=True, verbose_name="attempt")),
                ("block_id", models.UUIDField(blank=True, null=True, verbose_name="activity")),
                ("detail", models.JSONField(blank=True, default=dict, verbose_name="detail")),
                ("salt", models.CharField(max_length=32)),
                ("digest", models.CharField(max_length=64)),
                (
                    "assessor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "competency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="skills_graph.competency"
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lxp.organisation"
                    ),
                ),
                (
                    "module_version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="courses.moduleversion",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "evidence",
                "verbose_name_plural": "evidence",
                "ordering": ("person", "number"),
                "indexes": [
                    models.Index(fields=["competency", "person"], name="skills_graph_evidence_skill"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "uuid"), name="skills_graph_evidence_statement_once"),
                    models.UniqueConstraint(fields=("person", "number"), name="skills_graph_evidence_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("revokes__isnull", False)),
                        fields=("person", "revokes"),
                        name="skills_graph_evidence_revoked_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("assessor__isnull", True),
                            models.Q(("assessor", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="skills_graph_evidence_not_own",
                        violation_error_message="Nobody signs for themselves.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__gt", 0)), name="skills_graph_evidence_level_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("assurance__in", [1, 2, 3])), name="skills_graph_evidence_assurance_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "practical"), _negated=True), ("assessor__isnull", False), _connector="OR"
                        ),
                        name="skills_graph_evidence_practical_has_assessor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("occurred_on")),
                            _connector="OR",
                        ),
                        name="skills_graph_evidence_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revokes__isnull", True),
                            models.Q(("revokes", models.F("uuid")), _negated=True),
                            _connector="OR",
                        ),
                        name="skills_graph_evidence_never_revokes_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Framework",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uri", models.CharField(max_length=255, unique=True, verbose_name="address")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("version", models.CharField(blank=True, max_length=40, verbose_name="version")),
                ("licence", models.CharField(blank=True, max_length=255, verbose_name="licence")),
                ("attribution", models.TextField(blank=True, verbose_name="attribution")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lxp.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "framework",
                "verbose_name_plural": "frameworks",
            },
        ),
        migrations.AddField(
            model_name="competency",
            name="framework",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="competencies", to="skills_graph.framework"
            ),
        ),
        migrations.CreateModel(
            name="GraphVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "verbose_name": "version of the graph",
                "verbose_name_plural": "versions of the graph",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="skills_graph_graphversion_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                (
                    "assurance",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "declared"), (2, "tested"), (3, "assessed")], verbose_name="assurance"
                    ),
                ),
                ("until", models.DateField(verbose_name="until")),
                ("why", models.JSONField(default=dict, verbose_name="why")),
                ("graph_version", models.PositiveBigIntegerField(default=0)),
                (
                    "competency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="skills_graph.competency",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "holding",
                "verbose_name_plural": "holdings",
                "indexes": [
                    models.Index(fields=["competency", "level", "until", "person"], name="skills_graph_holding_who"),
                    models.Index(fields=["until"], name="skills_graph_holding_until"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "competency", "level", "assurance", "until"), name="skills_graph_holding_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuerKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_multibase", models.CharField(max_length=100, unique=True, verbose_name="public key")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made at")),
                ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="no longer signs since")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="no longer trusted since")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="issuer_keys", to="lxp.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "signing key",
                "verbose_name_plural": "signing keys",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at__isnull", True), ("revoked_at__isnull", True)),
                        fields=("organisation",),
                        name="skills_graph_issuerkey_one_signs",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("block_id", models.UUIDField(blank=True, null=True, verbose_name="activity")),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("declaration", "own declaration"),
                            ("attendance", "attendance"),
                            ("reading", "read and confirmed"),
                            ("test", "test"),
                            ("practical", "assessed practical"),
                            ("diploma", "diploma"),
                            ("accreditation", "accreditation of prior learning"),
                            ("recognition", "recognised from another employer"),
                        ],
                        max_length=20,
                        verbose_name="kind of evidence",
                    ),
                ),
                ("is_entry", models.BooleanField(default=False, verbose_name="needed to start")),
                (
                    "competency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="skills_graph.competency",
                        verbose_name="competency",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="courses.moduleversion"
                    ),
                ),
            ],
            options={
                "verbose_name": "outcome of a version",
                "verbose_name_plural": "outcomes of versions",
                "indexes": [
                    models.Index(fields=["competency", "level"], name="skills_graph_outcome_by_skill"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("block_id__isnull", False)),
                        fields=("version", "block_id", "competency", "is_entry"),
                        name="skills_graph_outcome_once_per_activity",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("block_id__isnull", True)),
                        fields=("version", "competency", "is_entry"),
                        name="skills_graph_outcome_once_per_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__gt", 0)), name="skills_graph_outcome_level_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("uri", models.CharField(max_length=255, unique=True, verbose_name="address")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("labels", models.JSONField(blank=True, default=dict, verbose_name="title by language")),
                (
                    "framework",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="profiles",
                        to="skills_graph.framework",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lxp.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "job profile",
                "verbose_name_plural": "job profiles",
                "ordering": ("title",),
            },
        ),
        migrations.CreateModel(
            name="JobProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "known_from",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="known from"),
                ),
                (
                    "known_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="known until"),
                ),
                ("job", models.CharField(max_length=120, verbose_name="job")),
                (
                    "asserted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lxp.organisation"
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="jobs", to="skills_graph.profile"
                    ),
                ),
            ],
            options={
                "verbose_name": "profile of a job",
                "verbose_name_plural": "profiles of jobs",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("known_until__isnull", True), ("known_until__gte", models.F("known_from")), _connector="OR"
                        ),
                        name="skills_graph_jobprofile_closes_after_it_opens",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("known_until__isnull", True)),
                        fields=("organisation", "job", "profile"),
                        name="skills_graph_jobprofile_one_current",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecognitionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "known_from",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="known from"),
                ),
                (
                    "known_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="known until"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("declaration", "own declaration"),
                            ("attendance", "attendance"),
                            ("reading", "read and confirmed"),
                            ("test", "test"),
                            ("practical", "assessed practical"),
                            ("diploma", "diploma"),
                            ("accreditation", "accreditation of prior learning"),
                            ("recognition", "recognised from another employer"),
                        ],
                        max_length=20,
                        verbose_name="kind of evidence",
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                (
                    "max_age_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at most so many months old"),
                ),
                ("gives_level", models.PositiveSmallIntegerField(verbose_name="gives level")),
                (
                    "accepting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lxp.organisation"
                    ),
                ),
                (
                    "asserted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "competency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="skills_graph.competency"
                    ),
                ),
                (
                    "gives",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="skills_graph.competency"
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lxp.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "recognition",
                "verbose_name_plural": "recognitions",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("known_until__isnull", True), ("known_until__gte", models.F("known_from")), _connector="OR"
                        ),
                        name="skills_graph_recognitionrule_closes_after_it_opens",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("known_until__isnull", True)),
                        fields=("accepting", "issuer", "competency", "kind", "level"),
                        name="skills_graph_recognition_one_current",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accepting", models.F("issuer")), _negated=True),
                        name="skills_graph_recognition_of_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "known_from",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="known from"),
                ),
                (
                    "known_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="known until"),
                ),
                ("register", models.CharField(default="BIG", max_length=40, verbose_name="register")),
                ("number", models.CharField(max_length=40, verbose_name="number")),
                ("checked_on", models.DateField(verbose_name="checked on")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until and including")),
                (
                    "asserted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registrations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "registration",
                "verbose_name_plural": "registrations",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("known_until__isnull", True), ("known_until__gte", models.F("known_from")), _connector="OR"
                        ),
                        name="skills_graph_registration_closes_after_it_opens",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("known_until__isnull", True)),
                        fields=("person", "register"),
                        name="skills_graph_registration_one_current",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Relation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "known_from",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="known from"),
                ),
                (
                    "known_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="known until"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("broader", "part of"),
                            ("implies", "implies"),
                            ("equivalent", "the same as"),
                            ("requires", "asks first"),
                            ("close", "close to"),
                            ("related", "related to"),
                            ("replaced", "replaced by"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("at", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at level")),
                ("gives", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="gives level")),
                (
                    "assurance",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "declared"), (2, "tested"), (3, "assessed")], default=1, verbose_name="assurance"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("proposed", "proposed"), ("accepted", "accepted"), ("rejected", "rejected")],
                        default="accepted",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("provenance", models.CharField(blank=True, max_length=255, verbose_name="provenance")),
                (
                    "asserted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relations",
                        to="skills_graph.competency",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_relations",
                        to="skills_graph.competency",
                    ),
                ),
            ],
            options={
                "verbose_name": "relation",
                "verbose_name_plural": "relations",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["target", "kind"], name="skills_graph_relation_target"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("known_until__isnull", True), ("known_until__gte", models.F("known_from")), _connector="OR"
                        ),
                        name="skills_graph_relation_closes_after_it_opens",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("known_until__isnull", True)),
                        fields=("source", "target", "kind"),
                        name="skills_graph_relation_one_current",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True),
                        name="skills_graph_relation_not_to_itself",
                        violation_error_message="A competency cannot be related to itself.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("assurance__in", [1, 2, 3])), name="skills_graph_relation_assurance_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Requirement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "known_from",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="known from"),
                ),
                (
                    "known_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="known until"),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                (
                    "assurance",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "declared"), (2, "tested"), (3, "assessed")], default=1, verbose_name="assurance"
                    ),
                ),
                (
                    "strength",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "essential"), (2, "important"), (3, "useful")], default=1, verbose_name="strength"
                    ),
                ),
                (
                    "asserted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "competency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="skills_graph.competency"
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requirements",
                        to="skills_graph.profile",
                    ),
                ),
            ],
            options={
                "verbose_name": "requirement",
                "verbose_name_plural": "requirements",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("known_until__isnull", True), ("known_until__gte", models.F("known_from")), _connector="OR"
                        ),
                        name="skills_graph_requirement_closes_after_it_opens",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("known_until__isnull", True)),
                        fields=("profile", "competency"),
                        name="skills_graph_requirement_one_current",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__gt", 0)), name="skills_graph_requirement_level_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Scale",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="short name")),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("levels", models.JSONField(default=list, verbose_name="levels")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lxp.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "scale",
                "verbose_name_plural": "scales",
            },
        ),
        migrations.AddField(
            model_name="framework",
            name="scale",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="frameworks", to="skills_graph.scale"
            ),
        ),
        migrations.CreateModel(
            name="ScaleMap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "known_from",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="known from"),
                ),
                (
                    "known_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="known until"),
                ),
                ("ranks", models.JSONField(default=list, verbose_name="ranks")),
                ("source_text", models.CharField(blank=True, max_length=300, verbose_name="source")),
                (
                    "asserted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="maps", to="skills_graph.scale"
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="skills_graph.scale"
                    ),
                ),
            ],
            options={
                "verbose_name": "map between scales",
                "verbose_name_plural": "maps between scales",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("known_until__isnull", True), ("known_until__gte", models.F("known_from")), _connector="OR"
                        ),
                        name="skills_graph_scalemap_closes_after_it_opens",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("known_until__isnull", True)),
                        fields=("source", "target"),
                        name="skills_graph_scalemap_one_current",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True),
                        name="skills_graph_scalemap_between_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("size", models.PositiveIntegerField(default=131072, verbose_name="size")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lxp.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "status list",
                "verbose_name_plural": "status lists",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "number"), name="skills_graph_statuslist_number_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "assurance",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "declared"), (2, "tested"), (3, "assessed")], verbose_name="assurance"
                    ),
                ),
                ("until", models.DateField(verbose_name="until")),
                ("evidence", models.JSONField(default=list, verbose_name="evidence")),
                ("status_index", models.PositiveIntegerField(verbose_name="place in the status list")),
                ("document", models.JSONField(default=dict, verbose_name="credential")),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="issued at")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                ("revocation_reason", models.CharField(blank=True, max_length=40, verbose_name="reason of withdrawal")),
                (
                    "achievement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credentials",
                        to="skills_graph.achievement",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credentials",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="skills_graph.issuerkey"
                    ),
                ),
                (
                    "status_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credentials",
                        to="skills_graph.statuslist",
                    ),
                ),
            ],
            options={
                "verbose_name": "credential",
                "verbose_name_plural": "credentials",
                "ordering": ("-issued_at",),
                "indexes": [
                    models.Index(fields=["person", "-issued_at"], name="skills_graph_credential_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("status_list", "status_index"), name="skills_graph_credential_status_index_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("person", "achievement"),
                        name="skills_graph_credential_one_stands",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True), ("revoked_at__gte", models.F("issued_at")), _connector="OR"
                        ),
                        name="skills_graph_credential_withdrawn_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AssessorAuthorisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "known_from",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="known from"),
                ),
                (
                    "known_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="known until"),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until and including")),
                (
                    "asserted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lxp.organisation"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authorisations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "competency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="skills_graph.competency"
                    ),
                ),
            ],
            options={
                "verbose_name": "authority to assess",
                "verbose_name_plural": "authorities to assess",
                "abstract": False,
                "indexes": [models.Index(fields=["organisation", "competency"], name="skills_graph_authority_who")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("known_until__isnull", True), ("known_until__gte", models.F("known_from")), _connector="OR"
                        ),
                        name="skills_graph_assessorauthorisation_closes_after_it_opens",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="skills_graph_authority_ends_after_start",
                        violation_error_message="An authority cannot end before it starts.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("known_until__isnull", True)),
                        fields=("person", "organisation", "competency", "starts_on"),
                        name="skills_graph_authority_one_current",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="competency",
            index=models.Index(fields=["framework", "kind"], name="skills_graph_competency_kind"),
        ),
    ]
