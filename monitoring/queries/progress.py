"""How far a case has come: a fold over its events and nothing else, so that state is what the events say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from monitoring.models import Case, CaseEvent, Step
from monitoring.models.step import behind

Needs = Mapping[Step, tuple[Step, ...]]
_STATES = {
    Step.APPROVED: Case.State.MONITORED,
    Step.LABELLED: Case.State.LABELLED,
    Step.ELIMINATED: Case.State.ELIMINATED,
    Step.ENDED: Case.State.ENDED,
}


def is_over(event: CaseEvent) -> bool:
    """Whether nothing is left to do for the step: a comparison has come back, a publicity has its result."""
    if event.step in Step.publicities():
        return bool(event.detail.get("result"))
    return event.step != Step.COMPARED or event.ends_on is not None


@dataclass(frozen=True)
class Progress:
    """The steps that stand, by step; those sent back or refused stand no more. `studies` are all 综合研判."""

    state: Case.State
    standing: Mapping[Step, CaseEvent]
    studies: tuple[CaseEvent, ...] = ()
    kind: str = ""
    turned_down: CaseEvent | None = None
    history: tuple[CaseEvent, ...] = field(default=(), repr=False)

    def is_done(self, step: Step) -> bool:
        return step in self.standing and is_over(self.standing[step])

    def day_of(self, step: Step) -> date | None:
        event = self.standing.get(step)
        return event.on if event else None

    def end_of(self, step: Step) -> date | None:
        """The last day of a step that stands; of one day for most."""
        event = self.standing.get(step)
        return (event.ends_on or event.on) if event else None

    def due(self, needs: Needs) -> list[Step]:
        """The steps that may be registered now, in the order in which a case goes."""
        return [step for step in Step if step in needs and self.may_come(step) and self.missing(step, needs) == []]

    def may_come(self, step: Step) -> bool:
        if step == Step.ENDED:
            return self.state not in (Case.State.ENDED, Case.State.REFUSED)
        if step in Step.repeated():
            return self.state in Case.State.unresolved()
        return step not in self.standing and self.state in _states_for(step)

    def missing(self, step: Step, needs: Needs) -> list[Step]:
        return [each for each in needs[step] if not self.is_done(each)]


def _states_for(step: Step) -> list[str]:
    if step in (Step.ANNOUNCED, Step.ENTERED):
        return [*Case.State.unresolved(), Case.State.ELIMINATED]
    if step in Step.identifying():
        return [Case.State.IDENTIFYING]
    return [Case.State.MONITORED] if step == Step.LABELLED else Case.State.unresolved()


def progress(events: Iterable[CaseEvent], needs: Needs) -> Progress:
    """Fold the standing events of one case in the order of their positions."""
    standing: dict[Step, CaseEvent] = {}
    studies: list[CaseEvent] = []
    state, kind, turned_down = Case.State.IDENTIFYING, "", None
    history = tuple(sorted(events, key=lambda event: event.position))
    for event in history:
        step = Step(event.step)
        kind = event.detail.get("kind", kind)
        if event.outcome == CaseEvent.Outcome.SENT_BACK:
            turned_down = event
            for fallen in behind(Step(event.detail["back_to"]), needs):
                standing.pop(fallen, None)
        elif event.outcome == CaseEvent.Outcome.REFUSED:
            turned_down = event
            if step in Step.eliminating():
                for fallen in Step.eliminating():
                    standing.pop(fallen, None)
            elif state == Case.State.IDENTIFYING:
                state = Case.State.REFUSED
        elif step == Step.STUDIED:
            studies.append(event)
        elif step != Step.RECLASSIFIED:
            standing[step] = event
            state = _STATES.get(step, state)
            turned_down = None
    return Progress(state, standing, tuple(studies), kind, turned_down, history)
