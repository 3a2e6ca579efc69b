"""What is asked for a workbook: its kind, and what file name and title may not say."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from accounts.roles import may
from paibou.lib.forms import DayField, Form
from paibou.lib.importing import Kind, imports

MOST_FILES = 20
FROM_THE_FILE = "看文件名和题名"


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or many files."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, (list, tuple)) else [data]
        if len(given) > MOST_FILES:
            raise ValidationError(f"一次最多传 {MOST_FILES} 个文件")
        return [super(FilesField, self).clean(one, initial) for one in given]


def kinds_of(user: User) -> list[Kind]:
    """The kinds of workbook that the user may bring in."""
    return [kind for kind in imports if may(user, kind.right)]


def _sources(kinds: list[Kind]) -> Iterator[tuple[str, str]]:
    yield "", FROM_THE_FILE
    for kind in kinds:
        yield from kind.sources.items()


class UploadForm(Form):
    kind = forms.ChoiceField(label="这是什么名单")
    files = FilesField(  # type: ignore[assignment]  # a form keeps what was sent under that name; nobody asks it
        label="工作簿",
        allow_empty_file=True,
        error_messages={"required": "还没选文件"},  # each file has its own fate
    )
    source = forms.ChoiceField(label="来源", required=False)
    received_on = DayField(
        label="收到日期", required=False, help_text="部门发来的那天；不填就看文件名和题名，再没有就是今天"
    )
    as_of = DayField(label="按哪天的情况", required=False, help_text="农户登记表里变了的事从这天起算；不填就是今天")

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.kinds = kinds_of(user)
        self.fields["kind"].choices = [(kind.slug, kind.label) for kind in self.kinds]  # type: ignore[attr-defined]
        self.fields["source"].choices = list(_sources(self.kinds))  # type: ignore[attr-defined]

    def clean_received_on(self) -> date | None:
        return _not_ahead(self.cleaned_data["received_on"], self.today)

    def clean_as_of(self) -> date | None:
        return _not_ahead(self.cleaned_data["as_of"], self.today)

    def facts(self) -> dict[str, Any]:
        """What was said of the list, as far as its kind asks for it."""
        kind = imports[self.cleaned_data["kind"]]
        return {name: self.cleaned_data[name] for name in ("source", "received_on", "as_of") if name in kind.asks}


class FactsForm(Form):
    """Source and day of a batch that was read, corrected before it is written."""

    source = forms.ChoiceField(label="来源")
    received_on = DayField(label="收到日期")

    def __init__(self, *args: Any, kind: Kind, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["source"].choices = list(kind.sources.items())  # type: ignore[attr-defined]

    def clean_received_on(self) -> date | None:
        return _not_ahead(self.cleaned_data["received_on"], self.today)


def _not_ahead(day: date | None, today: date) -> date | None:
    if day and day > today:
        raise ValidationError(f"{day.isoformat()} 还没到，请核对")
    return day
