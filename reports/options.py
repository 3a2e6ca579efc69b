"""What townships and years do differently with reports."""

from datetime import date

from accounts.options import Kind, Option, options

GROUP = "报表"
COUNTED_BY = {"审定日": "approved", "公告日": "announced", "系统识别时间": "entered"}

options.add(
    "report_counted_by",
    Option(
        "report_counted_by",
        "纳入按哪天计",
        "审定日",
        Kind.TEXT,
        GROUP,
        help="统计监测对象和风险识别时，一户从哪一天起算纳入",
        choices=tuple(COUNTED_BY),
    ),
)
options.add(
    "report_since",
    Option(
        "report_since",
        "累计数从哪天算起",
        date(2021, 1, 1),
        Kind.DAY,
        GROUP,
        help="“十四五”以来的累计数从 2021-01-01 算起",
    ),
)
