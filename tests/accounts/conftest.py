from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from accounts.models import Division, User
from tests.factories.accounts import DivisionFactory, UserFactory

PLACES = {"34": "安徽省", "3417": "池州市", "341702": "贵池区", "341702106": "牌楼镇", "341702107": "梅街镇"}
VILLAGES = {"341702106200": "丰收村", "341702106201": "竹溪村", "341702107200": "双龙村"}


@pytest.fixture
def divisions(db: None) -> dict[str, Division]:
    """Two townships of one county, three villages."""
    made: dict[str, Division] = {}
    for code, name in {**PLACES, **VILLAGES}.items():
        parent = made.get(max((c for c in made if code.startswith(c)), key=len, default=""))
        made[code] = DivisionFactory(code=code, name=name, parent=parent, opened_on=date(2010, 1, 1))
    return made


@pytest.fixture
def someone(divisions: dict[str, Division]) -> Callable[..., User]:
    """An account with places."""

    def make(role: str = User.Role.STATION, *prefixes: str, **fields: object) -> User:
        prefixes = prefixes or ("341702106",)
        user = UserFactory(role=role, village_code=prefixes[0].ljust(12, "0"), **fields)
        for prefix in prefixes:
            user.grants.create(prefix=prefix, is_nationwide=prefix == "", valid_from=date(2020, 1, 1))
        return user

    return make


@pytest.fixture
def station(someone: Callable[..., User]) -> User:
    return someone(User.Role.STATION, "341702106", name="周敏", username="station")


@pytest.fixture
def admin(someone: Callable[..., User]) -> User:
    return someone(User.Role.ADMINISTRATOR, "341702106", name="欧阳月琴", username="admin")


@pytest.fixture
def cadre(someone: Callable[..., User]) -> User:
    return someone(User.Role.VILLAGE_OFFICER, "341702106200", name="何桂英", username="cadre")


@pytest.fixture
def as_user(client: Client) -> Callable[[User], Client]:
    def enter(user: User) -> Client:
        client.force_login(user)
        client.get("/more/")  # the session's first use is written down
        return client

    return enter
