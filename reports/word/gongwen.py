"""The form of a paper to the district, GB/T 9704: page, faces, lines, page numbers."""

from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

SONG, FANG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体"
SECOND, THIRD, FOURTH = Pt(22), Pt(16), Pt(14)  # 2号, 3号, 4号
LINE = Pt(28)
TITLE, FIRST, SUB, BODY, SIGN = "公文标题", "公文一级", "公文二级", "公文正文", "公文落款"
STYLES = {TITLE: (SONG, SECOND), FIRST: (HEI, THIRD), SUB: (KAI, THIRD), BODY: (FANG, THIRD), SIGN: (FANG, THIRD)}
LEVELS = {FIRST: 0, SUB: 1}


def paper() -> Paper:
    """An empty paper with the styles of its parts."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(23)
    _face(document.styles["Normal"], FANG, THIRD)
    for name, (face, size) in STYLES.items():
        _face(_style(document, name), face, size)
    _number_pages(document)
    return document


def _style(document: Paper, name: str) -> ParagraphStyle:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    form = style.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.space_before = form.space_after = Pt(0)
    form.widow_control = False
    form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    properties = style.element.get_or_add_pPr()
    if name == TITLE:
        form.alignment, form.line_spacing, form.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(34), LINE
    elif name == SIGN:
        form.alignment, form.space_before = WD_ALIGN_PARAGRAPH.RIGHT, 2 * LINE
        _indent(properties, "rightChars", 400)
    else:
        _indent(properties, "firstLineChars", 200)
    if name in LEVELS:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(LEVELS[name]))
        properties.append(level)
        form.keep_with_next = True
    return style


def _indent(properties: Any, side: str, hundredths: int) -> None:
    indent = properties.get_or_add_ind()
    indent.set(qn(f"w:{side}"), str(hundredths))
    plain = {"firstLineChars": "w:firstLine", "rightChars": "w:right"}[side]
    indent.set(qn(plain), str(int(hundredths / 100 * THIRD.pt * 20)))  # for programs that do not know characters


def _face(style: ParagraphStyle, face: str, size: Pt) -> None:
    style.font.name, style.font.size, style.font.bold = face, size, False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), face)


def _number_pages(document: Paper) -> None:
    """— 1 — in 4号 at the outer edge: right on odd pages, left on even ones."""
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.alignment = side
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = FOURTH
        for text in ("— ", "PAGE", " —"):
            _footer_run(line, text)


def _footer_run(line: Paragraph, text: str) -> None:
    run = line.add_run("" if text == "PAGE" else text)
    run.font.name, run.font.size = "宋体", FOURTH
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    if text != "PAGE":
        return
    for kind, content in (("begin", ""), ("", "PAGE"), ("separate", ""), ("shown", "1"), ("end", "")):
        if kind == "shown":
            part = OxmlElement("w:t")
            part.text = content
        elif kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = content
        run._element.append(part)
