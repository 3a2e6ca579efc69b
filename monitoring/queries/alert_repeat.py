"""重复推送: the same source sends a person again, and the last answer may still hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.options import value_of
from monitoring.models import Alert, AlertCheck, CheckResult
from monitoring.options.alert import REPEAT_RISE

# Answers that say something is still to come: they are given anew.
_NOT_KEPT = {CheckResult.PROPOSE, CheckResult.WRONG}


@dataclass(frozen=True)
class LastAnswer:
    """What was answered when the same source sent the person before; `refusal` says why it cannot be kept."""

    alert: Alert
    then: Alert
    check: AlertCheck
    limit: Decimal

    @property
    def rise(self) -> Decimal | None:
        return self.alert.rise_yuan

    @property
    def is_small(self) -> bool:
        return self.rise is None or self.rise <= self.limit

    @property
    def may_be_kept(self) -> bool:
        return self.is_small and self.check.result not in _NOT_KEPT


def last_answer(alert: Alert, day: date) -> LastAnswer | None:
    """The answer to the alert that this one repeats; None when it repeats none, or that one is not answered."""
    then = alert.previous
    if then is None or then.answer is None:
        return None
    limit = value_of(REPEAT_RISE, village_code=alert.village_code, day=day)
    return LastAnswer(alert, then, then.answer, Decimal(limit))


def keepable(alerts: Sequence[Alert], day: date) -> LastAnswer | None:
    """The last answer that covers all the alerts waiting on a person; None when one of them is new or has risen."""
    answers = [last_answer(alert, day) for alert in alerts]
    if not answers or not all(answer and answer.may_be_kept for answer in answers):
        return None
    return max((answer for answer in answers if answer), key=lambda answer: (answer.check.on, answer.check.pk))
