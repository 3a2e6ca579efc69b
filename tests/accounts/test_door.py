import time_machine
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import AccessLog, User

PASSWORD = "paibou2025"


def log_in(client: Client, username: str, password: str = PASSWORD, next_page: str = "/me/"):
    return client.post(f"/login/?next={next_page}", {"username": username, "password": password, "next": next_page})


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def test_someone_who_logs_in_comes_back_to_where_he_was(client: Client, station: User) -> None:
    with_password(station)

    sent = client.get("/access/?kind=login")
    back = log_in(client, "station", next_page="/access/?kind=login")

    assert sent["Location"] == "/login/?next=/access/%3Fkind%3Dlogin"
    assert back["Location"] == "/access/?kind=login"
    assert list(AccessLog.objects.values_list("user", "kind", "village_code")) == [
        (station.pk, "login", "341702106000")
    ]


def test_the_way_on_never_leaves_the_house(client: Client, station: User) -> None:
    with_password(station)

    assert log_in(client, "station", next_page="https://evil.example/")["Location"] == "/"


def test_a_wrong_password_says_so_and_how_often_is_left(client: Client, station: User) -> None:
    with_password(station)

    answers = [log_in(client, "station", "wrong") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert "用户名或密码不对。忘了密码，请工作站重置。" in answers[0].content.decode()
    assert "用户名或密码不对，再错 2 次账号会锁一会儿。" in answers[2].content.decode()


def test_five_wrong_passwords_lock_the_account_until_a_said_time(client: Client, station: User) -> None:
    with_password(station)

    with time_machine.travel("2025-11-20T10:27:00+08:00", tick=False):
        for _ in range(settings.AXES_FAILURE_LIMIT):
            answer = log_in(client, "station", "wrong")
        right = log_in(client, "station")
    with time_machine.travel("2025-11-20T10:43:00+08:00", tick=False):
        later = log_in(client, "station")

    for locked in (answer, right):
        assert locked.status_code == 429
        assert "密码连错 5 次，这个账号锁到 10:42，到时再试。急用，请工作站重置密码。" in locked.content.decode()
    assert later.status_code == 302


def test_a_reset_unlocks_the_account(client: Client, admin: User, cadre: User) -> None:
    with_password(cadre)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        log_in(client, "cadre", "wrong")
    client.force_login(admin)

    page = client.post(f"/users/{cadre.pk}/password/").content.decode()
    client.logout()
    first = page.partition('<dd class="secret">')[2].partition("<")[0]

    assert AccessAttempt.objects.count() == 0
    assert log_in(client, "cadre", first)["Location"] == "/me/password/"


def test_an_ended_account_does_not_log_in(client: Client, station: User) -> None:
    with_password(station)
    User.objects.update(is_active=False)

    assert log_in(client, "station").status_code == 422


def test_a_first_password_is_changed_before_anything_else(client: Client, cadre: User) -> None:
    with_password(cadre)
    User.objects.update(must_change_password=True)
    assert log_in(client, "cadre")["Location"] == "/me/password/"

    sent = client.get("/me/")
    weak = [
        client.post("/me/password/", {"old": PASSWORD, "new": new, "again": new}).content.decode()
        for new in (PASSWORD, "short1", "onlyletters", "20251120")
    ]
    other = client.post("/me/password/", {"old": PASSWORD, "new": "xiyun-7394", "again": "xiyun-7395"}).content.decode()
    done = client.post("/me/password/", {"old": PASSWORD, "new": "xiyun-7394", "again": "xiyun-7394"})
    after = client.get("/me/")

    assert sent["Location"] == "/me/password/"
    assert "新密码要和现在的不一样" in weak[0]
    assert "密码太短，至少要 8 位" in weak[1]
    assert "要有字母，也要有数字" in weak[2]
    assert "要有字母，也要有数字" in weak[3]
    assert "两遍写的不一样" in other
    assert done["Location"] == "/"
    assert after.status_code == 200
    cadre.refresh_from_db()
    assert not cadre.must_change_password


def test_leaving_ends_the_session(client: Client, station: User) -> None:
    client.force_login(station)

    client.post("/logout/")

    assert client.get("/me/").status_code == 302


def test_asking_how_long_a_login_lasts_does_not_lengthen_it(client: Client, station: User) -> None:
    with time_machine.travel("2025-11-20T08:00:00+08:00", tick=False):
        client.force_login(station)
        client.get("/me/")
    with time_machine.travel("2025-11-20T11:50:00+08:00", tick=False):
        asked = [client.get("/session/left/").json()["left"] for _ in range(2)]
        stayed = client.post("/session/stay/").json()["left"]
    with time_machine.travel("2025-11-20T15:51:00+08:00", tick=False):
        over = client.get("/session/left/").json()["left"]

    assert asked == [600, 600]
    assert stayed == settings.SESSION_COOKIE_AGE
    assert over == 0


def test_a_login_ends_after_a_working_day_however_busy(client: Client, station: User) -> None:
    client.force_login(station)
    client.get("/me/")
    session = client.session
    session["since"] = int(timezone.now().timestamp()) - settings.PAIBOU_SESSION_LIMIT - 1
    session.save()

    assert client.get("/me/").status_code == 302


def test_a_form_sent_after_the_session_ended_comes_back_to_its_page(client: Client, station: User) -> None:
    answer = client.post("/me/", {"theme": "dark"}, headers={"Referer": "http://testserver/me/?x=1"})
    part = client.get("/users/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/users/?q=a"})

    assert answer["Location"] == "/login/?next=/me/%3Fx%3D1"
    assert (part.status_code, part["HX-Redirect"]) == (401, "/login/?next=/users/%3Fq%3Da")


def test_pages_with_peoples_data_are_kept_by_no_cache(client: Client, station: User) -> None:
    client.force_login(station)

    assert client.get("/me/")["Cache-Control"] == "private, no-store"


def test_a_page_takes_nothing_from_elsewhere(client: Client) -> None:
    policy = client.get("/login/")["Content-Security-Policy"]

    assert dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip()) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
