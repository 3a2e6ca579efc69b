"""Minimal valid rows of `exchange`."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from exchange import files
from exchange.models import Batch, ColumnMeaning, Job, ProducedFile, StagedRow, Upload
from tests.factories.accounts import TOWNSHIP

DATA = "姓名,身份证号,个人自付\n吴秀英,,48620.35\n".encode()
TOWN_HALL = f"{TOWNSHIP}000"
USER = "tests.factories.accounts.UserFactory"


class JobFactory(DjangoModelFactory):
    class Meta:
        model = Job

    task = "exchange.stage_batch"
    title = "读取名单"
    village_code = TOWN_HALL
    user = factory.SubFactory(USER)


class UploadFactory(DjangoModelFactory):
    class Meta:
        model = Upload

    name = "区医保9月大额自付名单.csv"
    path = factory.LazyFunction(lambda: files.keep(DATA, "uploads"))
    digest = files.digest_of(DATA)
    size = len(DATA)
    village_code = TOWN_HALL
    user = factory.SubFactory(USER)


class BatchFactory(DjangoModelFactory):
    class Meta:
        model = Batch

    kind = "alerts"
    upload = factory.SubFactory(UploadFactory, village_code=factory.SelfAttribute("..village_code"))
    village_code = TOWN_HALL
    user = factory.SubFactory(USER)
    source = "county_medical"
    received_on = date(2025, 10, 17)
    state = Batch.State.REVIEW


class StagedRowFactory(DjangoModelFactory):
    class Meta:
        model = StagedRow

    batch = factory.SubFactory(BatchFactory)
    table = "alerts"
    sheet = "9月"
    row = factory.Sequence(lambda n: n + 2)


class ColumnMeaningFactory(DjangoModelFactory):
    class Meta:
        model = ColumnMeaning

    kind = "alerts"
    village_code = TOWN_HALL
    heading = factory.Sequence(lambda n: f"列{n}")
    column = "name"
    user = factory.SubFactory(USER)


class ProducedFileFactory(DjangoModelFactory):
    class Meta:
        model = ProducedFile

    job = factory.SubFactory(JobFactory, village_code=factory.SelfAttribute("..village_code"))
    name = "回传.csv"
    path = factory.LazyFunction(lambda: files.keep(DATA, "produced"))
    digest = files.digest_of(DATA)
    size = len(DATA)
    rows = 1
    village_code = TOWN_HALL
    user = factory.SubFactory(USER)
