"""Minimal valid rows of `reports`."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from reports.models import Confirmation, Report, ReportLine
from tests.factories.accounts import TOWNSHIP, UserFactory


class ReportFactory(DjangoModelFactory):
    class Meta:
        model = Report

    village_code = f"{TOWNSHIP}000"
    start = date(2025, 1, 1)
    end = date(2025, 10, 20)
    since = date(2021, 1, 1)
    known_at = datetime(2025, 10, 21, tzinfo=UTC)
    state = Report.State.DRAFT
    by = factory.SubFactory(UserFactory)


class ReportLineFactory(DjangoModelFactory):
    class Meta:
        model = ReportLine

    report = factory.SubFactory(ReportFactory)
    order = 0
    slug = "alerts.medical.count"
    kind = "period"
    since = "2025-01-01"
    label = "医保部门反馈预警"
    unit = "条"
    value = 0


class ConfirmationFactory(DjangoModelFactory):
    class Meta:
        model = Confirmation

    report = factory.SubFactory(ReportFactory)
    equation = "people registry.lifted.households as_of "
    numbers = "2 1"
    reason = "核对过原始名册"
    by = factory.SubFactory(UserFactory)
