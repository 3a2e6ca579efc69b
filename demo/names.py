"""Invented names, numbers and places; nobody's."""

import random
from collections import Counter
from datetime import date, timedelta

from paibou.lib.identity import check_digit

SURNAMES = "".join(
    sign * count
    for sign, count in (
        ("王李张刘", 9), ("陈杨吴徐", 7), ("汪程方江", 6), ("胡朱何章", 5), ("钱孙周许", 4), ("丁马叶苏", 3),
        ("沈夏余潘包柯舒檀纪", 2), ("桂郎盛储杜卢施范严宋唐韩曹袁邓冯董萧蒋蔡贾魏薛阎傅邹熊孟秦白雷侯龙史陶贺顾毛郝龚邵万覃武戴莫孔向", 1),
    )
)  # fmt: skip
DOUBLE = ("欧阳", "上官", "诸葛", "司马", "端木")
MALE_OLD = "福贵发根生明国建华长友来旺金银水木德传宗广义仁和平安庆祥富寿春荣保全胜忠兴文武"
MALE_YOUNG = "伟强磊军勇杰涛超鹏飞浩宇轩博昊晨俊凯旭阳志子涵睿泽辰一诺铭航"
FEMALE_OLD = "秀英兰芳梅桂珍香莲凤玉翠菊花娥月琴淑枝云霞爱银菜彩腊金小"
FEMALE_YOUNG = "静丽敏燕娟婷雪莹慧琳欣怡佳梦雨诗涵悦萱然可语彤瑶妍晴思"
LONG_NAMES = ("阿卜杜热合曼·买买提", "迪丽努尔·阿不都拉", "欧阳月琴", "上官婉如意")
AREAS = ("342921", "342922", "342923", "342924", "342901")  # retired: nobody was born there since
STRANGERS = "342925"
NATURAL = (
    "大屋",
    "上畈",
    "下畈",
    "老屋",
    "新屋",
    "桥头",
    "塘埂",
    "岭脚",
    "茶园",
    "竹园",
    "河沿",
    "油坊",
    "祠堂",
    "枫树",
    "石埠",
)
HOSPITALS = (
    "池州市人民医院", "贵池区人民医院", "池州市第二人民医院", "安徽省立医院", "安医大一附院", "池州市中医医院", "牌楼镇中心卫生院",
    "南京鼓楼医院", "铜陵市人民医院", "安庆市立医院",
)  # fmt: skip
DIAGNOSES = (
    "冠状动脉粥样硬化性心脏病", "脑梗死", "肺部感染", "胃恶性肿瘤", "腰椎间盘突出", "慢性肾功能不全", "股骨颈骨折", "2型糖尿病伴并发症",
    "肝硬化", "乳腺恶性肿瘤", "急性胰腺炎", "高血压病3级", "尿毒症", "慢性阻塞性肺疾病", "结肠恶性肿瘤", "白内障",
)  # fmt: skip
CITIES = (
    "浙江省杭州市", "浙江省宁波市", "江苏省苏州市", "江苏省南京市", "上海市松江区", "广东省东莞市", "浙江省义乌市", "江苏省昆山市", "福建省厦门市",
)  # fmt: skip
EMPLOYERS = ("电子厂", "服装厂", "建筑工地", "物流公司", "饭店", "家政公司", "五金厂", "快递站", "模具厂")
UNITS = (
    "牌楼镇人民政府",
    "贵池区农业农村局",
    "贵池区水利局",
    "贵池区教育和体育局",
    "牌楼镇中心学校",
    "贵池区卫健委",
    "村委会",
)


def given(rng: random.Random, male: bool, born: date) -> str:
    signs = (MALE_OLD if born.year < 1980 else MALE_YOUNG) if male else FEMALE_OLD if born.year < 1980 else FEMALE_YOUNG
    return "".join(rng.choice(signs) for _ in range(1 if rng.random() < 0.12 else 2))


def surname(rng: random.Random) -> str:
    return rng.choice(DOUBLE) if rng.random() < 0.004 else rng.choice(SURNAMES)


class Numbers:
    """Identity numbers of one township: its share of the order codes, so that no two townships give one twice."""

    def __init__(self, township: int) -> None:
        self._area = AREAS[township // 100 % len(AREAS)]
        self._low = township % 100 * 10
        self._given: Counter[tuple[date, bool]] = Counter()

    def give(self, born: date, male: bool) -> tuple[date, str]:
        """A number, and the day of birth it says: a day later where the day's numbers are used up."""
        while self._given[born, male] >= 5:
            born += timedelta(days=1)
        order = self._low + 2 * self._given[born, male] + (1 if male else 0)
        self._given[born, male] += 1
        first = f"{self._area}{born:%Y%m%d}{order:03}"
        return born, first + check_digit(first)


def stranger_number(rng: random.Random, born: date, male: bool) -> str:
    first = f"{STRANGERS}{born:%Y%m%d}{rng.randrange(500) * 2 + (1 if male else 0):03}"
    return first + check_digit(first)


def phone(rng: random.Random) -> str:
    """A mobile number below 154, which no operator has been given."""
    return f"154{rng.randrange(10**8):08}"


def account(rng: random.Random) -> str:
    return f"620000000{rng.randrange(10**10):010}"


def a_day(rng: random.Random, first: date, last: date) -> date:
    """A day between the two, both included."""
    return first + timedelta(days=rng.randrange((last - first).days + 1))
