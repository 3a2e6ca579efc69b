"""The text of the half-year summary. `python -m reports.word.half_year` writes it as the Word template beside this file.

A tag is slug and kind of a line of `reports/lines.py`, or a word of `reports/paper.py`. What has no figures yet is absent.
"""

from pathlib import Path

from reports.word.gongwen import BODY, FIRST, SIGN, SUB, TITLE, paper

TEMPLATE = Path(__file__).with_suffix(".docx")
TEXT = (
    (TITLE, "{{ place }}巩固拓展脱贫攻坚成果同乡村振兴\n有效衔接{{ title }}工作总结"),
    (
        FIRST,
        "一、“{{ plan }}”以来巩固拓展脱贫攻坚成果同乡村振兴有效衔接工作总结（{{ first_year }}年—{{ last_year }}年）",
    ),
    (SUB, "（一）机制健全，坚决守住不发生规模性返贫底线"),
    (
        BODY,
        "监测帮扶体系高效运转：建立健全并常态化运行防止返贫动态监测和帮扶机制，聚焦“两不愁三保障”及饮水安全核心指标。"
        "对全镇{{ monitoring.identified.households.cumulative }}{{ monitoring.identified.people.cumulative }}"
        "监测对象进行精准识别、动态管理。通过产业帮扶、就业支持、综合保障等措施，累计消除返贫致贫风险"
        "{{ monitoring.eliminated_of_identified.households.cumulative }}"
        "{{ monitoring.eliminated_of_identified.people.cumulative }}。",
    ),
    (FIRST, "二、{{ title }}工作总结"),
    (SUB, "（一）人口动态管理及防止返贫动态监测工作"),
    (
        BODY,
        "截至{{ until }}，{{ place }}建档立卡脱贫人口{{ registry.lifted.households.as_of }}{{ registry.lifted.people.as_of }}，"
        "监测对象{{ monitoring.listed.households.as_of }}{{ monitoring.listed.people.as_of }}，"
        "{{ period }}共风险识别{{ monitoring.identified.households.period }}{{ monitoring.identified.people.period }}，"
        "对{{ monitoring.reviewed.households.period }}未消除风险对象进行综合研判，"
        "消除{{ monitoring.eliminated.households.period }}{{ monitoring.eliminated.people.period }}，"
        "{{ monitoring.safety_net.households.period }}{{ monitoring.safety_net.people.period }}"
        "根据要求进行兜底保障户标注。",
    ),
    (SUB, "（二）防止返贫监测及帮扶措施"),
    (
        BODY,
        "{{ period_since }}市、区两级医保部门共反馈预警信息{{ alerts.medical.count.period }}，"
        "省办系统推送预警信息{{ alerts.provincial.count.period }}，经工作站梳理后由各村通过入户及电话联系等方式进行核实，"
        "对有一定困难的人员进行帮扶，如先诊疗后付费，帮助申请相关医疗救助并做好持续关注。",
    ),
    (SIGN, "{{ place }}乡村振兴工作站\n{{ until }}"),
)


def write(path: Path = TEMPLATE) -> None:
    document = paper()
    for style, text in TEXT:
        paragraph = document.add_paragraph(style=style)
        run = paragraph.add_run()
        for number, line in enumerate(text.split("\n")):
            if number:
                run.add_break()
            run.add_text(line)
    last = document.paragraphs[-2].paragraph_format
    last.keep_with_next = last.widow_control = True  # no page may hold the signature alone
    document.save(str(path))


if __name__ == "__main__":
    write()
