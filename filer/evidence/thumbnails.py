"""Small pictures of captures: a stranger's bytes in, a small JPEG out, or nothing.

The bytes may be anything. What cannot be read, or would take too much room, has no thumbnail.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image

MOST_BYTES = 32 << 20
"""No larger file is read."""

MOST_PIXELS = 40_000_000
"""No larger picture is decoded: a small file can claim to be an enormous one."""

_BOX = (560, 840)


@dataclass(frozen=True)
class Thumbnail:
    """A JPEG and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def thumbnail(png: bytes) -> Thumbnail | None:
    """*png* made small, the same each time; None when it cannot be shown."""
    if len(png) > MOST_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
                if image.width * image.height > MOST_PIXELS:
                    return None
                return _small(image)
    except Exception:  # noqa: BLE001 - whatever a stranger's bytes do to the decoder, it is no picture
        return None


def _small(image: Image.Image) -> Thumbnail:
    whole = image.convert("RGBA")
    white = Image.new("RGB", whole.size, "white")
    white.paste(whole, mask=whole.getchannel("A"))
    white.thumbnail(_BOX, Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    white.save(out, "JPEG", quality=72, optimize=True)
    return Thumbnail(out.getvalue(), white.width, white.height)
