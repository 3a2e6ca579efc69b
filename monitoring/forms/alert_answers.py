from django import forms

from paibou.lib.forms import Form


class AnswerForm(Form):
    """The file holds whole numbers, as it came; so it takes a reason."""

    reason = forms.CharField(
        label="事由", max_length=200, widget=forms.TextInput, help_text="文件里有完整号码，谁做的、为什么都有记录"
    )
