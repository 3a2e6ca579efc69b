"""What is asked for a division: a new one, another name, a merger."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Division, User
from accounts.services.division import check_merger
from paibou.lib import division
from paibou.lib.forms import DayField, Form
from paibou.lib.refused import Refused


class DivisionForm(Form):
    code = forms.CharField(label="区划代码", help_text="统计用区划代码：省 2 位、市 4 位、县 6 位、乡镇 9 位、村 12 位")
    name = forms.CharField(label="名称", max_length=60)
    on = DayField(label="设立日期", required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if not division.is_code(code):
            raise ValidationError("区划代码是 2、4、6、9 或 12 位数字")
        if not any(code.startswith(own) for own in self.user.prefixes):
            raise ValidationError("只能登记您自己范围内的区划")
        return code


class RenameForm(Form):
    name = forms.CharField(label="新名称", max_length=60)
    on = DayField(label="从哪天起")


class RecodeForm(Form):
    """撤并: which division this one becomes part of, and from which day."""

    into = forms.ModelChoiceField(label="并入", queryset=Division.objects.none(), empty_label="选一个同级的区划")
    on = DayField(label="从哪天起", help_text="这一天起按新区划；名下所有的户、预警、记录都改过去，旧名称仍能认出")

    def __init__(self, user: User, old: Division, data: Any, *, today: date) -> None:
        super().__init__(data, initial={"on": today})
        self.old, self.today = old, today
        others = Division.objects.visible_to(user).filter(level=old.level, closed_on=None)
        self.fields["into"].queryset = others.exclude(pk=old.pk)  # type: ignore[attr-defined]

    def clean(self) -> None:
        new, on = self.cleaned_data.get("into"), self.cleaned_data.get("on")
        if new and on:
            try:
                check_merger(old=self.old, new=new, on=on, today=self.today)
            except Refused as no:
                raise ValidationError(str(no)) from None
