"""Letters: what they say and prove, in every language, and that nothing in them can do harm."""

from __future__ import annotations

import datetime as dt
import json
import re
import string
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from filer import corresponding
from filer.complaint import letters, pdf, recorded, whatsapp, writing
from filer.complaint.letters import KINDS, PLATFORMS, Letter, Person, as_pdf, as_text, compose
from filer.errors import EvidenceBroken, MachineLacks, WrongUsage
from filer.evidence import authorities
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.environment import environment
from filer.evidence.reading import read_log
from filer.evidence.stamps import Stamps
from filer.evidence.verify import verify
from filer.ports import Reading, Shot
from filer.profile import Profile
from tests.complaint.making import GRANTED, Cases, SetClock
from tests.end_to_end.command import Command
from tests.end_to_end.pages import unheard_port

DAY = dt.date(2026, 11, 23)
ANNA = Person(
    "Anna Łukasiewicz",
    "Voorbeeldstraat 1\n1000 AA Amsterdam",
    "anna@example.org",
    "+31 6 12345678",
    "Het gaat om foto's van mijn gezin.",
)
ARTICLE = {
    "en": "Article {}({})",
    "nl": "artikel {}, lid {}",
    "de": "Artikel {} Absatz {}",
    "fr": "article {}, paragraphe {}",
}
FORM = "https://www.facebook.com/help/contact/712876720715583"


def set_letter(letter: Letter, folder: Path) -> tuple[Path, str]:
    """The letter as a PDF in *folder*, in order by qpdf, and the text read out."""
    path = folder / "letter.pdf"
    path.write_bytes(as_pdf(letter))
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert 0 == checked.returncode, checked.stdout + checked.stderr
    return path, read_out(path)


def read_out(path: Path) -> str:
    """The text of a PDF in reading order, its lines joined and typesetting's marks taken out."""
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    plain = re.sub("[\u202a-\u202e\u2066-\u2069\u200b]", "", done.stdout.replace("\u00a0", " "))
    return " ".join(plain.split())


def pages(path: Path) -> list[str]:
    """The text of each page."""
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    return done.stdout.split("\f")[:-1]


def filed(
    root: Path,
    *,
    practice: bool = False,
    outcome: str = "unavailable",
    reason: str | None = "other region",
) -> Path:
    """A case with one filing: a login, a dead address, and then *outcome*."""
    clock = SetClock().set("2026-11-20 14:05")
    case = new_case(root, "facebook", practice, clock)
    with Bundle.begin(case, "filing", flow="facebook", practice=practice, clock=clock) as bundle:
        bundle.put("environment.json", environment({}))
        bundle.event("address.tried", address=FORM, problem=None)
        bundle.event("page.seen", place="private", address="", reason=None)
        bundle.event("address.tried", address=f"{FORM}9", problem="timed out")
        if outcome == "unavailable":
            bundle.event("page.seen", place="unavailable", address=FORM, reason=reason)
        else:
            email = Reading("E-mail", "email", "email", "case@example.org", filled_by="label")
            bundle.keep(Shot("form", "Form", FORM, None, "- x", (email,)))
            bundle.event("confirmed", "person")
            bundle.event("send.left", method="POST", address=f"{FORM}/submit", names=["email"])
            bundle.event("send.answered", status=200, date=None, failure=None)
            said = "Thank you, \u201csee\u201d"
            bundle.event("answer.read", wording=said, confirmed=outcome != "refused")
        bundle.event("friction", counts={"screens": 2, "logins": 1, "dead addresses": 1})
        bundle.event(
            "network",
            hosts={"www.facebook.com": 2},
            documents=[{"address": f"{FORM}9", "status": 404, "date": None, "server": "x"}],
        )
        sent = outcome not in {"unavailable", "stopped"}
        bundle.seal({"outcome": outcome, "reason": reason, "sent": sent})
    return case


# --------------------------------------------------------------------------- the catalogues


def flat(catalogue: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every sentence of a catalogue with its place."""
    match catalogue:
        case str():
            yield at, catalogue
        case dict():
            for key, value in catalogue.items():
                yield from flat(value, f"{at}.{key}")
        case list():
            for value in catalogue:
                yield from flat(value, f"{at}[]")


@pytest.mark.parametrize("language", letters.languages()[1:])
def test_catalogues_say_the_same(language: str) -> None:
    """Each language has the keys of English, the same places to fill and the same articles."""
    english, other = dict(flat(letters.texts("en"))), dict(flat(letters.texts(language)))

    def places(text: str) -> set[str]:
        return {name for _before, name, _spec, _how in string.Formatter().parse(text) if name}

    assert set(english) == set(other)
    assert {} == {
        key: (places(english[key]), places(other[key]))
        for key in english
        if "[]" not in key and places(english[key]) != places(other[key])
    }
    numbers = re.compile(r"(?i:articles?|artikel) (\d+)")
    assert {} == {
        key: (numbers.findall(english[key]), numbers.findall(other[key]))
        for key in english
        if "[]" not in key and numbers.findall(english[key]) != numbers.findall(other[key])
    }


def test_every_fact_has_words() -> None:
    """What a case can show, every ending of a flow and every meaning has its words."""
    said = letters.texts("en")
    kinds = set(re.findall(r'fact\("(\w+)"|Fact\("(\w+)"', Path(recorded.__file__).read_text()))

    assert set() == {name for pair in kinds for name in pair if name} - set(said["facts"])
    assert set(recorded.PLACES.values()) <= set(said["facts"])
    assert {kind for kind, _values in recorded.PLAIN.values()} <= set(said["facts"])


# --------------------------------------------------------------------------- what a letter says


@pytest.mark.parametrize("language", letters.languages())
@pytest.mark.parametrize("platform", PLATFORMS)
def test_objection(language: str, platform: str, tmp_path: Path) -> None:
    """Each objection names its articles, who writes, to whom, in reading order, the same twice."""
    letter = compose("objection", platform, ANNA, DAY, language)
    path, text = set_letter(letter, tmp_path)

    for number, paragraph in ((21, 1), (18, 1), (17, 1), (12, 3), (12, 4), (12, 2), (12, 6)):
        assert ARTICLE[language].format(number, paragraph) in text
    assert ARTICLE[language].split("{}")[0] + "19" in text
    order = [
        ANNA.name,
        "1000 AA Amsterdam",
        "Meta Platforms Ireland Limited",
        "Dublin 4, D04 X2K5",
        " 23",
        letter.subject,
        ANNA.reason,
        letter.parts[-2].text[:30],
    ]
    found = [text.index(piece.replace("\u00a0", " ")) for piece in order]
    assert sorted(found) == found
    assert path.read_bytes() == as_pdf(compose("objection", platform, ANNA, DAY, language))
    account = {"whatsapp": ANNA.phone, "no-account": ""}.get(platform, ANNA.email)
    assert account in as_text(letter).partition(letter.subject)[2]


@pytest.mark.parametrize("kind", ["objection", "mandate", "child"])
@pytest.mark.parametrize("language", letters.languages())
def test_tagged_and_archivable(kind: str, language: str, tmp_path: Path) -> None:
    """Each PDF is tagged, names its language and title, and is PDF/A-3a and PDF/UA-1."""
    letter = compose(kind, "facebook", ANNA, DAY, language)
    path, text = set_letter(letter, tmp_path)
    info = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    meta = subprocess.run(["pdfinfo", "-meta", path], capture_output=True, text=True, check=True)

    assert re.search(r"Tagged:\s+yes", info)
    assert letter.title in info
    assert re.search(r"pdfaid:part>3<.*pdfaid:conformance>A<", meta.stdout, re.DOTALL)
    assert "pdfuaid:part>1<" in meta.stdout
    assert letter.footer in text


def test_nothing_is_stated_without_a_case() -> None:
    """Without a case a letter states nothing about what happened."""
    letter = compose("objection", "facebook", ANNA, DAY, "en")

    assert not [part for part in letter.parts if part.kind == "facts"]
    assert "filer, recorded" not in as_text(letter)


def test_no_reason_no_heading() -> None:
    """Without a reason there is no empty place for one."""
    text = as_text(compose("objection", "facebook", Person("A", "B"), DAY, "en"))

    assert "My situation" not in text
    assert "my Facebook account under the name above" in text


def test_mandate_keeps_the_password_out(tmp_path: Path) -> None:
    """The authority says what the helper may, and can be revoked, on one page."""
    path, text = set_letter(compose("mandate", "instagram", ANNA, DAY, "en"), tmp_path)

    for words in (
        "I log in and press Send myself",
        "use or ask for my password",
        "revoke this at any time",
        "my Instagram account",
        "signature of the person who is authorised",
    ):
        assert words in text
    assert 1 == len(pages(path))


def test_child_is_about_the_child(tmp_path: Path) -> None:
    """A parent's declaration asks for the child, not for the parent, and is one page."""
    path, text = set_letter(compose("child", "facebook", ANNA, DAY, "en"), tmp_path)

    assert "the child's Facebook account" in text
    assert "Erase the child's personal data" in text
    assert "my personal data" not in text
    assert 1 == len(pages(path))


# --------------------------------------------------------------------------- what a case shows


def test_every_fact_has_its_line(tmp_path: Path) -> None:
    """Each statement about the case names the bundle and the line that say it."""
    shown = recorded.read_case(filed(tmp_path))
    lines = {line.seq + 1: line for line in read_log(shown.case / "01-filing/data/session.jsonl")}

    kinds = "opened private opened_failed unavailable counts dead not_sent".split()
    assert kinds == [fact.kind for fact in shown.tried]
    for fact in shown.tried:
        line = lines[fact.line]
        assert ("01-filing", dt.datetime.fromisoformat(line.t)) == (fact.bundle, fact.when)
        held = json.dumps(dict(line.data), ensure_ascii=False)
        assert [] == [v for v in fact.values.values() if v and v not in held and v != "?"]


@pytest.mark.parametrize("language", letters.languages())
def test_the_letter_tells_what_was_tried(language: str, tmp_path: Path) -> None:
    """What was tried, when, and the dead address stand in the letter with their lines."""
    shown = recorded.read_case(filed(tmp_path))
    _path, text = set_letter(compose("objection", "facebook", ANNA, DAY, language, shown), tmp_path)

    assert re.search(r"20\.? nov\w+ 2026, 14:05 utc", text.lower())
    bare = text.replace(" ", "")
    assert f"{FORM}9" in bare
    assert re.search("stat(us|ut) 404", text.lower())
    assert "timed out" in text
    for fact in shown.tried:
        assert f"[{fact.source}]" in text


def test_another_log_another_letter(tmp_path: Path) -> None:
    """What the log does not say vanishes from the letter; what it says otherwise changes there."""
    region = recorded.read_case(filed(tmp_path / "a"))
    locked = recorded.read_case(filed(tmp_path / "b", reason="account locked"))
    sent = recorded.read_case(filed(tmp_path / "c", outcome="confirmed", reason=None))
    one, two, three = (
        as_text(compose("objection", "facebook", ANNA, DAY, "en", shown))
        for shown in (region, locked, sent)
    )

    assert "not offered in this region" in one
    assert "not offered in this region" not in two
    assert "the account is locked" in two
    assert "without the form being sent" not in three
    assert "the form was sent with one request" in three


def test_many_facts_are_counted(tmp_path: Path) -> None:
    """More than a letter can tell is counted, not dropped in silence."""
    clock = SetClock().set("2026-11-20 14:05")
    case = new_case(tmp_path, "facebook", False, clock)
    with Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock) as bundle:
        for number in range(40):
            bundle.event("address.tried", address=f"{FORM}{number}", problem=None)
        bundle.seal({"outcome": "unavailable", "reason": "no form", "sent": False})
    text = as_text(compose("objection", "facebook", ANNA, DAY, "en", recorded.read_case(case)))

    assert "There are 11 more lines like these" in text


def test_broken_evidence_is_no_source(tmp_path: Path) -> None:
    """From evidence that was changed no fact is stated: the check that failed is named."""
    case = filed(tmp_path)
    log = case / "01-filing/data/session.jsonl"
    log.write_bytes(log.read_bytes().replace(b"other region", b"Other region"))

    with pytest.raises(EvidenceBroken, match="check"):
        recorded.read_case(case)


# --------------------------------------------------------------------------- the reminder


def test_reminder(tmp_path: Path) -> None:
    """The reminder tells what shows that an objection was made, and that no answer is recorded."""
    shown = recorded.read_case(filed(tmp_path, outcome="confirmed", reason=None))
    letter = compose("reminder", "facebook", ANNA, DAY, "en", shown)
    _path, text = set_letter(letter, tmp_path)

    assert ["sent", "answered", "page_confirmed"] == [fact.kind for fact in shown.sent]
    assert "case@example.org" == shown.email
    for words in ("sent with one request", "“Thank you, “see””", "no further answer", "Article 77"):
        assert words in text


@pytest.mark.parametrize(("today", "warns"), [("2026-12-21", True), ("2026-12-22", False)])
def test_a_reminder_too_early(today: str, warns: bool, tmp_path: Path) -> None:
    """Before Meta's month is over it is said, before the letter is made."""
    case = filed(tmp_path, outcome="confirmed", reason=None)
    about = corresponding.matter("reminder", str(case), tmp_path)
    told = corresponding.before(about, Profile({"country": "nl"}), dt.date.fromisoformat(today))

    assert warns == ("Meta's month is not over yet" in " ".join(told))


def test_a_reminder_counts_no_mail_that_nothing_proves(cases: Cases) -> None:
    """What an unproven mail says is not told to Meta; one that the person vouches for is."""
    case = cases.at("2026-11-20 14:05").filing("confirmed")
    cases.at("2026-11-22 09:00").mail(case, GRANTED, signed_by_meta=False)
    said = as_text(compose("reminder", "facebook", ANNA, DAY, "en", recorded.read_case(case)))

    assert "Nothing proves that it does, so I do not count it as an answer. [02-mail, " in said
    assert "is honoured" not in said
    assert "My record holds no further answer from you." in said


@pytest.mark.parametrize("outcome", ["unavailable", "refused", "stopped"])
def test_nothing_to_remind_of(outcome: str, tmp_path: Path) -> None:
    """Where no objection was made there is no reminder, and it is said what to do."""
    case = filed(tmp_path, outcome="refused") if outcome == "refused" else filed(tmp_path)

    with pytest.raises(WrongUsage, match="no record here shows one"):
        compose("reminder", "facebook", ANNA, DAY, "en", recorded.read_case(case))
    with pytest.raises(WrongUsage):
        compose("reminder", "facebook", ANNA, DAY, "en", None)


# --------------------------------------------------------------------------- hostile text

HOSTILE = (
    '#set text(red) #import "/etc/passwd" #read("x") $x^2$ *b* _i_ `c` @ref <label> // -- [a] {b}',
    "<script>alert(1)</script> &amp; <b>x</b> <!-- -->",
    "$(rm -rf ~) `id` ; | && > /tmp/x ' \" \\ %s %(name)s {name} {0} {",
    "Zoë Łukasiewicz-Ωμέγα Жанна Ґалаґан Þóra Ñandú ßẞ",
    "שלום עולם",
    "مرحبا بالعالم",
    "O'Brien 🙂 👨\u200d👩\u200d👧 e\u0301 中文 हिन्दी \U0001f1f3\U0001f1f1",
    "a\u202eb\u2066c\u0007d\u001b[31m\ue000\ufffe\u00ad\u2028e",
    "x" * 1000,
    ("Woorden van gewone lengte, en nog een paar. " * 23)[:1000],
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_markup_in_every_field(text: str, language: str, tmp_path: Path) -> None:
    """Whatever stands in a field comes out as typed, or by its number, in every kind of letter."""
    person = Person(text, f"{text}\n{text}", text, text, f"{text}\n{text}")
    expected = " ".join(pdf.fit(text, pdf.missing_glyphs(text)).split())
    for kind in ("objection", "mandate"):
        letter = compose(kind, "facebook", person, DAY, language)
        _path, read = set_letter(letter, tmp_path)
        bare = "".join(read.split())

        if not pdf.runs_right_to_left(text):
            assert "".join(expected.split()) in bare
        assert as_pdf(letter) == as_pdf(letter)


@pytest.mark.parametrize("text", ["שלום עולם", "مرحبا بالعالم"])
def test_right_to_left(text: str, tmp_path: Path) -> None:
    """Text that runs from right to left is kept, letter by letter, and set from the right."""
    letter = compose("objection", "facebook", Person("A", "B", reason=text), DAY, "nl")
    _path, read = set_letter(letter, tmp_path)

    assert pdf.runs_right_to_left(text)
    assert sorted(text.replace(" ", "")) == sorted(
        c for c in read if pdf.runs_right_to_left(c)
    ) or set(text.replace(" ", "")) <= set(read)
    assert text in as_text(letter)


def test_a_missing_glyph_is_seen(tmp_path: Path) -> None:
    """A character without a glyph is shown by its number, said so, and kept in the text."""
    letter = compose("objection", "facebook", Person("A", "B", reason="Hoi 🙂"), DAY, "nl")
    _path, read = set_letter(letter, tmp_path)

    assert "Hoi ‹U+1F642›" in read
    assert letter.numbered in read
    assert "Hoi 🙂" in as_text(letter)
    plain = compose("objection", "facebook", ANNA, DAY, "nl")
    assert plain.numbered not in set_letter(plain, tmp_path)[1]


def test_a_long_word_stays_on_the_paper(tmp_path: Path) -> None:
    """A word longer than a line is broken, so that no letter of it runs off the page."""
    letter = compose("objection", "facebook", Person("A", "B", reason="x" * 1000), DAY, "nl")
    path, _read = set_letter(letter, tmp_path)
    boxes = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True
    ).stdout

    width = float(re.findall(r'page width="([\d.]+)"', boxes)[0])
    assert max(float(x) for x in re.findall(r'xMax="([\d.]+)"', boxes)) < width - 40


def test_acting_characters_are_seen() -> None:
    """In the text a character that acts on a screen is shown by its number."""
    text = as_text(compose("objection", "facebook", Person("A\x1b[31m", "B\u202e"), DAY, "en"))

    assert "A‹U+001B›[31m" in text
    assert "B‹U+202E›" in text
    assert "\x1b" not in text


# --------------------------------------------------------------------------- practice


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", letters.languages())
def test_practice_is_marked(kind: str, language: str, tmp_path: Path) -> None:
    """A letter of a practice case says on every page, and in the text, that it is practice."""
    shown = recorded.read_case(filed(tmp_path, practice=True, outcome="confirmed", reason=None))
    person = Person("A", "B", reason="Lang. " * 400)
    letter = compose(kind, "facebook", person, DAY, language, shown)
    path, _read = set_letter(letter, tmp_path)

    assert letter.practice
    for page in pages(path):
        assert letter.practice in page
        assert letter.stamp in page
    assert as_text(letter).startswith(letter.practice)
    assert writing.name(letter).startswith("practice-")


# --------------------------------------------------------------------------- on the disk


def test_kept_in_the_case(tmp_path: Path) -> None:
    """A letter becomes a sealed bundle of its case, whose log holds nothing personal."""
    case = filed(tmp_path / "evidence")
    letter = compose("objection", "facebook", ANNA, DAY, "nl", recorded.read_case(case))
    clock = SetClock().set("2026-11-23 09:00")
    written = writing.write(letter, tmp_path, case, flow="facebook", clock=clock)

    bundle = case / "02-letter"
    assert (bundle, None) == (written.bundle, written.problem)
    assert verify(bundle).ok
    kept = bundle / "data/letters"
    assert written.pdf.read_bytes() == (kept / "objection-facebook-nl.pdf").read_bytes()
    assert written.text.read_bytes() == (kept / "objection-facebook-nl.txt").read_bytes()
    log = (bundle / "data/session.jsonl").read_text(encoding="utf-8")
    assert [] == [v for v in (ANNA.name, ANNA.email, ANNA.phone, "Voorbeeld") if v in log]
    again = recorded.read_case(case)
    assert ["letter"] == [fact.kind for fact in again.sent]
    assert compose("reminder", "facebook", ANNA, DAY, "en", again)


def test_a_letter_whose_seal_nobody_confirmed(tmp_path: Path) -> None:
    """Where no authority answered for the seal of the kept letter, the person is told."""
    case = filed(tmp_path / "evidence")
    letter = compose("objection", "facebook", ANNA, DAY, "nl", recorded.read_case(case))
    clock = SetClock().set("2026-11-23 09:00")
    nobody = authorities.named([f"http://127.0.0.1:{unheard_port()}/tsa"])
    written = writing.write(
        *(letter, tmp_path, case),
        flow="facebook",
        clock=clock,
        stamps=lambda: Stamps(nobody, (), {}, clock),
    )
    about = corresponding.matter("objection", str(case), case.parent)
    told = " ".join(corresponding.afterwards(about, written, Profile()))

    assert "connection refused" == written.unstamped
    assert "no timestamp authority has confirmed the seal: connection refused" in told
    assert verify(case / "02-letter").ok


@pytest.mark.parametrize(
    ("signed_by_meta", "said"),
    [(True, "You may not need this letter."), (False, "Nothing proves that Meta wrote it.")],
)
def test_a_letter_where_a_mail_grants_it(
    cases: Cases, tmp_path: Path, signed_by_meta: bool, said: str
) -> None:
    """Who makes a letter is told that a mail in the case honours the objection already."""
    case = cases.at("2026-11-20 14:05").filing("confirmed")
    before = told_of_a_letter(case, tmp_path)
    cases.at("2026-11-22 09:00").mail(case, GRANTED, signed_by_meta=signed_by_meta)
    after = told_of_a_letter(case, tmp_path)

    assert "objection is honoured" not in before
    assert f"a mail in this case says that your objection is honoured. {said}" in after


@pytest.mark.parametrize("kind", ["objection", "mandate", "child"])
def test_what_to_do_names_no_case_that_is_not_there(
    kind: str, cases: Cases, tmp_path: Path
) -> None:
    """Without a case no command names one; with one, the paper to keep is called what it is."""
    case = cases.at("2026-11-20 14:05").filing("confirmed")
    without = told_of_a_letter(Path("facebook"), tmp_path, kind)
    with_one = told_of_a_letter(case, tmp_path, kind)
    note = {"mandate": "'signed mandate'", "child": "'signed declaration'"}

    assert "filer add" not in without
    assert "filer has no case for it: a case begins with filer file." in without
    assert f"filer add {case} " in with_one
    assert note.get(kind, "RECEIPT") in with_one


def told_of_a_letter(case: Path, folder: Path, kind: str = "objection") -> str:
    """What the person is told of a letter in *case*, or about a platform."""
    about = corresponding.matter(kind, str(case), case.parent)
    letter = compose(kind, "facebook", ANNA, DAY, "en", about.recorded)
    written = writing.write(letter, folder, clock=SetClock())
    return " ".join(corresponding.afterwards(about, written, Profile()))


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A file of that name with other content stays; the same letter is not written twice."""
    clock = SetClock()
    letter = compose("objection", "facebook", ANNA, DAY, "nl")
    other = compose("objection", "facebook", Person("B", "C"), DAY, "nl")
    one, again, two = (writing.write(x, tmp_path, clock=clock) for x in (letter, letter, other))

    assert one == again
    assert "2026-11-23-objection-facebook-nl.pdf" == one.pdf.name
    assert "2026-11-23-objection-facebook-nl-2.pdf" == two.pdf.name
    assert as_pdf(letter) == one.pdf.read_bytes()
    assert 0o600 == one.pdf.stat().st_mode & 0o777


def test_no_place_to_write(tmp_path: Path) -> None:
    """A folder that is none, or that takes nothing, is said before anything is half done."""
    letter = compose("objection", "facebook", ANNA, DAY, "nl")
    with pytest.raises(WrongUsage, match="no folder"):
        writing.write(letter, tmp_path / "none", clock=SetClock())
    with pytest.raises(MachineLacks):
        writing.write(letter, Path("/proc/self"), clock=SetClock())


# --------------------------------------------------------------------------- the command


def test_the_command(filer: Command, tmp_path: Path) -> None:
    """A letter for a platform, in the language asked for; nothing is sent, and how to is said."""
    options = ["--name", "Zoë", "--address", "Straat 1", "--email", "z@example.org"]
    run = filer(
        *("letter", "facebook", "--to", str(tmp_path), "--language", "nl", "--json", *options),
    )

    assert 0 == run.code, run.stderr
    assert (False, "nl", None) == tuple(run.result[k] for k in ("practice", "language", "case"))
    assert "Zoë" in read_out(Path(str(run.result["pdf"])))
    assert "registered post" in run.stderr or "aangetekend" in run.stderr


def test_the_command_with_a_case(filer: Command, tmp_path: Path) -> None:
    """With a case its form's address is used, which is said; the letter is kept, and verifies."""
    case = filed(tmp_path / "evidence", outcome="confirmed", reason=None)
    options = ["--name", "Anna", "--address", "Straat 1", "--to", str(tmp_path), "--json"]
    run = filer("letter", str(case), "--kind", "reminder", "--email", "z@example.org", *options)
    checked = filer("verify", str(case))

    assert 0 == run.code, run.stderr
    assert "z@example.org is not used" in " ".join(run.stderr.split())
    assert str(case / "02-letter") == run.result["bundle"]
    assert "case@example.org" in read_out(Path(str(run.result["pdf"])))
    assert 0 == checked.code, checked.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["letter", "nowhere"], 2, "no case nowhere"),
        (["letter", "facebook"], 4, "FILER_NAME"),
        (["letter", "facebook", "--kind", "reminder"], 2, "A reminder needs"),
        (["letter", "facebook", "--email", "nonsense"], 4, "is not an e-mail address"),
        (["letter", "facebook", "--kind", "poem"], 2, "poem"),
        (["letter"], 2, "CASE|PLATFORM"),
    ],
)
def test_bad_input(filer: Command, arguments: list[str], code: int, words: str) -> None:
    """What cannot be done ends with a sentence that says what is missing."""
    run = filer(*arguments, "--json")

    assert (code, True) == (run.code, words in run.stderr), run.stderr


def test_whatsapp_honestly(filer: Command) -> None:
    """What is known is said with who says so; nothing unconfirmed is told as certain."""
    shown = filer("show", "whatsapp")
    data = filer("show", "whatsapp", "--json")
    text = " ".join(shown.stdout.split())

    for words in ("April 2025", "23 March 2026", "/reset-ai", "no objection under Article 21"):
        assert words in text
    assert 2 <= text.count("not confirmed")
    assert all(each["source"] and each["sure"] for each in data.results)
    assert {"P", "B", "C", "U"} >= {said.sure for said in (*whatsapp.known(), *whatsapp.reset())}
