import pytest
from hypothesis import given
from hypothesis import strategies as st

from paibou.lib import privacy


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("341702196001011234", "341702********1234"),
        ("34170219600101123X", "341702********123X"),
        ("34170219600101041", "341702********041"),
        ("341702600101123", "341702******123"),
        ("E12345678", "E1*****78"),
        ("", ""),
        (None, ""),
    ],
)
def test_identity_numbers_show_region_and_tail(number: str | None, shown: str) -> None:
    assert privacy.mask_id(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13900000012", "139****0012"),
        ("05662034567", "056******67"),
        ("2034567", "203**67"),
        ("110", "***"),
        (None, ""),
    ],
)
def test_phones_show_both_ends(number: str | None, shown: str) -> None:
    assert privacy.mask_phone(number) == shown


def test_accounts_show_the_last_four() -> None:
    assert privacy.mask_account("6217001234567890123") == "**** 0123"


def test_a_cell_as_typed_hides_every_number_of_somebody() -> None:
    cell = "吴秀英341702196001011234，电话13900000012，自付48620.35元，2025-10-20"

    shown = privacy.mask_text(cell)

    assert shown == "吴秀英341702********1234，电话139****0012，自付48620.35元，2025-10-20"


@given(st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True), st.text("吴秀英 ,，:（", max_size=5))
def test_no_text_lets_a_whole_identity_number_through(number: str, beside: str) -> None:
    assert number not in privacy.mask_text(f"{beside}{number}{beside}")
    assert number[6:14] not in privacy.mask_id(number).replace(number[:6], "", 1)
