"""Timestamps: what a real authority's answers prove, and what becomes of those that fail."""

from __future__ import annotations

import contextlib
import hashlib
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from filer.errors import BadValue, NoRoom
from filer.evidence import authorities, layout
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.forget import forget, loss
from filer.evidence.outer import outer_seals, stamp_seal
from filer.evidence.reading import read_log
from filer.evidence.recover import recover
from filer.evidence.stamps import Failed, Stamped, Stamps, chosen
from filer.evidence.tokens import PINNED, TokenWrong, read_roots, read_token, root_of
from filer.evidence.verify import verify
from filer.ports import Clock, Shot
from tests.authority import Authority, Keys

Made = Callable[..., Path]


def asking(authority: Authority, clock: Clock, *, pinned: bool = True, more: str = "") -> Stamps:
    """What asks *authority*, and before it whoever stands in *more*."""
    roots = read_roots(authority.root) if pinned else ()
    return Stamps(authorities.named([*more.split(), authority.url]), roots, {}, clock)


@pytest.fixture
def stamped(root: Path, clock: Clock, authority: Authority, shot: Callable[..., Shot]) -> Made:
    """A whole filing with the sandwich: stamped at the start, before and after, and the seal."""

    def make(stamps: Stamps | None = None, *, seal: bool = True) -> Path:
        asked = stamps or asking(authority, clock)
        case = new_case(root, "facebook", False, clock)
        bundle = Bundle.begin(
            case, "filing", flow="facebook", practice=False, clock=clock, stamps=asked
        )
        bundle.put("flow/facebook.txt", b"Open, fill, stop.\n")
        settle(bundle, "start")
        bundle.keep(shot())
        bundle.event("confirmed", "person")
        settle(bundle, "before-send")
        bundle.event("send.left", names=["email"])
        bundle.event("send.answered", status=200)
        settle(bundle, "after-send")
        bundle.seal({"outcome": "confirmed", "reason": None, "sent": True})
        if seal:
            stamp_seal(bundle.path, asked)
        return bundle.path

    return make


def settle(bundle: Bundle, moment: str) -> None:
    """Ask for a timestamp and wait until it has come or failed."""
    bundle.stamp(moment)
    end = time.monotonic() + 10
    while not bundle.stamped():
        assert time.monotonic() < end
        time.sleep(0.01)


def events(bundle: Path, name: str) -> list[dict[str, object]]:
    """The facts of every line with this event."""
    lines = read_log(bundle / "data/session.jsonl")
    return [dict(line.data) for line in lines if line.event == name]


def failing(bundle: Path, *roots: Path) -> dict[int, str]:
    """The numbers of the checks that fail, with what was found."""
    pinned = [certificate for root in roots for certificate in read_roots(root)]
    return {c.number: c.got for c in verify(bundle, pinned).checks if not c.ok}


def got(bundle: Path, number: int, *roots: Path) -> str:
    """What one check found."""
    pinned = [certificate for root in roots for certificate in read_roots(root)]
    return next(c.got for c in verify(bundle, pinned).checks if c.number == number)


# --------------------------------------------------------------------------- the sandwich


def test_the_sandwich(stamped: Made, authority: Authority) -> None:
    """Four timestamps: each covers the log as it was, and every later line names its hash."""
    bundle = stamped()
    told = events(bundle, "timestamped")

    assert ["start", "before-send", "after-send"] == [facts["moment"] for facts in told]
    assert 4 == len(authority.asked)
    for facts in told:
        raw = (bundle / str(facts["token"])).read_bytes()
        assert facts["token_sha256"] == hashlib.sha256(raw).hexdigest()
        assert "pinned" == facts["root"]
        assert "1.3.6.1.4.1.99999.1.1" == facts["policy"]
        assert 1000 == facts["accuracy_ms"]
    assert {} == failing(bundle, authority.root)
    assert "the send left between" in got(bundle, 20, authority.root)


def test_stock_tools_accept_every_token(stamped: Made, authority: Authority) -> None:
    """`openssl ts -verify` accepts each token, with the root the authority publishes."""
    bundle = stamped()
    log = (bundle / "data/session.jsonl").read_bytes().splitlines(keepends=True)
    tokens = sorted((bundle / "timestamps").glob("*.tsr"))
    for token in tokens:
        lines = int(token.name.split(".")[0].removeprefix("line-"))
        covered = bundle.parent / "covered"
        covered.write_bytes(b"".join(log[:lines]))
        verified(covered, token, authority.root)
        verified(covered, token, next(bundle.glob("timestamps/*.chain.pem")))
    (outer,) = bundle.glob("tagmanifest-sha256.txt.*.tsr")
    verified(bundle / "tagmanifest-sha256.txt", outer, authority.root)

    assert 3 == len(tokens)


def verified(data: Path, token: Path, root: Path) -> None:
    """Fails where OpenSSL does not accept the token."""
    what = ("-data", str(data), "-in", str(token), "-CAfile", str(root))
    done = subprocess.run(["openssl", "ts", "-verify", *what], capture_output=True, check=False)
    assert (0, b"Verification: OK") == (done.returncode, (done.stdout or done.stderr).strip()[-16:])


def test_only_a_hash_goes_out(stamped: Made, authority: Authority) -> None:
    """What an authority gets is a hash of the log and a random number: nothing else."""
    bundle = stamped()
    log = (bundle / "data/session.jsonl").read_bytes()
    for query in authority.asked:
        assert len(query) < 80
        assert not any(word in query for word in (b"facebook", b"filer", bundle.name.encode()))
    first = next((bundle / "timestamps").glob("line-*.start.*"))
    covered = b"".join(log.splitlines(keepends=True)[: int(first.name[5:9])])

    assert hashlib.sha256(covered).digest() in authority.asked[0]


def test_without_known_roots_it_says_unchecked(
    stamped: Made, authority: Authority, clock: Clock
) -> None:
    """A root that came with the answer, or none, proves nothing and is called unchecked."""
    bundle = stamped(asking(authority, clock, pinned=False))

    assert {"unchecked"} == {facts["root"] for facts in events(bundle, "timestamped")}
    assert {} == failing(bundle)
    assert "not checked" in got(bundle, 19)
    assert "not checked" in got(bundle, 21)
    assert {} == failing(bundle, authority.root)
    assert "was known before" in got(bundle, 21, authority.root)


def test_roots_of_somebody_else(stamped: Made, tmp_path: Path) -> None:
    """Who pins other roots than those the tokens lead to is told so."""
    other = Keys(tmp_path / "other", "Other")

    assert {19, 21} == set(failing(stamped(), other.root))
    assert "none of the root certificates" in got(stamped(), 21, other.root)


# --------------------------------------------------------------------------- failures


def test_authorities_take_turns(stamped: Made, authority_keys: Keys, clock: Clock) -> None:
    """Two authorities are asked in turn."""
    two = [Authority(authority_keys, f"/{name}") for name in ("a", "b")]
    stamps = Stamps(
        authorities.named([each.url for each in two]), read_roots(authority_keys.root), {}, clock
    )
    bundle = stamped(stamps)
    for each in two:
        each.stop()

    assert [2, 2] == [len(each.asked) for each in two]
    assert {} == failing(bundle, authority_keys.root)


def test_a_pause_is_kept(authority: Authority, clock: Clock) -> None:
    """An authority that wants a pause between two questions gets it."""
    slow = authorities.Authority("slow", authority.url, 0.7)
    stamps = Stamps((slow,), (), {}, clock)
    began = time.monotonic()
    stamps.ask("start", 1, b"a")
    stamps.ask("before-send", 2, b"b")
    stamps.wait(10)

    assert 2 == len(stamps.take())
    assert 0.7 <= time.monotonic() - began


def test_the_next_one_is_asked(stamped: Made, authority: Authority, clock: Clock) -> None:
    """Where one authority cannot be reached, the next is asked; the failure is recorded."""
    nowhere = "http://127.0.0.1:9/tsa"
    bundle = stamped(asking(authority, clock, more=nowhere))
    failed = events(bundle, "timestamp.failed")

    assert 3 == len(events(bundle, "timestamped"))
    assert {"127-0-0-1-9-tsa"} == {facts["authority"] for facts in failed}
    assert all(facts["why"] for facts in failed)
    assert {} == failing(bundle, authority.root)


def cut(answer: bytes) -> bytes:
    """The answer without its last byte."""
    return answer[:-1]


def other_bit(answer: bytes) -> bytes:
    """The answer with one bit of its signature changed."""
    return answer[:-1] + bytes([answer[-1] ^ 1])


BAD: list[Callable[[bytes], bytes | None]] = [
    lambda _answer: None,
    lambda _answer: b"",
    lambda _answer: b"<html>Bad gateway</html>",
    lambda answer: answer + b"\0",
    lambda _answer: bytes.fromhex("30053003020102"),  # a rejection
    lambda _answer: b"x" * (1 << 20),
    cut,
    other_bit,
]


@pytest.mark.parametrize("behaviour", BAD)
def test_bad_answers(
    stamped: Made,
    authority: Authority,
    behaviour: Callable[[bytes], bytes | None],
) -> None:
    """A bad answer is recorded as a failure, is no timestamp, and stops nothing."""
    authority.behave = behaviour
    bundle = stamped()
    failed = events(bundle, "timestamp.failed")

    assert ["start", "before-send", "after-send"] == [facts["moment"] for facts in failed]
    assert [] == events(bundle, "timestamped")
    assert {} == failing(bundle)
    assert "3 questions to authorities failed" in got(bundle, 21)
    for facts in failed:
        assert facts["kept"] is None or (bundle / str(facts["kept"])).is_file()


def test_a_portal_in_between(stamped: Made, authority: Authority) -> None:
    """A page that a hotel's network sends instead, tokens and all, keeps nothing from its seal."""
    authority.behave = lambda _answer: b'<input name="csrf_token" value="Zm9vYmFyYmF6cXV4">'
    bundle = stamped()

    assert (bundle / "seal.sha256").is_file()
    assert {} == failing(bundle)


@pytest.mark.parametrize(
    ("line", "instead"),
    [("accuracy = secs:1", "accuracy = secs:200000"), ("serial", "long")],
    ids=["accuracy", "serial"],
)
def test_numbers_beyond_reason(tmp_path: Path, line: str, instead: str) -> None:
    """A timestamp that is exact to days, or has a serial number of a page, is none."""
    keys = Keys(tmp_path / "keys")
    config = keys.folder / "tsa.cnf"
    config.write_text(config.read_text().replace(line, instead))
    if instead == "long":
        config.write_text(config.read_text().replace("long = ", "serial = "))
        (keys.folder / "long").write_text("7F" * 40 + "\n")
    odd = Authority(keys)

    with pytest.raises(authorities.AnswerWrong, match="no timestamp says"):
        authorities.ask(authorities.named([odd.url])[0], b"data", {})
    odd.stop()


def test_asked_again_for_the_same_moment(root: Path, authority: Authority, clock: Clock) -> None:
    """A second confirmation has a timestamp of its own, also while the first is awaited."""
    authority.delay = 0.3
    case = new_case(root, "facebook", practice=False, clock=clock)
    bundle = Bundle.begin(
        *(case, "filing"),
        flow="facebook",
        practice=False,
        clock=clock,
        stamps=asking(authority, clock),
    )
    bundle.stamp("before-send")
    bundle.event("confirmed", "person")
    settle(bundle, "before-send")
    bundle.seal({"outcome": "stopped", "sent": False})

    assert [2, 3] == [facts["lines"] for facts in events(bundle.path, "timestamped")]


def test_a_late_answer_is_no_outer_seal(stamped: Made, authority: Authority, clock: Clock) -> None:
    """What was asked for the log and came too late is not taken for a timestamp of the seal."""
    asked = asking(authority, clock)
    bundle = stamped(seal=False)
    asked.ask("after-send", 3, b"the log")
    (came,) = stamp_seal(bundle, asked)

    assert "seal" == came.moment
    assert {} == failing(bundle, authority.root)


def test_an_answer_to_another_question(stamped: Made, authority: Authority) -> None:
    """An answer that is right but old, with another nonce, is no timestamp."""
    kept: list[bytes] = []

    def old(answer: bytes) -> bytes:
        kept.append(answer)
        return kept[0]

    authority.behave = old
    bundle = stamped()

    assert 1 == len(events(bundle, "timestamped"))
    assert {"it answers another question"} == {
        facts["why"] for facts in events(bundle, "timestamp.failed")
    }


@contextlib.contextmanager
def dripping() -> Iterator[str]:
    """The address of an authority whose answer comes a byte at a time, and never to its end."""
    stopping = threading.Event()

    class Drip(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            with contextlib.suppress(OSError):
                self.end_headers()
                while not stopping.wait(0.05):
                    self.wfile.write(b"0")

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Drip)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        stopping.set()
        server.shutdown()
        server.server_close()


def test_an_answer_that_drips(stamped: Made, clock: Clock) -> None:
    """Bytes that come one by one keep nobody waiting: what is not whole in time has not come."""
    with dripping() as url:
        bundle = stamped(seal=False)
        began = time.monotonic()
        came = stamp_seal(bundle, Stamps(authorities.named([url]), (), {}, clock), patience=0.5)
        passed = time.monotonic() - began

    assert [("seal", "no answer in time")] == [(each.moment, each.why) for each in came]
    assert passed < 3
    assert [] == outer_seals(bundle)


@pytest.mark.proof
def test_after_one_that_drips_the_next_is_asked(
    stamped: Made, authority: Authority, clock: Clock
) -> None:
    """One question has an end, also where bytes keep coming; then it is the next one's turn."""
    with dripping() as url:
        bundle = stamped(seal=False)
        asked = asking(authority, clock, more=url)
        came = stamp_seal(bundle, asked, patience=20)

    assert [Failed, Stamped] == [type(each) for each in came]
    assert {} == failing(bundle, authority.root)


def test_a_slow_authority_is_not_waited_for(root: Path, authority: Authority, clock: Clock) -> None:
    """Asking returns at once; what has not come when the bundle is sealed counts as failed."""
    authority.delay = 3
    case = new_case(root, "facebook", False, clock)
    stamps = asking(authority, clock)
    bundle = Bundle.begin(
        case, "filing", flow="facebook", practice=False, clock=clock, stamps=stamps
    )
    began = time.monotonic()
    bundle.stamp("start")
    bundle.event("typed", field="email")
    bundle.seal({"outcome": "stopped", "sent": False})

    assert time.monotonic() - began < 1
    (failed,) = events(bundle.path, "timestamp.failed")
    assert ("start", "no answer in time") == (failed["moment"], failed["why"])
    assert {} == failing(bundle.path)


# --------------------------------------------------------------------------- the outer seal


def test_filer_seal_adds_what_is_missing(stamped: Made, authority: Authority, clock: Clock) -> None:
    """A seal without a timestamp is incomplete; adding one touches nothing else."""
    bundle = stamped(seal=False)
    before = {path: path.read_bytes() for path in bundle.rglob("*") if path.is_file()}

    assert {21} == set(failing(bundle))
    (came,) = stamp_seal(bundle, asking(authority, clock))
    assert isinstance(came, Stamped)
    assert {} == failing(bundle, authority.root)
    assert before == {path: path.read_bytes() for path in before}
    assert [came.authority] == outer_seals(bundle)


def test_two_seals_at_once(stamped: Made, authority: Authority, clock: Clock) -> None:
    """Two that seal one bundle at the same time leave one whole seal, and nothing half."""
    bundle = stamped(seal=False)
    came: list[object] = []
    both = [
        threading.Thread(target=lambda: came.extend(stamp_seal(bundle, asking(authority, clock))))
        for _number in range(2)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join(20)

    assert [Stamped, Stamped] == [type(each) for each in came]
    assert 1 == len(outer_seals(bundle))
    assert [] == list(bundle.parent.rglob("*.part"))
    assert {} == failing(bundle, authority.root)


def test_parts_of_two_seals_that_broke_off(
    stamped: Made, root: Path, authority: Authority, clock: Clock
) -> None:
    """What two seals left when they were killed is in nobody's way, and goes with the case."""
    bundle = stamped(seal=False)
    for number in range(2):
        for name in (layout.outer_name("x"), layout.outer_chain_name("x")):
            (bundle.parent / f"{bundle.name}.{name}.0000000{number}.part").write_bytes(b"half")
    (came,) = stamp_seal(bundle, asking(authority, clock))

    assert isinstance(came, Stamped)
    assert {} == failing(bundle, authority.root)
    assert bundle.parent == loss(str(bundle.parent), root).case.path
    forget(bundle.parent)
    assert not bundle.parent.exists()


def test_a_deleted_outer_seal(stamped: Made) -> None:
    """Where authorities answered during the session, an outer seal that is gone is noticed."""
    bundle = stamped()
    for file in bundle.glob("tagmanifest-sha256.txt.*"):
        file.unlink()

    assert {21} == set(failing(bundle))


def test_a_token_that_fits_nothing(stamped: Made) -> None:
    """A token swapped for a real one of the same authority over something else is noticed."""
    bundle = stamped()
    (outer,) = bundle.glob("tagmanifest-sha256.txt.*.tsr")
    outer.write_bytes(next(bundle.glob("timestamps/*.start.*.tsr")).read_bytes())

    assert {21} == set(failing(bundle))


def test_what_a_signature_does_not_cover(authority: Authority) -> None:
    """Any byte of a token changed is noticed, but for the name of the signature's algorithm."""
    token = authorities.ask(authorities.named([authority.url])[0], b"data", {})
    digest, roots = hashlib.sha256(b"data").digest(), read_roots(authority.root)
    unnoticed = []
    for place in range(len(token.raw)):
        changed = token.raw[:place] + bytes([token.raw[place] ^ 1]) + token.raw[place + 1 :]
        try:
            root_of(read_token(changed), digest, roots)
        except TokenWrong:
            continue
        unnoticed.append(place)
    name = bytes.fromhex("2a8648ce3d040302")  # ecdsa-with-SHA256
    start = token.raw.rindex(name)

    assert PINNED == root_of(token, digest, roots)
    assert set(unnoticed) <= set(range(start, start + len(name)))


# --------------------------------------------------------------------------- crash and settings


def test_a_token_that_no_line_names_yet(
    stamped: Made, root: Path, clock: Clock, authority: Authority
) -> None:
    """After a crash between token and line, the recovery names the token."""
    bundle = stamped(seal=False)
    log = bundle / "data/session.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    named = [n for n, line in enumerate(lines) if b'"timestamped"' in line]
    log.write_bytes(b"".join(lines[: named[1]]))
    for name in ("seal.sha256", "tagmanifest-sha256.txt"):
        (bundle / name).unlink()
    for late in (bundle / "timestamps").glob("*.after-send.*"):
        late.rename(late.with_name(f"{late.name}.part"))
    (found,) = recover(root, clock)

    assert found.problem is None
    (told,) = events(bundle, "recovered")
    (late,) = bundle.glob("timestamps/*.before-send.*")
    assert isinstance(told["tokens"], list)
    assert [f"timestamps/{late.name}"] == [each["name"] for each in told["tokens"]]
    assert {21} == set(failing(bundle, authority.root))  # the late seal has no timestamp yet


@contextlib.contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Meanwhile no file of this process can grow beyond *size* bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_no_room_between_a_token_and_its_line(
    root: Path, clock: Clock, authority: Authority
) -> None:
    """A token that came when there was no room for its line is named once there is room again."""
    case = new_case(root, "facebook", False, clock)
    stamps = asking(authority, clock)
    bundle = Bundle.begin(
        case, "filing", flow="facebook", practice=False, clock=clock, stamps=stamps
    )
    for _number in range(30):  # the log is longer than a token then, and alone has no room
        bundle.event("kept", note="x" * 200)
    bundle.stamp("start")
    stamps.wait(10)
    with no_file_longer_than((bundle.path / "data/session.jsonl").stat().st_size):
        with pytest.raises(NoRoom):
            bundle.stamped()
        there = [path.name for path in (bundle.path / "timestamps").glob("*.tsr")]
    again = bundle.stamped()
    bundle.seal({"outcome": "stopped", "sent": False})
    stamp_seal(bundle.path, stamps)

    assert 1 == len(there)
    assert again
    assert [f"timestamps/{name}" for name in there] == [
        facts["token"] for facts in events(bundle.path, "timestamped")
    ]
    assert {} == failing(bundle.path, authority.root)


@pytest.mark.parametrize(
    "url", ["ftp://x.example", "timestamp", "http://", "http://a:b@c/", "http://[::1"]
)
def test_addresses_that_are_none(url: str) -> None:
    """An address that cannot be an authority's is refused with a sentence."""
    with pytest.raises(BadValue, match="not the address"):
        authorities.named([url])


def test_slugs_are_told_apart() -> None:
    """Each authority has a short name of its own, fit for a file name."""
    long = "http://timestamps.a-very-long-name-of-a-host.example/with/a/path"
    found = authorities.named([f"{long}/1", f"{long}/2", "http://127.0.0.1:80/tsa", f"{long}/1"])
    slugs = [each.slug for each in found]

    assert 3 == len(set(slugs)) == len(slugs)
    for slug in slugs:
        assert layout.outer_parts(layout.outer_name(slug)) == (slug, "tsr")
        assert layout.is_safe(layout.token_name(3, "before-send", slug))


def test_who_is_asked(clock: Clock) -> None:
    """Named authorities are asked always; filer's own choice only with a yes, never in practice."""

    def ask(urls: list[str] | None, *, agreed: bool | None, practice: bool) -> list[str] | str:
        found = chosen(urls, None, {}, clock, agreed=agreed, practice=practice)
        return found if isinstance(found, str) else [each.url for each in found.authorities]

    own = [each.url for each in authorities.DEFAULTS]

    assert own == ask(None, agreed=True, practice=False)
    assert "declined" == ask(None, agreed=False, practice=False)
    assert "not asked" == ask(None, agreed=None, practice=False)
    assert "practice" == ask(None, agreed=True, practice=True)
    assert "set to none" == ask([], agreed=True, practice=False)
    assert ["http://a.example"] == ask(["http://a.example"], agreed=False, practice=True)


def test_root_files(tmp_path: Path, authority: Authority) -> None:
    """A file of root certificates that cannot be read is refused with its name."""
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing\n")

    assert 1 == len(read_roots(authority.root))
    for file in (empty, tmp_path / "missing.pem", tmp_path):
        with pytest.raises(BadValue, match=file.name):
            read_roots(file)
