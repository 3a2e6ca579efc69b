"""The end of a session under the hands of somebody who types."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.factories.accounts import DivisionFactory, GrantFactory, UserFactory

pytestmark = pytest.mark.browser
SECRET = "paibou2025"


@pytest.fixture
def user(site: str) -> User:
    DivisionFactory(code="341702106", name="牌楼镇")
    user = UserFactory(role=User.Role.ADMINISTRATOR, username="admin")
    user.set_password(SECRET)
    user.save()
    GrantFactory(user=user)
    return user


def log_in(page: Any) -> None:
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", SECRET)
    page.click("button[type=submit]")


def test_a_login_near_its_end_says_so_and_what_was_typed_comes_back(site, browser, user) -> None:
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto("/login/")  # the server has started before the last seconds begin
    client = Client()
    client.force_login(user)
    session = client.session
    session["since"] = int(timezone.now().timestamp()) - settings.PAIBOU_SESSION_LIMIT + 6
    session.save()
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])

    page.goto("/users/new/")
    page.fill("[name=name]", "朱建平")
    warned = page.inner_text("#session")
    page.wait_for_selector("[data-ended]:not([hidden])", timeout=15000)
    page.click("[data-login]")
    log_in(page)
    page.wait_for_url("**/users/new/")

    assert "还有 2 分钟" in warned
    assert page.input_value("[name=name]") == "朱建平"
    context.close()


def test_a_form_that_was_refused_or_sent_after_the_end_comes_back_filled_and_once_taken_is_empty(
    site, browser, user
) -> None:
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto("/login/?next=/divisions/new/")
    log_in(page)
    page.wait_for_url("**/divisions/new/")
    page.fill("[name=code]", "341702106201")
    page.fill("[name=name]", "竹溪村")
    page.fill("[name=on]", "去年")
    page.click("main form button[type=submit]")
    page.wait_for_selector(".error")
    page.reload()
    refused = (page.input_value("[name=name]"), page.input_value("[name=on]"))
    page.fill("[name=on]", "")
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/login/**")
    log_in(page)
    page.wait_for_url("**/divisions/new/")
    typed = (page.input_value("[name=code]"), page.input_value("[name=name]"))
    page.click("main form button[type=submit]")
    page.wait_for_selector("text=已登记")
    page.goto("/divisions/new/")

    assert refused == ("竹溪村", "去年")
    assert typed == ("341702106201", "竹溪村")
    assert page.input_value("[name=name]") == ""
    context.close()
