"""What is to be written of a step, before it is checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from monitoring.models import CaseEvent, Paper, Step

Outcome = CaseEvent.Outcome


@dataclass(frozen=True)
class Draft:
    step: Step
    on: date
    outcome: str = Outcome.PASSED
    ends_on: date | None = None
    number: str = ""
    note: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    paper: Paper | None = None
