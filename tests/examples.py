"""One example row for each noun that has pages: the crawl of `test_doors.py` puts it into the addresses.

A noun is the fixed part of a route before the first key; a new page of a new noun wants one line here.
"""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

from django.core import signing
from django.db.models import Model

from accounts.models import Division, Setting, User
from accounts.templatetags.access import SALT
from exchange import files
from households.models import Household, Membership, Person
from monitoring.models import Alert
from monitoring.services.alert_return import TASK as ANSWERS
from paibou.lib.declarations import checks
from tests.factories import exchange as kept
from tests.factories import households as made
from tests.factories import monitoring as watch
from tests.factories import monitoring_case as cases
from tests.factories.accounts import UserFactory
from tests.factories.reports import ReportFactory, ReportLineFactory
from tests.monitoring import alerts

START = date(2020, 1, 1)


class Place:
    """A village with one household in it that everything hangs on, and its township."""

    def __init__(self, village: str) -> None:
        self.village = village
        self.township = village[:9]
        self.town_hall = self.township.ljust(12, "0")

    @cached_property
    def person(self) -> Person:
        return made.PersonFactory(village_code=self.village)

    @cached_property
    def household(self) -> Household:
        household = made.HouseholdFactory(village_code=self.village, head=self.person, number=f"H{self.village}")
        made.MembershipFactory(household=household, person=self.person, relation="户主")
        made.RegistrationFactory(household=household)
        return household

    @cached_property
    def member(self) -> Membership:
        return made.MembershipFactory(household=self.household)

    @cached_property
    def user(self) -> User:
        user = UserFactory(role=User.Role.GRID_WORKER, village_code=self.village)
        user.grants.create(prefix=self.village, valid_from=START)
        return user

    @property
    def _on_the_person(self) -> dict[str, Any]:
        person = person_of(self)
        given = {"village_code": self.village, "person": person, "household": self.household}
        return given | {"name": person.name, "id_number": person.id_number, "id_digest": person.id_digest}

    @cached_property
    def alert(self) -> Alert:
        """At its village, not yet checked."""
        return alerts.waiting(self.user, **self._on_the_person)

    @cached_property
    def alert_check(self) -> Model:
        """The answer to another alert on the same person."""
        waiting = alerts.waiting(self.user, self_paid_yuan=100, **self._on_the_person)
        return alerts.answer(waiting, self.user).answer

    @cached_property
    def case(self) -> Model:
        case = cases.CaseFactory(household=self.household)
        cases.CaseEventFactory(case=case, step="clue", on=case.clue_on)
        return case

    @cached_property
    def batch(self) -> Model:
        return kept.BatchFactory(village_code=self.town_hall, received=1, problem=1)

    @cached_property
    def photo(self) -> Model:
        visit = made.VisitFactory(household=self.household)
        return made.VisitPhotoFactory(visit=visit, path=files.keep(b"\xff\xd8\xff", "visits"))


def person_of(place: Place) -> Person:
    """The head, who is found through his household."""
    return place.household.head


EXAMPLES: dict[str, Callable[[Place], Model]] = {
    "users": lambda place: place.user,
    "places": lambda place: place.user.grants.get(),
    "villages": lambda place: Division.objects.get(code=place.village),
    "divisions": lambda place: Division.objects.get(code=place.village),
    "settings/values": lambda place: Setting.objects.create(
        name="full_view_hours", prefix=place.township, valid_from=START, value=3
    ),
    "households": lambda place: place.household,
    "households/members": lambda place: place.member,
    "households/people": person_of,
    "households/guarantee": lambda place: made.GuaranteeFactory(household=place.household, person=place.member.person),
    "households/work": lambda place: made.WorkFactory(household=place.household, person=place.member.person),
    "households/safeguards": lambda place: made.SafeguardFactory(
        household=place.household, is_safe=False, problem="屋顶漏雨"
    ),
    "households/helpers": lambda place: made.HelperAssignmentFactory(household=place.household),
    "households/proposals": lambda place: made.FactProposalFactory(household=place.household),
    "reports": lambda place: ReportFactory(village_code=place.town_hall),
    "reports/lines": lambda place: ReportLineFactory(report__village_code=place.town_hall),
    "alerts": lambda place: place.alert,
    "alerts/batches": lambda place: place.batch,
    "alerts/answers": lambda place: kept.ProducedFileFactory(
        village_code=place.town_hall, job=kept.JobFactory(task=ANSWERS, village_code=place.town_hall)
    ),
    "imports": lambda place: place.batch,
    "imports/rows": lambda place: kept.StagedRowFactory(
        batch=place.batch, verdict="problem", village_code=place.village, judged_sentence="缺身份证号"
    ),
    "jobs": lambda place: kept.JobFactory(village_code=place.town_hall),
    "files": lambda place: kept.ProducedFileFactory(village_code=place.town_hall),
    "alerts/undo": lambda place: place.alert.events.order_by("pk").last(),
    "alerts/check": lambda place: place.alert,
    "alerts/checks": lambda place: place.alert_check,
    "alerts/photos": lambda place: watch.AlertCheckPhotoFactory(
        check_made=place.alert_check, path=files.keep(b"\xff\xd8\xff", "photos")
    ),
    "alerts/doubts": lambda place: watch.IdentityDoubtFactory(alert=place.alert, person=place.person),
    "cases": lambda place: place.case,
    "cases/open": lambda place: place.household,
    "cases/events": lambda place: cases.CaseEventFactory(case=place.case),
    "cases/events/lasting": lambda place: cases.CaseEventFactory(case=place.case, step="compared"),
    "cases/events/by paper": lambda place: cases.CaseEventFactory(
        case=place.case, step="assessed", paper=cases.PaperFactory(village_code=place.village)
    ),
    "cases/measures": lambda place: cases.MeasureFactory(case=place.case),
    "cases/proofs": lambda place: cases.CasePaperProofFactory(
        case=place.case, path=files.keep(b"\xff\xd8\xff", "proofs")
    ),
    "cases/papers": lambda place: cases.PaperFactory(
        village_code=place.village, kind="publicity", ends_on=date(2025, 10, 21)
    ),
    "visits": lambda place: made.VisitFactory(household=place.household),
    "visits/photos": lambda place: place.photo,
}

# Addresses with more in them than a key: the noun whose row is asked, and the rest.
MORE: dict[str, list[tuple[str, dict[str, Any]]]] = {
    **{
        name: [("households/guarantee", {"noun": "guarantee"}), ("households/work", {"noun": "work"})]
        for name in ("households:dated_end", "households:dated_correct", "households:dated_withdraw")
    },
    "monitoring:doubt_decide": [("alerts/doubts", {"verdict": "same"})],
    "monitoring:alert_link": [("alerts", {"person_pk": lambda alert: alert.person_id})],
    "monitoring:alert_act": [("alerts", {"name": "close"})],
    "monitoring:event_finish": [("cases/events/lasting", {})],
    "monitoring:paper_take_out": [("cases/events/by paper", {})],
    "monitoring:case_step": [("cases", {"step": "authorised"})],
    "monitoring:case_turn_down": [("cases", {"step": "authorised"})],
}

# Addresses without a row: what stands in them, whoever asks.
PLAIN: dict[str, dict[str, Any]] = {
    "accounts:setting_detail": {"name": "full_view_hours"},
    "reports:health_detail": {"slug": next(iter(checks)).slug},
    "reports:figure_detail": {"slug": "alerts.medical.count"},
    "monitoring:paper_add": {"kind": "meeting"},
}

# Pages that are asked something.
QUERIES: dict[str, Callable[[], dict[str, str]]] = {
    "accounts:full_view": lambda: {"task": signing.dumps(["user:1", "某人", "341702106000", 1], salt=SALT)},
    "monitoring:alert_bulk": lambda: {"do": "close"},
}

# Rows that are answered only to who made them, or to who holds the right.
AUTHORS_ONLY: dict[str, str] = {
    "monitoring:alert_undo": "monitoring.close_alert",
    "monitoring:check_correct": "monitoring.close_alert",
    "exchange:file_download": "exchange.export_full",
}

# Rows that are seen by way of another.
SEEN_THROUGH: dict[str, Callable[[Any], Model]] = {
    "alerts/photos": lambda photo: photo.check_made,
    "imports/rows": lambda row: row.batch,
}
