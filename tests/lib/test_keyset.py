from datetime import date
from itertools import pairwise

import pytest
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Division
from paibou.lib import keyset

ORDERS = {
    "name": ("name", "id"),
    "opened": ("-opened_on", "name", "-id"),
    "level": ("level", "-name", "id"),
    "code": ("-code", "id"),
}
ROWS = st.lists(st.tuples(st.sampled_from("甲乙丙"), st.integers(1, 3)), max_size=17)


def make(rows: list[tuple[str, int]]) -> None:
    Division.objects.bulk_create(
        Division(
            code=f"34170210620{n:01}" if n < 10 else f"3417021063{n:02}",
            level=12,
            name=name,
            opened_on=date(2020, 1, d),
        )
        for n, (name, d) in enumerate(rows)
    )


def at(url: str, **choices: object) -> keyset.Page:
    queryset = Division.objects.all()
    return keyset.page(RequestFactory().get("/" + url), queryset, orders=ORDERS, default="name", **choices)


class WalkTest(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(ROWS, st.sampled_from(sorted(ORDERS)), st.integers(1, 6))
    def test_walking_the_pages_yields_each_row_once_and_back_again(self, rows, order, size) -> None:
        make(rows)
        whole = list(Division.objects.order_by(*ORDERS[order]))
        pages = [at(f"?order={order}", size=size)]

        while pages[-1].next_url:
            pages.append(at(pages[-1].next_url, size=size))

        assert [row for page in pages for row in page.rows] == whole
        for before, page in pairwise(pages):
            assert at(page.previous_url, size=size).rows == before.rows
        assert pages[0].previous_url == ""

    @settings(max_examples=20, deadline=None)
    @given(st.integers(2, 17))
    def test_a_row_that_vanished_disturbs_no_other(self, count) -> None:
        make([("甲", 1)] * count)
        first = at("", size=2)
        Division.objects.filter(pk=first.rows[-1].pk).delete()

        rest = at(first.next_url, size=50) if first.next_url else None

        assert (len(rest.rows) if rest else 0) == count - 2


@pytest.mark.django_db
def test_a_cursor_that_was_changed_gives_the_first_page() -> None:
    make([("甲", 1)] * 5)
    url = at("", size=2).next_url

    assert at(url[:-3] + "xyz", size=2).rows == at("", size=2).rows


@pytest.mark.django_db
def test_a_cursor_of_another_order_gives_the_first_page() -> None:
    make([("甲", 1)] * 5)
    url = at("?order=code", size=2).next_url.replace("order=code", "order=level")

    assert at(url, size=2).rows == at("?order=level", size=2).rows


@pytest.mark.django_db
def test_the_neighbours_keep_the_filter_and_an_order_drops_the_cursor() -> None:
    make([("甲", 1)] * 5)

    page = at("?village=1&at=broken", size=2)

    assert page.next_url.startswith("?village=1&at=")
    assert page.order_urls["code"] == "?village=1&order=code"
    assert page.order_urls["name"] == "?village=1"


@pytest.mark.django_db
def test_the_count_stops_beyond_a_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    make([("甲", 1)] * 5)
    monkeypatch.setattr(keyset, "COUNT_LIMIT", 3)

    page = at("", size=2)

    assert (page.count, page.count_label) == (4, "3 以上")


def test_a_list_with_five_orders_or_without_id_last_is_refused() -> None:
    request = RequestFactory().get("/")
    for orders in ({str(n): ("id",) for n in range(5)}, {"name": ("name",)}):
        with pytest.raises(ValueError, match="at most four orders"):
            keyset.page(request, Division.objects.all(), orders=orders, default="name")
