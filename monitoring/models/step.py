"""The steps of a case as data: which there are, which stand side by side, what each needs."""

from collections.abc import Iterable, Mapping

from django.db import models


class Step(models.TextChoices):
    """What can happen to a case. The order of the steps between clue and publicity is a setting (`case_order`)."""

    CLUE = "clue", "发现线索"
    AUTHORISED = "authorised", "申请及承诺授权"
    VERIFIED = "verified", "入户核查"
    ASSESSED = "assessed", "民主评议"
    PUBLICISED = "publicised", "村内公示"
    COMPARED = "compared", "数据比对"
    REVIEWED = "reviewed", "乡镇审核"
    APPROVED = "approved", "县级审定"
    ANNOUNCED = "announced", "公告"
    ENTERED = "entered", "系统录入标注"
    STUDIED = "studied", "综合研判"
    RECLASSIFIED = "reclassified", "类别变更"
    LABELLED = "labelled", "兜底保障标注"
    RISK_VERIFIED = "risk_verified", "消除：入户核实"
    RISK_ASSESSED = "risk_assessed", "消除：民主评议"
    RISK_PUBLICISED = "risk_publicised", "消除：公示"
    RISK_REVIEWED = "risk_reviewed", "消除：乡镇审核"
    ELIMINATED = "eliminated", "风险消除"
    ENDED = "ended", "终止"

    @classmethod
    def freezing(cls) -> list[str]:
        """Decisions that people were made for: their members are kept as they were on the day."""
        return [cls.APPROVED, cls.LABELLED, cls.ELIMINATED, cls.ENDED]

    @classmethod
    def identifying(cls) -> list["Step"]:
        """From clue to entry, in the order in which they are shown."""
        return [
            cls.CLUE, cls.AUTHORISED, cls.VERIFIED, cls.ASSESSED, cls.PUBLICISED,
            cls.COMPARED, cls.REVIEWED, cls.APPROVED, cls.ANNOUNCED, cls.ENTERED,
        ]  # fmt: skip

    @classmethod
    def eliminating(cls) -> list["Step"]:
        return [
            cls.RISK_VERIFIED,
            cls.RISK_ASSESSED,
            cls.RISK_PUBLICISED,
            cls.RISK_REVIEWED,
            cls.ELIMINATED,
        ]

    @classmethod
    def lasting(cls) -> list["Step"]:
        """Those that begin on one day and end on another: publicity, and comparison sent and returned."""
        return [cls.PUBLICISED, cls.COMPARED, cls.RISK_PUBLICISED]

    @classmethod
    def publicities(cls) -> list["Step"]:
        return [cls.PUBLICISED, cls.RISK_PUBLICISED]

    @classmethod
    def repeated(cls) -> list["Step"]:
        """Those that may happen again and again, and that nothing waits for."""
        return [cls.STUDIED, cls.RECLASSIFIED]


ANHUI_ORDER = (Step.AUTHORISED, Step.VERIFIED, Step.ASSESSED, Step.COMPARED)
BEFORE_PUBLICITY = (Step.AUTHORISED, Step.VERIFIED, Step.ASSESSED)

_FIXED: Mapping[Step, tuple[Step, ...]] = {
    Step.CLUE: (),
    Step.PUBLICISED: BEFORE_PUBLICITY,
    Step.REVIEWED: (Step.PUBLICISED, Step.COMPARED),
    Step.APPROVED: (Step.REVIEWED,),
    Step.ANNOUNCED: (Step.APPROVED,),
    Step.ENTERED: (Step.ANNOUNCED,),
    Step.STUDIED: (Step.APPROVED,),
    Step.RECLASSIFIED: (Step.APPROVED,),
    Step.LABELLED: (Step.APPROVED,),
    Step.RISK_VERIFIED: (Step.APPROVED,),
    Step.RISK_ASSESSED: (Step.RISK_VERIFIED,),
    Step.RISK_PUBLICISED: (Step.RISK_ASSESSED,),
    Step.RISK_REVIEWED: (Step.RISK_PUBLICISED,),
    Step.ELIMINATED: (Step.RISK_REVIEWED,),
    Step.ENDED: (Step.CLUE,),
}


def is_order(steps: Iterable[str]) -> bool:
    """Whether the steps are an order of 授权, 入户, 评议, 比对."""
    return sorted(steps) == sorted(ANHUI_ORDER)


def needs(order: Iterable[str]) -> dict[Step, tuple[Step, ...]]:
    """What must be over before each step, in the set order: its day is not before the end of any of these.

    Publicity waits for 授权, 入户 and 评议 in every order; a comparison that stands last runs beside it.
    """
    table = dict(_FIXED)
    before: Step = Step.CLUE
    for step in map(Step, order):
        table[step] = (before,)
        before = step
    return table


def behind(step: Step, table: Mapping[Step, tuple[Step, ...]]) -> set[Step]:
    """The steps that need this one, at once or through others, and itself."""
    found = {step}
    while more := {each for each, wants in table.items() if each not in found and found & set(wants)}:
        found |= more
    return found
