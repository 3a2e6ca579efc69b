"""Photos: made small where the phone did not, without the place and device that hide in them."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from paibou.lib.refused import Refused

LARGEST = 20 * 2**20
MOST_PIXELS = 60_000_000
SIDE, QUALITIES = 1600, (72, 55, 40)
SMALL = 150 * 2**10
TOO_LARGE = "照片太大，请用手机重拍一张"


def made_small(data: bytes) -> bytes:
    """The picture as JPEG of at most 1600 pixels a side, upright. Refused for what is no picture or too large."""
    if len(data) > LARGEST:
        raise Refused("照片太大，每张不超过 20 MB")
    try:
        picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
        if picture.width * picture.height > MOST_PIXELS:
            raise Refused(TOO_LARGE)
        picture.draft("RGB", (SIDE, SIDE))
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    except Image.DecompressionBombError as error:
        raise Refused(TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused("这个文件不是照片，或没传完；请重拍一张") from error
    upright.thumbnail((SIDE, SIDE))
    return _as_jpeg(upright)


def _as_jpeg(picture: Image.Image) -> bytes:
    """At the usual quality, or at a lower one until it is small."""
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= SMALL:
            break
    return out.getvalue()
