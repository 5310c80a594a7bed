"""What the services keep, the database keeps too. On SQLite the tables are made anew; the guards of the ledger come back after it."""

from django.db import migrations, models

KINDS = ["declaration", "attendance", "reading", "test", "practical", "diploma", "accreditation", "recognition"]


class Migration(migrations.Migration):
    dependencies = [("skills_graph", "0008_index_of_firm_holdings")]

    operations = [
        migrations.AddConstraint(
            model_name="achievement",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gt", 0)), name="skills_graph_achievement_level_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("assurance__in", [1, 2, 3]),
                    ("revocation_reason__in", ["", "superseded", "evidence", "holding", "key"]),
                    ("status_index__lt", 2097152),
                ),
                name="skills_graph_credential_values_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="draftoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", KINDS)), name="skills_graph_draftoutcome_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", KINDS)), name="skills_graph_evidence_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(("assurance__in", [1, 2, 3]), ("level__gt", 0)),
                name="skills_graph_holding_values_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", KINDS)), name="skills_graph_outcome_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="recognitionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("gives_level__gt", 0), ("kind__in", KINDS), ("level__gt", 0)),
                name="skills_graph_recognition_values_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("at__isnull", True), ("at__gt", 0), _connector="OR"),
                    models.Q(("gives__isnull", True), ("gives__gt", 0), _connector="OR"),
                    ("kind__in", ["broader", "implies", "equivalent", "requires", "close", "related", "replaced"]),
                    ("status__in", ["proposed", "accepted", "rejected"]),
                ),
                name="skills_graph_relation_values_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="requirement",
            constraint=models.CheckConstraint(
                condition=models.Q(("assurance__in", [1, 2, 3]), ("strength__in", [1, 2, 3])),
                name="skills_graph_requirement_values_known",
            ),
        ),
    ]
