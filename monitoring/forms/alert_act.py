"""What may be done to alerts, to one or to many: its words, what it asks, the right it needs, the service it calls."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms

from accounts.models import User
from households.queries.listing import villages_of
from monitoring.models.alert import AlertQuerySet
from monitoring.services.alert import close_alerts, return_alerts, send_back, void_alerts
from monitoring.services.alert_case import propose
from monitoring.services.alert_events import Act
from monitoring.services.alert_handout import hand_out, move_due_day, remind, take_back
from paibou.lib.forms import DayField, Form

HAND_OUT, CLOSE, RETURN = "monitoring.hand_out_alert", "monitoring.close_alert", "monitoring.answer_back"


@dataclass(frozen=True)
class Verb:
    """`must` are the fields it cannot do without, `may` those that may stay empty."""

    label: str
    done: str
    right: str
    act: Callable[..., Act]
    lead: str = ""
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)


VERBS = {
    "hand-out": Verb("分派到各村", "已分派", HAND_OUT, hand_out, "按预警写的村分派，期限按设置。", may=("due_on", "note")),
    "to-village": Verb(
        "改派", "已改派", HAND_OUT, hand_out, "改到另一个村核查，期限从今天另算。", ("village_code",), ("due_on", "note")
    ),
    "take-back": Verb("收回", "已收回", HAND_OUT, take_back, "收回站里，村里的名单上不再有。", may=("note",)),
    "remind": Verb("催办", "已催办", HAND_OUT, remind, "村里的名单上标出催办；一条一天只记一次。", may=("note",)),
    "due": Verb("改期限", "已改期限", HAND_OUT, move_due_day, must=("due_on",), may=("note",)),
    "close": Verb("办结", "已办结", CLOSE, close_alerts, may=("note",), labels={"note": "说明（拟纳入的要写为什么不立案）"}),
    "send-back": Verb("退回", "已退回", CLOSE, send_back, "退给村里重新核，期限从今天另算。", ("note",), labels={"note": "退回的原因"}),
    "propose": Verb(
        "拟纳入监测", "已拟纳入", CLOSE, propose, "站里自己核实过以后再拟纳入；下一步是立案。", ("note",), labels={"note": "站里核实的情况"}
    ),
    "void": Verb(
        "作废", "已作废", CLOSE, void_alerts, "预警本身错了才作废，留在册上也照样计数。", ("note",), labels={"note": "作废的原因"}
    ),
    "return": Verb("登记回传", "已登记回传", RETURN, return_alerts, "答复已经发给来源部门。"),
}  # fmt: skip


class ActForm(Form):
    """The fields of one verb."""

    village_code = forms.ChoiceField(label="哪个村")
    due_on = DayField(label="期限", help_text="不填按设置的天数")
    note = forms.CharField(label="说明", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any, *, verb: Verb, user: User) -> None:
        super().__init__(data)
        for name in list(self.fields):
            if name not in verb.must + verb.may:
                del self.fields[name]
                continue
            self.fields[name].required = name in verb.must
            if name in verb.labels:
                self.fields[name].label = verb.labels[name]
                self.fields[name].error_messages["required"] = f"还没填{verb.labels[name]}"
        if "due_on" in verb.must:
            self.fields["due_on"].help_text = ""
        if "village_code" in self.fields:
            self.fields["village_code"].choices = [("", "选一个村"), *villages_of(user)]  # type: ignore[attr-defined]

    def perform(self, *, verb: Verb, alerts: AlertQuerySet, on: date, by: User) -> Act:
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        return verb.act(alerts=alerts, on=on, by=by, **given)
