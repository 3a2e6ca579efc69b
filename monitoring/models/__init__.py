from monitoring.models.alert import (
    Alert,
    AlertCheck,
    AlertCheckPhoto,
    AlertEvent,
    CheckHelp,
    CheckResult,
    IdentityDoubt,
)
from monitoring.models.case import (
    Case,
    CaseEvent,
    CaseEventMember,
    CasePaperProof,
    Measure,
    Paper,
    Step,
)

__all__ = [
    "Alert",
    "AlertCheck",
    "AlertCheckPhoto",
    "AlertEvent",
    "Case",
    "CaseEvent",
    "CaseEventMember",
    "CasePaperProof",
    "CheckHelp",
    "CheckResult",
    "IdentityDoubt",
    "Measure",
    "Paper",
    "Step",
]
