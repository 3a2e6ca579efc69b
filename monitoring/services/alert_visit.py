"""A check at home is a visit of the household too: 走访 counts it, once."""

from datetime import date
from uuid import UUID, uuid5

from accounts.models import User
from households.models import Visit
from households.services.visit import record_visit
from monitoring.models import AlertCheck


def visit_uid(check: AlertCheck) -> UUID:
    return uuid5(check.uid, "visit")


def note_visit(*, check: AlertCheck, by: User, today: date) -> None:
    """Add the visit of a check at the home of a household on file and open on the day."""
    household = check.household
    if check.method != AlertCheck.Method.HOME or household is None:
        return
    if household.closed_on is None or check.on < household.closed_on:
        record_visit(
            household=household,
            on=check.on,
            by=by,
            today=today,
            kind=Visit.Kind.ALERT,
            visitor=check.checker,
            findings="，".join(filter(None, [check.get_result_display(), check.note])),
            uid=visit_uid(check),
        )


def take_visits_back(*, checks: list[AlertCheck]) -> None:
    Visit.objects.filter(uid__in=[visit_uid(check) for check in checks]).withdraw()
