"""The reason for a full view, and the filter of the access log."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q

from accounts.models import AccessLog
from paibou.lib.forms import DayField, Form


class ReasonForm(Form):
    reason = forms.CharField(
        label="事由", max_length=200, help_text="如 核对慢病名单；这件事几个小时内不再问", widget=forms.TextInput()
    )


class AccessFilter(Form):
    who = forms.CharField(label="谁", required=False)
    kind = forms.ChoiceField(label="方式", required=False, choices=[("", "全部方式"), *AccessLog.Kind.choices])
    since = DayField(label="从", required=False)
    until = DayField(label="到", required=False)

    def rows(self, rows: Any) -> Any:
        asked = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        if asked.get("who"):
            rows = rows.filter(Q(user__name__contains=asked["who"]) | Q(user__username=asked["who"]))
        if asked.get("kind"):
            rows = rows.filter(kind=asked["kind"])
        if asked.get("since"):
            rows = rows.filter(at__date__gte=asked["since"])
        if asked.get("until"):
            rows = rows.filter(at__date__lt=asked["until"] + timedelta(days=1))
        return rows
