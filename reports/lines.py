"""The lines of a summary: which figures it shows through which windows, and what they are called there.

One table beside the Word template (`reports/word/half_year.docx`), whose tags are slug and kind of a line.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from accounts.options import Values
from paibou.lib.figures import Kind, Window, figures
from paibou.lib.refused import Refused
from paibou.lib.wording import full_day
from reports.engine import Asked
from reports.options import COUNTED_BY


def refuse_period(start: date | None, end: date, today: date) -> None:
    """What may be asked, on a page or by a command: no days to come, no period turned round."""
    if end > today:
        raise Refused(f"截止日期 {full_day(end)} 还没到；写到今天（{full_day(today)}）为止")
    if start and start > end:
        raise Refused(f"起始日期 {full_day(start)} 晚于截止日期 {full_day(end)}，请核对")


@dataclass(frozen=True)
class Terms:
    """What a summary is of: a division, a period (`end` is its last day), what was known, and what counts how."""

    prefix: str
    start: date
    end: date
    known_at: datetime
    since: date
    counted_by: str = "approved"

    @classmethod
    def today(cls, *, prefix: str, start: date, end: date, known_at: datetime) -> "Terms":
        """With the settings that hold for the division on the last day."""
        chosen = Values(["report_counted_by", "report_since"], day=end, village_codes=[prefix])
        by, since = (chosen.of(name, prefix) for name in ("report_counted_by", "report_since"))
        return cls(prefix, start, end, known_at, since, COUNTED_BY[by])


@dataclass(frozen=True)
class Line:
    """A figure through a window. Label and unit stand here only where they differ from the figure's."""

    slug: str
    kind: Kind
    own_label: str = ""
    own_unit: str = ""

    @property
    def label(self) -> str:
        return self.own_label or figures[self.slug].label

    @property
    def unit(self) -> str:
        return self.own_unit or figures[self.slug].unit

    @property
    def tag(self) -> str:
        """Its name in the Word template."""
        return f"{self.slug}.{self.kind}"

    def asked(self, terms: Terms) -> Asked:
        start = {Kind.AS_OF: None, Kind.PERIOD: terms.start, Kind.CUMULATIVE: terms.since}[self.kind]
        window = Window.until(terms.end, terms.known_at, since=start, kind=self.kind, counted_by=terms.counted_by)
        return Asked(figures[self.slug], window)


HALF_YEAR = (
    Line("registry.lifted.households", Kind.AS_OF),
    Line("registry.lifted.people", Kind.AS_OF),
    Line("monitoring.listed.households", Kind.AS_OF),
    Line("monitoring.listed.people", Kind.AS_OF),
    Line("monitoring.identified.households", Kind.PERIOD),
    Line("monitoring.identified.people", Kind.PERIOD),
    Line("monitoring.reviewed.households", Kind.PERIOD),
    Line("monitoring.eliminated.households", Kind.PERIOD),
    Line("monitoring.eliminated.people", Kind.PERIOD),
    Line("monitoring.safety_net.households", Kind.PERIOD),
    Line("monitoring.safety_net.people", Kind.PERIOD),
    Line("monitoring.identified.households", Kind.CUMULATIVE, own_label="累计风险识别"),
    Line("monitoring.identified.people", Kind.CUMULATIVE, own_label="累计风险识别人口"),
    Line("monitoring.eliminated_of_identified.households", Kind.CUMULATIVE, own_label="累计识别后消除风险"),
    Line("monitoring.eliminated_of_identified.people", Kind.CUMULATIVE, own_label="累计识别后消除风险人口"),
    Line("alerts.medical.count", Kind.PERIOD),
    Line("alerts.provincial.count", Kind.PERIOD),
)
KINDS = {"half-year": HALF_YEAR}


@dataclass(frozen=True)
class Counted:
    """A line with its number."""

    line: Line
    asked: Asked
    value: Decimal

    @property
    def key(self) -> tuple[str, str, str]:
        return self.line.slug, self.line.kind, self.asked.window.since
