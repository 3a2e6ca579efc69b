"""Two who save a form of facts in the same moment."""

from threading import Thread
from time import sleep

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from households.models import Household
from tests.households.test_pages import family, shown


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_is_told_what_the_first_wrote(clerk: User) -> None:
    household, page, answers = family(group="9组"), Client(), []
    page.force_login(clerk)
    url = reverse("households:household_facts", args=[household.pk])
    sent = shown(page.get(url)) | {"group": "8组", "on": "2025-06-01"}

    def save() -> None:
        answers.append(page.post(url, sent).status_code)
        connection.close()

    second = Thread(target=save)
    with transaction.atomic():
        Household.objects.select_for_update().filter(pk=household.pk).update(group="21组")
        Household.objects.select_for_update().get(pk=household.pk)
        second.start()
        sleep(1)
    second.join()

    household.refresh_from_db()
    assert (answers, household.group) == ([422], "21组")
