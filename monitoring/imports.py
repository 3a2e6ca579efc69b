"""Alert workbooks, as departments send them."""

import re
from typing import Any

from exchange.models import Batch, StagedRow
from exchange.queries import village_names
from households.models import Person
from monitoring.models import Alert
from monitoring.services.alert_import import after_import
from paibou.lib import division
from paibou.lib.cleaners import narrow
from paibou.lib.importing import Column, Kind, Looks, Mark, Table, imports

Source = Alert.Source

# What file names and titles say of the sender; the first that fits, so the narrower stand first.
_SENDERS = (
    (Source.CITY_MEDICAL, r"市(?:级)?(?:医保|医疗保障|医疗保险)"),
    (Source.DISTRICT_MEDICAL, r"[区县](?:级)?(?:医保|医疗保障|医疗保险)|医保局|医疗保障局|医保中心"),
    (Source.PROVINCE, r"省级|省办|省系统|省平台|省乡村振兴|省农业农村|省里推送|省推送|省厅"),
    (Source.CIVIL_AFFAIRS, r"民政"),
    (Source.DISABLED, r"残联|残疾人联合会"),
    (Source.EDUCATION, r"教体局|教育局|教育和?体育|教育部门|教育"),
    (Source.LABOUR, r"人社|人力资源|社保局"),
    (Source.HOUSING, r"住建|住房和?城乡建设|危房"),
    (Source.WATER, r"水利|水务"),
    (Source.EMERGENCY, r"应急"),
    (Source.POLICE, r"公安|派出所|交警"),
    (Source.HOTLINE, r"12317|12345"),
    (Source.HOUSEHOLD, r"农户申报|自主申报"),
    (Source.CADRE, r"干部排查|干部走访"),
    (Source.GRID_WORKER, r"网格员"),
)
SOURCES = {label: value for value, label in Source.choices} | {
    "县医保": Source.DISTRICT_MEDICAL,
    "区(县)医保": Source.DISTRICT_MEDICAL,
    "区（县）医保": Source.DISTRICT_MEDICAL,
    "省办系统": Source.PROVINCE,
    "12317": Source.HOTLINE,
    "12345": Source.HOTLINE,
}


def source_of(text: str) -> str:
    """The sender that a file's name, a title or a person's word names; empty when none."""
    word = narrow(text)
    if word in SOURCES:
        return SOURCES[word]
    return next((source for source, pattern in _SENDERS if re.search(pattern, word)), "")


_NOT_THE_PERSON = "户主|监护人|联系人|负责人|帮扶|包村|经办|填表|医生|医院|医师|学校|家长|父|母|配偶|村干部|网格"
_AMOUNT = r"额|费|支付|报销|付|金|款"

COLUMNS = (
    Column("county", "县区", ("县区", "区县", "县（市、区）", "县(市)区", "县", "区", "所属县区", "参保区县", "户籍县区"), never="编码|代码"),
    Column(
        "township", "乡镇",
        ("乡镇", "镇", "乡镇（街道）", "镇街", "镇（街道）", "乡（镇）", "所属乡镇", "乡镇名称", "镇乡", "街道", "所在乡镇", "户籍乡镇"),
        pattern="乡镇|镇街|乡（镇）", never="编码|代码|意见|核查|负责|卫生院|医院",
    ),
    Column(
        "village", "村",
        ("村", "行政村", "村名", "村（社区）", "村社区", "村居", "村/社区", "所属村", "所属村（社区）", "所在村", "户籍村", "居住村",
         "村委会", "村级", "村别", "行政村（社区）", "村庄", "村（居）", "村名称", "所属行政村", "社区"),
        pattern="村|社区", never="村民组|自然村|人|姓名|编码|代码|意见|核查|电话|干部|日期|振兴|情况|组", looks=Looks.PLACE,
    ),
    Column(
        "address", "住址",
        ("住址", "家庭住址", "家庭地址", "地址", "户籍地址", "户籍地", "居住地址", "现住址", "详细地址", "身份证地址", "户口所在地"),
        pattern="住址|地址", never="医院|学校|单位",
    ),
    Column(
        "name", "姓名",
        ("姓名", "患者姓名", "参保人姓名", "参保人", "人员姓名", "病人姓名", "就诊人姓名", "就诊人", "就医人", "对象姓名", "成员姓名",
         "学生姓名", "残疾人姓名", "救助对象", "被保险人", "名字", "村民姓名", "预警对象", "预警人员", "申请人", "申请人姓名", "家庭成员姓名",
         "患者", "参保人员", "持卡人", "人员名称", "参保对象", "就诊人员", "住院人员", "NAME", "户主姓名", "户主"),
        pattern="姓名|名字", never=_NOT_THE_PERSON, looks=Looks.NAME, required=True,
    ),
    Column(
        "id_number", "身份证号",
        ("身份证号码", "身份证号", "身份证", "公民身份号码", "公民身份证号码", "公民身份证号", "居民身份证号码", "居民身份证号", "证件号码",
         "证件号", "身份号码", "身份证件号码", "患者身份证号", "患者身份证号码", "参保人身份证号", "社会保障号码", "社会保障号", "社保号",
         "残疾证号", "残疾人证号", "人员身份证号", "学生身份证号", "户主身份证号", "户主证件号码", "户主身份证号码"),
        pattern="身份证|证件号|身份号|社会保障号|证号", never=f"{_NOT_THE_PERSON}|类型|类别|医保证|慢病证|慢性病",
        looks=Looks.IDENTITY, required=True, sealed=True, has_digest=True,
    ),
    Column("category", "人员类别", ("人员类别", "人员类型", "对象类别", "人员属性", "户类型", "对象类型", "身份类别", "人群类别", "农户类型", "身份"), pattern="人员类|对象类|户类型|人员属性"),
    Column("reason", "事由", ("事由", "预警事由", "预警原因", "风险类型", "预警类型", "风险原因", "预警内容", "风险点", "预警信息", "疑似风险", "致困原因", "线索内容"), pattern="事由|预警原因|风险"),
    Column("hospital", "就诊医院", ("就诊医院", "医院", "医院名称", "就医机构", "医疗机构", "定点医疗机构", "就诊机构", "医疗机构名称", "医药机构名称", "定点医药机构", "就医医院", "住院医院"), pattern="医院|医疗机构|医药机构|就医机构", never="等级|级别|代码|编码|" + _AMOUNT),
    Column("diagnosis", "疾病诊断", ("疾病诊断", "诊断", "诊断名称", "疾病名称", "病种", "病种名称", "主要诊断", "出院诊断", "入院诊断", "疾病", "所患疾病", "病情", "患病名称", "病名"), pattern="诊断|病种|疾病|病名", never="代码|编码|日期|时间|" + _AMOUNT, sealed=True),
    Column("total_yuan", "医疗总费用", ("医疗总费用", "总费用", "费用总额", "医疗费用总额", "医疗费总额", "住院总费用", "总医疗费用", "发生费用", "医疗费用", "费用合计", "总金额", "医疗总金额", "医药总费用", "医疗总费"), pattern=r"总(?:医疗)?费|费用?总|总额|总金额", never="自付|自负|自费|负担|报销|统筹|救助|个人", looks=Looks.AMOUNT),
    Column(
        "self_paid_yuan", "个人自付",
        ("个人自付", "个人自付费用", "个人自付金额", "个人负担", "个人负担费用", "个人负担合计", "个人负担金额", "自付金额", "自付费用",
         "个人支付", "个人自负", "个人自负费用", "自负费用", "自负金额", "个人承担", "个人支付金额", "个人自付总额", "个人自付合计",
         "个人自付总费用", "累计自付", "累计个人自付", "个人累计自付", "个人负担总额", "合规自付", "合规自付费用", "自付", "个人现金支付",
         "自付总额", "自付总费用", "个人承担费用", "个人支出", "自费金额", "自费"),
        pattern=r"(?:个人|自|累计).*(?:自?付|负担?|承担|支出)|自付|自负|负担", never="先行|比例|起付|统筹|账户", looks=Looks.AMOUNT,
    ),
    Column("pooled_yuan", "统筹基金支付", ("统筹基金支付", "统筹支付", "基本医保支付", "基本医疗保险支付", "基本医保报销", "医保支付", "医保报销", "统筹报销", "基本医保", "统筹基金", "统筹金额", "报销金额"), pattern="统筹|基本医保|基本医疗|医保报销|医保支付", never="个人", looks=Looks.AMOUNT, extra=True),
    Column("major_yuan", "大病保险支付", ("大病保险支付", "大病保险", "大病支付", "大病报销", "大病保险报销"), pattern="大病(?!类|名|诊)", looks=Looks.AMOUNT, extra=True),
    Column("aid_yuan", "医疗救助", ("医疗救助", "医疗救助支付", "医疗救助金额", "救助金额", "民政救助"), pattern="医疗救助|救助(?:金|支付)", never="对象|类", looks=Looks.AMOUNT, extra=True),
    Column(
        "settled_on", "结算日期",
        ("结算日期", "结算时间", "费用结算日期", "费用结算时间", "出院日期", "出院时间", "报销日期", "报销时间", "就诊日期", "就诊时间", "就医日期",
         "就医时间", "发生日期", "发生时间", "事发日期", "住院日期", "住院时间", "入院日期", "入院时间", "发证日期", "日期", "时间", "DATE"),
        pattern="结算|出院|就诊日|就诊时|就医日|就医时|发生日|发生时|日期|时间$", never="出生|年度|预警|推送|下发|上报|填报|填表|核查|核实|入户|走访|识别|纳入|建档|截止|截至|反馈|完成|办结|参保|缴费|脱贫|下次|有效|录入|登记|更新|联系", looks=Looks.DATE, past=True,
    ),
    Column("phone", "联系电话", ("联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "电话号码", "本人电话", "联系号码"), pattern="电话|手机|联系方式", never="帮扶|干部|包村|网格|经办|医院", looks=Looks.PHONE, sealed=True, keep=True),
    Column("extra", "其他列", sealed=True),
)  # fmt: skip
TELLING = {"self_paid_yuan", "total_yuan", "settled_on", "hospital", "diagnosis", "reason"}


def is_heading(found: frozenset[str]) -> bool:
    """Names with numbers make a list of people; names alone do only with something that befell them."""
    return ("name" in found and ("id_number" in found or len(found & TELLING) >= 2)) or {
        "id_number",
        "village",
    } <= found


ALERTS = Table(
    "alerts", "预警", COLUMNS, anchor="id_number", is_heading=is_heading, has_fingerprint=True, keeps_rest="extra",
    rest_length=2_000,
)  # fmt: skip

TWICE_IN_THE_FILE = Mark(
    "same",
    """FROM (SELECT id, row_number() OVER (PARTITION BY fingerprint ORDER BY id) AS nth FROM staged_alerts) twin
       WHERE twin.id = s.id AND twin.nth > 1""",
    table="alerts",
)
BELOW_NOTHING = Mark(
    "problem",
    "WHERE s.self_paid_yuan < 0",
    table="alerts",
    code="amount.negative",
    column="self_paid_yuan",
    sentence="'个人自付写成了负数，请核对'",
)
RECEIVED_BEFORE = Mark(
    "same",
    """FROM monitoring_alert a WHERE a.village_code BETWEEN %(low)s AND %(high)s AND a.source = %(source)s
       AND a.fingerprint = s.fingerprint AND a.fingerprint <> '' AND a.withdrawn_at IS NULL""",
    table="alerts",
    target="a.id",
    constraint="alert_is_received_once",
)

# Linked to the registered person of the number where the name agrees; else the pair is a doubt. A row without a
# village goes where its person lives, or to the township until somebody hands it out. Its receipt is its first event.
RECEIVE = """
WITH received AS (
INSERT INTO monitoring_alert (
    village_code, source, received_on, batch_id, sheet, "row", fingerprint, name, id_number, id_digest, phone, category,
    reason, diagnosis, hospital, total_yuan, self_paid_yuan, settled_on, extra, person_id, household_id, previous_id,
    state, due_on, result, recorded_at)
SELECT COALESCE(NULLIF(s.village_code, ''), p.village_code, %(village_code)s), %(source)s, %(received_on)s, %(batch)s,
    s.sheet, s."row", s.fingerprint, s.name, s.id_number, s.id_number_digest, COALESCE(s.phone, ''),
    left(COALESCE(s.category, ''), 40), left(COALESCE(s.reason, ''), 200), COALESCE(s.diagnosis, ''),
    left(COALESCE(s.hospital, ''), 120), s.total_yuan, s.self_paid_yuan, s.settled_on, COALESCE(s.extra, ''),
    p.id, m.household_id, NULL, 'received', NULL, '', %(now)s
FROM staged_alerts s
LEFT JOIN households_person p
    ON p.id_digest = s.id_number_digest AND p.id_digest <> '' AND p.name = s.name
    AND p.village_code BETWEEN %(low)s AND %(high)s
LEFT JOIN households_membership m
    ON m.person_id = p.id AND m.withdrawn_at IS NULL
    AND m.valid_from <= %(today)s AND (m.valid_to IS NULL OR m.valid_to > %(today)s)
ORDER BY s.id
RETURNING id, village_code
)
INSERT INTO monitoring_alertevent (alert_id, village_code, kind, "on", note, by_id, recorded_at)
SELECT id, village_code, 'received', %(received_on)s, '', %(user)s, %(now)s FROM received ORDER BY id
"""


def _parameters(batch: Batch, today: Any) -> dict[str, Any]:
    return {"source": batch.source or Source.UNNAMED.value}


def printed(batch: Batch, rows: list[StagedRow], whole: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as the command line prints them; `registered` says whether somebody on file has the number."""
    low, high = division.span(division.township(batch.village_code))
    digests = [bytes.fromhex(row.values["id_number_digest"]) for row in rows]
    on_file = Person.objects.filter(id_digest__in=digests, village_code__range=(low, high))
    known = {
        bytes(digest): (name, home) for digest, name, home in on_file.values_list("id_digest", "name", "village_code")
    }
    places = [
        row.village_code or _home(known.get(digest), cells["name"])
        for row, cells, digest in zip(rows, whole, digests, strict=True)
    ]
    names = village_names(places)
    return [
        {
            "sheet": row.sheet,
            "row": row.row,
            "name": cells["name"],
            "id_number": cells["id_number"],
            "village": names.get(place),
            "self_paid": cells["self_paid_yuan"],
            "settled_on": cells["settled_on"],
            "registered": digest in known,
        }
        for row, cells, digest, place in zip(rows, whole, digests, places, strict=True)
    ]


def _home(person: tuple[str, str] | None, name: str) -> str:
    """Where an alert without a village goes: see `RECEIVE`."""
    return person[1] if person and person[0] == name else ""


imports.add(
    "alerts",
    Kind(
        slug="alerts",
        label="预警名单",
        unit="条",
        tables=(ALERTS,),
        marks=(BELOW_NOTHING, TWICE_IN_THE_FILE, RECEIVED_BEFORE),
        apply=(RECEIVE,),
        asks=frozenset({"source", "received_on"}),
        order=10,
        source_of=source_of,
        sources=dict(Source.choices),
        parameters=_parameters,
        finish=after_import,
        printed=printed,
        shown_at="monitoring:alert_list",
    ),
)
