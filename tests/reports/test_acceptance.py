"""The demonstration's township shows the numbers of a published report, and each of them is its rows."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from households.models import Membership, OnFileSpell, Registration
from households.services.spells import rebuild_spells
from paibou.lib.figures import figures
from reports import engine
from reports.equations import equations
from reports.lines import HALF_YEAR, Line, Terms
from reports.models import ReportLine
from reports.queries.report import count_lines

PUBLISHED = Path(__file__).parents[1] / "data" / "figures.tsv"
TOWNSHIP = "341702106"
Key = tuple[str, str, str]


def published() -> dict[Key, Decimal]:
    with PUBLISHED.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {(row["slug"], row["kind"], row["from"]): Decimal(row["value"]) for row in rows}


@pytest.fixture
def terms(township: date) -> Terms:
    start, end = date(2025, 1, 1), date(2025, 10, 20)
    return Terms.today(prefix=TOWNSHIP, start=start, end=end, known_at=timezone.now())


def test_every_figure_stands_in_the_published_table() -> None:
    assert {figure.slug for figure in figures} <= {slug for slug, _, _ in published()}


def test_the_township_shows_the_published_figures(terms: Terms) -> None:
    wanted = published()

    found = {each.key: each.value for each in count_lines("half-year", terms)}

    assert found == {key: wanted[key] for key in found}
    assert len(found) == 17


def test_the_published_figures_keep_the_equations(terms: Terms) -> None:
    lines = [
        ReportLine(
            slug=each.line.slug, kind=each.line.kind, since=each.asked.window.since, label=each.line.label,
            unit=each.line.unit, value=each.value,
            by_village={code: str(part) for code, part in engine.by_village(each.asked, [TOWNSHIP]).items()},
        )
        for each in count_lines("half-year", terms)
    ]  # fmt: skip

    assert [each.text for each in equations(lines) if not each.holds] == []


def value_without(line: Line, terms: Terms) -> tuple[Decimal, Decimal]:
    """A line's number before and after one row of its source is taken away."""
    asked = line.asked(terms)
    source, key = asked.figure.source, asked.figure.measure.key
    before = engine.value(asked, [TOWNSHIP])
    only = engine.rows(asked, [TOWNSHIP]).order_by("pk")
    for row in only:
        thing = getattr(row, key if key == "pk" else f"{key}_id")
        same = source.model._default_manager.filter(asked.figure.condition(asked.window), **{key: thing})
        if same.count() == 1:
            break
    with transaction.atomic():
        source.model._default_manager.filter(pk=row.pk)._raw_delete("default")
        after = engine.value(asked, [TOWNSHIP])
        transaction.set_rollback(True)
    return before, after


@pytest.mark.parametrize("line", HALF_YEAR, ids=lambda line: line.tag)
def test_one_source_row_less_moves_a_figure_by_that_row(terms: Terms, line: Line) -> None:
    before, after = value_without(line, terms)

    assert before - after == 1


@pytest.mark.parametrize(("kind", "slug"), [("lifted", "registry.lifted"), ("monitored", "monitoring.listed")])
def test_a_member_or_a_registration_less_is_one_less_on_file(terms: Terms, kind: str, slug: str) -> None:
    people, households = (
        next(line for line in HALF_YEAR if line.slug == f"{slug}.{unit}").asked(terms)
        for unit in ("people", "households")
    )
    before = engine.values([people, households], [TOWNSHIP])
    spell = OnFileSpell.objects.as_of(terms.end).filter(kind=kind, village_code__startswith=TOWNSHIP).first()
    members = Membership.objects.as_of(terms.end).filter(household=spell.household_id)
    size = members.count()

    Membership.objects.filter(person=spell.person_id, household=spell.household_id).delete()
    rebuild_spells([spell.household_id])
    without_member = engine.values([people, households], [TOWNSHIP])
    Registration.objects.filter(household=spell.household_id, kind=kind).delete()
    rebuild_spells([spell.household_id])
    without_household = engine.values([people, households], [TOWNSHIP])

    assert without_member == [before[0] - 1, before[1]]
    assert without_household == [before[0] - size, before[1] - 1]
