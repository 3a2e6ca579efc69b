from datetime import date

import pytest

from accounts.models import Division, User

TODAY = date(2025, 11, 20)


@pytest.fixture
def villages(db: None) -> list[str]:
    """Two villages of one township."""
    codes = ["341702106200", "341702106201"]
    Division.objects.create(code="341702106", level=9, name="牌楼镇")
    for code, name in zip(codes, ("牌楼村", "竹溪村"), strict=True):
        Division.objects.create(code=code, level=12, name=name)
    return codes


@pytest.fixture
def clerk(villages: list[str]) -> User:
    user = User.objects.create(
        username="clerk", name="周敏", role=User.Role.STATION, must_change_password=False, village_code="341702106000"
    )
    user.grants.create(prefix="341702106", valid_from=date(2020, 1, 1))
    return user
