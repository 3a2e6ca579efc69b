"""What differs between places about households."""

from paibou.lib.declarations import Kind, Option, options

GROUP = "农户"

options.add(
    "two_persons",
    Option(
        "two_persons",
        "录入与审核不得同一人",
        False,
        Kind.FLAG,
        GROUP,
        help="打开后，提出更正的人不能自己采纳",
    ),
)
options.add(
    "visit_days_monitored",
    Option("visit_days_monitored", "监测对象多久走访一次", 31, Kind.COUNT, GROUP, unit="天", help="风险没有消除的户"),
)
options.add(
    "visit_days_lifted",
    Option("visit_days_lifted", "脱贫户多久走访一次", 92, Kind.COUNT, GROUP, unit="天"),
)
