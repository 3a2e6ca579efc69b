"""Two who change a fact in the same moment."""

from collections.abc import Callable
from datetime import date
from threading import Thread
from time import sleep

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from households.models import FactProposal, Household
from households.services.proposal import accept_proposal, propose_facts
from paibou.lib.refused import Refused
from tests.households.conftest import TODAY
from tests.households.test_pages import family, shown


def while_another_writes(household: Household, act: Callable[[], object]) -> None:
    """Act in another connection while the group is being changed; the act waits for the row, and goes on after it."""

    def acting() -> None:
        act()
        connection.close()

    second = Thread(target=acting)
    with transaction.atomic():
        Household.objects.filter(pk=household.pk).update(group="21组")
        second.start()
        sleep(1)
    second.join()
    household.refresh_from_db()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_is_told_what_the_first_wrote(clerk: User) -> None:
    household, page, answers = family(group="9组"), Client(), []
    page.force_login(clerk)
    url = reverse("households:household_facts", args=[household.pk])
    sent = shown(page.get(url)) | {"group": "8组", "on": "2025-06-01"}

    while_another_writes(household, lambda: answers.append(page.post(url, sent).status_code))

    assert (answers, household.group) == ([422], "21组")


@pytest.mark.django_db(transaction=True)
def test_a_proposal_accepted_while_somebody_changes_the_fact_is_looked_at_again(clerk: User) -> None:
    household, refusals = family(group="9组"), []
    propose_facts(row=household, facts={"group": "8组"}, on=date(2025, 6, 1), by=clerk, today=TODAY)

    def accept() -> None:
        try:
            accept_proposal(proposal=FactProposal.objects.get(), by=clerk, today=TODAY)
        except Refused as no:
            refusals.append(str(no))

    while_another_writes(household, accept)

    assert (len(refusals), household.group) == (1, "21组")
