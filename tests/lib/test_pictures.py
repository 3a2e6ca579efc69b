"""A picture that would fill the memory is refused by what its head says."""

import struct
import zlib

import pytest

from paibou.lib.pictures import made_small
from paibou.lib.refused import Refused


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [9_000, 60_000])
def test_a_picture_of_too_many_pixels_is_refused(side: int) -> None:
    with pytest.raises(Refused, match="照片太大，请用手机重拍一张"):
        made_small(png(side, side))
