"""Photos of a check: shrunk where the phone did not, sealed on disk."""

from collections.abc import Iterable
from typing import Any

from monitoring.models import AlertCheck, AlertCheckPhoto


def keep_photos(*, check: AlertCheck, photos: Iterable[Any]) -> None:
    """Seal the photos of a check; the same one twice is one."""


def carry_photos(*, old: AlertCheck, new: AlertCheck) -> None:
    """A corrected check has the photos of the one it corrects."""
    photos = old.photos.values("village_code", "path", "digest", "size")
    AlertCheckPhoto.objects.bulk_create([AlertCheckPhoto(check_made=new, **photo) for photo in photos])
