"""保障, 务工, 收支, 三保障, 联系人, 走访."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from accounts.models import User
from households.models import Guarantee, IncomeLine, Safeguard, Visit, Work
from households.services.circumstance import Line, income_year
from paibou.lib.forms import CountField, DayField, Form, MoneyField, NameField, PhoneField

Category = IncomeLine.Category
TRANSFERS = ("低保金", "特困供养金", "养老金", "生态补偿金", "计划生育金", "其他转移性收入")
INCOME_LINES: dict[str, tuple[str, str]] = {
    "wages": (Category.WAGES, ""),
    "business": (Category.BUSINESS, ""),
    "property": (Category.PROPERTY, ""),
    **{f"transfer_{number}": (Category.TRANSFER, item) for number, item in enumerate(TRANSFERS)},
    "business_cost": (Category.BUSINESS_COST, ""),
    "medical_own": (Category.MEDICAL_OWN, ""),
    "reimbursed": (Category.REIMBURSED, ""),
}


class GuaranteeForm(Form):
    kind = forms.ChoiceField(label="保障", choices=Guarantee.Kind.choices)
    on = DayField(label="从哪天起")
    note = forms.CharField(label="说明", required=False, max_length=100)


class WorkForm(Form):
    place = forms.ChoiceField(label="务工区域", choices=Work.Place.choices)
    on = DayField(label="从哪天起", help_text="前一段务工到这一天为止")
    address = forms.CharField(label="务工地点", required=False, max_length=120, help_text="如 江苏昆山")
    employer = forms.CharField(label="企业名称", required=False, max_length=120)
    months = CountField(label="务工月数", required=False)
    pay_yuan = MoneyField(label="月工资（元）", required=False)

    def clean_months(self) -> int | None:
        months = self.cleaned_data["months"]
        if months is not None and not 0 <= months <= 12:
            raise forms.ValidationError("一年最多 12 个月")
        return months


class EndForm(Form):
    on = DayField(label="从哪天起没有", help_text="这一天起不再算")


class PeriodForm(Form):
    valid_from = DayField(label="开始日期")
    valid_to = DayField(label="结束日期", required=False, help_text="还在继续就空着")

    def __init__(self, data: Any, *, row: Guarantee | Work) -> None:
        super().__init__(data, initial={"valid_from": row.valid_from, "valid_to": row.valid_to})


class IncomeForm(Form):
    """A year's lines. The year runs from 1 October to 30 September."""

    year = forms.TypedChoiceField(label="年度", coerce=int, help_text="上年 10 月 1 日到当年 9 月 30 日")
    people = CountField(label="人数", required=False, help_text="空着按年度最后一天的成员数")

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        last = today.year if today >= date(today.year, 10, 1) else today.year - 1
        self.fields["year"].choices = [(one, f"{one}年度") for one in range(last, last - 6, -1)]  # type: ignore[attr-defined]
        for name, (category, item) in INCOME_LINES.items():
            self.fields[name] = MoneyField(label=f"{item or Category(category).label}（元）", required=False)

    def clean(self) -> dict[str, Any]:
        for name in INCOME_LINES:
            amount = self.cleaned_data.get(name)
            if isinstance(amount, Decimal) and amount < 0:
                self.add_error(name, "金额不能是负数，支出写在支出一栏")
        return self.cleaned_data

    def statement(self) -> dict[str, Any]:
        first, last = income_year(self.cleaned_data["year"])
        lines = [
            Line(category, self.cleaned_data[name], item)
            for name, (category, item) in INCOME_LINES.items()
            if self.cleaned_data[name]
        ]
        return {"first_day": first, "last_day": last, "lines": lines, "people": self.cleaned_data["people"]}


class SafeguardForm(Form):
    kind = forms.ChoiceField(label="项目", choices=Safeguard.Kind.choices)
    checked_on = DayField(label="核查日期")
    is_safe = forms.TypedChoiceField(
        label="结果",
        choices=[("1", "有保障"), ("0", "存在问题")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="1",
    )
    problem = forms.CharField(label="存在什么问题", required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("is_safe") is False and not self.cleaned_data.get("problem"):
            self.add_error("problem", "写明存在什么问题")
        if self.cleaned_data.get("is_safe"):
            self.cleaned_data["problem"] = ""
        return self.cleaned_data


class SolveForm(Form):
    on = DayField(label="解决日期")


class HelperForm(Form):
    """One with an account, or one without by name."""

    user = forms.ModelChoiceField(
        label="账号",
        queryset=User.objects.none(),
        required=False,
        empty_label="没有账号",
        help_text="有账号的以后能打开这一户",
    )
    name = NameField(label="姓名", required=False, help_text="没有账号时填")
    unit = forms.CharField(label="单位", required=False, max_length=80)
    phone = PhoneField(label="电话", required=False)
    on = DayField(label="从哪天起")

    def __init__(self, data: Any, *, users: Any) -> None:
        super().__init__(data)
        self.fields["user"].queryset = users  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.cleaned_data.get("user") and not self.cleaned_data.get("name"):
            self.add_error("name", "选一个账号，或填姓名")
        return {key: value or ("" if key in ("name", "phone") else value) for key, value in self.cleaned_data.items()}


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Any number of photos, as bytes."""

    widget = ManyFiles(attrs={"accept": "image/*", "capture": "environment", "data-shrink": ""})

    def clean(self, data: Any, initial: Any = None) -> list[bytes]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(PhotosField, self).clean(file, initial).read() for file in files]


class VisitForm(Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    on = DayField(label="哪天去的", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    method = forms.ChoiceField(label="怎么走访的", choices=Visit.Method.choices, widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label="走访类型",
        choices=[(Visit.Kind.ROUTINE, "日常走访"), (Visit.Kind.SCREENING, "集中排查")],
        widget=forms.RadioSelect,
    )
    findings = forms.CharField(label="走访情况", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    photos = PhotosField(label="照片", required=False)

    def __init__(self, data: Any, files: Any, *, today: date) -> None:
        initial = {"uid": uuid.uuid4(), "on": today, "method": Visit.Method.HOME, "kind": Visit.Kind.ROUTINE}
        super().__init__(data, files, initial=initial)
