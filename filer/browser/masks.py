"""Whether what must not be seen is really hidden: asked of the pixels, not of the page."""

from __future__ import annotations

import io

from PIL import Image


def uniform(png: bytes, tolerance: int = 2) -> bool:
    """Whether every pixel of the picture *png* has one colour, within *tolerance* per channel."""
    with Image.open(io.BytesIO(png)) as picture:
        channels = [channel.getextrema() for channel in picture.convert("RGB").split()]
    return all(float(high) - float(low) <= tolerance for low, high in channels)  # type: ignore[arg-type]
