import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.factories.accounts import DivisionFactory, GrantFactory, UserFactory

pytestmark = pytest.mark.browser
SECRET = "paibou2025"


def test_a_login_near_its_end_says_so_and_what_was_typed_comes_back(site, browser) -> None:
    DivisionFactory(code="341702106", name="牌楼镇")
    user = UserFactory(role=User.Role.ADMINISTRATOR, username="admin")
    user.set_password(SECRET)
    user.save()
    GrantFactory(user=user)
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
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", SECRET)
    page.click("button[type=submit]")
    page.wait_for_url("**/users/new/")

    assert "还有 2 分钟" in warned
    assert page.input_value("[name=name]") == "朱建平"
    context.close()
