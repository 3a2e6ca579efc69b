from django.db import migrations
from django.db.models import CheckConstraint, F, Q


class Migration(migrations.Migration):

    dependencies = [("monitoring", "0002_alert_is_somewhere")]

    operations = [
        migrations.AddConstraint(
            model_name="paper",
            constraint=CheckConstraint(
                name="paper_meeting_is_attended",
                condition=~Q(kind="meeting")
                | Q(withdrawn_at__isnull=False)
                | Q(expected=None)
                | Q(present=None)
                | Q(expected__lte=F("present") * 3 / 2),
                violation_error_message="实到不到应到的三分之二，会议不算数；请核对人数",
            ),
        ),
    ]
