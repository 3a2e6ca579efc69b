from monitoring.models.alert import Alert, AlertEvent
from monitoring.models.case import Case, CaseEvent, CaseEventMember
from monitoring.models.check import AlertCheck, AlertCheckPhoto, CheckHelp, CheckResult
from monitoring.models.doubt import IdentityDoubt
from monitoring.models.measure import Measure
from monitoring.models.paper import Paper
from monitoring.models.proof import CasePaperProof
from monitoring.models.step import Step

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
