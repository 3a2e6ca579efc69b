from datetime import date, timedelta
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone

from paibou.lib.forms import CountField, DayField, Form, IdentityField, MoneyField


class Sheet(Form):
    on = DayField(label="会议日期")
    money = MoneyField(label="金额", required=False)
    people = CountField(label="实到", required=False, help_text="实到须过三分之二")
    number = IdentityField(label="身份证号", required=False)
    result = forms.ChoiceField(label="结果", choices=[("a", "通过")], required=False, widget=forms.RadioSelect)


def test_a_form_takes_what_people_type() -> None:
    form = Sheet({"on": " 2025.10.20 ", "money": "4.2万", "people": "１９人", "number": "34170219600101041X"})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["on"] == date(2025, 10, 20)
    assert form.cleaned_data["money"] == Decimal("42000.00")
    assert form.cleaned_data["people"] == 19


@pytest.mark.parametrize(("typed", "back"), [("今天", 0), ("昨天", 1)])
def test_a_day_can_be_spoken(typed: str, back: int) -> None:
    form = Sheet({"on": typed})

    assert form.is_valid()
    assert form.cleaned_data["on"] == timezone.localdate() - timedelta(days=back)


def test_a_day_of_this_year_may_leave_the_year_away() -> None:
    form = Sheet({"on": "10.20"})

    assert form.is_valid()
    assert form.cleaned_data["on"] == date(timezone.localdate().year, 10, 20)


def test_errors_name_the_value_and_the_cure() -> None:
    form = Sheet({"on": "", "money": "三万二", "result": "b"})

    assert not form.is_valid()
    assert form.errors == {
        "on": ["还没填会议日期"],
        "money": ["“三万二”不是数字；写成 32000 的样子"],
        "result": ["没有这一项，请从列出的里面选"],
    }


def test_a_field_that_comes_late_is_named_too_and_own_words_stay() -> None:
    form = Sheet({"on": "2025-10-20"})
    form.fields["place"] = forms.CharField(label="地点")
    form.fields["photo"] = forms.FileField(label="照片", error_messages={"required": "还没拍照片"})

    assert form.errors == {"place": ["还没填地点"], "photo": ["还没拍照片"]}


def test_a_wrong_field_is_tied_to_its_sentence() -> None:
    form = Sheet({"people": "many"})

    page = Template('{% load paibou %}{% field form.people "number" %}').render(Context({"form": form}))

    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_people_helptext id_people_error"' in page
    assert 'id="id_people_error">“many”不是整数' in page
    assert 'class="input input--number"' in page
