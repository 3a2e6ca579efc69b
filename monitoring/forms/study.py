"""综合研判 of one household."""

from django import forms

from paibou.lib.forms import DayField, Form

FINDINGS = (
    "风险未消除，继续监测帮扶",
    "收入稳定，可进入风险消除程序",
    "整户无劳动力，建议兜底保障标注",
    "出现新的风险，需增加措施",
)


class StudyForm(Form):
    on = DayField(label="研判日期")
    finding = forms.ChoiceField(
        label="结论", choices=[(text, text) for text in FINDINGS], widget=forms.RadioSelect, required=False
    )
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict:
        if not self.cleaned_data.get("finding") and not self.cleaned_data.get("note"):
            self.add_error("finding", "选一个结论，或在说明里写")
        return self.cleaned_data

    def text(self) -> str:
        return "；".join(part for part in (self.cleaned_data["finding"], self.cleaned_data["note"]) if part)
