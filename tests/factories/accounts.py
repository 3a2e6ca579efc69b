"""Minimal valid rows of `accounts`; a user holds nothing until a grant is made for him."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from accounts.models import Division, Grant, User

TOWNSHIP = "341702106"


class DivisionFactory(DjangoModelFactory):
    class Meta:
        model = Division

    code = factory.Sequence(lambda n: f"{TOWNSHIP}{200 + n % 700}")
    level = factory.LazyAttribute(lambda row: len(row.code))
    name = factory.LazyAttribute(lambda row: f"村{row.code[-3:]}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = "周敏"
    role = User.Role.STATION
    village_code = f"{TOWNSHIP}000"
    must_change_password = False


class GrantFactory(DjangoModelFactory):
    class Meta:
        model = Grant

    user = factory.SubFactory(UserFactory)
    prefix = TOWNSHIP
    valid_from = date(2020, 1, 1)
