"""Ways of being wrong: each makes evidence that is not what it says, and names who notices.

`python -m tests.evidence.wrongs FOLDER` writes them all to FOLDER, with a table of what
`filer verify` finds, so that a stranger can look at each. It needs openssl and nothing running.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from filer.evidence import layout
from filer.evidence.tokens import read_roots
from filer.evidence.verify import Verification, verify
from tests.evidence.forging import Desk, good_evidence
from tests.evidence.ways import bundles, files, limits, logs, stamps
from tests.evidence.ways.table import OPEN, WAYS, Open, Way

__all__ = ["OPEN", "WAYS", "Open", "Way", "failing", "write"]

PARTS = (files, stamps, logs, bundles, limits)
"""Where the ways stand; importing these fills the table."""


def failing(found: Verification) -> frozenset[int]:
    """The numbers of the checks that fail."""
    return frozenset(check.number for check in found.checks if not check.ok)


def write(folder: Path) -> str:
    """Write every way to a folder of its own below *folder*; returns the table, in Markdown."""
    with tempfile.TemporaryDirectory() as place:
        good = good_evidence(Path(place))
        roots = read_roots(good.keys.root)
        shutil.copy(good.keys.root, folder / "authority.pem")
        for case in good.cases.values():
            shutil.copytree(case, folder / "good" / case.name)
        rows = ["| | what was done | checks | what verify found |", "|---|---|---|---|"]
        for number, each in enumerate(WAYS, 1):
            desk = Desk(good, folder / f"{number:03}-{layout.slug(each.name)}")
            found = verify(each.do(desk), roots)
            told = "; ".join(check.got for check in found.checks if not check.ok)
            rows.append(f"| {number} | {each.name} | {_listed(failing(found))} | {_cell(told)} |")
        for number, left in enumerate(OPEN, len(WAYS) + 1):
            desk = Desk(good, folder / f"{number:03}-not-noticed-{layout.slug(left.name)}")
            found = verify(left.do(desk), roots)
            told = "; ".join(c.got for c in found.checks if c.number in left.says)
            rows.append(f"| {number} | {left.name} | none. {left.why} | {_cell(told)} |")
    return "\n".join(rows) + "\n"


def _listed(numbers: frozenset[int]) -> str:
    return " ".join(str(number) for number in sorted(numbers)) or "NONE"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")[:400]


def main(arguments: Sequence[str]) -> int:
    """Write the ways to the folder that is named, and the table to `ways.md` in it."""
    if len(arguments) != 1 or Path(arguments[0]).exists():
        sys.stderr.write("python -m tests.evidence.wrongs FOLDER, which must not be there yet\n")
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True)
    table = write(folder)
    (folder / "ways.md").write_text(_ABOUT + table)
    sys.stdout.write(table)
    return 0


_ABOUT = """\
# Ways of being wrong

Each folder holds evidence that is not what it says; `good` holds the same before it was changed.
The numbers are those of `filer verify`, run with the authority's root:

    FILER_TSA_ROOTS=authority.pem filer verify FOLDER/CASE/BUNDLE

"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
