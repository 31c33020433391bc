"""Keys: asked from a DNS server on this machine, kept from earlier, or given in a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from filer.clock import SystemClock
from filer.errors import WrongUsage
from filer.evidence.keys import PUBLIC, Dns, from_file, look_up, stored, usual_resolvers
from filer.evidence.mail import open_mail, read, wanted
from tests.mail.nameserver import NameServer
from tests.mail.post import ANSWER, key, signed

CLOCK = SystemClock()
Server = Callable[..., AbstractContextManager[NameServer]]


def ask(server: NameServer, timeout: float = 2.0) -> Dns:
    """The server, to be asked."""
    return Dns("127.0.0.1", CLOCK, port=server.port, timeout=timeout)


def test_a_key_is_looked_up_and_the_mail_verifies() -> None:
    """The key is asked at the name the mail gives; what came is kept with who said it and when."""
    opened = open_mail(signed(ANSWER))
    with (
        NameServer({key().name: key().record}) as one,
        NameServer({key().name: key().record}) as two,
    ):
        found = look_up(wanted(opened), [ask(one), ask(two)])

        assert [key().name] == one.asked == two.asked
    assert [(key().record,)] * 2 == [each.records for each in found]
    assert [f"127.0.0.1:{one.port}", f"127.0.0.1:{two.port}"] == [each.resolver for each in found]
    assert all(each.asked.endswith("Z") and each.ad is False and not each.why for each in found)
    assert read(opened, found).body_proven
    assert "" == read(opened, found).signatures[0].note


@pytest.mark.parametrize(
    ("behaviour", "got", "why"),
    [
        ("honest", True, ""),
        ("alias", True, ""),
        ("secure", True, ""),
        ("long", True, ""),
        ("silent", False, "no answer in time"),
        ("servfail", False, "no answer: SERVFAIL"),
        ("garbage", False, "no answer"),
        ("other name", False, "no record"),
    ],
)
def test_how_servers_answer(behaviour: str, got: bool, why: str) -> None:
    """Aliases, long answers and signed zones are followed; anything odd is no answer."""
    with NameServer({key().name: key().record}, behaviour) as server:
        (found,) = look_up([key().name], [ask(server, 0.4 if behaviour == "silent" else 2.0)])

    assert got is bool(found.records)
    assert why in found.why
    assert (behaviour == "secure") is (found.ad is True)


def test_there_is_no_such_key() -> None:
    """A server that knows no such name says so, and that is told apart from silence."""
    with NameServer({}) as server:
        (found,) = look_up([key().name], [ask(server)])

    assert ("no such name", ()) == (found.why, found.records)


def test_a_record_that_is_no_key() -> None:
    """A text at that name which is no key is as good as none."""
    with NameServer({key().name: "v=spf1 -all"}) as server:
        (found,) = look_up([key().name], [ask(server)])

    assert ("no record", ()) == (found.why, found.records)


def test_nobody_is_there() -> None:
    """Where no server listens, that is an answer too."""
    with NameServer({}) as server:
        gone = ask(server, 0.5)
    (found,) = look_up([key().name], [gone])

    assert found.why.startswith("no answer")


def test_a_name_that_cannot_be_asked() -> None:
    """A name that DNS does not allow is no answer, and nothing falls over."""
    with NameServer({}) as server:
        found = look_up(["a" * 64 + "._domainkey.facebookmail.com.", ".."], [ask(server)])

        assert [] == server.asked
    assert all(each.why.startswith("no answer") for each in found)


def test_one_server_that_lies() -> None:
    """A key that one server gives and another denies proves nothing."""
    opened = open_mail(signed(ANSWER, key(number=7)))
    with NameServer({key().name: key(number=7).record}) as liar:
        for honest in ({}, {key().name: key().record}):
            with NameServer(honest) as other:
                found = look_up(wanted(opened), [ask(liar), ask(other)])

                assert {} == read(opened, found).proven()


def test_whom_to_ask() -> None:
    """Unless servers are named, this system's are asked and an independent one."""
    assert set(PUBLIC) <= {each.address for each in usual_resolvers(CLOCK)}
    named = usual_resolvers(CLOCK, ["127.0.0.1:5353", "9.9.9.9", "::1", "[::1]:54"])
    assert [("127.0.0.1", 5353), ("9.9.9.9", 53), ("::1", 53), ("::1", 54)] == [
        (each.address, each.port) for each in named
    ]
    assert ["127.0.0.1:5353", "9.9.9.9", "::1", "[::1]:54"] == [each.label for each in named]
    for wrong in ("resolver.example", "127.0.0.1:x", "127.0.0.1:99999", "", "1.2.3.4.5"):
        with pytest.raises(WrongUsage, match="not the address"):
            usual_resolvers(CLOCK, [wrong])


FILES = {
    "as dig prints it": "{name} 3600 IN TXT {quoted}",
    "a line": "{name}\t{record}",
    "without the last dot": "{bare} IN TXT {quoted}",
    "among others": "; a comment\nexample.org. TXT x\n{name} 1 IN TXT {quoted}\n",
}


@pytest.mark.parametrize("how", FILES)
def test_keys_in_a_file(tmp_path: Path, how: str) -> None:
    """Keys that the person gives in a file verify a mail."""
    record = key().record
    quoted = " ".join(f'"{record[at : at + 99]}"' for at in range(0, len(record), 99))
    text = FILES[how].format(
        name=key().name, bare=key().name[:-1], record=record, quoted=quoted.replace(";", "\\;")
    )
    (tmp_path / "keys").write_text(text)
    found = from_file(tmp_path / "keys")

    assert [(key().name, (record,), "file")] == [(k.name, k.records, k.origin) for k in found]
    assert read(open_mail(signed(ANSWER)), found).body_proven


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b'{"keys": 3}', b"[" * 9999, b"x=y"])
def test_files_without_keys(tmp_path: Path, content: bytes) -> None:
    """A file that holds no key is refused in words."""
    (tmp_path / "keys").write_bytes(content)
    for path in (tmp_path / "keys", tmp_path, tmp_path / "missing"):
        with pytest.raises(WrongUsage, match=r"no key|cannot be read"):
            from_file(path)


def test_keys_that_were_kept(tmp_path: Path) -> None:
    """A key that was asked once and kept in any bundle verifies a later mail, offline."""
    case = tmp_path / "2026-11-23-facebook-3f9c1a" / "02-mail"
    (case / "data/mail").mkdir(parents=True)
    (case / "bagit.txt").write_text("")
    kept = {"keys": [key().known().facts(), {"name": 3}, key().known("file").facts(), None]}
    (case / "data/mail/0001.dkim.json").write_text(json.dumps(kept))
    (case / "data/mail/0002.dkim.json").write_text("{")
    found = stored(tmp_path, [key().name])

    assert [("stored", "02-mail")] == [(each.origin, each.kept_in) for each in found]
    assert [] == stored(tmp_path, ["other."])
    assert [] == stored(tmp_path / "nowhere", [key().name])
    assert read(open_mail(signed(ANSWER)), found).body_proven
