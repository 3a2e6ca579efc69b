"""Photos of a check: made small where the phone did not, without the place they were taken at, sealed on disk."""

from collections.abc import Iterable

from exchange import files
from monitoring.models import AlertCheck, AlertCheckPhoto
from paibou.lib.pictures import made_small
from paibou.lib.refused import Refused

FOLDER = "checks"
MOST_PHOTOS = 9


def keep_photos(*, check: AlertCheck, photos: Iterable[bytes]) -> None:
    """Seal the photos of a check. Refused for what is no picture; the same one twice is one."""
    kept = set(check.photos.values_list("digest", flat=True))
    for photo in photos:
        data = made_small(photo)
        digest = files.digest_of(data)
        if digest in kept:
            continue
        if len(kept) >= MOST_PHOTOS:
            raise Refused(f"一次核查最多 {MOST_PHOTOS} 张照片")
        kept.add(digest)
        AlertCheckPhoto.objects.create(
            check_made=check,
            village_code=check.village_code,
            path=files.keep(data, FOLDER),
            digest=digest,
            size=len(data),
        )


def carry_photos(*, old: AlertCheck, new: AlertCheck) -> None:
    """A corrected check has the photos of the one it corrects."""
    photos = old.photos.values("village_code", "path", "digest", "size")
    AlertCheckPhoto.objects.bulk_create([AlertCheckPhoto(check_made=new, **photo) for photo in photos])
