"""综合研判 of one household."""

from django import forms

from paibou.lib.forms import DayField, Form

FINDINGS = (
    "风险未消除，继续监测帮扶",
    "收入稳定，可进入风险消除程序",
    "整户无劳动力，建议兜底保障标注",
    "出现新的风险，需增加措施",
)

OTHER = "other"


class StudyForm(Form):
    on = DayField(label="研判日期")
    finding = forms.ChoiceField(
        label="结论",
        choices=[*((text, text) for text in FINDINGS), (OTHER, "其他，写在说明里")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict:
        if self.cleaned_data.get("finding") == OTHER and not self.cleaned_data.get("note"):
            self.add_error("note", "选了其他的，在这里写结论")
        return self.cleaned_data

    def text(self) -> str:
        finding = self.cleaned_data["finding"]
        return "；".join(part for part in ("" if finding == OTHER else finding, self.cleaned_data["note"]) if part)
