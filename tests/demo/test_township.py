"""The township's rows are as if people had entered them."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count, DateField, DateTimeField, Max
from django.utils import timezone

from accounts.models import Grant, User
from demo.services import build_township
from households.models import Household, Membership, OnFileSpell, Person, Registration
from households.services.spells import rebuild_spells
from monitoring.models import Alert, Case, CaseEvent, CaseEventMember, Step
from monitoring.queries.alert_checking import waiting_for
from monitoring.queries.alert_state import shadow_of
from monitoring.queries.case import rules_of
from monitoring.queries.days import Days
from monitoring.queries.progress import progress
from monitoring.services.case_step import _shadows
from paibou.lib import identity
from paibou.lib.refused import Refused
from reports.queries.health import examined

FREE = {"due_on", "queue_on", "ends_on", "last_login"}  # days that may lie ahead
TOWN = "341702106"


def test_a_township_has_villages_households_people_alerts_and_cases(township: date) -> None:
    counted = {
        "villages": Household.objects.values("village_code").distinct().count(),
        "households": Household.objects.count(),
        "people": Membership.objects.as_of(township).count(),
        "alerts": Alert.objects.count(),
    }

    assert counted["villages"] == 10
    assert 6500 < counted["households"] < 7500
    assert 23000 < counted["people"] < 25000
    assert Alert.objects.filter(received_on__lt=date(2022, 1, 1)).exists()
    assert set(Case.State.values) == set(Case.objects.values_list("state", flat=True))
    assert set(User.objects.exclude(password="!").values_list("role", flat=True)) == set(User.Role.values)


def test_nothing_is_later_than_the_last_day(township: date) -> None:
    end = datetime.combine(township + timedelta(days=1), time(), ZoneInfo("Asia/Shanghai"))
    late = []
    for app in ("accounts", "exchange", "households", "monitoring"):
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, DateField) and field.name not in FREE:
                    last = model._base_manager.aggregate(last=Max(field.name))["last"]
                    limit = end if isinstance(field, DateTimeField) else township
                    if last and last > limit:
                        late.append(f"{model.__name__}.{field.name}: {last}")

    assert late == []


def test_data_health_finds_only_new_born_without_a_number_and_a_visit_that_was_missed(township: date) -> None:
    wrong = {one.check.slug for one in examined(User.objects.get(role="station"), township) if one.count}

    assert wrong <= {"person_without_number", "case_not_visited"}


def test_identity_numbers_are_right_and_nobodys(township: date) -> None:
    people = Person.objects.exclude(id_digest=b"").only("id_number", "born_on", "sex")[:3000]

    assert {identity.wrong(person.id_number) for person in people} == {""}
    assert {person.id_number[:6] for person in people} == {"342921"}
    assert all(identity.birth_date(person.id_number) == person.born_on for person in people)
    assert all(identity.is_male(person.id_number) == (person.sex == "male") for person in people)


def test_every_step_of_a_case_keeps_the_rules_of_its_day(township: date) -> None:
    broken = []
    for case in Case.objects.known().prefetch_related("events"):
        limits = rules_of(case)
        events = sorted((one for one in case.events.all() if not one.withdrawn_at), key=lambda one: one.position)
        for number, event in enumerate(events):
            so_far, step = progress(events[:number], limits.needs), Step(event.step)
            days = Days(step, event.on, event.ends_on, so_far, limits, township + timedelta(days=20))
            if event.outcome == CaseEvent.Outcome.PASSED and (
                not so_far.may_come(step) or so_far.missing(step, limits.needs) or days.wrong()
            ):
                broken.append((case.pk, event.step, days.wrong()))

    assert broken == []


def test_a_household_is_taken_up_within_the_days_of_the_rule(township: date) -> None:
    taken_up = Case.objects.known().exclude(approved_on=None)

    late = [case.pk for case in taken_up if (case.approved_on - case.clue_on).days > rules_of(case).approve_days]
    assert late == []
    assert taken_up.filter(clue_on__gt=date(2025, 10, 20)).exists()


def test_some_alerts_wait_for_the_officer_whose_login_is_known_and_some_are_late(township: date) -> None:
    hers = waiting_for(User.objects.get(username="heguiying"))

    assert hers.count() >= 5
    assert hers.overdue(township).exists()
    assert hers.exclude(pk__in=hers.overdue(township)).exists()


def test_a_case_says_what_its_events_say(township: date) -> None:
    for case in Case.objects.known().select_related("household").prefetch_related("events"):
        known = [event for event in case.events.all() if not event.withdrawn_at]
        said = _shadows(case, progress(known, rules_of(case).needs))

        assert {name: getattr(case, name) for name in said} == said


def test_an_alert_says_what_its_events_say(township: date) -> None:
    for alert in Alert.objects.select_related("answer").prefetch_related("events__check_made"):
        said = shadow_of(event for event in alert.events.all() if not event.withdrawn_at).columns()

        assert {name: getattr(alert, name) for name in said} == said


def test_what_happened_to_an_alert_is_in_the_order_in_which_it_was_written(township: date) -> None:
    for alert in Alert.objects.prefetch_related("events"):
        written = [event.recorded_at for event in sorted(alert.events.all(), key=lambda event: event.pk)]

        assert all(before <= after for before, after in pairwise(written))


def test_frozen_people_are_the_members_of_the_day(township: date) -> None:
    events = CaseEvent.objects.known().filter(step__in=Step.freezing(), outcome=CaseEvent.Outcome.PASSED)
    frozen: dict[int, set[int]] = {event.pk: set() for event in events}
    for event, person in CaseEventMember.objects.known().values_list("event", "person"):
        frozen[event].add(person)

    for event in events:
        there = Membership.objects.as_of(event.on).filter(household=event.household)
        assert frozen[event.pk] == set(there.values_list("person", flat=True))
        assert event.people == len(frozen[event.pk])


def test_a_child_born_after_the_decision_does_not_change_what_was_decided(township: date) -> None:
    taken_up = CaseEvent.objects.known().filter(step=Step.APPROVED, on__year=2025, on__lte=date(2025, 10, 20))
    now = {
        event.pk: Membership.objects.as_of(date(2025, 10, 20)).filter(household=event.household).count()
        for event in taken_up
    }

    assert sum(now.values()) == sum(event.people for event in taken_up) + 1


def test_spells_are_those_that_are_derived_from_their_sources(township: date) -> None:
    columns = ("household", "person", "kind", "valid_from", "valid_to", "recorded_at", "withdrawn_at")
    before = sorted(map(str, OnFileSpell.objects.values_list(*columns)))

    rebuild_spells(Household.objects.values_list("pk", flat=True))

    assert sorted(map(str, OnFileSpell.objects.values_list(*columns))) == before


def test_less_was_known_before(township: date) -> None:
    day = date(2025, 10, 20)
    instants = [
        datetime.combine(each, time(23), ZoneInfo("Asia/Shanghai"))
        for each in (date(2021, 1, 3), date(2023, 6, 30), date(2025, 10, 20), township)
    ]
    listed = [Registration.objects.as_of(day, at).filter(kind="monitored").count() for at in instants]

    assert listed[0] == 0
    assert listed[1] < listed[2] == listed[3] == 106


def test_some_rows_were_corrected_and_both_are_there(township: date) -> None:
    withdrawn = Membership.objects.exclude(withdrawn_at=None)
    right = Membership.objects.known().filter(note="更正入户日期")

    assert withdrawn.count() > 500  # nearly all ended later than they were first written
    assert right.count() > 5
    assert CaseEvent.objects.filter(withdrawn_why="文号录错").exists()


def test_lists_repeat_people_name_strangers_and_leave_doubts(township: date) -> None:
    alerts = Alert.objects.all()

    assert alerts.exclude(previous=None).count() > 100
    assert alerts.filter(person=None, id_digest__in=Person.objects.values("id_digest")).exists()
    assert alerts.filter(person=None).exclude(id_digest__in=Person.objects.values("id_digest")).count() > 20
    assert alerts.filter(doubts__verdict="").exists()


def test_the_last_weeks_are_work_in_progress(township: date) -> None:
    states = set(Alert.objects.open().values_list("state", flat=True))

    assert {"received", "handed_out", "answered"} <= states
    assert Alert.objects.overdue(township).exists()
    assert Case.objects.filter(state=Case.State.IDENTIFYING).count() >= 2


def test_the_helper_sees_the_households_he_is_named_for(township: date) -> None:
    helper = User.objects.get(role=User.Role.HELPER)
    named = set(Grant.objects.filter(user=helper).values_list("household_id", flat=True))

    assert len(named) == 12
    assert set(Household.objects.visible_to(helper).values_list("pk", flat=True)) == named


def test_twice_is_once(township: date) -> None:
    with pytest.raises(Refused, match="已有牌楼镇的农户"):
        build_township(seed=2025, until=township)


def test_the_future_and_the_time_before_the_story_are_refused() -> None:
    with pytest.raises(Refused, match="还没到"):
        build_township(until=timezone.localdate() + timedelta(days=1))
    with pytest.raises(Refused, match="演示数据从 2021年1月31日写起"):
        build_township(until=date(2020, 12, 31))


def test_the_command_says_in_one_sentence_that_the_township_is_there(township: date) -> None:
    with pytest.raises(CommandError, match="已有牌楼镇的农户，没有再写演示数据"):
        call_command("demo")


@pytest.mark.parametrize("townships", [0, -1])
def test_no_township_at_all_is_refused(townships: int) -> None:
    with pytest.raises(CommandError, match="至少写一个镇"):
        call_command("demo", townships=townships)


def test_another_township_stands_beside_the_first_and_has_its_own_numbers(township: date) -> None:
    before = Household.objects.inside(TOWN).count()

    other = build_township(seed=2025, index=1, until=township)

    households = Household.objects.aggregate(all=Count("pk"))["all"]
    assert (other.code[:2], Household.objects.inside(TOWN).count()) == ("99", before)
    assert households == before + other.rows["households.Household"]
    listed = [
        Registration.objects.inside(code).as_of(date(2025, 10, 20)).filter(kind="lifted").count()
        for code in (TOWN, other.code)
    ]
    assert listed[0] == 693 != listed[1]
