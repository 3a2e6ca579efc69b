from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from docx import Document
from docx.shared import Pt

from reports import paper
from reports.lines import HALF_YEAR, Terms
from reports.word import half_year

TERMS = Terms("341702106", date(2025, 1, 1), date(2025, 10, 20), datetime(2025, 10, 21, tzinfo=UTC), date(2021, 1, 1))


def test_the_template_in_the_house_is_what_its_script_writes(tmp_path) -> None:
    half_year.write(tmp_path / "made.docx")

    made, kept = (Document(str(path)) for path in (tmp_path / "made.docx", half_year.TEMPLATE))

    assert [(each.style.name, each.text) for each in kept.paragraphs] == [
        (each.style.name, each.text) for each in made.paragraphs
    ]


def test_every_tag_of_the_template_is_a_line_or_a_word_and_every_line_is_said() -> None:
    lines = {line.tag for line in HALF_YEAR}

    assert paper.tags("half-year") - set(paper.words("牌楼镇", TERMS)) == lines


def test_the_document_has_the_form_of_a_paper() -> None:
    document = Document(BytesIO(paper.document("half-year", "牌楼镇", TERMS, {line.tag: "1户" for line in HALF_YEAR})))

    section, body = document.sections[0], document.styles["公文正文"]
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(each.mm) for each in margins] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), body.font.name, body.font.size) == (210, "仿宋_GB2312", Pt(16))
    assert body.paragraph_format.line_spacing == Pt(28)


@pytest.mark.parametrize(
    ("start", "end", "title"),
    [
        (date(2025, 1, 1), date(2025, 6, 30), "2025年上半年"),
        (date(2025, 7, 1), date(2025, 12, 31), "2025年下半年"),
        (date(2025, 1, 1), date(2025, 10, 20), "2025年"),
        (date(2025, 3, 1), date(2025, 9, 30), "2025年3月1日至2025年9月30日"),
    ],
)
def test_a_period_has_its_name(start: date, end: date, title: str) -> None:
    assert paper.period_title(start, end) == title


def test_a_line_younger_than_the_report_is_not_known() -> None:
    said = dict.fromkeys([line.tag for line in HALF_YEAR[1:]], "1户")

    document = Document(BytesIO(paper.document("half-year", "牌楼镇", TERMS, said)))

    assert any("脱贫人口–1户" in each.text for each in document.paragraphs)
