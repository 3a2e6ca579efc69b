from typing import Any

from django import forms

from paibou.lib.forms import Form


class ExportForm(Form):
    """Masked, or with whole numbers for a reason."""

    full = forms.BooleanField(label="带完整的证件号码和电话", required=False)
    reason = forms.CharField(label="事由", required=False, max_length=200, help_text="带完整号码时要写，如 报区局核对")

    def __init__(self, data: Any, *, may_full: bool) -> None:
        super().__init__(data)
        if not may_full:
            del self.fields["full"], self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("full") and len(self.cleaned_data.get("reason", "")) < 2:
            self.add_error("reason", "写明带完整号码的事由")
        return self.cleaned_data
