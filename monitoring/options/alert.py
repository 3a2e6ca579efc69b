"""What counties set otherwise for alerts: marks C in the rules."""

from accounts.options import Kind, Option, options

DUE_DAYS = "alert_due_days"
ACCEPT_DAYS = "alert_accept_working_days"
REPEAT_RISE = "alert_repeat_rise_yuan"
HOME_PHOTOS = "alert_home_photos"
GROUP = "预警"

for _option in (
    Option(DUE_DAYS, "预警分派后几天内反馈", 7, Kind.COUNT, unit="天", group=GROUP),
    Option(
        ACCEPT_DAYS,
        "农户申报几个工作日内受理",
        2,
        Kind.COUNT,
        unit="个工作日",
        group=GROUP,
        help="周六周日不算；也用于干部排查、网格员和 12317/12345 来的",
    ),
    Option(
        REPEAT_RISE,
        "重复推送多付多少以内可以沿用上次答复",
        5000,
        Kind.COUNT,
        unit="元",
        group=GROUP,
        help="同一来源再次推送同一人时，个人自付比上次多出的数",
    ),
    Option(HOME_PHOTOS, "入户核查至少几张照片", 0, Kind.COUNT, unit="张", group=GROUP),
):
    options.add(_option.slug, _option)
