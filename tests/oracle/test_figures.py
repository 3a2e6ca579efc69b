from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from paibou.lib.figures import STOCK, Kind, Window, figures
from reports import engine
from reports.engine import Asked
from tests.oracle.recount import FIGURES, Recount
from tests.oracle.township import TOWNSHIP, VILLAGES, Township

pytestmark = pytest.mark.django_db


def asked_on(day: date, known_at: datetime, start: date, counted_by: str) -> list[Asked]:
    """Every figure, flows over two windows, so that windows of one table stand in one statement."""
    found = []
    for figure in figures:
        starts = [None] if figure.nature == STOCK else [start, date(2021, 1, 1)]
        for since, kind in zip(starts, Kind.of(figure.nature), strict=False):
            found.append(Asked(figure, Window.until(day, known_at, since=since, kind=kind, counted_by=counted_by)))
    return found


def occasions(seed: int, count: int) -> list[tuple[date, datetime, date, str]]:
    random = Random(seed)  # noqa: S311 -- chance, not secrets
    found = []
    for _ in range(count):
        day = date(2020, 1, 1) + timedelta(days=random.randint(0, 2200))
        known_at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=random.randint(0, 2600 * 24))
        start = day - timedelta(days=random.randint(0, 500))
        found.append((day, known_at, start, random.choice(["approved", "approved", "announced", "entered"])))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_every_figure_of_a_random_township_is_what_plain_python_counts(seed: int) -> None:
    Township(seed)

    for day, known_at, start, counted_by in occasions(seed, 12):
        asked = asked_on(day, known_at, start, counted_by)
        recount = Recount(TOWNSHIP, known_at, counted_by=counted_by)
        expected = {(a.figure.slug, a.window.since): recount.value(a.figure.slug, a.window.start, day) for a in asked}

        values = engine.values(asked, [TOWNSHIP])

        assert {(a.figure.slug, a.window.since): value for a, value in zip(asked, values, strict=True)} == expected


@pytest.mark.parametrize("seed", range(3))
def test_value_list_villages_and_keys_of_a_figure_are_one(seed: int) -> None:
    Township(seed, households=20)
    *_, counted_by = occasions(seed, 1)[0]

    for asked in asked_on(date(2025, 10, 20), datetime(2026, 1, 1, tzinfo=UTC), date(2023, 1, 1), counted_by):
        value = engine.value(asked, [TOWNSHIP])

        listed = list(engine.rows(asked, [TOWNSHIP]))
        villages = engine.by_village(asked, [TOWNSHIP])
        assert value == len(listed) == sum(villages.values()) == len(engine.keys(asked, [TOWNSHIP]))
        assert {row.village_code for row in listed} == set(villages)


def test_what_was_compiled_once_counts_as_what_the_orm_makes_each_time() -> None:
    Township(3)
    prefixes = [VILLAGES[0], VILLAGES[2]]

    for day, known_at, start, counted_by in occasions(3, 6):
        asked = asked_on(day, known_at, start, counted_by)
        plain = [len(engine.rows(each, prefixes)) for each in asked]

        assert engine.values(asked, prefixes) == plain


def test_figures_of_a_table_are_asked_in_one_statement(django_assert_num_queries) -> None:
    asked = asked_on(date(2025, 10, 20), datetime(2025, 10, 21, tzinfo=UTC), date(2025, 1, 1), "approved")

    with django_assert_num_queries(5):
        engine.values(asked, [TOWNSHIP])


def test_nobody_without_a_division_sees_a_number(django_assert_num_queries) -> None:
    asked = asked_on(date(2025, 10, 20), datetime(2025, 10, 21, tzinfo=UTC), date(2025, 1, 1), "approved")

    with django_assert_num_queries(0):
        assert set(engine.values(asked, [])) == {0}


def test_every_figure_says_what_it_counts_and_is_counted_again() -> None:
    unsaid = [figure.slug for figure in figures if not figure.definition or "来源：" not in figure.definition]

    assert unsaid == []
    assert {figure.slug for figure in figures} == set(FIGURES)
