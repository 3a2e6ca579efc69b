"""The ten villages of one township, from its own workbook, and a user of its station."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from accounts.models import Division, User
from accounts.services.user import system_user
from exchange.services.system_import import import_file
from paibou.lib import identity
from tests.factories.accounts import GrantFactory, UserFactory
from tests.factories.households import PersonFactory

WORKBOOKS = Path(__file__).parents[1] / "data" / "workbooks"


@pytest.fixture
def villages(db: None) -> dict[str, Division]:
    """Divisions by name."""
    data = (WORKBOOKS / "villages.csv").read_bytes()
    import_file(kind="villages", name="villages.csv", data=data, by=system_user(prefix=""))
    return {division.name: division for division in Division.objects.all()}


@pytest.fixture
def clerk(villages: dict[str, Division]) -> User:
    user = UserFactory(username="clerk")
    GrantFactory(user=user)
    return user


@pytest.fixture
def registry(villages: dict[str, Division]) -> None:
    """The people of the township's registry, as far as alerts ask for them: numbers, names, villages."""
    workbook = CalamineWorkbook.from_path(WORKBOOKS / "registry.xlsx")
    households = workbook.get_sheet_by_name("户").to_python()[1:]
    homes = {number: villages[village].code for village, _, number, *_ in households}
    for number, name, id_number, *_ in workbook.get_sheet_by_name("家庭成员").to_python()[1:]:
        PersonFactory(
            village_code=homes[number], name=name, id_number=id_number, born_on=identity.birth_date(id_number)
        )
