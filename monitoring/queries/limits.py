"""What a division has set for cases on a day: order, limits, lists. One statement for any number of cases."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Setting
from accounts.options import options, prefixes
from monitoring.models.step import ANHUI_ORDER, Step, is_order, needs
from monitoring.options.case import NAMES, STEPS, VISITS


@dataclass(frozen=True)
class Limits:
    """The settings of cases for one division on one day."""

    order: tuple[Step, ...]
    authorise_days: int
    verify_days: int
    assess_days: int
    publicity_days: int
    approve_days: int
    measure_days: int
    visit_days: int
    eliminate_months: int
    follow_months: int
    income_months: int
    range_yuan: int
    risks: tuple[str, ...]
    measures: tuple[str, ...]
    proofs: tuple[tuple[str, str], ...]

    @property
    def needs(self) -> dict[Step, tuple[Step, ...]]:
        return needs(self.order)


class LimitBook:
    """All that is set for cases, read once: for a village the longest prefix wins, then the latest day."""

    def __init__(self) -> None:
        rows = Setting.objects.filter(name__in=NAMES).order_by("valid_from")
        self._rows = list(rows.values_list("name", "prefix", "valid_from", "value"))
        self._known: dict[tuple[str, date], Limits] = {}

    def of(self, village_code: str, day: date) -> Limits:
        key = (village_code, day)
        if key not in self._known:
            self._known[key] = self._resolve(village_code, day)
        return self._known[key]

    def _resolve(self, village_code: str, day: date) -> Limits:
        set_here = {(name, prefix): value for name, prefix, valid_from, value in self._rows if valid_from <= day}
        values = {_field(name): options[name].default for name in NAMES}
        for name in NAMES:
            prefix = next((each for each in prefixes(village_code) if (name, each) in set_here), None)
            if prefix is not None:
                values[_field(name)] = options[name].read(set_here[name, prefix])
        order = tuple(STEPS[word] for word in values.pop("order") if word in STEPS)
        proofs = tuple((step, paper) for step, _, paper in (line.rpartition("：") for line in values.pop("proofs")))
        risks, measures = tuple(values.pop("risks")), tuple(values.pop("measures"))
        order = order if is_order(order) else ANHUI_ORDER
        return Limits(order=order, proofs=proofs, risks=risks, measures=measures, **values)


def _field(name: str) -> str:
    return "visit_days" if name == VISITS else name.removeprefix("case_")


def limits_of(village_code: str, day: date) -> Limits:
    return LimitBook().of(village_code, day)
