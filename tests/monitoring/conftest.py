"""Who works on alerts and cases, and where."""

import pytest

from accounts.models import Division, User
from tests.factories.accounts import TOWNSHIP, DivisionFactory, GrantFactory, UserFactory
from tests.factories.households import VILLAGE

OTHER_VILLAGE = f"{TOWNSHIP}201"


@pytest.fixture
def township(db: None) -> Division:
    """A township of two villages."""
    DivisionFactory(code=VILLAGE, name="丰收村")
    DivisionFactory(code=OTHER_VILLAGE, name="竹溪村")
    return DivisionFactory(code=TOWNSHIP, name="牌楼镇")


@pytest.fixture
def station(township: Division) -> User:
    return GrantFactory(user=UserFactory(name="周敏"), prefix=TOWNSHIP).user


@pytest.fixture
def officer(township: Division) -> User:
    """村乡村振兴专干 of one of the two villages."""
    user = UserFactory(name="何桂英", role=User.Role.VILLAGE_OFFICER)
    return GrantFactory(user=user, prefix=VILLAGE).user
