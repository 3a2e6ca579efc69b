"""走访: only ever added; the phone's uid makes a visit sent twice stand once."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from exchange import files
from households.models import Household, Visit, VisitPhoto
from households.services.dated import refuse_future, stand, withdraw
from paibou.lib.pictures import made_small
from paibou.lib.refused import Refused

FOLDER = "visits"
MOST_PHOTOS = 9


@transaction.atomic
def record_visit(
    *,
    household: Household,
    on: date,
    by: User,
    today: date,
    kind: Visit.Kind = Visit.Kind.ROUTINE,
    method: Visit.Method = Visit.Method.HOME,
    visitor: str = "",
    findings: str = "",
    photos: Iterable[bytes] = (),
    uid: UUID | None = None,
) -> Visit:
    """Add a visit with its photos. The same uid again gives the visit that stands; a photo sent twice stands once."""
    refuse_future(on, today)
    if household.closed_on and on >= household.closed_on:
        raise Refused("这一户那天已经销户，请核对日期")
    sent = Visit.objects.filter(uid=uid, by=by) if uid else Visit.objects.none()
    visit = sent.known().first()
    if visit is None:
        visit = stand(
            Visit(
                uid=uid if uid and not sent else uuid4(),  # the form came back after its first visit was undone
                household=household,
                village_code=household.village_code,
                on=on,
                kind=kind,
                method=method,
                visitor=visitor or by.name,
                findings=findings,
                by=by,
            )
        )
    for photo in photos:
        add_photo(visit=visit, data=photo)
    return visit


@transaction.atomic
def add_photo(*, visit: Visit, data: bytes) -> VisitPhoto:
    """Keep a photo, small and sealed; the same one twice is one. Refused for what is no picture, or one too many."""
    data = made_small(data)
    digest = files.digest_of(data)
    photo = VisitPhoto.objects.filter(visit=visit, digest=digest).first()
    if photo:
        return photo
    if visit.photos.count() >= MOST_PHOTOS:
        raise Refused(f"一次走访最多 {MOST_PHOTOS} 张照片")
    path = files.keep(data, FOLDER)
    return stand(VisitPhoto(visit=visit, village_code=visit.village_code, path=path, digest=digest, size=len(data)))


@transaction.atomic
def withdraw_visit(*, visit: Visit, by: User) -> None:
    """Take back a visit entered by mistake; only who wrote it may."""
    if visit.by_id != by.pk:
        raise Refused("只能撤回自己登记的走访")
    withdraw(visit, at=timezone.now())
