from datetime import date

import pytest

from accounts.models import Division, User
from exchange import files, jobs
from exchange.models import Job
from exchange.services.upkeep import old_files
from tests.factories.accounts import DivisionFactory, GrantFactory, UserFactory
from tests.factories.households import HouseholdFactory

OLD, NEW = b"o" * 32, b"n" * 32


@pytest.fixture
def admin(db: None) -> User:
    user = UserFactory(role=User.Role.ADMINISTRATOR)
    GrantFactory(user=user)
    return user


@pytest.fixture
def villages(db: None) -> tuple[Division, Division]:
    return DivisionFactory(code="341702106200", name="丰收村"), DivisionFactory(code="341702106201", name="竹溪村")


def merge(user: User, old: Division, new: Division) -> Job:
    return jobs.submit(
        task="exchange.merge_divisions",
        title="撤并",
        user=user,
        village_code=old.village_code,
        arguments={"old": old.pk, "new": new.pk, "on": "2025-07-01"},
        send=False,
    )


def test_a_merger_is_a_job_that_says_what_it_moved(admin, villages) -> None:
    old, new = villages
    household = HouseholdFactory(village_code=old.code)
    job = merge(admin, old, new)

    done = jobs.run(job.pk)
    again = jobs.run(job.pk)

    household.refresh_from_db()
    old.refresh_from_db()
    assert household.village_code == new.code
    assert (old.closed_on, old.successor) == (date(2025, 7, 1), new)
    assert (done.state, done.outcome) == (Job.State.DONE, "丰收村并入竹溪村：改了 2 行的区划，旧名称仍能认出")
    assert again is None


def test_a_merger_taken_over_by_a_later_attempt_moves_nothing(admin, villages, monkeypatch) -> None:
    old, new = villages
    household = HouseholdFactory(village_code=old.code)
    job = merge(admin, old, new)
    mine = jobs.claim(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(attempt=2)

    jobs._perform(mine)

    household.refresh_from_db()
    assert household.village_code == old.code


def test_a_merger_of_divisions_the_user_no_longer_holds_fails(villages) -> None:
    old, new = villages
    household = HouseholdFactory(village_code=old.code)
    job = merge(UserFactory(role=User.Role.ADMINISTRATOR), old, new)

    with pytest.raises(Division.DoesNotExist):
        jobs.run(job.pk)

    job.refresh_from_db()
    household.refresh_from_db()
    assert (job.state, household.village_code) == (Job.State.FAILED, old.code)


def test_the_page_of_a_merger_submits_its_job(client, admin, villages) -> None:
    old, new = villages
    client.force_login(admin)

    asked = client.get(f"/divisions/{old.pk}/merge/").content.decode()
    wrong = client.post(f"/divisions/{old.pk}/merge/", {"into": old.pk, "on": "2025-07-01"})
    early = client.post(f"/divisions/{old.pk}/merge/", {"into": new.pk, "on": "2099-07-01"})
    sent = client.post(f"/divisions/{old.pk}/merge/", {"into": new.pk, "on": "2025.7.1"})

    job = Job.objects.get()
    assert "竹溪村" in asked
    assert (wrong.status_code, "没有这一项，请从列出的里面选" in wrong.content.decode()) == (422, True)
    assert (early.status_code, "2099年7月1日还没到" in early.content.decode()) == (422, True)
    assert sent["Location"] == f"/jobs/{job.pk}/"
    assert (job.task, job.title, job.user) == ("exchange.merge_divisions", "丰收村并入竹溪村", admin)
    assert job.arguments == {"old": old.pk, "new": new.pk, "on": "2025-07-01"}


def test_the_page_of_keys_says_what_is_left_and_submits_its_job(client, admin, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.PAIBOU_KEYS = {1: OLD}
    UserFactory(phone="13900000012")
    settings.PAIBOU_KEYS = {2: NEW, 1: OLD}
    client.force_login(admin)

    page = client.get("/reseal/").content.decode()
    sent = client.post("/reseal/")

    assert "<dd>1 个</dd>" in page
    assert "用新密钥重新加密" in page
    assert sent["Location"] == f"/jobs/{Job.objects.get(task='exchange.reseal').pk}/"


def test_changing_keys_reseals_values_and_files_and_can_be_run_again(admin, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.PAIBOU_KEYS = {1: OLD}
    paths = [files.keep(text, "uploads") for text in (b"a workbook", b"a photo")]
    user = UserFactory(phone="13900000012")
    settings.PAIBOU_KEYS = {2: NEW, 1: OLD}
    newer = files.keep(b"newer", "uploads")
    (tmp_path / paths[0]).with_suffix(".part").write_bytes(b"what a killed job left")

    first, second = (
        jobs.run(
            jobs.submit(
                task="exchange.reseal", title="更换密钥", user=admin, village_code="341702106000", send=False
            ).pk
        )
        for _ in range(2)
    )

    settings.PAIBOU_KEYS = {2: NEW}
    assert old_files() == []
    assert [files.read(path) for path in (*paths, newer)] == [b"a workbook", b"a photo", b"newer"]
    assert User.objects.get(pk=user.pk).phone == "13900000012"
    assert first.outcome == "已用新密钥加密 1 个值、2 个文件；旧密钥在下一次备份之后可以撤掉"
    assert second.outcome == "已用新密钥加密 0 个值、0 个文件；旧密钥在下一次备份之后可以撤掉"
    assert sorted(path.suffix for path in tmp_path.rglob("*.*")) == [".sealed"] * 3
