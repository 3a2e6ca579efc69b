import pytest

from paibou.lib.cleaners import Unclean
from paibou.lib.cleaners.places import Place, Places

ABOVE = [
    Place("34", "安徽省"),
    Place("3417", "池州市"),
    Place("341702", "贵池区"),
    Place("341702106", "牌楼镇"),
    Place("341702107", "棠溪镇"),
]
VILLAGES = [
    Place("341702106200", "牌楼村"), Place("341702106204", "丰收村"), Place("341702106207", "穿山村"), Place("341702106207", "老穿山村"),
    Place("341702107200", "石门村"), Place("341702107204", "丰收村"),
]  # fmt: skip
TOWNSHIP = Places(ABOVE + VILLAGES, ["341702106"])
COUNTY = Places(ABOVE + VILLAGES, ["341702"])


@pytest.mark.parametrize(
    "written",
    ["穿山村", "穿山", "穿山村委会", "穿山村民委员会", "牌楼镇穿山村", "安徽省池州市贵池区牌楼镇穿山村3组", "穿山三组", "穿山村胡家组", " 穿山 村 ",
     "341702106207", "老穿山村"],
)  # fmt: skip
def test_a_village_is_found_however_it_is_written(written: str) -> None:
    assert TOWNSHIP.locate(written) == "341702106207"


def test_the_village_that_bears_its_townships_name_is_found() -> None:
    assert TOWNSHIP.locate("牌楼", "牌楼镇") == TOWNSHIP.locate("牌楼镇牌楼村") == "341702106200"


def test_a_row_of_the_township_itself_names_no_village() -> None:
    assert TOWNSHIP.locate("", "牌楼镇") is None
    assert TOWNSHIP.locate("牌楼镇") is None


@pytest.mark.parametrize(
    "row", [("石门村",), ("石门村", "棠溪镇"), ("穿山村", "棠溪镇"), ("棠溪镇石门村",), ("石门村", "", "东至县"), ("", "高坦乡")]
)  # fmt: skip
def test_a_row_from_elsewhere_is_not_ours(row: tuple[str, ...]) -> None:
    with pytest.raises(Unclean, match="不属于本镇"):
        TOWNSHIP.locate(*row)


def test_an_unknown_village_is_told_with_the_nearest_name() -> None:
    with pytest.raises(Unclean, match="没有叫“丰收寸”的村；是不是丰收村？"):
        TOWNSHIP.locate("丰收寸")


def test_two_villages_of_one_name_are_told_apart_by_the_township() -> None:
    assert COUNTY.locate("丰收村", "棠溪镇") == "341702107204"
    with pytest.raises(Unclean, match="有 2 个村叫“丰收村”，请写明乡镇"):
        COUNTY.locate("丰收村")


def test_a_title_names_the_one_village_in_it() -> None:
    assert TOWNSHIP.named_in("一、穿山村（5人）") == "341702106207"
    assert TOWNSHIP.named_in("穿山村、丰收村名单") is None
