"""The columns of the list of alerts as a workbook."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from monitoring.models.alert import AlertQuerySet
from monitoring.queries.alert_page import name_rows
from paibou.lib.privacy import mask_id, mask_phone

CHUNK = 500


def alert_rows(rows: AlertQuerySet, today: date, *, full: bool) -> Iterator[dict[str, Any]]:
    """As in the list, with the answers."""
    identity = (lambda value: value) if full else mask_id
    phone = (lambda value: value) if full else mask_phone
    alerts = rows.select_related("previous", "answer").order_by("queue_on", "-received_on", "-id").iterator(CHUNK)
    while chunk := list(islice(alerts, CHUNK)):
        name_rows(chunk, today)
        for alert in chunk:
            answer = alert.answer
            yield {
                "姓名": alert.name,
                "证件号码": identity(alert.id_number),
                "电话": phone(alert.phone),
                "村": alert.village_name,
                "农户": alert.kind_label,
                "来源": alert.get_source_display(),
                "事由": alert.reason,
                "人员类别": alert.category,
                "就诊医院": alert.hospital,
                "医疗总费用（元）": alert.total_yuan,
                "个人自付（元）": alert.self_paid_yuan,
                "上次个人自付（元）": alert.previous.self_paid_yuan if alert.previous else None,
                "结算日期": alert.settled_on,
                "收到日期": alert.received_on,
                "期限": alert.due_on,
                "状态": "已作废" if alert.is_void else alert.get_state_display(),
                "核查方式": answer.get_method_display() if answer else "",
                "核查日期": answer.on if answer else None,
                "核查结果": answer.get_result_display() if answer else "",
                "帮扶措施": answer.help_label if answer else "",
                "说明": answer.note if answer else "",
                "核查人": answer.checker if answer else "",
                "回传日期": alert.returned_on,
            }
