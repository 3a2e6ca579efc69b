"""Photos of a check: made small where the phone did not, without the place they were taken at, sealed on disk."""

import io
from collections.abc import Iterable

from PIL import Image, ImageOps, UnidentifiedImageError

from exchange import files
from monitoring.models import AlertCheck, AlertCheckPhoto
from paibou.lib.refused import Refused

FOLDER = "checks"
LARGEST = 20 * 2**20
MOST_PIXELS = 60_000_000
MOST_PHOTOS = 9
SIDE, QUALITY = 1600, 72
SMALL = 150 * 2**10


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


def made_small(data: bytes) -> bytes:
    """The picture as JPEG of at most 1600 pixels a side, upright; its hidden data (place, device) is left away."""
    if len(data) > LARGEST:
        raise Refused("照片太大，每张不超过 20 MB")
    try:
        picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
        if picture.width * picture.height > MOST_PIXELS:
            raise Refused("照片太大，请用手机重拍一张")
        picture.draft("RGB", (SIDE, SIDE))
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused("这个文件不是照片，或没传完；请重拍一张") from error
    upright.thumbnail((SIDE, SIDE))
    return _as_jpeg(upright)


def _as_jpeg(picture: Image.Image) -> bytes:
    """At the usual quality, or at a lower one until it is small."""
    for quality in (QUALITY, 55, 40):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= SMALL:
            break
    return out.getvalue()


def carry_photos(*, old: AlertCheck, new: AlertCheck) -> None:
    """A corrected check has the photos of the one it corrects."""
    photos = old.photos.values("village_code", "path", "digest", "size")
    AlertCheckPhoto.objects.bulk_create([AlertCheckPhoto(check_made=new, **photo) for photo in photos])
