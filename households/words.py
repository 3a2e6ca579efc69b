"""The lists of the national system's forms, and what departments write instead."""

from paibou.lib.cleaners import Cell, Unclean, narrow, one_of

HEAD = "户主"
RELATIONS = (
    HEAD, "配偶", "子", "女", "儿媳", "女婿", "孙子女", "外孙子女", "父母", "岳父母", "公婆", "祖父母", "外祖父母",
    "兄弟姐妹", "其他",
)  # fmt: skip
# What exports write → the list above. The original is kept beside it.
WRITTEN = {
    "户主": "本人 户主本人 之户主",
    "配偶": "妻 妻子 丈夫 夫 之妻 之夫 老婆 老公 爱人 夫妻 之配偶",
    "子": "儿子 长子 次子 三子 四子 五子 大儿子 二儿子 小儿子 幼子 独生子 养子 继子 之子 养子或继子 子、独生子",
    "女": "女儿 长女 次女 二女 三女 四女 五女 大女儿 二女儿 小女儿 幼女 独生女 养女 继女 之女 养女或继女",
    "儿媳": "媳妇 长媳 次媳 儿媳妇 大儿媳 二儿媳 之儿媳 儿子媳妇",
    "女婿": "长婿 次婿 之女婿 上门女婿 婿",
    "孙子女": "孙子 孙女 长孙 次孙 长孙女 次孙女 之孙子 之孙女 之孙 孙 孙子、孙女 孙媳 孙媳妇 曾孙子女 曾孙 曾孙女 重孙子",
    "外孙子女": "外孙 外孙子 外孙女 外甥孙 之外孙子 之外孙女 外曾孙 外孙、外孙女",
    "父母": "父亲 母亲 父 母 爸爸 妈妈 之父 之母 之父亲 之母亲 养父 养母 继父 继母 父亲、母亲",
    "岳父母": "岳父 岳母 丈人 丈母娘 之岳父 之岳母",
    "公婆": "公公 婆婆 公爹 之公公 之婆婆",
    "祖父母": "祖父 祖母 爷爷 奶奶 之祖父 之祖母",
    "外祖父母": "外祖父 外祖母 外公 外婆 姥爷 姥姥 之外祖父 之外祖母",
    "兄弟姐妹": "兄 弟 姐 妹 哥哥 弟弟 姐姐 妹妹 之兄 之弟 之姐 之妹 大哥 二哥 大姐 兄长 胞弟 胞妹 弟媳 嫂子 之兄弟姐妹",
    "其他": "其它 非亲属 其他亲属 其他关系 侄子 侄女 侄儿 外甥 外甥女 叔父 叔叔 伯父 姑姑 姑母 舅舅 姨母 保姆 之其他",
}
ETHNICITIES = ("汉族", "回族", "满族", "畲族", "苗族", "土家族", "壮族", "蒙古族", "藏族", "维吾尔族", "其他")
EDUCATION = ("学龄前", "文盲半文盲", "小学", "初中", "高中", "中职", "高职", "大专", "本科及以上")
HEALTH = ("健康", "长期慢性病", "患大病", "残疾")
UNABLE = ("丧失劳动力", "无劳动力")
LABOUR = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力", *UNABLE)
CAUSES = (
    "因病",
    "因学",
    "因残",
    "因灾",
    "缺劳动力",
    "缺技术",
    "缺资金",
    "缺土地",
    "缺水",
    "交通条件落后",
    "自身发展力不足",
    "其他",
)
HOUSING = ("A级", "B级", "C级", "D级", "未鉴定")
FLAGS = ("易地搬迁", "军烈属", "双女户", "加入合作社", "整户外出", "独生子女户", "危房户")

RELATION_OF = {alias: word for word, aliases in WRITTEN.items() for alias in (word, *aliases.split(), f"之{word}")}
clean_relation = one_of(RELATION_OF, "与户主关系")

_HEALTH = {word: word for word in HEALTH} | {
    "慢性病": "长期慢性病",
    "大病": "患大病",
    "健康或良好": "健康",
    "良好": "健康",
}


def clean_health(cell: Cell) -> list[str] | None:
    """Several may hold: `长期慢性病、残疾`."""
    parts = [part for part in narrow(cell).replace(",", "、").replace(";", "、").split("、") if part]
    found = []
    for part in parts:
        if part not in _HEALTH:
            raise Unclean("choice.unknown", f"没有“{part}”这种健康状况；写 健康、长期慢性病、患大病、残疾")
        found.append(_HEALTH[part])
    return sorted(set(found), key=HEALTH.index) or None
