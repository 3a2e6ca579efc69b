"""The columns of the list of cases as a workbook."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from monitoring.models import Case, Step
from monitoring.queries.case_list import next_steps
from monitoring.queries.places import name_places, place_of
from paibou.lib.privacy import mask_id, mask_phone

CHUNK = 500


def case_rows(rows: QuerySet[Case], today: date, *, full: bool) -> Iterator[dict[str, Any]]:
    """As in the list, with the days of the decisions."""
    identity = (lambda value: value) if full else mask_id
    phone = (lambda value: value) if full else mask_phone
    cases = rows.order_by("village_code", "-clue_on", "-id").iterator(CHUNK)
    while chunk := list(islice(cases, CHUNK)):
        name_places(chunk)
        for facts, step in next_steps(chunk, today):
            case, household = facts.case, facts.case.household
            approved = facts.so_far.standing.get(Step.APPROVED)
            yield {
                "村": place_of(case),
                "户编号": household.number,
                "户主姓名": household.head.name if household.head else "",
                "户主证件号码": identity(household.head.id_number) if household.head else "",
                "联系电话": phone(household.phone),
                "类别": case.get_kind_display(),
                "风险": "、".join(case.risks),
                "发现渠道": case.get_channel_display(),
                "线索日期": case.clue_on,
                "审定日期": case.approved_on,
                "纳入人数": approved.people if approved else None,
                "公告日期": case.announced_on,
                "系统识别时间": case.system_on,
                "状态": case.get_state_display(),
                "消除日期": case.eliminated_on,
                "消除方式": case.get_elimination_display(),
                "标注日期": case.labelled_on,
                "终止日期": case.ended_on,
                "终止原因": case.get_end_reason_display(),
                "下一步": step.what if step else "",
                "期限": step.until if step else None,
            }
