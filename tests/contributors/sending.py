"""Files on their way, for the tests of sending."""

from __future__ import annotations

import hashlib
import io
import random
import uuid

from PIL import Image

from contributors import uploads
from contributors.models import Piece, Upload
from tests.factories.world import World

MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 200
MP3 = b"ID3\x04\0\0\0\0\0\0" + b"\0" * 200


def noisy(size: tuple[int, int] = (200, 150), seed: int = 1) -> bytes:
    """A JPEG that does not compress well, so that it has several parts."""
    out = io.BytesIO()
    pixels = random.Random(seed).randbytes(size[0] * size[1] * 3)
    Image.frombytes("RGB", size, pixels).save(out, "JPEG", quality=90)
    return out.getvalue()


def begin(world: World, piece: Piece, content: bytes, by: str = "lan", **fields) -> Upload:
    asked = {"kind": "photo", "file_name": "anh.jpg", "sha256": hashlib.sha256(content).hexdigest()} | fields
    return uploads.begin_upload(
        actor=world.actor(by),
        piece=piece,
        client_key=asked.pop("client_key", uuid.uuid4()),
        size=asked.pop("size", len(content)),
        **asked,
    )


def put(world: World, upload: Upload, content: bytes, offset: int = 0, by: str = "lan") -> Upload:
    return uploads.take_chunk(actor=world.actor(by), upload=upload, offset=offset, content=content)


def send(world: World, piece: Piece, content: bytes, by: str = "lan", **fields) -> Upload:
    """A whole file in one part."""
    return put(world, begin(world, piece, content, by, **fields), content, by=by)
