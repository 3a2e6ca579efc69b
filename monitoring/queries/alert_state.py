"""What an alert's columns say, worked out of its events: they are shadows, this is the body."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from monitoring.models import Alert, AlertCheck, AlertEvent

State, Kind = Alert.State, AlertEvent.Kind

_STATES = {
    Kind.RECEIVED: State.RECEIVED,
    Kind.HANDED_OUT: State.HANDED_OUT,
    Kind.TAKEN_BACK: State.RECEIVED,
    Kind.CHECKED: State.ANSWERED,
    Kind.SENT_BACK: State.SENT_BACK,
    Kind.PROPOSED: State.PROPOSED,
    Kind.CLOSED: State.CLOSED,
    Kind.VOIDED: State.CLOSED,
}
_UNANSWERED = {Kind.RECEIVED, Kind.HANDED_OUT, Kind.TAKEN_BACK, Kind.SENT_BACK, Kind.VOIDED}
_SETS_DUE = {Kind.RECEIVED, Kind.HANDED_OUT, Kind.TAKEN_BACK, Kind.SENT_BACK, Kind.DUE_MOVED}

# What may stand after an act without being overtaken by its withdrawal.
BESIDE = (Kind.REMINDED, Kind.LINKED)


@dataclass(frozen=True)
class Shadow:
    """The columns of an alert that follow from its events."""

    state: str
    village_code: str
    due_on: date | None = None
    answer: AlertCheck | None = None
    returned_on: date | None = None

    @property
    def result(self) -> str:
        return self.answer.result if self.answer else ""

    def columns(self) -> dict[str, object]:
        return {
            "state": self.state,
            "village_code": self.village_code,
            "due_on": self.due_on,
            "answer": self.answer,
            "result": self.result,
            "returned_on": self.returned_on,
        }


def shadow_of(events: Iterable[AlertEvent]) -> Shadow:
    """Fold an alert's known events, in the order in which they were written; the first is its receipt."""
    shadow = Shadow(State.RECEIVED, "")
    for event in sorted(events, key=lambda event: event.pk):
        shadow = _after(shadow, event)
    return shadow


def _after(shadow: Shadow, event: AlertEvent) -> Shadow:
    kind = Kind(event.kind)
    shadow = replace(shadow, village_code=event.village_code, state=_STATES.get(kind, shadow.state))
    if kind in _SETS_DUE:
        shadow = replace(shadow, due_on=event.due_on)
    if kind in _UNANSWERED:
        shadow = replace(shadow, answer=None)
    if kind == Kind.CHECKED:
        shadow = replace(shadow, answer=event.check_made)
    if kind == Kind.RETURNED:
        shadow = replace(shadow, returned_on=event.on)
    return shadow
