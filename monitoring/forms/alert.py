"""An alert typed by hand, and what the inbox may be narrowed by."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q

from accounts.models import User
from households.queries.listing import villages_of
from monitoring.models import Alert, CheckResult
from monitoring.models.alert import AlertQuerySet
from monitoring.queries.alert_list import DEFAULT_VIEW, VIEWS, of_view
from paibou.lib.cleaners import Unclean, clean_identity, narrow
from paibou.lib.forms import DayField, Form, IdentityField, MoneyField, NameField, PhoneField
from paibou.lib.sealing import digest
from paibou.lib.wording import full_day

DUE = {"late": "已超期", "today": "今天到期", "soon": "3 天内到期"}
ANY = ""


def _word(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "autocomplete": "off", **attrs})


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


class AlertFilter(Form):
    """What the inbox may be narrowed by; `rows()` is what it shows, and what an export of it takes."""

    q = forms.CharField(label="姓名或证件号码", required=False, widget=_word(placeholder="姓名、证件号码"))
    village = forms.ChoiceField(label="村", required=False, widget=_select())
    source = forms.ChoiceField(
        label="来源", required=False, choices=[(ANY, "全部来源"), *Alert.Source.choices], widget=_select()
    )
    due = forms.ChoiceField(label="期限", required=False, choices=[(ANY, "期限不限"), *DUE.items()], widget=_select())
    result = forms.ChoiceField(
        label="核查结果", required=False, choices=[(ANY, "全部结果"), *CheckResult.choices], widget=_select()
    )
    repeated = forms.BooleanField(label="重复推送", required=False)
    since = DayField(label="收到 从", required=False, widget=_word(placeholder="2025-10-01"))
    until = DayField(label="到", required=False, widget=_word(placeholder="今天"))
    batch = forms.IntegerField(required=False, widget=forms.HiddenInput)
    view = forms.ChoiceField(required=False, choices=list(VIEWS.items()), widget=forms.HiddenInput)

    def __init__(self, data: Any, *, user: User, today: date) -> None:
        super().__init__(data)
        self.user, self.today = user, today
        self.fields["village"].choices = [(ANY, "全部村"), *villages_of(user)]  # type: ignore[attr-defined]
        self.is_valid()
        self.asked: dict[str, Any] = self.cleaned_data

    @property
    def view_name(self) -> str:
        return self.asked.get("view") or DEFAULT_VIEW

    def base(self) -> AlertQuerySet:
        """Without the view: its counts are taken of these."""
        rows = Alert.objects.known().visible_to(self.user)
        for name in ("q", "village", "source", "due", "result", "repeated", "since", "until", "batch"):
            if value := self.asked.get(name):
                rows = rows.filter(getattr(self, f"_{name}")(value))
        return rows

    def rows(self) -> AlertQuerySet:
        return self.base().filter(of_view(self.view_name, self.today))

    def _q(self, value: str) -> Q:
        word = narrow(value)
        try:
            number = clean_identity(word) or ""
        except Unclean:
            number = ""
        return Q(id_digest=digest(number)) if number else Q(name__contains=word)

    def _village(self, value: str) -> Q:
        return Q(village_code=value)

    def _source(self, value: str) -> Q:
        return Q(source=value)

    def _result(self, value: str) -> Q:
        return Q(result=value)

    def _repeated(self, value: bool) -> Q:
        return Q(previous__isnull=False)

    def _since(self, value: date) -> Q:
        return Q(received_on__gte=value)

    def _until(self, value: date) -> Q:
        return Q(received_on__lte=value)

    def _batch(self, value: int) -> Q:
        return Q(batch=value)

    def _due(self, value: str) -> Q:
        unanswered = Q(state__in=Alert.State.unanswered())
        days = {
            "late": Q(due_on__lt=self.today),
            "today": Q(due_on=self.today),
            "soon": Q(due_on__range=(self.today, self.today + timedelta(days=3))),
        }
        return unanswered & days[value]

    def said(self) -> str:
        """The filter in words, for a print's foot and an export's log."""
        words = [VIEWS[self.view_name]]
        chosen = [(name, self.asked.get(name)) for name in ("village", "source", "due", "result")]
        words += [dict(self.fields[name].choices)[value] for name, value in chosen if value]  # type: ignore[attr-defined]
        words += [self.asked["q"]] if self.asked.get("q") else []
        words += ["重复推送"] if self.asked.get("repeated") else []
        words += [f"{full_day(self.asked['since'])}起收到"] if self.asked.get("since") else []
        words += [f"{full_day(self.asked['until'])}前收到"] if self.asked.get("until") else []
        return "，".join(words)


class AlertForm(Form):
    """One alert that somebody reports."""

    source = forms.ChoiceField(label="谁报的", widget=forms.RadioSelect)
    village_code = forms.ChoiceField(label="村")
    name = NameField(label="姓名")
    id_number = IdentityField(label="证件号码", required=False, help_text="知道就填，能认出是不是在册的人")
    phone = PhoneField(label="电话", required=False)
    received_on = DayField(label="哪天报的")
    reason = forms.CharField(
        label="什么事", max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text="如 车祸住院，自付约 3 万元"
    )
    self_paid_yuan = MoneyField(label="个人自付（元）", required=False)

    def __init__(self, data: Any, *, user: User, today: date) -> None:
        super().__init__(data, initial={"received_on": today, "source": _usual_source(user)})
        self.today = today
        self.fields["source"].choices = [(one, Alert.Source(one).label) for one in Alert.Source.by_hand()]  # type: ignore[attr-defined]
        villages = villages_of(user)
        self.fields["village_code"].choices = villages if len(villages) == 1 else [("", "选一个村"), *villages]  # type: ignore[attr-defined]

    def clean_received_on(self) -> date:
        day = self.cleaned_data["received_on"]
        if day > self.today:
            raise forms.ValidationError(f"{full_day(day)}还没到，请核对")
        return day

    def report(self) -> dict[str, Any]:
        empty = {"id_number": "", "phone": ""}
        return {name: value if value is not None else empty.get(name) for name, value in self.cleaned_data.items()}


def _usual_source(user: User) -> str:
    usual = {User.Role.GRID_WORKER: Alert.Source.GRID_WORKER, User.Role.STATION: Alert.Source.HOUSEHOLD}
    return usual.get(User.Role(user.role), Alert.Source.CADRE)
