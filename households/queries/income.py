"""Income of households: sums by category, 纯收入 and 扣除合规自付后, whole and per head."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Sum

from households.models import Household, IncomeLine, IncomeStatement

Category = IncomeLine.Category
INCOME = (Category.WAGES, Category.BUSINESS, Category.PROPERTY, Category.TRANSFER)
NOTHING = Decimal("0.00")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Income:
    """One statement in yuan. `by_category` holds every category, also those without a line."""

    statement: IncomeStatement
    by_category: dict[str, Decimal]

    @property
    def net(self) -> Decimal:
        """纯收入 = 工资性 + 生产经营性 + 财产性 + 转移性 − 生产经营性支出."""
        return sum((self.by_category[one] for one in INCOME), NOTHING) - self.by_category[Category.BUSINESS_COST]

    @property
    def own_medical(self) -> Decimal:
        """合规自付支出 that no 理赔/报销 gave back; never below zero."""
        return max(self.by_category[Category.MEDICAL_OWN] - self.by_category[Category.REIMBURSED], NOTHING)

    @property
    def net_after_own(self) -> Decimal:
        """扣除合规自付后."""
        return self.net - self.own_medical

    @property
    def net_per_head(self) -> Decimal:
        return self._per_head(self.net)

    @property
    def net_after_own_per_head(self) -> Decimal:
        return self._per_head(self.net_after_own)

    def _per_head(self, amount: Decimal) -> Decimal:
        return (amount / self.statement.people).quantize(CENT, ROUND_HALF_UP)


def incomes(statements: Iterable[IncomeStatement]) -> list[Income]:
    """The statements with their sums, in one further statement to the database."""
    statements = list(statements)
    sums: dict[int, dict[str, Decimal]] = {row.pk: dict.fromkeys(Category.values, NOTHING) for row in statements}
    lines = IncomeLine.objects.filter(statement__in=list(sums)).values_list("statement", "category")
    for pk, category, amount in lines.annotate(amount=Sum("amount_yuan")).order_by():
        sums[pk][category] = amount
    return [Income(row, sums[row.pk]) for row in statements]


def incomes_of(household: Household, known_at=None) -> list[Income]:
    """What is known of a household's years, the latest first."""
    rows = household.incomes.known(known_at).filter(kind=IncomeStatement.Kind.YEAR).order_by("-last_day", "-id")
    return incomes(rows)
