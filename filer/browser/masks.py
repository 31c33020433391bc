"""Whether what must not be seen is really hidden: asked of the pixels, not of the page."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

Colour = tuple[int, int, int]

_TOLERANCE = 2
_MOST_SHADES = 16


def shows_only(png: bytes, colour: Colour) -> bool:
    """Whether every pixel of *png* has *colour*, within a rounding, and nothing else is in it."""
    with Image.open(io.BytesIO(png)) as picture:
        found: Any = picture.convert("RGB").getcolors(_MOST_SHADES)
    return found is not None and all(_distance(each, colour) <= _TOLERANCE for _n, each in found)


def unlike(colour: Colour, candidates: tuple[Colour, ...]) -> Colour:
    """The one of *candidates* that is least like *colour*."""
    return max(candidates, key=lambda each: _distance(each, colour))


def _distance(one: Colour, other: Colour) -> int:
    return max(abs(mine - yours) for mine, yours in zip(one, other, strict=True))
