"""Adding to a case: one bundle a file, sealed, verified, with nothing personal in its log."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from filer.clock import SystemClock
from filer.errors import WrongUsage
from filer.evidence import authorities, keys, layout, mime
from filer.evidence.bundle import Bundle
from filer.evidence.mail import MailReading
from filer.evidence.papers import Added, Source, add, find_case, look_at
from filer.evidence.reading import read_bundle
from filer.evidence.stamps import Stamps
from filer.evidence.verify import verify
from filer.human.added import lines
from tests.authority import Authority
from tests.end_to_end.pages import unheard_port
from tests.mail.nameserver import NameServer
from tests.mail.post import ANSWER, forwarded, key, mail, signed

MakeCase = Callable[..., Path]
CLOCK = SystemClock()


def put(folder: Path, name: str, content: bytes) -> Path:
    """A file called *name* that holds *content*."""
    path = folder / name
    path.write_bytes(content)
    return path


def add_file(case: Path, file: Path, note: str | None = None, **more: Any) -> Added:
    """Add *file* to *case*, with the usual key given."""
    more = {"keys": [key().known("file")]} | more
    return add(find_case(case, case.parent), look_at(file), note, clock=CLOCK, **more)


def log(bundle: Path) -> list[dict[str, Any]]:
    """The lines of a bundle's log."""
    return [json.loads(line) for line in (bundle / "data/session.jsonl").read_text().splitlines()]


def wrong(bundle: Path) -> list[str]:
    """The checks that a bundle does not pass."""
    return [f"{c.number} {c.name}: {c.got}" for c in verify(bundle).checks if not c.ok]


def test_a_mail_becomes_a_bundle(make_case: MakeCase, tmp_path: Path) -> None:
    """A mail is kept byte for byte, with its reading and its keys, in a bundle that verifies."""
    case = make_case()
    file = put(tmp_path, "Meta aan Anna.eml", signed(ANSWER))
    added = add_file(case, file, "It came on Monday.")
    data = added.bundle / "data"

    assert "02-mail" == added.bundle.name
    assert [] == wrong(added.bundle)
    assert file.read_bytes() == (data / "mail/0001.eml").read_bytes()
    read = json.loads((data / "mail/0001.json").read_text())
    assert ("Meta aan Anna.eml", "granted", "tool", "facebookmail.com", True) == (
        read["file"],
        read["meaning"],
        read["meaning_by"],
        read["proven_by"],
        read["text_proven"],
    )
    assert ["To", "anna@example.org"] in read["proven"]
    kept = json.loads((data / "mail/0001.dkim.json").read_text())
    assert [True] == [each["ok"] for each in kept["signatures"]]
    assert [key().record] == kept["keys"][0]["records"]
    assert "It came on Monday.\n" == (data / "note.txt").read_text()
    first = log(added.bundle)[0]["data"]
    assert layout.hash_file(case / "01-filing" / layout.TAGMANIFEST)[0] == first["previous_seal"]
    closed = log(added.bundle)[-1]["data"]
    assert {"outcome": "added", "reason": None, "sent": False} == closed


def test_the_log_holds_nothing_personal(make_case: MakeCase, tmp_path: Path) -> None:
    """Neither the file's name, nor a word, name or address of the mail or note, is in the log."""
    case = make_case()
    raw = signed(signed(ANSWER), key("anna-de-vries.example"))
    added = add_file(case, put(tmp_path, "Anna de Vries.eml", raw), "Bel Piet")
    paper = add_file(case, put(tmp_path, "Anna de Vries.pdf", b"%PDF scan of Anna"), "Bel Piet")
    told = "".join((b / "data/session.jsonl").read_text() for b in (added.bundle, paper.bundle))

    assert [] == [
        word
        for word in ("Anna", "anna", "Vries", "vries", "example.org", "Piet", "honour", "objection")
        if word in told
    ]
    (read,) = [line for line in log(added.bundle) if line["event"] == "mail.read"]
    assert {
        "meaning": "granted",
        "meaning_by": "tool",
        "from_meta": True,
        "proven_by": "facebookmail.com",
        "text_proven": True,
        "attached": False,
        "signatures": [
            {
                "d": None,
                "s": None,
                "a": "rsa-sha256",
                "ok": False,
                "root": None,
                "key_from": None,
            },
            {
                "d": "facebookmail.com",
                "s": "s1024-2013-q3",
                "a": "rsa-sha256",
                "ok": True,
                "root": "facebookmail.com",
                "key_from": "file",
            },
        ],
    } == read["data"]


def test_an_attached_mail_is_kept_on_its_own_too(make_case: MakeCase, tmp_path: Path) -> None:
    """The mail as it came is kept, and the attached one beside it, for anybody to verify."""
    answer = signed(ANSWER)
    added = add_file(make_case(), put(tmp_path, "a.eml", forwarded(answer, packed=True)))
    kept = (added.bundle / "data/mail/0001.attached.eml").read_bytes()

    assert answer == kept
    assert [] == wrong(added.bundle)
    told = json.loads((added.bundle / "data/mail/0001.dkim.json").read_text())
    assert "0001.attached.eml" == told["mail"]


def test_unsigned_is_kept(make_case: MakeCase, tmp_path: Path) -> None:
    """An unsigned mail is kept whole and called unproven."""
    added = add_file(make_case(), put(tmp_path, "a.eml", ANSWER))

    assert added.sealed
    assert added.reading is not None
    assert {} == added.facts()["proven"]
    assert [] == wrong(added.bundle)


def test_practice_stays_practice(make_case: MakeCase, tmp_path: Path) -> None:
    """What is added to a practice case is practice."""
    added = add_file(make_case(practice=True), put(tmp_path, "a.eml", ANSWER))

    assert "practice-02-mail" == added.bundle.name
    assert [] == wrong(added.bundle)
    assert read_bundle(added.bundle).practice


def test_a_key_is_asked_once_and_kept(make_case: MakeCase, tmp_path: Path) -> None:
    """The key is asked from DNS, kept in the bundle, and verifies the next mail without DNS."""
    case = make_case()
    again = signed(ANSWER.replace(b"honour", b"honor"))
    asked: list[Sequence[str]] = []
    with NameServer({key().name: key().record}) as server:

        def resolvers(names: Sequence[str]) -> Sequence[keys.Resolver]:
            asked.append(names)
            return [keys.Dns("127.0.0.1", CLOCK, port=server.port)]

        first = add_file(case, put(tmp_path, "a.eml", signed(ANSWER)), keys=(), resolvers=resolvers)
    second = add_file(case, put(tmp_path, "b.eml", again), keys=(), resolvers=resolvers)

    assert [[key().name]] == asked
    assert ["dns", "stored"] == [
        each.reading.signatures[0].key_from for each in (first, second) if each.reading
    ]
    assert "kept on" in str(second.facts()["signatures"])
    assert [] == wrong(first.bundle) + wrong(second.bundle)


def test_dns_is_asked_for_nothing_but_meta(make_case: MakeCase, tmp_path: Path) -> None:
    """A mail that no domain of Meta's signed makes nobody ask DNS anything."""
    raw = signed(mail("Hi", sender="x@evil.example"), key("evil.example"))
    asked: list[Sequence[str]] = []

    def resolvers(names: Sequence[str]) -> Sequence[keys.Resolver]:
        asked.append(names)
        return ()

    for number, each in enumerate((raw, ANSWER)):
        add_file(make_case(), put(tmp_path, f"{number}.eml", each), keys=(), resolvers=resolvers)

    assert [] == asked


@pytest.mark.parametrize(
    ("means", "answer", "expected"),
    [
        (None, "refused", ("refused", "person")),
        (None, None, ("unclear", None)),
        ("more", "refused", ("more", "person")),
        ("unclear", "refused", ("unclear", "person")),
    ],
)
def test_the_person_says_what_it_means(
    make_case: MakeCase,
    tmp_path: Path,
    means: str | None,
    answer: str | None,
    expected: tuple[str, str | None],
) -> None:
    """What filer does not recognise is asked, or told beforehand; the log says who said it."""

    def ask(_reading: MailReading) -> str | None:
        return answer

    added = add_file(
        make_case(), put(tmp_path, "a.eml", signed(mail("Look!"))), ask=ask, means=means
    )
    said = [
        x["data"]
        for x in log(added.bundle)
        if (x["event"], x["who"]) == ("meaning.given", "person")
    ]

    assert expected == (added.meaning, added.meaning_by)
    assert ([{"meaning": expected[0]}] if expected[1] else []) == said


def test_what_is_recognised_is_not_asked(make_case: MakeCase, tmp_path: Path) -> None:
    """The person is not asked for what the mail says plainly."""

    def ask(_reading: MailReading) -> str | None:
        raise AssertionError("asked")

    assert "granted" == add_file(make_case(), put(tmp_path, "a.eml", ANSWER), ask=ask).meaning


def test_to_whom_it_was_sent(make_case: MakeCase, tmp_path: Path) -> None:
    """A proven mail to another address than the one in the form is called out."""
    file = put(tmp_path, "a.eml", signed(ANSWER))

    assert () == add_file(make_case(), file).warnings
    (said,) = add_file(make_case(email="eve@example.org"), file).warnings
    assert "anna@example.org" in said
    assert "eve@example.org" in said


PAPERS = {
    "scan.PDF": "papers/0001-paper.pdf",
    "Brief aan mevr. Jansen (kopie).jpeg": "papers/0001-paper.jpeg",
    "no ending": "papers/0001-paper",
    "odd.ëë": "papers/0001-paper",
    "con.txt": "papers/0001-paper.txt",
    "-rf.tar.gz": "papers/0001-paper.gz",
}


@pytest.mark.parametrize("name", PAPERS)
def test_papers(make_case: MakeCase, tmp_path: Path, name: str) -> None:
    """Any other file is kept under a plain name; its own name lies in a file beside it."""
    added = add_file(make_case(), put(tmp_path, name, b"\x00\x01"))

    assert ("02-paper", None) == (added.bundle.name, added.meaning)
    assert b"\x00\x01" == (added.bundle / "data" / PAPERS[name]).read_bytes()
    assert name == json.loads((added.bundle / "data/papers/0001.json").read_text())["file"]
    assert [] == wrong(added.bundle)


def test_a_mail_of_outlook(make_case: MakeCase, tmp_path: Path) -> None:
    """A .msg is kept, and the person is told how to get the mail itself."""
    for name, content in (("a.msg", b"x"), ("b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x")):
        added = add_file(make_case(), put(tmp_path, name, content))

        assert "paper" == added.kind
        assert any("Download original" in warning for warning in added.warnings)


def test_a_mail_by_another_name(make_case: MakeCase, tmp_path: Path) -> None:
    """A mail saved as text is read as one; an .eml that is no mail is kept and said to be none."""
    assert "mail" == add_file(make_case(), put(tmp_path, "original.txt", signed(ANSWER))).kind
    added = add_file(make_case(), put(tmp_path, "a.eml", b"%PDF-1.7"))

    assert ("mail", "unclear") == (added.kind, added.meaning)
    assert any("does not look like a mail" in warning for warning in added.warnings)


def test_a_note_alone(make_case: MakeCase) -> None:
    """A note without a file is a bundle of its own."""
    case = make_case()
    added = add(find_case(case, case), None, "Gebeld: ze kijken ernaar. ✓", clock=CLOCK)

    assert "02-note" == added.bundle.name
    assert "Gebeld: ze kijken ernaar. ✓\n" == (added.bundle / "data/note.txt").read_text("utf-8")
    assert [] == wrong(added.bundle)


def test_the_same_file_twice(make_case: MakeCase, tmp_path: Path) -> None:
    """A file that lies in the case already is not added again, whatever it is called now."""
    case = make_case()
    raw = signed(ANSWER)  # once: a signature holds the second it was made in
    first = add_file(case, put(tmp_path, "a.eml", raw))
    again = add_file(case, put(tmp_path, "b.eml", raw))

    assert (first.bundle, True, "granted", "tool") == (
        again.bundle,
        again.already,
        again.meaning,
        again.meaning_by,
    )
    assert "already there, in 02-mail" in again.warnings[0]
    assert ["01-filing", "02-mail"] == sorted(entry.name for entry in case.iterdir())


def test_a_mail_whose_key_was_not_known(make_case: MakeCase, tmp_path: Path) -> None:
    """A mail that could not be verified for want of its key is kept again once the key is there."""
    case = make_case()
    file = put(tmp_path, "a.eml", signed(ANSWER))
    first = add_file(case, file, keys=())
    still = add_file(case, file, keys=())
    now = add_file(case, file)
    more = add_file(case, file)

    assert [False, True, False, True] == [each.already for each in (first, still, now, more)]
    assert "in 02-mail already" in now.warnings[0]
    assert now.reading is not None
    assert now.reading.body_proven
    assert "03-mail" == more.bundle.name


def test_a_case_is_named_by_anything_in_it(make_case: MakeCase, tmp_path: Path) -> None:
    """A case is named by its folder, a bundle in it, a link to it, or its name alone."""
    case = make_case()
    (tmp_path / "link").symlink_to(case)
    for named in (case, case / "01-filing", tmp_path / "link", Path(case.name), Path(f"{case}/")):
        assert case == find_case(named, case.parent).path
    renamed = case.rename(case.parent / "my facebook case")
    found = find_case(renamed, case.parent)

    assert (renamed, "facebook", False) == (found.path, found.flow, found.practice)


@pytest.mark.parametrize("name", [".", "evidence", "missing", "a.eml", "evidence/nothing"])
def test_not_a_case(make_case: MakeCase, tmp_path: Path, name: str) -> None:
    """What is no case is said to be none."""
    make_case()
    put(tmp_path, "a.eml", ANSWER)

    with pytest.raises(WrongUsage, match=r"not a case|nothing at"):
        find_case(tmp_path / name, tmp_path / "evidence")


def test_an_unsealed_or_broken_case(make_case: MakeCase, tmp_path: Path) -> None:
    """A case whose last bundle is running or damaged takes what is added, and that is said."""
    case = make_case()
    running = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=CLOCK)
    unsealed = add_file(case, put(tmp_path, "a.eml", signed(ANSWER)))
    running.close()
    (case / "03-mail/data/session.jsonl").write_bytes(b"{}\n")
    damaged = add_file(case, put(tmp_path, "b.eml", ANSWER))

    assert ["02-filing, is not sealed", "03-mail, is damaged"] == [
        next(w for w in ("02-filing, is not sealed", "03-mail, is damaged") if w in a.warnings[0])
        for a in (unsealed, damaged)
    ]
    assert [] == wrong(damaged.bundle)


def test_files_that_cannot_be_added(tmp_path: Path) -> None:
    """A folder, a link, a pipe, an empty or missing file: each gets its sentence."""
    put(tmp_path, "real", b"x")
    put(tmp_path, "empty.eml", b"")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "broken link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.eml").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, words in (
        ("empty.eml", "is empty"),
        ("link", "is a link"),
        ("broken link", "is a link"),
        ("folder.eml", "is a folder"),
        ("pipe", "plain file"),
        ("missing", "no file"),
        ("real/below", "no file"),
        ("x" * 300, "no file"),
    ):
        with pytest.raises(WrongUsage, match=words):
            look_at(tmp_path / name)


@pytest.mark.parametrize("after", [signed(ANSWER) + b"x", None])
def test_a_file_that_changes_meanwhile(
    make_case: MakeCase, tmp_path: Path, after: bytes | None
) -> None:
    """A file that changes or goes between reading and keeping is not called added."""
    case = make_case()
    file = put(tmp_path, "a.eml", signed(mail("Look!")))

    def ask(_reading: MailReading) -> str | None:
        file.unlink()
        if after is not None:
            file.write_bytes(after)
        return "granted"

    with pytest.raises(WrongUsage, match="changed while filer read it"):
        add_file(case, file, ask=ask)
    left = read_bundle(case / "02-mail")

    assert ("interrupted", True) == (left.outcome, left.sealed)
    assert [] == wrong(case / "02-mail")


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    """A file that is being written is not added half."""
    file = put(tmp_path, "a.pdf", b"x" * (3 << 20))
    from filer.evidence import papers  # noqa: PLC0415 - to read piece by piece

    descriptor = os.open(file, os.O_RDONLY)
    try:

        def read(size: int) -> bytes:
            with file.open("ab") as other:
                other.write(b"y")
            return (
                os.read(descriptor, size)[: 1 << 20]
                if os.fstat(descriptor).st_size < 3145732
                else b""
            )

        with pytest.raises(WrongUsage, match="changed while filer read it"):
            papers._looked_at(file, descriptor, read)
    finally:
        os.close(descriptor)


def test_a_file_without_permission(make_case: MakeCase, tmp_path: Path) -> None:
    """A file that may not be read is said to be unreadable; whoever may read anything reads it."""
    file = put(tmp_path, "a.pdf", b"x")
    file.chmod(0)
    if os.geteuid() == 0:
        assert add_file(make_case(), file).sealed
        return
    with pytest.raises(WrongUsage, match="cannot be read"):
        look_at(file)


def test_tokens_in_a_mail_and_in_a_note(make_case: MakeCase, tmp_path: Path) -> None:
    """A mail may hold whatever its sender wrote; a note with a token in it is not sealed."""
    token = f"EAA{'b' * 60} "
    letter = mail(f"Your link: {token}").replace(b"To:", f"List-Help: {token}\r\nTo:".encode())
    kept = add_file(make_case(), put(tmp_path, "a.eml", letter))
    noted = add_file(make_case(), put(tmp_path, "b.eml", ANSWER), f"I clicked {token}")

    assert kept.sealed
    assert [] == wrong(kept.bundle)
    assert not noted.sealed
    assert noted.problem is not None
    assert "note.txt" in str(noted.problem)
    assert not (noted.bundle / layout.SEAL).exists()


def test_a_huge_paper_is_not_held_in_memory(make_case: MakeCase, tmp_path: Path) -> None:
    """Files of any size are copied piece by piece: adding 400 MB takes far less memory."""
    import tracemalloc  # noqa: PLC0415 - for this test alone

    big = tmp_path / "scan.tiff"
    with big.open("wb") as file:
        file.truncate(400 << 20)
    huge = put(tmp_path, "huge.eml", signed(ANSWER))
    with huge.open("ab") as file:
        file.truncate(300 << 20)
    case = make_case()
    tracemalloc.start()
    try:
        paper, letter = add_file(case, big), add_file(case, huge)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert most < 3 * mime.LARGEST_MAIL
    assert ("paper", "mail", "unclear") == (paper.kind, letter.kind, letter.meaning)
    assert any("too big to be checked" in warning for warning in letter.warnings)
    assert huge.stat().st_size == (letter.bundle / "data/mail/0001.eml").stat().st_size


def test_two_at_once(make_case: MakeCase, tmp_path: Path) -> None:
    """Two files added at the same time become two bundles."""
    from threading import Thread  # noqa: PLC0415 - for this test alone

    case = make_case()
    sources: list[Source] = [
        look_at(put(tmp_path, f"{n}.eml", ANSWER + str(n).encode())) for n in range(4)
    ]
    found = find_case(case, case)
    threads = [Thread(target=add, args=(found, s, None), kwargs={"clock": CLOCK}) for s in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = sorted(entry.name for entry in case.iterdir())

    assert ["01-filing", "02-mail", "03-mail", "04-mail", "05-mail"] == made
    assert [] == [w for name in made for w in wrong(case / name)]


# --------------------------------------------------------------------------- timestamps


def asking(url: str) -> Callable[[], Stamps]:
    """Asks the authority at *url*, as the settings would."""
    return lambda: Stamps(authorities.named([url]), (), {}, CLOCK)


def shown(added: Added) -> str:
    """What the person is told of it."""
    return "\n".join(text for _indent, text in lines(added))


def test_added_offline(make_case: MakeCase) -> None:
    """Without a network a follow-up is sealed all the same, and the person hears what is missing.

    It verifies, follows on the filing, and says that only this computer tells when it was closed.
    """
    case = make_case()
    nobody = asking(f"http://127.0.0.1:{unheard_port()}/tsa")
    added = add(find_case(case, case.parent), None, "They rang.", clock=CLOCK, stamps=nobody)
    got = {check.number: check.got for check in verify(added.bundle).checks}

    assert (True, "connection refused") == (added.sealed, added.unstamped)
    assert "no timestamp authority has confirmed the seal: connection refused" in shown(added)
    assert f"seal {added.bundle}" in shown(added)
    assert [] == wrong(added.bundle)
    assert "questions to authorities failed" in got[21]
    assert "only this computer says when it was closed" in got[21]


def test_added_with_a_timestamp(make_case: MakeCase, authority: Authority) -> None:
    """With a timestamp, or where the person wants none, nothing is said to be missing."""
    case = find_case(folder := make_case(), folder.parent)
    stamped = add(case, None, "They rang.", clock=CLOCK, stamps=asking(authority.url))
    declined = add(case, None, "They rang again.", clock=CLOCK, stamps=lambda: "declined")

    assert 1 == len(list(stamped.bundle.glob("tagmanifest-sha256.txt.*.tsr")))
    assert ["", ""] == [stamped.unstamped, declined.unstamped]
    assert "authority" not in shown(stamped) + shown(declined)
