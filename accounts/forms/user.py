"""What is asked for an account, its places and its look."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.models import Division, User
from paibou.lib.declarations import lookups
from paibou.lib.forms import DayField, Form, NameField, PhoneField

NATION = "全国"
_BETWEEN = re.compile(r"[、，,;；\s]+")


class DivisionsField(forms.CharField):
    """Names or codes of divisions that the acting user holds: `丰收村、竹溪村`."""

    user: User

    def to_python(self, value: Any) -> Any:
        words = [word for word in _BETWEEN.split(value or "") if word]
        return [self._code(word) for word in words]

    def validate(self, value: list[str]) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: list[str]) -> None:
        pass

    def _code(self, word: str) -> str:
        if word == NATION and "" in self.user.prefixes:
            return ""
        open_ones = Division.objects.visible_to(self.user).filter(closed_on=None)
        found = list(open_ones.filter(Q(code=word) | Q(name=word))[:2])
        if not found:
            raise ValidationError(f"您的范围内没有叫“{word}”的区划")
        if len(found) > 1:
            raise ValidationError(f"叫“{word}”的区划不止一个，写区划代码")
        return found[0].code


class HouseholdsField(forms.CharField):
    """Named households of a helper, by household number; found by the app that keeps households."""

    user: User

    def to_python(self, value: Any) -> Any:
        return [self._pk(word) for word in _BETWEEN.split(value or "") if word]

    def validate(self, value: list[int]) -> None:
        pass

    def run_validators(self, value: list[int]) -> None:
        pass

    def _pk(self, word: str) -> int:
        found = lookups["household"].find(self.user, word) if "household" in lookups else []
        if len(found) != 1:
            raise ValidationError(
                f"您的范围内没有户编号是“{word}”的户" if not found else f"“{word}”对得上几户，写户编号"
            )
        return found[0].pk


class PlaceForm(Form):
    """One or more places over a time."""

    prefixes = DivisionsField(
        label="区划", required=False, help_text="写村名、镇名或区划代码；几个用顿号隔开，如 丰收村、竹溪村"
    )
    household_ids = HouseholdsField(label="帮扶的户", required=False, help_text="帮扶联系人写户编号，几户用顿号隔开")
    valid_from = DayField(label="从哪天起")
    valid_to = DayField(label="到哪天止", required=False, help_text="这一天起不再有；长期的空着")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prefixes"].user = user  # type: ignore[attr-defined]
        self.fields["household_ids"].user = user  # type: ignore[attr-defined]

    def clean(self) -> None:
        start, end = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_to")
        if start and end and end <= start:
            self.add_error("valid_to", "结束日期须晚于开始日期")
        wrong = {"prefixes", "household_ids"} & set(self.errors)
        if not wrong and not self.cleaned_data.get("prefixes") and not self.cleaned_data.get("household_ids"):
            self.add_error("prefixes", "至少写一个区划或一户")


class PersonForm(Form):
    """Whose account it is."""

    name = NameField(label="姓名")
    role = forms.ChoiceField(label="角色", choices=User.Role.choices)
    post = forms.CharField(label="职务", required=False, max_length=40)
    phone = PhoneField(label="电话", required=False)


class NewAccountForm(PersonForm, PlaceForm):
    username = forms.RegexField(
        label="用户名",
        regex=r"^[\w.@+-]{2,150}$",
        help_text="登录时写的，如姓名拼音",
        error_messages={"invalid": "用字母、数字或汉字，不要空格"},
    )
    field_order = ("name", "username", "role", "post", "phone", "prefixes", "household_ids", "valid_from", "valid_to")


class EndForm(Form):
    on = DayField(label="从哪天起")


class LookForm(Form):
    theme = forms.ChoiceField(label="界面", choices=User.Theme.choices, widget=forms.RadioSelect)
    size = forms.ChoiceField(label="字号", choices=User.Size.choices, widget=forms.RadioSelect, required=False)
    size.is_always_chosen = True  # type: ignore[attr-defined]


class UserFilter(Form):
    q = forms.CharField(label="姓名或用户名", required=False)
    role = forms.ChoiceField(label="角色", required=False, choices=[("", "全部角色"), *User.Role.choices])
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "在用"), ("ended", "已停用")])

    def rows(self, rows: Any) -> Any:
        asked = self.cleaned_data if self.is_valid() else {}
        if asked.get("q"):
            rows = rows.filter(Q(name__contains=asked["q"]) | Q(username__startswith=asked["q"]))
        if asked.get("role"):
            rows = rows.filter(role=asked["role"])
        return rows.filter(is_active=asked.get("state") != "ended")
