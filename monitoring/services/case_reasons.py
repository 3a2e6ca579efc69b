"""What a step must say beside its day: warnings that want a reason, papers that come first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from households.queries.income import incomes
from monitoring.models import Case, Step
from monitoring.queries.elimination import Seen, Warned, elimination_warnings
from monitoring.queries.labelling import label_warnings
from monitoring.queries.limits import Limits
from monitoring.queries.progress import Progress
from monitoring.services.case_draft import Draft
from paibou.lib.refused import Refused
from paibou.lib.wording import number


def refuse_without_reason(*, case: Case, draft: Draft, so_far: Progress, limits: Limits, today: date) -> Draft:
    """The draft with what it was warned of. Refused where a reason or a needed word is missing."""
    if draft.step == Step.ENDED and draft.detail.get("reason") not in Case.EndReason.values:
        raise Refused("终止要选原因：整户自然减少、清退或合并")
    if draft.detail.get("reason") == Case.EndReason.CLEARED and Step.APPROVED not in so_far.standing:
        raise Refused("这一户还没有纳入，不用清退；不该纳入的，在当前一步登记“不通过”，列为未纳入")
    if draft.step == Step.STUDIED and not draft.note:
        raise Refused("综合研判要写结论")
    if draft.step == Step.COMPARED:
        _refuse_more_answers_than_asked(draft)
    if draft.step == Step.REVIEWED:
        _refuse_unexplained_income(case, draft, limits)
        _refuse_unexplained_find(draft, so_far)
    if draft.step in (Step.RISK_VERIFIED, Step.ELIMINATED):
        return _elimination(case, draft, so_far, limits)
    if draft.step == Step.LABELLED:
        warned = label_warnings([case.household_id], draft.on).get(case.household_id, [])
        _refuse_unanswered(warned, draft, "标注")
        return replace(draft, detail={**draft.detail, "warned": [each.slug for each in warned]})
    return draft


def _refuse_more_answers_than_asked(draft: Draft) -> None:
    asked, returned = draft.detail.get("asked"), draft.detail.get("returned")
    if asked is not None and returned is not None and returned > asked:
        raise Refused(f"比对发给 {asked} 个部门，返回的不能有 {returned} 个，请核对")


def _refuse_unexplained_income(case: Case, draft: Draft, limits: Limits) -> None:
    """监测范围 is a reference, no gate: a household outside what its kind says wants the text of a 综合研判."""
    if case.income is None:
        raise Refused("还没有登记核查的收支，不能审核；先登记线索前 12 个月的收入和支出")
    sudden = case.kind == Case.Kind.SUDDEN
    [income], bound = incomes([case.income]), limits.range_yuan
    per_head = income.net_per_head if sudden else income.net_after_own_per_head
    above = per_head >= bound
    if draft.note or above == sudden:
        return
    side = "不低于" if above else "低于"
    raise Refused(
        f"人均 {number(per_head, 2)} 元，{side}监测范围 {bound:,} 元，和“{case.get_kind_display()}”不合；仍要审核的，写明综合研判理由"
    )


def _refuse_unexplained_find(draft: Draft, so_far: Progress) -> None:
    """What 数据比对 found (a car, a firm, 财政供养) is explained by the household, or the review says why it passes."""
    compared = so_far.standing.get(Step.COMPARED)
    found = compared.detail.get("found") if compared else ""
    if compared and found and not compared.detail.get("explained") and not draft.note:
        raise Refused(f"比对发现“{found}”，农户还没说明；说明了到比对那一步更正，仍要审核的写明理由")


def _elimination(case: Case, draft: Draft, so_far: Progress, limits: Limits) -> Draft:
    looked = so_far.standing.get(Step.RISK_VERIFIED)
    told = draft.detail if draft.step == Step.RISK_VERIFIED else (looked.detail if looked else {})
    seen = Seen(
        expenses_settled=bool(told.get("expenses_settled")),
        income_stable=bool(told.get("income_stable")),
        natural=told.get("way") == Case.Elimination.NATURAL,
    )
    warned = elimination_warnings(case, draft.on, seen, limits)
    answered = (
        set(looked.detail.get("warned", [])) if looked and draft.step == Step.ELIMINATED and looked.note else set()
    )
    _refuse_unanswered([each for each in warned if each.slug not in answered], draft, "消除")
    way = draft.detail.get("way") or told.get("way") or Case.Elimination.STEADY
    return replace(draft, detail={**draft.detail, "way": way, "warned": [each.slug for each in warned]})


def _refuse_unanswered(warned: Sequence[Warned], draft: Draft, what: str) -> None:
    if warned and not draft.note:
        raise Refused(f"{'；'.join(each.sentence for each in warned)}。仍要{what}的，写明理由")
