"""Whether what must not be seen is really hidden: asked of the pixels, not of the page."""

from __future__ import annotations

import io

from PIL import Image

Colour = tuple[int, int, int]

_TOLERANCE = 2


def only_colour(png: bytes) -> Colour | None:
    """The one colour of the picture *png*, or None if it has several."""
    with Image.open(io.BytesIO(png)) as picture:
        ends = [channel.getextrema() for channel in picture.convert("RGB").split()]
    lows = [int(low) for low, _high in ends]  # type: ignore[arg-type]
    highs = [int(high) for _low, high in ends]  # type: ignore[arg-type]
    if any(high - low > _TOLERANCE for low, high in zip(lows, highs, strict=True)):
        return None
    red, green, blue = lows
    return red, green, blue


def shows_only(png: bytes, colour: Colour) -> bool:
    """Whether every pixel of *png* has *colour*, and nothing else is to be seen in it."""
    found = only_colour(png)
    return found is not None and _distance(found, colour) <= _TOLERANCE


def unlike(colour: Colour, candidates: tuple[Colour, ...]) -> Colour:
    """The one of *candidates* that is least like *colour*."""
    return max(candidates, key=lambda each: _distance(each, colour))


def _distance(one: Colour, other: Colour) -> int:
    return max(abs(mine - yours) for mine, yours in zip(one, other, strict=True))
