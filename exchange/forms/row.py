"""What is asked for one row, and for one column."""

from typing import Any

from django import forms

from paibou.lib.forms import Form
from paibou.lib.importing import Table

LONGEST = 500


class MendForm(Form):
    """The cells of a problem row that are put right; only those that are sent count."""

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in table.columns:
            if column.headings:
                self.fields[column.name] = forms.CharField(label=column.label, required=False, max_length=LONGEST)

    def cells(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value}


class LeaveOutForm(Form):
    reason = forms.CharField(label="不导入的原因", max_length=200, help_text="如“重复统计”“已去世多年”")


class ColumnsForm(Form):
    """One choice for each heading: what its column is."""

    def __init__(self, *args: Any, headings: dict[str, str], table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(column.name, column.label) for column in table.columns if column.headings]
        for number, (heading, column) in enumerate(headings.items()):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=heading, choices=[("", "没认出，原样保存"), *known], required=False, initial=column
            )
            self.fields[f"column_{number}"].is_always_chosen = True  # type: ignore[attr-defined]
        self.headings = list(headings)

    def changed(self) -> dict[str, str]:
        """Heading → column of those that were changed."""
        return {
            heading: self.cleaned_data[f"column_{number}"]
            for number, heading in enumerate(self.headings)
            if f"column_{number}" in self.changed_data
        }
