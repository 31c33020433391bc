"""The outer seal: a timestamp over the list of tag files, and through it over the whole bundle.

It is made when everything else is done, so nothing within the bundle can name it. It lies beside
the list, with its certificates, and is added without touching what is sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from filer.evidence import disk, layout
from filer.evidence.stamps import SEAL, Failed, Stamped, Stamps

PATIENCE = 6.0
"""How long the seal waits for an authority, in seconds; `filer seal` adds a missing one later."""


def stamp_seal(
    bundle: Path,
    stamps: Stamps,
    meanwhile: Callable[[], object] | None = None,
    patience: float = PATIENCE,
) -> list[Stamped | Failed]:
    """Have the sealed *bundle* timestamped by one authority; what came of it, failures first.

    *meanwhile* lets a page live while this waits, at most *patience* seconds.
    A bundle that cannot be read or written is a failure like any other.
    """
    try:
        stamps.ask(SEAL, 0, (bundle / layout.TAGMANIFEST).read_bytes())
        stamps.wait(patience, meanwhile)
        came = [each for each in stamps.finish() if each.moment == SEAL]
        for each in came:
            if isinstance(each, Stamped):
                _keep(bundle, each)
    except OSError as trouble:
        return [Failed(SEAL, 0, "", trouble.strerror or str(trouble))]
    return came


def why_unstamped(came: Sequence[Stamped | Failed]) -> str:
    """Why the seal got no timestamp, by what *came* of asking; empty when it got one."""
    if any(isinstance(each, Stamped) for each in came):
        return ""
    return "; ".join(each.why for each in came if isinstance(each, Failed)) or "no answer in time"


def _keep(bundle: Path, stamped: Stamped) -> None:
    # Half a file must not lie in a sealed bundle: until they are whole they lie in the case.
    for name, content in (
        (layout.outer_chain_name(stamped.authority), stamped.chain),
        (layout.outer_name(stamped.authority), stamped.token.raw),
    ):
        disk.replace_file(bundle / name, content, beside=bundle.parent)


def outer_seals(bundle: Path) -> list[str]:
    """The authorities whose outer seal lies in *bundle*, by their slugs."""
    found = [layout.outer_parts(entry.name) for entry in bundle.iterdir()]
    return sorted(parts[0] for parts in found if parts and parts[1] == "tsr")
