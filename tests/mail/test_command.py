"""`filer add` as people and scripts use it: what it prints, asks, keeps, and how it ends."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.command import Command
from tests.mail.nameserver import NameServer
from tests.mail.post import ANSWER, forwarded, key, mail, multipart, signed
from tests.mail.test_papers import put, wrong

MakeCase = Callable[..., Path]


def keys_file(folder: Path) -> str:
    """A file with the usual key."""
    return str(put(folder, "keys.txt", f'{key().name} IN TXT "{key().record}"'.encode()))


def test_a_signed_mail(filer: Command, make_case: MakeCase, tmp_path: Path) -> None:
    """With DNS allowed, the key is looked up and the mail proven; the same offline afterwards."""
    case = make_case()
    file = put(tmp_path, "answer.eml", signed(ANSWER))
    second = put(tmp_path, "second.eml", signed(ANSWER.replace(b"Hi", b"Dear")))
    with (
        NameServer({key().name: key().record}) as one,
        NameServer({key().name: key().record}) as two,
    ):
        run = filer(
            "add",
            str(case),
            str(file),
            "--note",
            "Came on Monday.",
            "--json",
            env={"FILER_MAIL_DNS": f"127.0.0.1:{one.port} 127.0.0.1:{two.port}"},
        )
    offline = filer("add", str(case), str(second), "--json", env={"FILER_MAIL_DNS": "no"})

    assert 0 == run.code, run.stderr
    result = run.result
    assert (str(case), str(case / "02-mail"), True, "mail", str(file), "granted", "tool") == tuple(
        result[k] for k in ("case", "bundle", "sealed", "kind", "file", "meaning", "meaning_by")
    )
    assert ("facebookmail.com", True, True, []) == tuple(
        result[k] for k in ("proven_by", "from_meta", "text_proven", "warnings")
    )
    assert "anna@example.org" == result["proven"]["To"]
    (signature,) = result["signatures"]
    assert ("facebookmail.com", True, "dns", 2048) == tuple(
        signature[k] for k in ("d", "ok", "key_from", "key_bits")
    )
    for words in (
        "PROVEN: facebookmail.com",
        "Your objection is honoured.",
        "To: anna@example.org",
    ):
        assert words in run.stderr
    assert [] == wrong(case / "02-mail")
    assert (0, "stored", True) == (
        offline.code,
        offline.result["signatures"][0]["key_from"],
        offline.result["text_proven"],
    )
    assert 0 == filer("verify", str(case)).code


@pytest.mark.parametrize(
    ("old", "new"), [(b"To: anna", b"To: hanna"), (b"honour your", b"honour  your"), (b"", b"")]
)
def test_what_was_changed(
    filer: Command, make_case: MakeCase, tmp_path: Path, old: bytes, new: bytes
) -> None:
    """A changed header or text, or another key, proves nothing; the mail is kept all the same."""
    case = make_case()
    number = 0 if old else 1
    raw = signed(ANSWER, key(number=number))
    file = put(tmp_path, "a.eml", raw.replace(old, new) if old else raw)
    run = filer("add", str(case), str(file), "--keys", keys_file(tmp_path), "--json")

    assert 0 == run.code
    assert ({}, False, None) == tuple(run.result[k] for k in ("proven", "text_proven", "proven_by"))
    assert "NOT PROVEN" in run.stderr
    assert file.read_bytes() == (case / "02-mail/data/mail/0001.eml").read_bytes()
    assert [] == wrong(case / "02-mail")


def test_an_unsigned_mail(filer: Command, make_case: MakeCase, tmp_path: Path) -> None:
    """An unsigned mail is kept and called unproven, and DNS is not even mentioned."""
    run = filer("add", str(make_case()), str(put(tmp_path, "a.eml", ANSWER)), "--json")

    assert 0 == run.code
    assert "NOT PROVEN: it carries no signature" in run.stderr
    assert "if it is real: Your objection is honoured." in run.stderr
    assert "FILER_MAIL_DNS" not in run.stderr
    assert [] == run.result["signatures"]


def test_nobody_said_that_dns_may_be_asked(
    filer: Command, make_case: MakeCase, tmp_path: Path
) -> None:
    """With nobody there and nothing set, DNS is not asked, and how to allow it is said once."""
    files = [
        str(put(tmp_path, f"{n}.eml", signed(mail(f"{n} We will honour your objection."))))
        for n in range(2)
    ]
    run = filer("add", str(make_case()), *files, "--json")

    assert 0 == run.code
    assert 1 == run.stderr.count("FILER_MAIL_DNS=yes")
    assert 2 == run.stderr.count("DNS was not asked")
    assert [False, False] == [each["from_meta"] for each in run.results]


def test_a_key_from_a_file_is_not_called_proof(
    filer: Command, make_case: MakeCase, tmp_path: Path
) -> None:
    """A key that the person gives verifies the mail, and is not called a proof of Meta's."""
    file = put(tmp_path, "a.eml", signed(ANSWER))
    run = filer("add", str(make_case()), str(file), "--keys", keys_file(tmp_path), "--json")

    assert "if the key you gave is theirs" in run.stderr
    assert "PROVEN:" not in run.stderr
    assert "file" == run.result["signatures"][0]["key_from"]


def test_a_person_at_the_terminal(filer: Command, make_case: MakeCase, tmp_path: Path) -> None:
    """At a terminal the person is asked about DNS and about a meaning that is not clear."""
    case = make_case()
    file = put(tmp_path, "a.eml", signed(mail("Thank you for your mail.")))
    running = filer.start("add", str(case), str(file), "--json", terminal=True)
    running.until_said("whether Meta signed this mail")
    running.type("no")
    running.until_said("What does this mail say about your objection?")
    running.type("9")
    running.until_said("not one of them")
    running.type("3")
    run = running.finish()

    assert 0 == run.code
    assert ("refused", "person") == (run.result["meaning"], run.result["meaning_by"])
    assert "as you read it: Your objection is refused." in run.stderr
    again = filer.start(
        "add", str(case), str(put(tmp_path, "b.eml", signed(ANSWER))), terminal=True
    )
    again.finish()
    assert "whether Meta signed" not in again.stderr  # asked once, and kept


def test_ctrl_c_leaves_nothing(filer: Command, make_case: MakeCase, tmp_path: Path) -> None:
    """Ctrl-C at a question adds nothing and leaves nothing half done."""
    case = make_case()
    file = put(tmp_path, "a.eml", mail("Thank you for your mail."))
    running = filer.start("add", str(case), str(file), terminal=True)
    running.until_said("What does this mail say")
    for _again in range(5):  # as a person does: on a busy machine one was swallowed now and then
        running.interrupt()
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.process.wait(4)
            break
    run = running.finish()

    assert 9 == run.code
    assert ["01-filing"] == [entry.name for entry in case.iterdir()]


def test_nobody_to_ask(filer: Command, make_case: MakeCase, tmp_path: Path) -> None:
    """Where nobody can type, an unknown meaning is unclear; --means says it beforehand."""
    file = put(tmp_path, "a.eml", mail("Thank you for your mail."))
    case = make_case()
    run = filer("add", str(case), str(file), "--json")
    other = filer("add", str(make_case()), str(file), "--means", "received", "--json")
    (first, second), said = (run.result, other.result), " ".join(run.stderr.split())

    assert ("unclear", None) == (first["meaning"], first["meaning_by"])
    assert ("received", "person") == (second["meaning"], second["meaning_by"])
    assert f"filer add {case} --means granted|received|refused|more|extended|code" in said
    assert "--means" not in other.stderr


def test_a_look_alike(filer: Command, make_case: MakeCase, tmp_path: Path) -> None:
    """A fake is kept, called out, and means nothing, though it says and claims everything."""
    raw = b"Authentication-Results: mx.example; dkim=pass\r\n" + signed(
        mail("We will honour your objection.", sender="Meta <x@facebookmail.com.evil.example>"),
        key("facebookmail.com.evil.example"),
    )
    theirs = key("facebookmail.com.evil.example")
    named = put(tmp_path, "k", f'{theirs.name} IN TXT "{theirs.record}"'.encode())
    file = put(tmp_path, "a.eml", raw)
    run = filer("add", str(make_case()), str(file), "--keys", str(named), "--json")

    assert (False, "unclear", True) == (
        run.result["from_meta"],
        run.result["meaning"],
        run.result["signatures"][0]["ok"],
    )
    assert "looks like facebookmail.com" in run.stderr
    assert "Do not click" in run.stderr


def test_nothing_acts_in_the_terminal(filer: Command, make_case: MakeCase, tmp_path: Path) -> None:
    """Control characters in a mail, or in a file's name, are shown and do not act."""
    raw = ANSWER.replace(b"Your objection", b"\x1b[2J\x1b[31m\xe2\x80\xae hidden\x07")
    run = filer("add", str(make_case()), str(put(tmp_path, "a\x1b[2Jb.eml", raw)))

    assert 0 == run.code
    assert "\x1b" not in run.stderr
    assert "\x07" not in run.stderr
    assert "\u202e" not in run.stderr


def test_many_at_once(filer: Command, make_case: MakeCase, tmp_path: Path) -> None:
    """Several files become several bundles, in order; the note is kept with each new one."""
    case = make_case()
    attached = forwarded(signed(ANSWER))
    names = [
        str(put(tmp_path, "a.eml", attached)),
        str(put(tmp_path, "scan.pdf", b"%PDF-1.7")),
        str(put(tmp_path, "again.eml", attached)),
        str(put(tmp_path, "parts.eml", multipart("mixed", b"\r\nHi"))),
    ]
    run = filer("add", str(case / "01-filing"), *names, "--note", "Both of today.", "--json")

    assert 0 == run.code
    assert names == [each["file"] for each in run.results]
    assert ["mail", "paper", "mail", "mail"] == [each["kind"] for each in run.results]
    assert [False, False, True, False] == [each["already"] for each in run.results]
    assert [True, True, False, True] == [each["note"] for each in run.results]
    assert "again.eml: already there" in run.stderr
    assert [] == [w for b in sorted(case.iterdir()) for w in wrong(b)]
    last = filer("add", str(case), names[0], "--note", "And this.", "--json")
    assert [("mail", True), ("note", False)] == [(r["kind"], r["already"]) for r in last.results]


def test_a_note_alone_and_a_case_by_its_name(filer: Command, make_case: MakeCase) -> None:
    """A note needs no file, and a case in the evidence folder is named by its name."""
    case = make_case()
    run = filer("add", case.name, "--note", "Meta called.", "--json")

    assert (0, "note", None) == (run.code, run.result["kind"], run.result["file"])
    assert "Your note is kept" in run.stderr
    assert "Meta called.\n" == (case / "02-note/data/note.txt").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("{case}",), "nothing to add"),
        (("{case}", "--note", "  "), "nothing to add"),
        (("nowhere", "{file}"), "nothing at nowhere"),
        (("{file}", "{file}"), "not a case"),
        (("{case}", "{file}", "missing.eml"), "no file missing.eml"),
        (("{case}", "{file}", "--means", "yes"), "--means"),
        (("{case}", "{file}", "--keys", "{file}"), "no key in"),
        (("{case}", "{file}", "--keys", "missing"), "cannot be read"),
        ((), "CASE"),
    ],
)
def test_wrong_usage(
    filer: Command, make_case: MakeCase, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    """Wrong usage is said in words, ends with 2, and adds nothing at all."""
    case, file = make_case(), put(tmp_path, "a.eml", ANSWER)
    run = filer("add", *(a.format(case=case, file=file) for a in arguments), "--json")

    assert 2 == run.code
    assert words in run.stderr
    assert [] == run.results
    assert ["01-filing"] == [entry.name for entry in case.iterdir()]


@pytest.mark.parametrize("value", ["maybe", "9.9.9.9 dns.example", "http://9.9.9.9"])
def test_a_setting_that_cannot_be(filer: Command, make_case: MakeCase, value: str) -> None:
    """FILER_MAIL_DNS is yes, no, or addresses of servers."""
    run = filer("add", str(make_case()), "--note", "x", env={"FILER_MAIL_DNS": value})

    assert 4 == run.code
    assert "FILER_MAIL_DNS" in run.stderr


def test_evidence_that_cannot_be_sealed(filer: Command, make_case: MakeCase) -> None:
    """A bundle that holds a secret is not sealed: exit 7, and where it is is said."""
    run = filer("add", str(make_case()), "--note", f"EAA{'b' * 60}", "--json")

    assert (7, False) == (run.code, run.result["sealed"])
    assert "note.txt" in json.dumps(run.result["problem"])
    assert "NOT SEALED" in run.stderr
