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
from households.models.household import (
    FactChange,
    Household,
    Membership,
    OnFileSpell,
    Person,
    Registration,
)

__all__ = [
    "FactChange",
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
