"""Pages of imports: a messy workbook brought in, mended in place, written."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, User
from exchange import jobs
from exchange.models import Batch, ColumnMeaning, Job, ProducedFile, StagedRow
from exchange.services.system_import import import_file
from monitoring.models import Alert
from tests.exchange.conftest import WORKBOOKS
from tests.factories.accounts import TOWNSHIP, UserFactory
from tests.factories.exchange import JobFactory

ALERTS = WORKBOOKS / "alerts"


@pytest.fixture
def page(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


def uploaded(page: Client, name: str, **facts: str) -> Batch:
    """A public workbook brought in by a person, and read by the job."""
    file = SimpleUploadedFile(name, (ALERTS / name).read_bytes())
    answer = page.post(reverse("exchange:upload"), {"kind": "alerts", "files": [file], **facts})
    assert answer.status_code == 302, answer.content.decode()
    batch = Batch.objects.latest("pk")
    jobs.run(batch.job_id)
    batch.refresh_from_db()
    return batch


def test_a_batch_is_looked_over_mended_and_written(page: Client) -> None:
    batch = uploaded(page, "13_bad_cells.xlsx", source="district_medical", received_on="2025-10-17")
    address = reverse("exchange:batch_detail", args=[batch.pk])
    shown = page.get(address).content.decode()
    assert "只有 16 位，少 2 位" in shown
    assert "没有 13 月" in shown
    assert "3429211941083190" not in shown

    row = batch.rows.get(row=8)
    page.post(reverse("exchange:row_mend", args=[row.pk]), {"settled_on": "2025-3-5"})
    page.post(reverse("exchange:batch_write", args=[batch.pk]))
    jobs.run(Job.objects.latest("pk").pk)

    batch.refresh_from_db()
    assert (batch.state, batch.new, batch.problem) == (Batch.State.APPLIED, 4, 4)
    assert Alert.objects.filter(source="district_medical", received_on="2025-10-17").count() == 4


def test_a_row_mended_after_the_first_writing_is_written_by_the_second(page: Client) -> None:
    batch = uploaded(page, "13_bad_cells.xlsx")
    page.post(reverse("exchange:batch_write", args=[batch.pk]))
    jobs.run(Job.objects.latest("pk").pk)
    page.post(reverse("exchange:row_mend", args=[batch.rows.get(row=9).pk]), {"self_paid_yuan": "1.2万元"})

    page.post(reverse("exchange:batch_write", args=[batch.pk]))
    jobs.run(Job.objects.latest("pk").pk)

    assert Alert.objects.count() == 4
    assert str(Alert.objects.get(row=9).self_paid_yuan) == "12000.00"


def test_what_another_mended_meanwhile_is_looked_at_before_it_is_written(page: Client) -> None:
    batch = uploaded(page, "13_bad_cells.xlsx")
    shown = page.get(reverse("exchange:batch_detail", args=[batch.pk])).content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', shown)[1]
    page.post(reverse("exchange:row_mend", args=[batch.rows.get(row=9).pk]), {"self_paid_yuan": "1.2万元"})

    answer = page.post(reverse("exchange:batch_write", args=[batch.pk]), {"seen": seen})

    assert "待写入的从 3 行变成了 4 行；看一眼再写入" in answer.content.decode()
    assert not Alert.objects.exists()
    assert page.post(reverse("exchange:batch_write", args=[batch.pk]), {"seen": "4"}).status_code == 302


def test_a_cure_that_is_none_says_what_is_still_wrong(page: Client) -> None:
    batch = uploaded(page, "13_bad_cells.xlsx")
    row = batch.rows.get(row=5)

    answer = page.post(
        reverse("exchange:row_mend", args=[row.pk]), {"id_number": "342921"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert "只有 6 位，少 12 位" in answer.content.decode()


def test_a_row_is_left_out_only_with_a_reason_and_may_come_back(page: Client) -> None:
    batch = uploaded(page, "13_bad_cells.xlsx")
    row = batch.rows.get(row=3)
    address = reverse("exchange:row_leave_out", args=[row.pk])
    assert page.post(address, {"reason": ""}).status_code == 422

    page.post(address, {"reason": "重复统计"})
    batch.refresh_from_db()
    assert (batch.new, batch.left_out) == (2, 1)
    page.post(reverse("exchange:row_take_back", args=[row.pk]))

    batch.refresh_from_db()
    assert (batch.new, batch.left_out) == (3, 0)


def test_the_very_same_file_leads_to_its_batch(page: Client) -> None:
    first = uploaded(page, "01_plain.xlsx")

    file = SimpleUploadedFile("又传.xlsx", (ALERTS / "01_plain.xlsx").read_bytes())
    answer = page.post(reverse("exchange:upload"), {"kind": "alerts", "files": [file]})

    assert answer["Location"] == reverse("exchange:batch_detail", args=[first.pk])
    assert Batch.objects.filter(kind="alerts").count() == 1


def test_one_empty_file_among_several_is_named_and_the_others_are_taken(page: Client) -> None:
    def sent(*names: str) -> HttpResponse:
        files = [SimpleUploadedFile(name, b"" if "空" in name else (ALERTS / name).read_bytes()) for name in names]
        return page.post(reverse("exchange:upload"), {"kind": "alerts", "files": files}, follow=True)

    answer = sent("01_plain.xlsx", "空.csv", "09_sheet_per_village.xlsx").content.decode()
    assert "“空.csv”是空的，没有收；请另选有内容的文件" in answer
    names = Batch.objects.filter(kind="alerts").order_by("pk").values_list("upload__name", flat=True)
    assert list(names) == ["01_plain.xlsx", "09_sheet_per_village.xlsx"]

    answer = sent("空.csv")
    assert (answer.status_code, "“空.csv”是空的" in answer.content.decode()) == (422, True)


def test_a_column_is_corrected_and_remembered_for_the_source(page: Client) -> None:
    batch = uploaded(page, "07_other_headings.xlsx", source="district_medical")
    columns = {f"alerts-column_{n}": "" for n in range(6)}
    form = page.get(reverse("exchange:batch_columns", args=[batch.pk])).context["tables"][0][1]
    columns = {f"alerts-{name}": field.initial for name, field in form.fields.items()}
    wrong = next(name for name, field in form.fields.items() if field.initial == "self_paid_yuan")

    page.post(reverse("exchange:batch_columns", args=[batch.pk]), columns | {f"alerts-{wrong}": "total_yuan"})
    jobs.run(Job.objects.latest("pk").pk)

    assert [(m.source, m.column) for m in ColumnMeaning.objects.all()] == [("district_medical", "total_yuan")]
    row = batch.rows.order_by("pk").first()
    assert row.values["total_yuan"] == "44586.91"


def test_one_meaning_given_to_two_columns_is_refused_with_both_headings(page: Client) -> None:
    batch = uploaded(page, "13_bad_cells.xlsx")
    address = reverse("exchange:batch_columns", args=[batch.pk])
    form = page.get(address).context["tables"][0][1]
    columns = {f"alerts-{name}": field.initial for name, field in form.fields.items()}
    name, village = (f"alerts-column_{form.headings.index(heading)}" for heading in ("姓名", "村"))

    answer = page.post(address, columns | {village: "name"})

    assert (answer.status_code, "“村”和“姓名”两列都选了姓名" in answer.content.decode()) == (422, True)
    assert not ColumnMeaning.objects.exists()
    assert page.post(address, columns | {village: "name", name: ""}).status_code == 302


def test_rows_that_were_changed_or_left_out_are_read_anew_only_when_the_person_saw_how_many(page: Client) -> None:
    batch = uploaded(page, "13_bad_cells.xlsx")
    address = reverse("exchange:batch_columns", args=[batch.pk])
    form = page.get(address).context["tables"][0][1]
    columns = {f"alerts-{name}": field.initial for name, field in form.fields.items()}
    wrong = next(f"alerts-{name}" for name, field in form.fields.items() if field.initial == "self_paid_yuan")
    changed = columns | {wrong: ""}
    page.post(reverse("exchange:row_mend", args=[batch.rows.get(row=9).pk]), {"self_paid_yuan": "1.2万元"})
    page.post(reverse("exchange:row_mend", args=[batch.rows.get(row=5).pk]), {"id_number": "342921"})
    page.post(reverse("exchange:row_leave_out", args=[batch.rows.get(row=3).pk]), {"reason": "重复统计"})

    answer = page.post(address, changed)
    assert (answer.status_code, "<b>3 行要重做</b>" in answer.content.decode()) == (422, True)
    assert not ColumnMeaning.objects.exists()

    assert page.post(address, changed | {"seen": "3"}).status_code == 302
    jobs.run(Job.objects.latest("pk").pk)
    assert not batch.rows.decided().exists()


def test_the_workbook_with_reasons_comes_back_mended_and_closes_the_old_problems(page: Client) -> None:
    batch = uploaded(page, "13_bad_cells.xlsx")
    page.post(reverse("exchange:row_mend", args=[batch.rows.get(row=9).pk]), {"self_paid_yuan": "1.2万元"})
    page.post(reverse("exchange:batch_write", args=[batch.pk]))
    jobs.run(Job.objects.latest("pk").pk)
    page.post(reverse("exchange:batch_reasons", args=[batch.pk]))
    jobs.run(Job.objects.latest("pk").pk)

    made = ProducedFile.objects.get()
    data = page.get(reverse("exchange:file_download", args=[made.pk])).content
    file = SimpleUploadedFile("改好.xlsx", data)
    page.post(reverse("exchange:batch_mended", args=[batch.pk]), {"file": file})
    new = Batch.objects.latest("pk")
    jobs.run(new.job_id)

    new.refresh_from_db()
    assert (new.new, new.same, new.problem) == (0, 4, 4)
    assert AccessLog.objects.filter(kind=AccessLog.Kind.FILE, keys=[made.pk]).count() == 1


def test_a_cell_of_hundreds_of_characters_is_cut_and_whole_behind_it(page: Client, clerk: User) -> None:
    long = "江" * 300
    data = f"村,姓名,身份证号码,个人自付\n竹溪村,{long},342921195705142513,8000".encode()
    batch = import_file(kind="alerts", name="名单.csv", data=data, by=clerk).batch

    html = page.get(reverse("exchange:batch_detail", args=[batch.pk])).content.decode()

    assert f'<mark title="{long}">{"江" * 20}' in html
    assert not re.search(r">[^<]*江{30}", html)


def test_a_batch_of_another_township_is_not_found(page: Client) -> None:
    batch = uploaded(page, "01_plain.xlsx")
    Batch.objects.filter(pk=batch.pk).update(village_code="341702107000")

    for name in ("batch_detail", "batch_rows", "batch_columns", "batch_facts"):
        assert page.get(reverse(f"exchange:{name}", args=[batch.pk])).status_code == 404
    row = StagedRow.objects.filter(batch=batch).first()
    assert page.post(reverse("exchange:row_mend", args=[row.pk]), {"name": "甲"}).status_code == 404


@pytest.mark.parametrize("name", ["batch_list", "job_list", "file_list", "upload"])
def test_pages_open_with_nothing_on_them(page: Client, name: str) -> None:
    assert page.get(reverse(f"exchange:{name}")).status_code == 200


@pytest.mark.parametrize("name", ["13_bad_cells.xlsx", "01_plain.xlsx"])
def test_the_page_of_a_batch_asks_the_same_of_few_and_many_rows(
    page: Client, django_assert_num_queries: object, name: str
) -> None:
    batch = uploaded(page, name)

    with django_assert_num_queries(11):
        page.get(reverse("exchange:batch_detail", args=[batch.pk]))


def test_only_who_asked_for_a_job_may_end_it(page: Client, clerk: User) -> None:
    job = JobFactory(user=UserFactory(), village_code=f"{TOWNSHIP}000")
    assert job in Job.objects.visible_to(clerk)

    said = page.post(reverse("exchange:job_cancel", args=[job.pk]), follow=True).content.decode()
    job.refresh_from_db()
    assert job.state == Job.State.WAITING
    assert "只有他能取消" in said
    assert "取消这个任务" not in page.get(reverse("exchange:job_detail", args=[job.pk])).content.decode()

    Job.objects.update(user=clerk)
    assert "取消这个任务" in page.get(reverse("exchange:job_detail", args=[job.pk])).content.decode()
    page.post(reverse("exchange:job_cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
