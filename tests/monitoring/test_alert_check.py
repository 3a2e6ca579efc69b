"""The village's answer: once, for all that waits on a person; kept, corrected."""

import io
import uuid
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import Setting, User
from exchange import files
from households.models import Visit
from monitoring.models import Alert, AlertCheck, AlertEvent
from monitoring.services.alert import close_alerts, send_back
from monitoring.services.alert_case import propose
from monitoring.services.alert_check import check_alerts, correct_check, keep_last_answer
from monitoring.services.alert_handout import hand_out
from monitoring.services.alert_undo import undo
from paibou.lib.refused import Refused
from tests.factories.accounts import TOWNSHIP
from tests.factories.households import MembershipFactory, id_number
from tests.factories.monitoring import received
from tests.monitoring.alerts import HANDED_OUT, TODAY, answer, kinds, only, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def check(by: User, *alerts: Alert, **columns: Any) -> AlertCheck:
    given = {"uid": uuid.uuid4(), "on": TODAY, "method": "home", "result": "no_risk"}
    return check_alerts(alerts=only(*alerts), by=by, **given | columns)


def test_one_check_answers_all_that_waits_on_a_person(station: User, officer: User) -> None:
    person = MembershipFactory().person
    one, other = waiting(station, person=person), waiting(station, person=person, source="province")

    made = check(officer, one, other, result="helped_now", help=["medical_aid", "chronic_card"], note="透析每周三次")

    found = list(only(one, other).values_list("state", "result", "answer"))
    assert found == [("answered", "helped_now", made.pk)] * 2
    assert (made.checker, made.help_label) == ("何桂英", "申请医疗救助、慢病证办理")
    assert kinds(one) == kinds(other) == ["received", "handed_out", "checked"]


def test_sent_twice_it_counts_once(station: User, officer: User) -> None:
    alert, uid = waiting(station), uuid.uuid4()

    first = check(officer, alert, uid=uid)
    again = check(officer, alert, uid=uid, result="helped_already")

    assert first == again
    assert (again.result, AlertCheck.objects.count(), kinds(alert).count("checked")) == ("no_risk", 1, 1)


def test_a_form_sent_again_after_its_answer_was_undone_answers_anew(station: User, officer: User) -> None:
    alert, uid = waiting(station), uuid.uuid4()
    first = check(officer, alert, uid=uid)
    undo(alerts=only(alert), act=first.events.get().act)

    again = check(officer, alert, uid=uid, result="helped_already")

    alert.refresh_from_db()
    assert (alert.answer, alert.state, alert.result) == (again, "answered", "helped_already")
    assert not AlertCheck.objects.known().filter(pk=first.pk).exists()


def test_what_another_has_answered_is_not_answered_again(station: User, officer: User) -> None:
    alert = answer(waiting(station), station)

    with pytest.raises(Refused, match="已经有人答复过"):
        check(officer, alert, result="dead")

    assert Alert.objects.get(pk=alert.pk).result == "no_risk"


def test_what_came_in_between_still_waits(station: User, officer: User) -> None:
    answered, still = answer(waiting(station), station), waiting(station)

    check(officer, answered, still, result="helped_already")

    assert [one.result for one in only(answered, still).order_by("pk")] == ["no_risk", "helped_already"]


def test_nobody_answers_before_the_list_came(station: User, officer: User) -> None:
    person = MembershipFactory().person
    one, later = (waiting(station, person=person, received_on=date(2025, 10, on)) for on in (8, 12))

    with pytest.raises(Refused, match="早于收到名单的日子（2025年10月8日）"):
        check(officer, one, later, on=date(2025, 10, 7))
    assert check(officer, one, later, on=date(2025, 10, 8))


def test_help_that_was_given_is_named(station: User, officer: User) -> None:
    with pytest.raises(Refused, match="选上落实了什么"):
        check(officer, waiting(station), result="helped_now")


def test_who_declines_signs(station: User, officer: User) -> None:
    with pytest.raises(Refused, match="拍一张签了字的声明"):
        check(officer, waiting(station), result="declined")


def test_a_county_may_ask_for_photos_of_a_visit(station: User, officer: User) -> None:
    Setting.objects.create(name="alert_home_photos", prefix=TOWNSHIP, valid_from=date(2025, 1, 1), value=1)
    alert = waiting(station)
    with pytest.raises(Refused, match="还差 1 张"):
        check(officer, alert)

    check(officer, alert, method="phone")

    assert kinds(alert)[-1] == "checked"


# --- 重复推送 ---
def repeated(station: User, officer: User, *, then: int, now: int, result: str = "helped_already") -> Alert:
    same = {"id_number": id_number(7), "name": "吴秀英"}
    first = waiting(station, **same, received_on=date(2025, 6, 14), self_paid_yuan=Decimal(then))
    check(officer, first, on=date(2025, 6, 20), result=result, note="儿子在家照顾")
    close_alerts(alerts=only(first), on=date(2025, 6, 21), by=station, note="说明")
    later = received(by=station, **same, self_paid_yuan=Decimal(now))
    only(later).link_to_previous()
    hand_out(alerts=only(later), on=HANDED_OUT, by=station)
    return later


def test_a_small_rise_keeps_the_last_answer_in_one_tap(station: User, officer: User) -> None:
    later = repeated(station, officer, then=24180, now=29180)

    made = keep_last_answer(alerts=only(later), uid=uuid.uuid4(), on=TODAY, by=officer)

    later.refresh_from_db()
    assert (later.state, later.result) == ("answered", "helped_already")
    assert (made.method, made.repeats.note, made.note, made.on) == ("kept", "儿子在家照顾", "儿子在家照顾", TODAY)
    assert Alert.objects.known().count() == 2


def test_the_tap_sent_twice_counts_once(station: User, officer: User) -> None:
    later, uid = repeated(station, officer, then=24180, now=24180), uuid.uuid4()

    made = [keep_last_answer(alerts=only(later), uid=uid, on=TODAY, by=officer) for _ in range(2)]

    assert made[0] == made[1]
    with pytest.raises(Refused, match="已经有人答复过"):
        keep_last_answer(alerts=only(later), uid=uuid.uuid4(), on=TODAY, by=officer)


def test_a_rise_above_the_setting_is_checked_anew(station: User, officer: User) -> None:
    later = repeated(station, officer, then=24180, now=29181)
    with pytest.raises(Refused, match="要重新核"):
        keep_last_answer(alerts=only(later), uid=uuid.uuid4(), on=TODAY, by=officer)

    Setting.objects.create(name="alert_repeat_rise_yuan", prefix=TOWNSHIP, valid_from=date(2025, 1, 1), value=6000)

    assert keep_last_answer(alerts=only(later), uid=uuid.uuid4(), on=TODAY, by=officer).method == "kept"


def test_an_alert_of_another_source_beside_it_is_checked_anew(station: User, officer: User) -> None:
    later = repeated(station, officer, then=24180, now=24180)
    new = waiting(station, id_number=id_number(7), name="吴秀英", source="province")

    with pytest.raises(Refused, match="要重新核"):
        keep_last_answer(alerts=only(later, new), uid=uuid.uuid4(), on=TODAY, by=officer)


def test_a_proposal_is_not_kept(station: User, officer: User) -> None:
    later = repeated(station, officer, then=24180, now=24180, result="propose")

    with pytest.raises(Refused, match="要重新核"):
        keep_last_answer(alerts=only(later), uid=uuid.uuid4(), on=TODAY, by=officer)


# --- corrected ---
def correct(made: AlertCheck, by: User, **columns: Any) -> AlertCheck:
    given = {"uid": uuid.uuid4(), "on": TODAY, "method": "home", "result": "helped_already", "why": "记错了人"}
    return correct_check(check=made, by=by, **given | columns)


def test_a_wrong_answer_is_replaced_and_looked_at_again(station: User, officer: User) -> None:
    alert = waiting(station)
    made = check(officer, alert)
    close_alerts(alerts=only(alert), on=TODAY, by=station)

    new = correct(made, officer)

    alert.refresh_from_db()
    made.refresh_from_db()
    assert (alert.state, alert.result, alert.answer) == ("answered", "helped_already", new)
    assert (made.withdrawn_at is not None, made.result, new.corrects) == (True, "no_risk", made)
    assert kinds(alert) == ["received", "handed_out", "checked"]
    assert AlertEvent.objects.filter(alert=alert).count() == 5


def test_a_correction_says_why(station: User, officer: User) -> None:
    with pytest.raises(Refused, match="为什么更正"):
        correct(check(officer, waiting(station)), officer, why="")


def test_an_answer_sent_back_is_given_anew_not_corrected(station: User, officer: User) -> None:
    alert = waiting(station)
    made = check(officer, alert)
    send_back(alerts=only(alert), on=TODAY, by=station, note="没写收入")

    with pytest.raises(Refused, match="已经退回或更正过"):
        correct(made, officer)


def test_a_correction_sent_twice_counts_once(station: User, officer: User) -> None:
    made, uid = check(officer, waiting(station)), uuid.uuid4()

    assert correct(made, officer, uid=uid) == correct(made, officer, uid=uid)


def test_a_correction_takes_a_proposal_back(station: User, officer: User) -> None:
    alert = waiting(station)
    made = check(officer, alert, result="propose")
    propose(alerts=only(alert), on=TODAY, by=station, note="核实属实")

    correct(made, officer)

    assert kinds(alert) == ["received", "handed_out", "checked"]


# --- photos, and the visit a check at home is ---
def picture(size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


def test_a_photo_is_made_small_sealed_and_kept_once(station: User, officer: User, media: Path) -> None:
    large = picture((2400, 1800))

    made = check(officer, waiting(station), photos=[large, large])

    photo = made.photos.get()
    kept = files.read(photo.path)
    assert max(Image.open(io.BytesIO(kept)).size) == 1600
    assert kept not in (media / photo.path).read_bytes()
    assert photo.size == len(kept) < len(large)


@pytest.mark.parametrize("data", [b"no picture", b"", picture()[:400]])
def test_what_is_no_photo_is_refused(station: User, officer: User, data: bytes) -> None:
    alert = waiting(station)

    with pytest.raises(Refused, match="不是照片"):
        check(officer, alert, photos=[data])

    assert kinds(alert) == ["received", "handed_out"]


def test_who_declines_with_a_signature_is_answered(station: User, officer: User, media: Path) -> None:
    assert check(officer, waiting(station), result="declined", photos=[picture()]).photos.count() == 1


def test_a_corrected_check_has_the_photos_of_the_first(station: User, officer: User, media: Path) -> None:
    made = check(officer, waiting(station), photos=[picture()])

    assert correct(made, officer).photos.get().digest == made.photos.get().digest


def test_a_check_at_home_is_a_visit(station: User, officer: User) -> None:
    lives = MembershipFactory()
    alert = waiting(station, person=lives.person, household=lives.household)

    made = check(officer, alert, note="老人在家")

    visit = Visit.objects.known().get()
    assert (visit.household, visit.kind, visit.on, visit.findings) == (
        lives.household,
        "alert",
        TODAY,
        "无风险，老人在家",
    )
    correct(made, officer, method="phone")
    assert not Visit.objects.known().exists()


def test_an_answer_to_many_alerts_asks_no_more_of_the_database(station: User, officer: User) -> None:
    counts = []
    for many in (1, 3):
        alerts = [waiting(station) for _ in range(many)]
        with CaptureQueriesContext(connection) as asked:
            check(officer, *alerts, method="phone")
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_call_is_no_visit(station: User, officer: User) -> None:
    lives = MembershipFactory()

    check(officer, waiting(station, person=lives.person, household=lives.household), method="phone")

    assert not Visit.objects.exists()
