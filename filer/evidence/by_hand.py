"""The text of `VERIFY.txt`: how a stranger checks a bundle with tools that are not ours.

The commands between the marks are run by the tests, word for word.
"""

from __future__ import annotations

LINUX_FILES = r"""if sha256sum -c --strict seal.sha256 &&
  sha256sum -c --strict --quiet tagmanifest-sha256.txt &&
  sha256sum -c --strict --quiet manifest-sha256.txt &&
  diff <(cut -c67- manifest-sha256.txt | LC_ALL=C sort) <(find data -type f | LC_ALL=C sort)
then echo "OK: all files, and no others"; else echo "BROKEN: see above"; false; fi
"""

MAC_FILES = LINUX_FILES.replace("sha256sum -c --strict", "shasum -a 256 -c").replace(" --quiet", "")

LINUX_CHAIN = r"""prev=$(printf '0%.0s' {1..64}); n=0; state=OK
while IFS= read -r line; do
  [ "$(jq -r .prev <<<"$line")" = "$prev" ] && [ "$(jq -r .seq <<<"$line")" = "$n" ] ||
    { state=BROKEN; break; }
  prev=$(printf '%s\n' "$line" | sha256sum | cut -d' ' -f1); n=$((n+1))
done < data/session.jsonl
echo "$state after $n lines, last hash $prev"; [ "$state" = OK ]
"""

MAC_CHAIN = LINUX_CHAIN.replace("| sha256sum |", "| shasum -a 256 |")

WINDOWS = r"""function Test-List($list) {
  Get-Content -Encoding UTF8 $list | ForEach-Object {
    $sum, $name = $_ -split '  ', 2
    $now = (Get-FileHash -Algorithm SHA256 -LiteralPath $name).Hash.ToLower()
    if ($now -cne $sum) { "CHANGED: $name" }
  }
}
Test-List seal.sha256; Test-List tagmanifest-sha256.txt; Test-List manifest-sha256.txt
$listed = Get-Content manifest-sha256.txt | ForEach-Object { $_.Substring(66) }
$present = Get-ChildItem -Recurse -File -Force data | ForEach-Object {
  $_.FullName.Substring($PWD.Path.Length + 1).Replace('\', '/') }
Compare-Object $listed $present
"Nothing above this line: all files, and no others"

$prev = '0' * 64; $n = 0; $state = 'OK'
$sha = [Security.Cryptography.SHA256]::Create()
foreach ($line in [IO.File]::ReadAllLines("$PWD\data\session.jsonl")) {
  $entry = $line | ConvertFrom-Json
  if ($entry.prev -cne $prev -or $entry.seq -ne $n) { $state = 'BROKEN'; break }
  $bytes = [Text.Encoding]::UTF8.GetBytes($line + "`n")
  $prev = -join ($sha.ComputeHash($bytes) | ForEach-Object { $_.ToString('x2') })
  $n++
}
"$state after $n lines, last hash $prev"
"""

_PRACTICE = """
THIS IS PRACTICE. Nothing in this folder was sent to Meta. / DIT IS EEN OEFENING. Niets in deze
map is naar Meta gestuurd.
"""

_TEXT = """\
HOW TO CHECK THIS FOLDER WITHOUT FILER
{practice}
In het kort (Nederlands)
------------------------
Deze map is het verslag van een sessie met filer. U hoeft filer niet te vertrouwen: met gewone
hulpmiddelen van uw computer kunt u nagaan dat geen bestand is veranderd, toegevoegd of
weggehaald. Open een terminal in deze map en plak de regels onder uw systeem. data/session.jsonl
is het logboek, data/shots zijn de afbeeldingen, data/form wat er in de velden stond.

In short
--------
This folder is the record of one session of filer. You need not trust filer: the tools that come
with your computer show that no file was changed, added or taken away. Open a terminal in this
folder and paste the lines under your system. data/session.jsonl is the log, data/shots are the
pictures, data/form is what the fields held.

What it shows: these files are the ones that were sealed, and the log is one unbroken chain.
What it cannot show by itself: when that was, and that Meta received anything. Somebody who
rewrites everything can make a new seal; compare the hash in seal.sha256 with a copy of it that
was kept or timestamped elsewhere.

Linux: the files (in bash)
--------------------------
{linux_files}
Linux: the log, line by line (needs bash and jq)
------------------------------------------------
{linux_chain}
macOS: the files (in zsh or bash)
---------------------------------
{mac_files}
macOS: the log, line by line (needs bash and jq)
------------------------------------------------
{mac_chain}
Windows: both, in PowerShell
----------------------------
{windows}
Any system with Python
----------------------
The folder is a bag as libraries and archives use them (BagIt 1.0, RFC 8493).

pip install bagit
bagit.py --validate .

With filer
----------
filer verify .
"""


def verify_text(*, practice: bool) -> str:
    """The whole text; a *practice* bundle says so on top."""
    return _TEXT.format(
        practice=_PRACTICE if practice else "",
        linux_files=LINUX_FILES,
        linux_chain=LINUX_CHAIN,
        mac_files=MAC_FILES,
        mac_chain=MAC_CHAIN,
        windows=WINDOWS,
    )
