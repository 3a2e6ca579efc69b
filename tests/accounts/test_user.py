from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog, Grant, User
from accounts.roles import ALL_RIGHTS, RIGHTS, may
from accounts.services import user as services
from paibou.lib.refused import Refused

START = date(2025, 1, 1)


def test_every_role_stands_in_the_table() -> None:
    assert set(RIGHTS) == set(User.Role.values)


def test_an_administrator_and_a_district_reader_write_no_business_rows() -> None:
    writes = {
        right for right in ALL_RIGHTS if right.split("_")[0].split(".")[1] in {"change", "check", "close", "visit"}
    }

    assert writes
    for role in (User.Role.ADMINISTRATOR, User.Role.DISTRICT_READER):
        assert not writes & RIGHTS[role]


def test_a_grid_worker_and_a_helper_check_and_visit_only() -> None:
    for role in (User.Role.GRID_WORKER, User.Role.HELPER):
        user = User(role=role)
        assert may(user, "monitoring.check_alert")
        assert may(user, "households.visit")
        assert not may(user, "households.propose", "monitoring.close_alert", "exchange.export", "accounts.full_view")


def new(by: User | None, **fields: object) -> services.NewAccount:
    given = {"username": "zhu", "name": "朱建平", "role": User.Role.GRID_WORKER, "prefixes": ["341702106200"]}
    return services.create_account(**{**given, "valid_from": START, "by": by, **fields})


def test_a_new_account_has_a_first_password_and_its_places(admin: User) -> None:
    made = new(admin, prefixes=["341702106200", "341702106201"], phone="13900000012")

    user = User.objects.get(pk=made.user.pk)
    assert user.check_password(made.password)
    assert user.must_change_password
    assert user.village_code == "341702106200"
    assert user.prefixes == ["341702106200", "341702106201"]
    assert user.phone == "13900000012"
    assert AccessLog.objects.filter(kind="account", what="建账号：朱建平（zhu）", user=admin).count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"username": "admin"}, "用户名“admin”已有人用，换一个"),
        ({"prefixes": []}, "至少给一个区划或一户，否则登录后什么也看不到"),
        ({"prefixes": ["341702107200"]}, "只能给您自己范围内的区划"),
        ({"prefixes": [""]}, "只能给您自己范围内的区划"),
        ({"prefixes": ["341702106999"]}, "没有代码是 341702106999 的区划，先在区划页登记"),
    ],
)
def test_an_account_is_refused(admin: User, fields: dict, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        new(admin, **fields)

    assert User.objects.count() == 1


def test_a_helper_holds_named_households(admin: User) -> None:
    made = new(admin, role=User.Role.HELPER, prefixes=[], household_ids=[7, 9], village_code="341702106200")

    assert (made.user.prefixes, made.user.household_ids) == ([], [7, 9])


def test_a_place_taken_back_stays_on_file(admin: User, cadre: User) -> None:
    today = timezone.localdate()

    services.end_grant(grant=cadre.grants.get(), on=today, by=admin)

    assert cadre.grants.get().valid_to == today
    assert User.objects.get(pk=cadre.pk).prefixes == []
    with pytest.raises(Refused, match="这条授权那天已经结束"):
        services.end_grant(grant=cadre.grants.get(), on=today, by=admin)


def test_a_place_that_never_held_goes(admin: User, cadre: User) -> None:
    ahead = timezone.localdate() + timedelta(days=9)
    grant = services.add_grant(user=cadre, by=admin, prefix="341702106201", valid_from=ahead)

    services.end_grant(grant=grant, on=ahead, by=admin)

    assert Grant.objects.filter(user=cadre).count() == 1


def test_the_station_resets_its_villages_and_nobody_else(station: User, admin: User, cadre: User) -> None:
    made = services.reset_password(user=cadre, by=station)

    assert User.objects.get(pk=cadre.pk).check_password(made.password)
    with pytest.raises(Refused, match="工作站只重置村里人的密码"):
        services.reset_password(user=admin, by=station)
    with pytest.raises(Refused, match="自己的密码"):
        services.reset_password(user=station, by=station)


def test_whoever_lacks_one_of_its_places_changes_nothing_of_an_account(station: User, admin: User, cadre: User) -> None:
    """Else a new first password would open the neighbour's rows."""
    grant = Grant.objects.create(user=cadre, prefix="341702107", valid_from=date(2020, 1, 1))
    today = timezone.localdate()

    for act in (
        lambda: services.reset_password(user=cadre, by=station),
        lambda: services.change_account(user=cadre, name=cadre.name, role=User.Role.STATION, by=admin),
        lambda: services.end_account(user=cadre, on=today, by=admin),
        lambda: services.end_grant(grant=grant, on=today, by=admin),
    ):
        with pytest.raises(Refused, match="范围以外"):
            act()

    services.end_grant(grant=grant, on=today, by=None)
    services.reset_password(user=cadre, by=station)


def test_a_helper_of_a_household_elsewhere_is_not_the_stations(station: User, cadre: User) -> None:
    Grant.objects.create(user=cadre, household_id=987654, valid_from=date(2020, 1, 1))

    with pytest.raises(Refused, match="范围以外"):
        services.reset_password(user=cadre, by=station)


def test_an_ended_account_loses_its_places_and_comes_back_without(admin: User, cadre: User) -> None:
    services.end_account(user=cadre, on=timezone.localdate(), by=admin)
    with pytest.raises(Refused, match="已经停用"):
        services.end_account(user=cadre, on=timezone.localdate(), by=admin)

    services.reopen_account(user=cadre, by=admin)

    after = User.objects.get(pk=cadre.pk)
    assert after.is_active
    assert after.prefixes == []
    assert after.must_change_password


def test_nobody_ends_himself_or_changes_his_own_role(admin: User) -> None:
    with pytest.raises(Refused, match="不能停用自己"):
        services.end_account(user=admin, on=timezone.localdate(), by=admin)
    with pytest.raises(Refused, match="自己的角色不能自己改"):
        services.change_account(user=admin, name="欧阳月琴", role=User.Role.STATION, by=admin)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_accounts_costs_the_same(as_user, admin, someone, rows, django_assert_num_queries) -> None:
    for number in range(rows):
        someone(User.Role.GRID_WORKER, "341702106200", "341702106201", username=f"grid{number}")
    client = as_user(admin)

    with django_assert_num_queries(8):  # session, user, grants, rows, count, places, names, frame
        page = client.get("/users/").content.decode()

    assert page.count("丰收村、竹溪村") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_an_account_page_costs_the_same(as_user, admin, cadre, rows, django_assert_num_queries) -> None:
    for number in range(rows - 1):
        cadre.grants.create(prefix="341702106201", valid_from=date(2021, 1, number + 1), valid_to=date(2022, 1, 1))
    client = as_user(admin)

    with django_assert_num_queries(7):  # session, user, grants, account, places, names, frame
        page = client.get(f"/users/{cadre.pk}/").content.decode()

    assert page.count('<td class="first">') == rows


def test_accounts_of_the_neighbour_township_are_not_found(as_user, admin, someone) -> None:
    other = someone(User.Role.STATION, "341702107", username="other")
    grant = other.grants.get()
    client = as_user(admin)

    assert "other" not in client.get("/users/").content.decode()
    assert client.get(f"/users/{other.pk}/").status_code == 404
    assert client.post(f"/users/{other.pk}/password/").status_code == 404
    assert client.post(f"/places/{grant.pk}/end/", {"on": "今天"}).status_code == 404


def test_an_account_is_made_on_the_page_by_names_of_villages(as_user, admin) -> None:
    client = as_user(admin)
    asked = {"username": "zhu", "name": "朱建平", "role": "grid_worker", "valid_from": "2025-01-01"}

    wrong = client.post("/users/new/", {**asked, "prefixes": "丰收村、双龙村"})
    right = client.post("/users/new/", {**asked, "prefixes": "丰收村、341702106201"})

    assert wrong.status_code == 422
    assert "您的范围内没有叫“双龙村”的区划" in wrong.content.decode()
    assert right.status_code == 200
    user = User.objects.get(username="zhu")
    assert user.prefixes == ["341702106200", "341702106201"]
    assert right.content.decode().count('class="secret"') == 1
    assert client.get(f"/users/{user.pk}/").content.decode().count('class="secret"') == 0


def test_the_station_opens_accounts_but_makes_none(as_user, station, cadre) -> None:
    client = as_user(station)

    assert client.get(f"/users/{cadre.pk}/").status_code == 200
    assert client.get("/users/new/").status_code == 403
    assert client.post(f"/users/{cadre.pk}/end/").status_code == 403
    assert client.post(f"/users/{cadre.pk}/password/").status_code == 200


@pytest.mark.parametrize("page", ["user_password", "user_reopen"])
def test_a_first_password_is_shown_once_and_loading_its_page_again_makes_no_other(
    admin: User, client, page: str
) -> None:
    account = new(admin).user
    User.objects.filter(pk=admin.pk).update(must_change_password=False)
    User.objects.filter(pk=account.pk).update(is_active=page == "user_password")
    client.force_login(admin)
    address = reverse(f"accounts:{page}", args=[account.pk])

    shown = client.post(address)
    password = User.objects.get(pk=account.pk).password
    again = client.get(address)

    assert "只显示这一次" in shown.content.decode()
    assert again.headers["Location"] == reverse("accounts:user_detail", args=[account.pk])
    assert User.objects.get(pk=account.pk).password == password
