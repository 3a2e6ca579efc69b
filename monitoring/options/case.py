"""What townships and years do differently with cases."""

from accounts.options import Kind, Option, options
from monitoring.models import Step

GROUP = "监测对象"
STEPS = {
    str(step.label): step for step in (Step.AUTHORISED, Step.VERIFIED, Step.ASSESSED, Step.COMPARED)
}  # the order that ships is Anhui's
RISKS = (
    "因病", "因学", "因残", "因自然灾害", "因意外事故", "因产业项目失败",
    "因务工就业不稳", "缺劳动力", "住房安全", "饮水安全", "其他",
)  # fmt: skip
MEASURES = (
    "产业帮扶", "就业帮扶", "公益性岗位", "小额信贷", "健康帮扶", "教育帮扶", "住房改造",
    "饮水改造", "低保", "特困供养", "临时救助", "社会帮扶", "综合保障", "其他",
)  # fmt: skip
PLAN = "帮扶措施"  # the papers of the help itself, which is no step
PROOFS = (
    "申请及承诺授权：申请及承诺授权书",
    "入户核查：入户核查表",
    "数据比对：信息比对结果",
    "民主评议：会议记录",
    "民主评议：签到表",
    "民主评议：会议照片",
    "村内公示：公示照片",
    "村内公示：期满无异议证明",
    "乡镇审核：审核报告",
    "县级审定：批复",
    "公告：公告",
    "帮扶措施：帮扶方案（一户一策）",
    "兜底保障标注：兜底保障声明",
    "消除：入户核实：风险消除核实表",
    "消除：民主评议：消除评议记录",
    "消除：公示：消除公示照片",
    "消除：公示：消除期满无异议证明",
    "消除：乡镇审核：消除审核报告",
    "风险消除：消除批复",
)
DAYS = {
    "case_authorise_days": ("申请授权期限", 2, "天", "从线索日算起"),
    "case_verify_days": ("入户核查期限", 2, "天", "从申请授权算起"),
    "case_assess_days": ("民主评议期限", 10, "天", "从申请授权算起"),
    "case_publicity_days": ("公示最少天数", 5, "天", ""),
    "case_approve_days": ("县级审定期限", 15, "天", "从线索日算起"),
    "case_measure_days": ("首项帮扶措施期限", 10, "天", "从审定日算起"),
    "case_eliminate_months": ("消除前最短监测期", 6, "个月", "从审定日算起；不满的消除要写原因"),
    "case_follow_months": ("消除后回访期", 6, "个月", "从消除日算起"),
    "case_income_months": ("收支核算月数", 12, "个月", "线索所在月以前的整月"),
}

for number, (name, (label, default, unit, help_text)) in enumerate(DAYS.items()):
    options.add(name, Option(name, label, default, Kind.COUNT, GROUP, unit=unit, help=help_text, order=10 + number))

options.add(
    "case_order",
    Option(
        "case_order",
        "公示前各步的顺序",
        list(STEPS),
        Kind.WORDS,
        GROUP,
        help="四步各一行；村内公示总在授权、入户、评议之后",
        choices=tuple(STEPS),
        order=5,
    ),
)
options.add(
    "case_range_yuan",
    Option(
        "case_range_yuan",
        "监测范围（人均纯收入）",
        8000,
        Kind.COUNT,
        GROUP,
        unit="元",
        help="每年按省里公布的改；只作参考，超出的要写综合研判理由",
        order=30,
    ),
)
options.add("case_risks", Option("case_risks", "风险类型", list(RISKS), Kind.WORDS, GROUP, order=31))
options.add("case_measures", Option("case_measures", "帮扶措施种类", list(MEASURES), Kind.WORDS, GROUP, order=32))
options.add(
    "case_proofs",
    Option(
        "case_proofs",
        "每一步的材料",
        list(PROOFS),
        Kind.WORDS,
        GROUP,
        help="一行一件，写成 步骤：材料",
        order=33,
    ),
)
VISITS = "visit_days_monitored"  # of households: how often those whose risk stands are visited
NAMES = (*DAYS, VISITS, "case_order", "case_range_yuan", "case_risks", "case_measures", "case_proofs")
