from households.models.circumstance import (
    Guarantee,
    HelperAssignment,
    IncomeLine,
    IncomeStatement,
    Safeguard,
    Visit,
    VisitPhoto,
    Work,
)
from households.models.fact import FactChange, FactProposal
from households.models.household import Household, Membership, Person
from households.models.registration import OnFileSpell, Registration

__all__ = [
    "FactChange",
    "FactProposal",
    "Guarantee",
    "HelperAssignment",
    "Household",
    "IncomeLine",
    "IncomeStatement",
    "Membership",
    "OnFileSpell",
    "Person",
    "Registration",
    "Safeguard",
    "Visit",
    "VisitPhoto",
    "Work",
]
