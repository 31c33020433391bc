"""The text of `REDACTED.txt`: that this is a working copy, and how a stranger checks what is left.

The commands are run by the tests, word for word.
"""

from __future__ import annotations

from collections.abc import Sequence

LINUX_LEFT = r"""if sha256sum -c --strict seal.sha256 &&
  sha256sum -c --strict --quiet --ignore-missing tagmanifest-sha256.txt &&
  sha256sum -c --strict --quiet --ignore-missing manifest-sha256.txt
then echo "OK: what is left is as it was sealed"; else echo "BROKEN: see above"; false; fi
"""

MAC_LEFT = LINUX_LEFT.replace("sha256sum -c --strict", "shasum -a 256 -c").replace(" --quiet", "")

WINDOWS_LEFT = r"""$lists = 'seal.sha256', 'tagmanifest-sha256.txt', 'manifest-sha256.txt'
foreach ($list in $lists) {
  Get-Content -Encoding UTF8 $list | ForEach-Object {
    $sum, $name = $_ -split '  ', 2
    if (-not (Test-Path -LiteralPath $name)) { "taken out: $name" }
    elseif ((Get-FileHash -Algorithm SHA256 -LiteralPath $name).Hash.ToLower() -cne $sum) {
      "CHANGED: $name" }
  }
}
"Nothing CHANGED above this line: what is left is as it was sealed"
"""

_TEXT = """\
THIS IS A WORKING COPY, NOT THE ORIGINAL / DIT IS EEN WERKKOPIE, NIET HET ORIGINEEL
====================================================================================

In het kort (Nederlands)
------------------------
Dit is een kopie van bewijs. De persoon van wie het bewijs is, heeft er op {made} dingen uit
gehaald. Wat ontbreekt staat hieronder. Het origineel is niet veranderd en ligt bij die persoon.
Een bestand met ".redacted" in de naam staat in de plaats van een ander. Het is niet verzegeld en
bewijst zelf niets. Al het andere is precies zoals het was, en dat kunt u nagaan: de lijsten, de
zegels, de tijdstempels en het logboek zijn die van het origineel. Ook VERIFY.txt is dat: de regels
daarin melden hier terecht dat er bestanden ontbreken. Gebruik dus de regels hieronder.

In short
--------
This is a copy of evidence. The person whose evidence it is took things out of it on {made}. What
is missing is listed below. The original was not changed, and that person has it. A file with
".redacted" in its name stands in for another. It is not sealed and proves nothing by itself.
Everything else is exactly as it was, and you can check that: the lists, the seals, the timestamps
and the log are those of the original. So is VERIFY.txt: its commands rightly say here that files
are missing. Use the ones below.

Taken out / Weggehaald
----------------------
{removed}
The SHA-256 of each of these files stands in manifest-sha256.txt (of README.html: in
tagmanifest-sha256.txt) and in redacted.json. Whoever has the original can show that it is the same.

Check what is left on Linux (in bash)
-------------------------------------
{linux}
On macOS (in zsh or bash)
-------------------------
{mac}
On Windows, in PowerShell
-------------------------
{windows}
By hand, in one line
--------------------
sha256sum -c --strict --ignore-missing manifest-sha256.txt

With filer
----------
filer verify .

What the hashes of missing files give away
------------------------------------------
A hash does not show what is in a file. But somebody who can guess a whole file, letter by letter,
can see from the hash that the guess was right. For the readings of the form and the texts of pages
a secret number in them, which is not in this copy, prevents that. Pictures have no such number.
"""


def redacted_text(removed: Sequence[tuple[str, str | None]], made: str) -> bytes:
    """The whole text for *removed*, names with what stands in for each, taken out at *made*."""
    rows = [f"{name}  ->  {beside}" if beside else name for name, beside in removed]
    text = _TEXT.format(
        made=made,
        removed="".join(f"{row}\n" for row in rows),
        linux=LINUX_LEFT,
        mac=MAC_LEFT,
        windows=WINDOWS_LEFT,
    )
    return text.encode("utf-8")
