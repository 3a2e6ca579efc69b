from django.db import migrations


class Migration(migrations.Migration):
    """The planner must know how rare a pair is: by the usual sample it reads a whole township beside the pair's few."""

    dependencies = [("households", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER INDEX person_bigrams ALTER COLUMN 1 SET STATISTICS 500",
            "ALTER INDEX person_bigrams ALTER COLUMN 1 SET STATISTICS -1",
        ),
    ]
