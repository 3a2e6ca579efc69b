from datetime import date
from typing import Any

from django import forms

from paibou.lib.forms import DayField, Form

LOOK = {"placeholder": "如 2024-09-30", "class": "input input--day", "autocomplete": "off", "inputmode": "numeric"}


class DayForm(Form):
    """看某一天: a day between the first and today; anything else is today."""

    day = DayField(label="看哪一天", required=False, widget=forms.TextInput(attrs=LOOK))

    def __init__(self, data: Any, *, today: date, first: date) -> None:
        super().__init__(data)
        asked = self.cleaned_data.get("day") if self.is_valid() else None
        self.chosen = asked if asked and first <= asked <= today else today
        self.is_missed = bool(data.get("day")) and asked != self.chosen
