from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("skills_graph", "0007_issuer_and_rule_of_a_holding")]

    operations = [
        migrations.AddIndex(
            model_name="holding",
            index=models.Index(
                condition=models.Q(("assurance", 3)),
                fields=["competency", "level", "until", "rule", "issuer", "person"],
                name="skills_graph_holding_firm",
            ),
        ),
    ]
