"""The judge: what may leave in each state, and whether a body carries exactly what was reviewed."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filer.bodies import same, unwrap
from filer.flow import Flow, load
from filer.gate import Gate, Ground, Request, Reviewed, ReviewedValue, Ruling, State, Verdict

HOST = "www.facebook.com"
PAGE = f"https://{HOST}/help/contact/712876720715583"
SEND = f"https://{HOST}/ajax/help/contact/submit/"
ASIDE = f"https://{HOST}/some/other/place"
FOREIGN = "https://elsewhere.example/ajax/help/contact/submit/"
EMAIL = "anna.visser@example.org"
REASON = (
    "I object to my posts being used to train AI.\nThey are about my children, 100% private & "
    'dear; I never said "yes" to this. Groß, Ωλέ, 🙂 + more.'
)
FLOW: Flow = load("facebook")

Pairs = tuple[tuple[str, str], ...]
GOOD: Pairs = (("email", EMAIL), ("reason", REASON))


class Seconds:
    """A clock that stands where it is put."""

    now = 1000.0

    def __call__(self) -> float:
        """The time it shows."""
        return self.now


def reviewed(reason: str = REASON, *more: ReviewedValue) -> Reviewed:
    """What the person confirmed: an e-mail address and *reason*."""
    return Reviewed(
        (
            ReviewedValue(("email", "Email address"), EMAIL, "email"),
            ReviewedValue(("reason", "Explanation"), reason, "textarea"),
            *more,
        ),
        HOST,
    )


def gate(state: State = State.UNLOCKED, what: Reviewed | None = None) -> Gate:
    """A gate that came to *state* the way a session brings it there, with its answer in."""
    found = Gate(FLOW, Ground(), Seconds())
    if state is State.OPEN:
        return found
    found.arm()
    if state is State.ARMED:
        return found
    found.unlock(what or reviewed())
    if state is State.SPENT:
        assert Ruling.SEND == found.judge(urlencoded(GOOD)).ruling
        found.answered()
    return found


# ------------------------------------------------------------------ ways to write the same values


def _post(body: bytes, kind: str, coding: str = "") -> Request:
    return Request("POST", SEND, kind, coding, body=body)


def urlencoded(pairs: Pairs) -> Request:
    """As a form posts it."""
    return _post(urlencode(pairs).encode(), "application/x-www-form-urlencoded")


def percent_spaces(pairs: Pairs) -> Request:
    """As a script often writes it: `%20` for a space."""
    body = urlencode(pairs, quote_via=quote).encode()
    return _post(body, "application/x-www-form-urlencoded; charset=UTF-8")


def multipart(pairs: Pairs) -> Request:
    """As a form with files posts it; line ends inside become CRLF, as browsers do it."""
    parts = "".join(
        f'--B0und\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{_crlf(value)}\r\n'
        for name, value in pairs
    )
    return _post(f"{parts}--B0und--\r\n".encode(), "multipart/form-data; boundary=B0und")


def _crlf(text: str) -> str:
    return same(text).replace("\n", "\r\n")


def _as_json(pairs: Pairs) -> str:
    """One JSON object; a name that comes twice becomes a list."""
    names = dict.fromkeys(name for name, _ in pairs)
    found = {n: [v for name, v in pairs if name == n] for n in names}
    return json.dumps({n: v[0] if len(v) == 1 else v for n, v in found.items()})


def json_flat(pairs: Pairs) -> Request:
    """As JSON."""
    return _post(_as_json(pairs).encode(), "application/json")


def json_deep(pairs: Pairs) -> Request:
    """As JSON far inside other JSON."""
    body = json.dumps({"a": [{"b": {"input": json.loads(_as_json(pairs))}}], "id": 7, "on": True})
    return _post(body.encode(), "application/json")


def json_list(pairs: Pairs) -> Request:
    """As a JSON list of names and values."""
    body = json.dumps({"fields": [{"name": n, "value": v} for n, v in pairs]})
    return _post(body.encode(), "application/json")


def json_in_field(pairs: Pairs) -> Request:
    """As JSON in a form field, the way of GraphQL."""
    body = urlencode(
        {"variables": json.dumps({"input": json.loads(_as_json(pairs))}), "doc_id": "5"}
    )
    return _post(body.encode(), "application/x-www-form-urlencoded")


def json_in_json(pairs: Pairs) -> Request:
    """As JSON in a string of JSON."""
    return _post(json.dumps({"q": _as_json(pairs)}).encode(), "text/plain;charset=UTF-8")


def guarded(pairs: Pairs) -> Request:
    """As JSON behind the guard that some sites write before it."""
    return _post(b"for(;;);" + _as_json(pairs).encode(), "text/javascript")


def lines(pairs: Pairs) -> Request:
    """As one JSON object a line."""
    body = "\n".join(json.dumps({name: value}) for name, value in pairs)
    return _post(body.encode(), "application/x-ndjson")


def plain_text(pairs: Pairs) -> Request:
    """As a form with enctype text/plain posts it."""
    body = "".join(f"{name}={value}\r\n" for name, value in pairs)
    return _post(body.encode(), "text/plain")


def utf_16(pairs: Pairs) -> Request:
    """As JSON in UTF-16 with a byte order mark."""
    return _post(_as_json(pairs).encode("utf-16"), "application/octet-stream")


def base64_json(pairs: Pairs) -> Request:
    """As base64 of JSON."""
    return _post(base64.b64encode(_as_json(pairs).encode()), "text/plain")


def base64_field(pairs: Pairs) -> Request:
    """As base64 of an url-encoded body, in a form field."""
    inner = base64.b64encode(urlencode(pairs).encode()).decode()
    return _post(urlencode({"payload": inner}).encode(), "application/x-www-form-urlencoded")


def base64_values(pairs: Pairs) -> Request:
    """As base64 of each value."""
    coded = tuple((n, base64.urlsafe_b64encode(v.encode()).decode()) for n, v in pairs)
    return urlencoded(coded)


def base64_multipart(pairs: Pairs) -> Request:
    """As base64 of each value, in a multipart body."""
    return multipart(tuple((n, base64.b64encode(v.encode()).decode()) for n, v in pairs))


def gzipped(pairs: Pairs) -> Request:
    """As JSON, compressed and saying so."""
    return _post(gzip.compress(_as_json(pairs).encode()), "application/json", "gzip")


def gzipped_silently(pairs: Pairs) -> Request:
    """As JSON, compressed without saying so."""
    return _post(gzip.compress(_as_json(pairs).encode()), "application/octet-stream")


def gzip_in_base64(pairs: Pairs) -> Request:
    """As base64 of compressed JSON in a form field."""
    inner = base64.b64encode(gzip.compress(_as_json(pairs).encode())).decode()
    return _post(urlencode({"z": inner}).encode(), "application/x-www-form-urlencoded")


def deflated(pairs: Pairs) -> Request:
    """As an url-encoded body, deflated and saying so."""
    body = zlib.compress(urlencode(pairs).encode())
    return _post(body, "application/x-www-form-urlencoded", "deflate")


def deflated_raw(pairs: Pairs) -> Request:
    """As an url-encoded body, deflated without the zlib head."""
    packer = zlib.compressobj(wbits=-15)
    body = packer.compress(urlencode(pairs).encode()) + packer.flush()
    return _post(body, "application/x-www-form-urlencoded", "deflate")


def percent_twice(pairs: Pairs) -> Request:
    """As an url-encoded body in a form field, encoded once more."""
    return _post(
        f"p={quote(urlencode(pairs), safe='')}".encode(), "application/x-www-form-urlencoded"
    )


def in_address(pairs: Pairs) -> Request:
    """As a query."""
    return Request("GET", f"{SEND}?{urlencode(pairs)}")


ENCODINGS: tuple[Callable[[Pairs], Request], ...] = (
    urlencoded,
    percent_spaces,
    multipart,
    json_flat,
    json_deep,
    json_list,
    json_in_field,
    json_in_json,
    guarded,
    lines,
    plain_text,
    utf_16,
    base64_json,
    base64_field,
    base64_values,
    base64_multipart,
    gzipped,
    gzipped_silently,
    gzip_in_base64,
    deflated,
    deflated_raw,
    percent_twice,
    in_address,
)

OTHER = (
    "I agree gladly and ask you to use all of it, everywhere and always, for any purpose at all."
)
CHANGES: dict[str, Pairs] = {
    "another e-mail address": (("email", "anna.visser@example.com"), ("reason", REASON)),
    "e-mail address cut": (("email", EMAIL[:-1]), ("reason", REASON)),
    "e-mail address emptied": (("email", ""), ("reason", REASON)),
    "e-mail address dropped": (("reason", REASON),),
    "reason cut by one character": (("email", EMAIL), ("reason", REASON[:-1])),
    "reason cut at its start": (("email", EMAIL), ("reason", REASON[1:])),
    "reason cut in half": (("email", EMAIL), ("reason", REASON[: len(REASON) // 2])),
    "one word reworded": (("email", EMAIL), ("reason", REASON.replace("never", "always"))),
    "another reason": (("email", EMAIL), ("reason", OTHER)),
    "reason appended to": (("email", EMAIL), ("reason", f"{REASON} But do use it.")),
    "reason emptied": (("email", EMAIL), ("reason", "")),
    "reason dropped": (("email", EMAIL),),
    "both swapped": (("email", REASON), ("reason", EMAIL)),
    "second reason under the same name": (*GOOD, ("reason", OTHER)),
    "second e-mail address under the same name": (*GOOD, ("email", "eve@example.net")),
    "second e-mail address under another name": (*GOOD, ("cc", "eve@example.net")),
    "e-mail address hidden in a sentence": (*GOOD, ("note", "reply to <eve@example.net> please")),
    "shortened reason beside the whole one": (*GOOD, ("summary", REASON[:60])),
    "nothing": (),
}


def name_of(value: object) -> str:
    """What a case is called."""
    return getattr(value, "__name__", str(value))


@pytest.mark.parametrize("encode", ENCODINGS, ids=name_of)
def test_exact_values_are_the_one_send(encode: Callable[[Pairs], Request]) -> None:
    """The reviewed values pass in every encoding, at the right address and at any other."""
    for url in (SEND, ASIDE):
        request = encode(GOOD)
        request = replace(request, url=request.url.replace(SEND, url))
        judge = gate()

        assert Ruling.SEND == judge.judge(request).ruling
        assert State.SPENT is judge.state
        assert Ruling.REFUSE == judge.judge(replace(request, method="POST")).ruling


@pytest.mark.parametrize("encode", ENCODINGS, ids=name_of)
def test_changed_values_are_refused(encode: Callable[[Pairs], Request]) -> None:
    """A single value that is not the reviewed one never passes, in any encoding, at any address."""
    for change, url in itertools.product(CHANGES, (SEND, ASIDE, FOREIGN)):
        request = encode(CHANGES[change])
        if request.method == "GET" and change == "nothing":
            request = replace(request, method="POST")
        request = replace(request, url=request.url.replace(SEND, url))
        judge = gate()
        ruling = judge.judge(request).ruling

        assert ruling in {Ruling.REFUSE, *_readable(request)}, change
        assert State.UNLOCKED is judge.state


def _readable(request: Request) -> set[Ruling]:
    """A GET that carries no reviewed value is a plain read, whatever else it carries."""
    return {Ruling.PASS} if request.method == "GET" and EMAIL not in request.url else set()


def test_a_name_may_differ_but_not_a_value() -> None:
    """Values under names of the page's own making are the send; tokens beside them are well."""
    pairs = (("x1", EMAIL), ("x2", REASON), ("lsd", "AVq1_x9:2"), ("jazoest", "2931"), ("__a", "1"))

    for encode in ENCODINGS:
        assert Ruling.SEND == gate().judge(encode(pairs)).ruling, encode.__name__


TRICKY = (
    "a=b",
    "a=b&c=d",
    "email=mine and not yours, thank you very much",
    "SGVsbG8gd29ybGQgdGhpcyBpcyBiYXNlNjQ=",
    "Verwerkingsverantwoordelijke",
    '{"I object": "to all of it"}',
    "{I object to all of it, and this is no JSON}",
    "[1, 2, 3]",
    '"I object, and these are quotation marks"',
    '"I object" is what I say, "always"',
    "100%41 of my posts are mine",
    "%41%42",
    "I%20object",
    "1+1=2 and 2+2=4",
    "<p>I object to <b>all</b> of it</p>",
    "data:,I object to it all",
    "reason=none\nemail=none",
    "for(;;);[]",
    "x",
    "H4sI is how it begins",
    "I object.\r\n\r\nTwice.\n",
    "write to my lawyer at lawyer@example.net about all of this",
    "https://www.facebook.com/me?email=anna.visser%40example.org",
    "123456",
    "null",
    "true",
    "[]",
    "{}",
    "-----------------------------",
    "=====",
    "AAAAAAAAAAAAAAAA",
)


@pytest.mark.parametrize("encode", ENCODINGS, ids=name_of)
def test_a_reason_that_looks_wrapped_can_be_sent(encode: Callable[[Pairs], Request]) -> None:
    """What a person wrote is a value, also where it looks like a wrapping of something else."""
    for reason in TRICKY:
        judge = gate(what=reviewed(reason))

        assert S == judge.judge(encode((("email", EMAIL), ("reason", reason)))).ruling, reason


@pytest.mark.parametrize("encode", ENCODINGS, ids=name_of)
def test_a_reason_that_looks_wrapped_cannot_be_changed(
    encode: Callable[[Pairs], Request],
) -> None:
    """The same reasons, with other words in their place."""
    for reason in TRICKY:
        judge = gate(what=reviewed(reason))

        assert R == judge.judge(encode((("email", EMAIL), ("reason", OTHER)))).ruling, reason


def test_the_unreadable_is_asked_about_at_the_right_address_only() -> None:
    """A sealed blob that could hold the values is the person's to decide; elsewhere it is no."""
    blob = bytes((n * 73 + 11) % 251 | 128 for n in range(600))
    for body, kind in ((blob, "application/octet-stream"), (base64.b64encode(blob), "text/plain")):
        request = Request("POST", SEND, kind, body=body)

        assert Ruling.ASK == gate().judge(request).ruling
        assert Ruling.REFUSE == gate().judge(replace(request, url=ASIDE)).ruling
        assert Ruling.REFUSE == gate().judge(replace(request, url=FOREIGN)).ruling
        assert Ruling.REFUSE == gate(State.ARMED).judge(request).ruling
        assert Ruling.REFUSE == gate(State.SPENT).judge(request).ruling
    unread = Request("POST", SEND, "multipart/form-data; boundary=x", unread=True)

    assert Ruling.ASK == gate().judge(unread).ruling
    assert Ruling.REFUSE == gate().judge(replace(unread, url=ASIDE)).ruling


def with_file(pairs: Pairs, content: bytes, name: str = "f1") -> Request:
    """As a form with a file posts it."""
    body = multipart(pairs).body or b""
    part = (
        f'--B0und\r\nContent-Disposition: form-data; name="{name}"; filename="answer.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    ).encode()
    end = b"--B0und--\r\n"
    whole = body.removesuffix(end) + part + content + b"\r\n" + end
    return _post(whole, "multipart/form-data; boundary=B0und")


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\0\1", b"", b"a text"], ids=["bytes", "not shown", "text"]
)
def test_a_file_leaves_as_the_one_that_was_reviewed(content: bytes) -> None:
    """A file goes by its name, whatever Chromium shows of its bytes; another name is refused."""
    what = reviewed()
    shown = ReviewedValue(("f1",), "answer.png", "file")
    other = replace(shown, value="other.png")

    assert (
        S
        == gate(what=replace(what, values=(*what.values, shown)))
        .judge(with_file(GOOD, content))
        .ruling
    )
    assert (
        Ruling.REFUSE
        == gate(what=replace(what, values=(*what.values, other)))
        .judge(with_file(GOOD, content))
        .ruling
    )


def test_a_file_is_no_way_to_send_something_else() -> None:
    """A text in a file is read: a changed version of the reason is refused, in any field."""
    changed = (REASON + " And I take it back.").encode()

    assert Ruling.REFUSE == gate().judge(with_file(GOOD, changed)).ruling
    assert Ruling.REFUSE == gate().judge(with_file(GOOD, b"x", name="reason")).ruling


def test_the_person_decides_once_about_the_unreadable() -> None:
    """Their yes is the one send; a second yes is not possible."""
    judge = gate()
    judge.let_through()

    assert State.SPENT is judge.state
    with pytest.raises(RuntimeError):
        judge.let_through()


def test_an_unreadable_blob_beside_another_value_is_refused() -> None:
    """A value that can be read and differs decides, whatever else cannot be read."""
    blob = base64.b64encode(bytes(range(128, 256)) * 4).decode()
    request = urlencoded((("email", "eve@example.net"), ("blob", blob)))

    assert Ruling.REFUSE == gate().judge(request).ruling


# ------------------------------------------------------------------ states and requests

NAVIGATION = Request("GET", PAGE, navigation=True, top=True)
FRAME = Request("GET", PAGE, navigation=True)
READ = Request("GET", f"https://{HOST}/picture.png")
HEAD = Request("HEAD", f"https://{HOST}/picture.png")
TELLING = Request("GET", f"https://{HOST}/picture.png?{urlencode({'v': EMAIL})}")
TELLING_PATH = Request("GET", f"https://{HOST}/{quote(REASON, safe='')}/x.png")
TELLING_HEADER = Request("GET", f"https://{HOST}/p.png", headers=(("x-note", EMAIL),))
TELLING_REFERER = Request(
    "GET", f"https://{HOST}/p.png", headers=(("referer", f"{PAGE}?v={quote(EMAIL)}"),)
)
TELLING_BODY = Request("GET", f"https://{HOST}/p.png", "text/plain", body=b"whatever it is")
ELSEWHERE = Request("GET", "https://elsewhere.example/picture.png")
SIBLING = Request("GET", "https://www.instagram.com/picture.png")
SIBLING_POST = replace(urlencoded(GOOD), url="https://www.instagram.com/ajax/help/contact/submit/")
INSECURE = replace(urlencoded(GOOD), url=SEND.replace("https", "http"))
OTHER_PORT = replace(urlencoded(GOOD), url=SEND.replace(HOST, f"{HOST}:8443"))
FOREIGN_TOP = replace(ELSEWHERE, navigation=True, top=True)
FOREIGN_FRAME = replace(ELSEWHERE, navigation=True)
FOREIGN_POST = replace(urlencoded(GOOD), url=FOREIGN)
EMPTY_POST = Request("POST", SEND)
TOKEN_POST = urlencoded((("lsd", "AVq1x9"), ("__a", "1")))
ASIDE_POST = replace(TOKEN_POST, url=ASIDE)
PUT = replace(urlencoded(GOOD), method="PUT")
DELETE = Request("DELETE", SEND)
EXACT = urlencoded(GOOD)
CHANGED = urlencoded(CHANGES["another reason"])
MISSING = urlencoded(CHANGES["reason dropped"])
EXTRA = urlencoded((*GOOD, ("cc", "eve@example.net")))
CARRYING_OPTIONS = replace(TELLING, method="OPTIONS")
HELD_BACK = Request("GET", f"https://{HOST}/gone?{urlencode({'v': REASON[:60]})}")

P, S, R = Ruling.PASS, Ruling.SEND, Ruling.REFUSE

#                          open  armed unlocked spent
TABLE: dict[str, tuple[Request, Ruling, Ruling, Ruling, Ruling]] = {
    "the form's page": (NAVIGATION, P, R, R, P),
    "a frame on the form's host": (FRAME, P, R, P, P),
    "a read": (READ, P, R, P, P),
    "a head": (HEAD, P, R, P, P),
    "values in an address": (TELLING, P, R, R, R),
    "values in a path": (TELLING_PATH, P, R, R, R),
    "values in a header": (TELLING_HEADER, P, R, R, R),
    "values in the referer": (TELLING_REFERER, P, R, R, R),
    "values in a preflight": (CARRYING_OPTIONS, P, R, R, R),
    "a get with a body": (TELLING_BODY, P, R, R, R),
    "another host": (ELSEWHERE, P, R, R, R),
    "another host of the flow": (SIBLING, P, R, R, R),
    "a foreign page": (FOREIGN_TOP, R, R, R, R),
    "a foreign frame": (FOREIGN_FRAME, P, R, R, R),
    "a post to another host of the flow": (SIBLING_POST, P, R, R, R),
    "a post to a foreign host": (FOREIGN_POST, P, R, R, R),
    "a post in plain http": (INSECURE, P, R, R, R),
    "a post to another port": (OTHER_PORT, P, R, R, R),
    "an empty post": (EMPTY_POST, P, R, R, R),
    "a post of tokens": (TOKEN_POST, P, R, R, R),
    "a post of tokens elsewhere": (ASIDE_POST, P, R, R, R),
    "a delete": (DELETE, P, R, R, R),
    "the exact values": (EXACT, P, R, S, R),
    "the exact values, put": (PUT, P, R, S, R),
    "a changed value": (CHANGED, P, R, R, R),
    "a missing value": (MISSING, P, R, R, R),
    "a further value": (EXTRA, P, R, R, R),
    "a piece of a value in an address": (HELD_BACK, P, R, R, R),
}
STATES = (State.OPEN, State.ARMED, State.UNLOCKED, State.SPENT)


@pytest.mark.parametrize("case", TABLE)
@pytest.mark.parametrize("state", STATES, ids=lambda s: s.value)
def test_each_request_in_each_state(case: str, state: State) -> None:
    """What may leave is what the table says."""
    request, *rulings = TABLE[case]
    judge = gate(state)
    before = judge.refused
    verdict = judge.judge(request)

    assert rulings[STATES.index(state)] == verdict.ruling
    assert before + (verdict.ruling is R) == judge.refused


@pytest.mark.parametrize("encode", ENCODINGS, ids=name_of)
def test_nothing_leaves_an_armed_gate(encode: Callable[[Pairs], Request]) -> None:
    """Armed refuses everything, also the exact values at the right address."""
    judge = gate(State.ARMED)

    assert Ruling.REFUSE == judge.judge(encode(GOOD)).ruling
    assert State.ARMED is judge.state


def test_reads_wait_while_the_answer_is_out() -> None:
    """After the send a read is held until its answer is in; anything else is refused."""
    judge = gate()
    judge.judge(EXACT)

    assert Ruling.HOLD == judge.judge(READ).ruling
    assert Ruling.HOLD == judge.judge(NAVIGATION).ruling
    assert Ruling.REFUSE == judge.judge(EXACT).ruling
    judge.answered()

    assert Ruling.PASS == judge.judge(READ).ruling
    assert Ruling.REFUSE == judge.judge(EXACT).ruling


def test_the_confirmation_ends_at_ten_minutes_exactly() -> None:
    """At 599.999 seconds it holds, at 600 it does not."""
    judge = gate()
    for seconds, ruling, over in ((599.999, Ruling.SEND, False), (600.0, Ruling.REFUSE, True)):
        clock = Seconds()
        judge = Gate(FLOW, Ground(), clock)
        judge.arm()
        judge.unlock(reviewed())
        clock.now += seconds

        assert over is judge.expired()
        assert ruling == judge.judge(EXACT).ruling
    with pytest.raises(RuntimeError):
        judge.let_through()


def test_an_expired_confirmation_lets_no_read_out() -> None:
    """When the ten minutes are over nothing leaves at all."""
    clock = Seconds()
    judge = Gate(FLOW, Ground(), clock)
    judge.arm()
    judge.unlock(reviewed())
    clock.now += 601

    assert Ruling.REFUSE == judge.judge(READ).ruling


# ------------------------------------------------------------------ moving between states


ACTS: dict[str, Callable[[Gate], None]] = {
    "arm": Gate.arm,
    "disarm": Gate.disarm,
    "unlock": lambda judge: judge.unlock(reviewed()),
    "let_through": Gate.let_through,
    "unlock_code": lambda judge: judge.unlock_code("123456"),
}
LEGAL: dict[tuple[State, str], State] = {
    (State.OPEN, "arm"): State.ARMED,
    (State.ARMED, "arm"): State.ARMED,
    (State.ARMED, "disarm"): State.OPEN,
    (State.ARMED, "unlock"): State.UNLOCKED,
    (State.UNLOCKED, "arm"): State.ARMED,
    (State.UNLOCKED, "let_through"): State.SPENT,
    (State.SPENT, "unlock_code"): State.SPENT,
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", STATES, ids=lambda s: s.value)
def test_each_move_from_each_state(state: State, act: str) -> None:
    """A move is legal as the table says, or it raises and changes nothing."""
    judge = gate(state)
    if after := LEGAL.get((state, act)):
        ACTS[act](judge)

        assert after is judge.state
    else:
        with pytest.raises(RuntimeError):
            ACTS[act](judge)

        assert state is judge.state


def test_taking_a_confirmation_back_forgets_it() -> None:
    """Armed again, the values that were confirmed before cannot leave; a new review can."""
    judge = gate()
    judge.arm()

    assert Ruling.REFUSE == judge.judge(EXACT).ruling
    judge.unlock(reviewed(OTHER))

    assert Ruling.REFUSE == judge.judge(EXACT).ruling
    assert Ruling.SEND == judge.judge(CHANGED).ruling


def test_a_replay_cannot_be_unlocked() -> None:
    """With `lockable=False` there is no way to a send."""
    judge = Gate(FLOW, Ground(), Seconds(), lockable=False)
    judge.arm()
    with pytest.raises(RuntimeError):
        judge.unlock(reviewed())
    with pytest.raises(RuntimeError):
        judge.let_through()

    assert Ruling.REFUSE == judge.judge(EXACT).ruling


# ------------------------------------------------------------------ the mailed code


def test_a_confirmed_code_leaves_once_and_alone() -> None:
    """One request with exactly the code, without the other values; then no more."""
    judge = gate(State.SPENT)
    judge.unlock_code("482913")
    code = urlencoded((("code", "482913"), ("lsd", "AVq")))

    assert R == judge.judge(urlencoded((("code", "482914"),))).ruling
    assert R == judge.judge(urlencoded((("code", "482913"), ("email", EMAIL)))).ruling
    assert R == judge.judge(urlencoded((("code", "482913"), ("why", REASON)))).ruling
    assert R == judge.judge(replace(code, url=FOREIGN)).ruling
    assert R == judge.judge(EXACT).ruling
    assert Ruling.CODE == judge.judge(code).ruling
    assert Ruling.HOLD == judge.judge(READ).ruling
    judge.answered()

    assert R == judge.judge(code).ruling
    assert Ruling.PASS == judge.judge(READ).ruling
    judge.unlock_code("111111")

    assert R == judge.judge(code).ruling
    assert Ruling.CODE == judge.judge(json_flat((("code", "111111"),))).ruling


def test_a_code_that_was_not_confirmed_stays() -> None:
    """Without a review no code leaves, and an empty one cannot be confirmed."""
    judge = gate(State.SPENT)

    assert R == judge.judge(urlencoded((("code", "482913"),))).ruling
    with pytest.raises(RuntimeError):
        judge.unlock_code("  ")


# ------------------------------------------------------------------ what else a form may hold


def test_a_choice_goes_by_its_alias_and_an_old_value_may_stay_behind() -> None:
    """The value behind an option counts as the option; a prefilled field may be left out."""
    country = ReviewedValue(("country", "Country"), "Netherlands", "select", ("NL",), typed=False)
    name = ReviewedValue(("full_name", "Name"), "Anna Visser", "text", typed=False)
    what = reviewed(REASON, country, name)

    assert S == gate(what=what).judge(urlencoded((*GOOD, ("country", "NL")))).ruling
    assert S == gate(what=what).judge(urlencoded(GOOD)).ruling
    assert R == gate(what=what).judge(urlencoded((*GOOD, ("country", "BE")))).ruling
    assert R == gate(what=what).judge(urlencoded((*GOOD, ("full_name", "Eve")))).ruling


def test_line_ends_and_composition_are_the_same_value() -> None:
    """CRLF, CR and LF, composed and decomposed letters and outer space do not count as changes."""
    for reason in (
        REASON.replace("\n", "\r\n"),
        REASON.replace("\n", "\r"),
        f" {REASON}\n",
    ):
        assert S == gate().judge(urlencoded((("email", EMAIL), ("reason", reason)))).ruling


# ------------------------------------------------------------------ what an attacker would try


def test_a_name_that_comes_twice_in_json_is_read_twice() -> None:
    """A JSON reader keeps the last of two values; the judge looks at both."""
    body = json.dumps(dict(GOOD))
    for first, second in ((EMAIL, "eve@example.net"), ("eve@example.net", EMAIL)):
        twice = f'{{"email": "{first}", {body[1:-1]}, "email": "{second}"}}'

        assert R == gate().judge(_post(twice.encode(), "application/json")).ruling


def test_an_address_hidden_in_a_name_is_seen() -> None:
    """A value can stand where a name is expected."""
    for encode in (urlencoded, multipart, json_flat):
        assert R == gate().judge(encode((*GOOD, ("eve@example.net", "1")))).ruling
    reads = f"https://{HOST}/p.png?{quote(EMAIL)}=", f"https://{HOST}/p.png?a=1&{quote(EMAIL)}=1"
    for address in reads:
        assert R == gate().judge(Request("GET", address)).ruling


def test_a_part_of_the_address_is_another_address() -> None:
    """What is inside the reviewed address is not the reviewed address."""
    assert R == gate().judge(urlencoded((*GOOD, ("cc", "visser@example.org")))).ruling


def test_padding_does_not_hide_a_value() -> None:
    """Base64 that ends in "=" is opened like any other."""
    for extra in ("", "x", "xx"):
        coded = base64.b64encode((EMAIL + " " * len(extra)).encode()).decode()

        assert R == gate().judge(Request("GET", f"https://{HOST}/p.png?v={coded}")).ruling


def test_a_flood_of_values_does_not_hide_one() -> None:
    """Where there is more than is looked at, none of it counts as read."""
    flood = tuple((f"n{n}", str(n)) for n in range(9_000))
    many = json.dumps({"pad": ["x"] * 30_000, **dict(GOOD), "cc": "eve@example.net"})

    assert R == gate().judge(urlencoded((*GOOD, *flood, ("cc", "eve@example.net")))).ruling
    assert gate().judge(_post(many.encode(), "application/json")).ruling in {R, Ruling.ASK}


def test_a_bomb_is_not_opened_to_the_end() -> None:
    """Much packed into little is judged in reasonable time, and does not pass."""
    bomb = base64.b64encode(gzip.compress(b"a" * 15_000_000)).decode()
    body = json.dumps({str(n): bomb for n in range(40)} | dict(GOOD) | {"cc": "eve@example.net"})

    assert R == gate().judge(_post(body.encode(), "application/json")).ruling


def test_hidden_fields_of_an_honest_form_do_no_harm() -> None:
    """A country that the reason names, a topic, a token: the send still passes."""
    country = ReviewedValue(("country", "Country"), "United Kingdom", "select", ("GB",))
    reason = REASON + " I live in the United Kingdom and object to AI training at Meta."
    extra = (("country", "United Kingdom"), ("topic", "AI training at"), ("crmid", "0"))
    what = reviewed(reason, country)

    assert (
        S
        == gate(what=what).judge(urlencoded((("email", EMAIL), ("reason", reason), *extra))).ruling
    )


# ------------------------------------------------------------------ properties of the decoders

KINDS = st.sampled_from(
    (
        "",
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "text/plain",
        "application/octet-stream",
    )
)
CODINGS = st.sampled_from(("", "gzip", "deflate", "br", "gzip, gzip", "identity", ",,"))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), KINDS, CODINGS, st.binary(max_size=300))
def test_decoding_never_raises(url: str, kind: str, coding: str, body: bytes) -> None:
    """Arbitrary bytes, types and addresses are read or reported, and judged."""
    unwrap(url, kind, coding, body)
    unwrap(f"https://{HOST}/{url}", kind, coding, body)
    verdict: Verdict = gate().judge(Request("POST", SEND, kind, coding, body=body))

    assert verdict.ruling in {Ruling.REFUSE, Ruling.ASK}


def _wrap_json(text: str) -> str:
    return json.dumps({"input": {"a": 1, "text": text}})


WRAPPINGS: dict[str, Callable[[str], str]] = {
    "json": _wrap_json,
    "json list": lambda text: json.dumps([1, text]),
    "json, guarded": lambda text: "for(;;);" + _wrap_json(text),
    "field": lambda text: urlencode({"x": "1", "v": text}),
    "percent": lambda text: quote(text, safe=""),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "gzip": lambda text: base64.b64encode(gzip.compress(text.encode())).decode(),
    "deflate": lambda text: base64.b64encode(zlib.compress(text.encode())).decode(),
    "data": lambda text: "data:text/plain;base64," + base64.b64encode(text.encode()).decode(),
}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(sorted(WRAPPINGS)), min_size=0, max_size=5))
def test_a_planted_value_is_found_through_any_wrappings(stack: list[str]) -> None:
    """However wrappings are stacked, the value inside is found whole."""
    value = "Een reden, met spaties & tekens: één, twee+drie = zes. 100 % van mij!"
    text = value
    for name in stack:
        text = WRAPPINGS[name](text)
    for kind in ("text/plain", "application/octet-stream", "application/json"):
        leaves = unwrap(SEND, kind, "", text.encode()).leaves

        assert any(same(value) == same(leaf.text) for leaf in leaves)


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=120).filter(lambda text: same(text) != ""))
def test_any_reason_can_be_sent(reason: str) -> None:
    """Whatever a person wrote leaves in each of the usual transports."""
    text = reason.replace("\r", "\n").replace("\0", "").encode("utf-8", "ignore").decode()
    if not same(text):
        return
    for encode in (urlencoded, multipart, json_flat, json_in_field):
        judge = gate(what=reviewed(text))

        assert S == judge.judge(encode((("email", EMAIL), ("reason", text)))).ruling


CONSENT = "I agree: use all of it."


@pytest.mark.parametrize(
    "url",
    [
        f"{ASIDE}?reason={quote(CONSENT)}",
        f"{ASIDE}?Reason={quote(CONSENT)}",
        f"{ASIDE}?to=eve@example.net",
        f"{SEND}?x=1",
    ],
)
def test_a_read_that_says_something_else_is_no_read(url: str) -> None:
    """Before the send, a GET with another value for a field, or to the form's address, stays."""
    assert Ruling.REFUSE is gate().judge(Request("GET", url)).ruling


def test_what_a_cookie_holds_stops_no_read() -> None:
    """A read takes along what the site itself keeps, an address of the account too."""
    kept = (("cookie", "reason=tour-seen"), ("cookie", "me=another@example.net"))
    request = Request("GET", f"{ASIDE}?page=2&size=small", headers=kept)

    assert Ruling.PASS is gate().judge(request).ruling


@pytest.mark.parametrize("inside", [{"text": CONSENT}, {"a": {"b": [CONSENT]}}, [CONSENT]])
def test_another_text_below_the_name_of_a_field(inside: object) -> None:
    """It is another value of that field, however deep it stands; a number beside it is not."""
    body = {"email": EMAIL, "kept": REASON, "reason": inside}
    honest = {"email": EMAIL, "reason": {"text": REASON, "length": 12, "kind": "PLAIN_TEXT"}}

    assert (
        Ruling.REFUSE is gate().judge(_post(json.dumps(body).encode(), "application/json")).ruling
    )
    assert (
        Ruling.SEND is gate().judge(_post(json.dumps(honest).encode(), "application/json")).ruling
    )


def test_no_send_before_a_press() -> None:
    """Where presses are told, what the page sends by itself stays; an early press is none."""
    judge = Gate(FLOW, Ground(), Seconds(), needs_press=True)
    judge.arm()
    judge.note_press()  # too early: before the confirmation
    judge.unlock(reviewed())
    by_itself = judge.judge(urlencoded(GOOD))
    judge.note_press()

    assert (Ruling.REFUSE, False) == (by_itself.ruling, by_itself.differs)
    assert State.UNLOCKED is judge.state
    assert Ruling.SEND is judge.judge(urlencoded(GOOD)).ruling


@pytest.mark.parametrize(
    "pairs",
    [(("email", EMAIL), ("reason", CONSENT)), (("email", EMAIL),), (("t", "17"),)],
)
def test_whether_it_stays_because_of_its_values(pairs: Pairs) -> None:
    """The verdict says so itself; what a page reports of itself elsewhere is no other value."""
    beside = replace(urlencoded((("t", "17"),)), url=ASIDE)

    assert gate().judge(urlencoded(pairs)).differs
    assert not gate().judge(beside).differs
