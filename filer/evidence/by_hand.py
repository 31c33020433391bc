"""The text of `VERIFY.txt`: how a stranger checks a bundle with tools that are not ours.

The commands between the marks are run by the tests, word for word.
"""

from __future__ import annotations

LINUX_FILES = r"""if sha256sum -c --strict seal.sha256 &&
  sha256sum -c --strict --quiet tagmanifest-sha256.txt &&
  sha256sum -c --strict --quiet manifest-sha256.txt &&
  ! find . ! -type d ! -type f | grep . && ! find data -type d -empty | grep . &&
  diff <(cat <(cut -c67- manifest-sha256.txt) <(cut -c67- tagmanifest-sha256.txt) \
      <(echo seal.sha256; echo tagmanifest-sha256.txt) | LC_ALL=C sort) \
    <(find . -type f ! -name .DS_Store ! -name Thumbs.db ! -name desktop.ini \
      ! -path './tagmanifest-sha256.txt.*.tsr' ! -path './tagmanifest-sha256.txt.*.chain.pem' |
      cut -c3- | LC_ALL=C sort)
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
$listed = @('seal.sha256', 'tagmanifest-sha256.txt') + @(
  'manifest-sha256.txt', 'tagmanifest-sha256.txt' | ForEach-Object { Get-Content $_ } |
    ForEach-Object { $_.Substring(66) })
$present = Get-ChildItem -Recurse -File -Force | Where-Object {
  $_.Name -notin '.DS_Store', 'Thumbs.db', 'desktop.ini' -and
  $_.Name -notmatch '^tagmanifest-sha256\.txt\..+\.(tsr|chain\.pem)$' } | ForEach-Object {
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

LINUX_TIME = r"""# expired=yes  (without the # in front, once a certificate has expired)
good=0; bad=0; outer=0; jq --version >/dev/null && openssl version >/dev/null || bad=1
look() {
  time=$(openssl ts -reply -in "$2" -text 2>/dev/null | sed -n 's/^Time stamp: //p')
  at=${expired:+-attime $(date -d "$time" +%s)}
  if said=$(openssl ts -verify $at -data "$1" -in "$2" -CAfile "$3" 2>&1)
  then good=$((good+1)); echo "OK: $2 says $time"
  else bad=$((bad+1)); echo "BROKEN: $2"; echo "$said"; fi
}
for token in timestamps/line-*.tsr; do
  [ -e "$token" ] || continue
  n=${token#timestamps/line-}; n=${n%%.*}; who=${token%.tsr}; who=${who##*.}
  look <(head -n "$((10#$n))" data/session.jsonl) "$token" "timestamps/$who.chain.pem"
done
while read -r sum token; do
  case $token in timestamps/line-*.tsr) now=$(sha256sum < "$token" | cut -d' ' -f1);; *) now=;; esac
  [ "$now" = "$sum" ] ||
    { bad=$((bad+1)); echo "BROKEN: $token is not there, or not the one that the log names"; }
done < <(jq -r 'select(.event == "timestamped").data | .token_sha256 + " " + .token' \
  data/session.jsonl)
for token in tagmanifest-sha256.txt.*.tsr; do
  [ -e "$token" ] || continue
  outer=$((outer+1)); look tagmanifest-sha256.txt "$token" "${token%.tsr}.chain.pem"
done
came=$(jq -r 'select(.event == "timestamped").event' data/session.jsonl)
if [ "$outer" = 0 ] && [ -n "$came" ]; then
  bad=$((bad+1)); echo "MISSING: an authority answered before, and no outer seal is here"
fi
if [ "$bad" != 0 ]; then echo "BROKEN or incomplete: see above"; false
elif [ "$good" = 0 ]; then echo "NONE: nobody but this computer says when this was"
else echo "OK: $good timestamps, $outer of them over the whole folder"; fi
"""

MAC_TIME = LINUX_TIME.replace(
    'date -d "$time" +%s', "date -ju -f '%b %e %T %Y GMT' \"$time\" +%s"
).replace("sha256sum <", "shasum -a 256 <")

FINGERPRINTS = r"""cat timestamps/*.chain.pem tagmanifest-sha256.txt.*.chain.pem 2>/dev/null | awk '
  /-----BEGIN/ { show = "openssl x509 -noout -subject -enddate -fingerprint -sha256" }
  show { print | show }
  /-----END/ { close(show); show = "" }'
"""

WINDOWS_TIME = r"""$git = "$env:ProgramFiles\Git\usr\bin\openssl.exe"
$openssl = if (Test-Path $git) { $git } else { 'openssl' }
function Test-Token($data, $token, $chain) {
  $said = & $openssl ts -reply -in $token -text 2>$null | Select-String '^Time stamp:'
  & $openssl ts -verify -data $data -in $token -CAfile $chain 2>$null | Out-Null
  if ($LASTEXITCODE -eq 0) { "OK: $token  $said" } else { "BROKEN: $token" }
}
$log = [IO.File]::ReadAllBytes("$PWD\data\session.jsonl")
$part = [IO.Path]::GetTempFileName()
foreach ($file in Get-ChildItem timestamps\line-*.tsr -ErrorAction SilentlyContinue) {
  $left = [int]$file.Name.Substring(5).Split('.')[0]
  $who = $file.Name.Split('.')[2]
  $end = 0
  while ($left -gt 0 -and $end -lt $log.Length) { if ($log[$end] -eq 10) { $left-- }; $end++ }
  $bytes = New-Object byte[] $end
  [Array]::Copy($log, $bytes, $end)
  [IO.File]::WriteAllBytes($part, $bytes)
  Test-Token $part "timestamps\$($file.Name)" "timestamps\$who.chain.pem"
}
Remove-Item $part
foreach ($line in [IO.File]::ReadAllLines("$PWD\data\session.jsonl")) {
  $entry = $line | ConvertFrom-Json
  if ($entry.event -ne 'timestamped') { continue }
  $token = $entry.data.token
  $sum = if (Test-Path -LiteralPath $token) { (Get-FileHash -LiteralPath $token).Hash.ToLower() }
  if ($sum -cne $entry.data.token_sha256) { "BROKEN: $token is not there, or not the one named" }
}
$outer = @(Get-ChildItem tagmanifest-sha256.txt.*.tsr)
foreach ($file in $outer) {
  Test-Token tagmanifest-sha256.txt $file.Name ($file.Name -replace '\.tsr$', '.chain.pem')
}
if (-not $outer) { "No outer seal is here. If there are files in timestamps, that is BROKEN." }
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
is het logboek, data/shots zijn de afbeeldingen, data/form wat er in de velden stond. Begin met
README.html. Een tijdstempel, als dat er is, laat zien wanneer iets er al was; zonder tijdstempel
zegt alleen de klok van deze computer dat. Dat Meta iets heeft ontvangen, bewijst deze map niet.

Kurz gesagt (Deutsch)
---------------------
Dieser Ordner ist die Aufzeichnung einer Sitzung mit filer. Sie müssen filer nicht vertrauen: Mit
den üblichen Werkzeugen Ihres Computers können Sie prüfen, dass keine Datei geändert, hinzugefügt
oder entfernt wurde. Öffnen Sie ein Terminal in diesem Ordner und fügen Sie die Zeilen unter Ihrem
System ein. data/session.jsonl ist das Protokoll, data/shots sind die Bilder, data/form ist, was in
den Feldern stand. Beginnen Sie mit README.html. Ein Zeitstempel, wenn es einen gibt, zeigt, wann
etwas schon da war; ohne Zeitstempel sagt das nur die Uhr dieses Computers. Dass Meta etwas
empfangen hat, beweist dieser Ordner nicht.

En bref (français)
------------------
Ce dossier est l'enregistrement d'une session de filer. Vous n'avez pas à faire confiance à filer :
avec les outils habituels de votre ordinateur, vous pouvez vérifier qu'aucun fichier n'a été changé,
ajouté ou retiré. Ouvrez un terminal dans ce dossier et collez les lignes sous votre système.
data/session.jsonl est le journal, data/shots sont les images, data/form est ce que contenaient les
champs. Commencez par README.html. Un horodatage, s'il y en a un, montre quand quelque chose était
déjà là ; sans horodatage, seule l'horloge de cet ordinateur le dit. Ce dossier ne prouve pas que
Meta a reçu quelque chose.

In short
--------
This folder is the record of one session of filer. You need not trust filer: the tools that come
with your computer show that no file was changed, added or taken away. Open a terminal in this
folder and paste the lines under your system. data/session.jsonl is the log, data/shots are the
pictures, data/form is what the fields held.

README.html in this folder is the page to begin with.

What it shows: these files are the ones that were sealed, and the log is one unbroken chain.
Timestamps, if there are any, show that the first lines of the log, or the whole folder, were
there at a time: an authority signed that with a clock of its own.
What it cannot show: that Meta received anything. And without a timestamp, when all this was:
somebody who rewrites everything can make a new seal. Compare the hash in seal.sha256 then with a
copy of it that was kept elsewhere.

Linux: the files (in bash)
--------------------------
{linux_files}
Linux: the log, line by line (needs bash and jq)
------------------------------------------------
{linux_chain}
Linux: the timestamps (in bash; needs openssl and jq)
-----------------------------------------------------
{linux_time}
Linux and macOS: whose certificates these are
---------------------------------------------
{fingerprints}
macOS: the files (in zsh or bash)
---------------------------------
{mac_files}
macOS: the log, line by line (needs jq; type bash first)
--------------------------------------------------------
{mac_chain}
macOS: the timestamps (needs jq; type bash first)
-------------------------------------------------
The openssl of macOS is LibreSSL. It has no -attime, and older ones do not know the newer form of
a timestamp ("ESS signing certificate error"). Then get OpenSSL, for example: brew install openssl

{mac_time}
Windows: the files and the log, in PowerShell
---------------------------------------------
{windows}
Windows: the timestamps, in PowerShell
--------------------------------------
Needs openssl, which comes with Git for Windows.

{windows_time}
What the timestamps are
-----------------------
timestamps/line-0003.start.NAME.tsr    the authority's answer over the first 3 lines of the log
tagmanifest-sha256.txt.NAME.tsr        the outer seal: the same over the list of the other files
(the same names).chain.pem             the certificates to check it with

Each answer's hash is in the log, so what the log says below it was written later than its time.
BROKEN means: this token does not fit these bytes, or somebody took it away. A folder whose outer
seal was taken away is not proven to be whole. (An authority may also not have answered on the
day; "filer seal" asks again, and then the time is the later one.)

The certificates prove nothing by themselves: they came with the answer, or from filer. The last
one of each file is the root. Compare its fingerprint with the one that the authority publishes
on its own site or, for a qualified authority in the EU, in the list of trusted services.

Authorities' certificates expire. From then on openssl says "certificate has expired" for a token
that was right all the time. Check it then as of its own time, in seconds since 1970:
openssl ts -verify -attime SECONDS ... (the lines above do that with expired=yes). None of these
lines asks whether a certificate was revoked.

What the signature in a token fixes: the hash, the time, the serial number, the policy. What it
does not fix, and anybody could alter unseen: the status and its text around the token, and which
certificates came along with it. The lists of this folder fix these for the tokens within; for
the outer seal nothing does, and nothing hangs on them.

An e-mail, if there is one
--------------------------
pip install dkimpy dnspython
dkimverify < data/mail/0001.eml

It asks for the sender's key as it is published today. The key of the day is kept beside the mail.

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
        linux_time=LINUX_TIME,
        mac_time=MAC_TIME,
        windows_time=WINDOWS_TIME,
        fingerprints=FINGERPRINTS,
    )
