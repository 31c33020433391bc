"""A flow out of a stranger's bundle: data of the vocabulary that breaks no law, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filer import flow
from filer.errors import FlowBroken
from filer.flow import Flow, HandOver, Open, Press, broken_laws
from filer.flow_json import LARGEST, confined, read_flow
from tests.replay.conftest import FLOW, KNOWN

Data = dict[str, Any]
LABEL = {"texts": {"en": ["Continue"]}, "unconfirmed": [], "source": ""}


def data() -> Data:
    """The Facebook flow as JSON values."""
    read = json.loads(FLOW.as_json())
    assert isinstance(read, dict)
    return read


def flow_of(changed: object) -> Flow:
    """What is read of *changed*."""
    return read_flow(json.dumps(changed).encode())


@pytest.mark.parametrize("name", flow.names())
def test_round_trip(name: str) -> None:
    """Every flow comes back from its JSON as it was, and nothing of it is left out."""
    known = flow.load(name)
    back = read_flow(known.as_json().encode())

    assert known == back
    assert (known.steps, ()) == (confined(back, KNOWN, live=True)[0].steps, ())
    assert () == confined(back, KNOWN, live=True)[1]


def step(verb: str, **parts: object) -> Callable[[Data], None]:
    """Puts a step in front of all others."""
    return lambda d: d["steps"].insert(0, {"verb": verb, **parts})


def put(*path: str | int, value: object) -> Callable[[Data], None]:
    """Puts *value* at *path*."""

    def change(d: Data) -> None:
        place: Any = d
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def opens(address: str) -> Callable[[Data], None]:
    """Opens *address* first."""
    return put("steps", 0, "addresses", 0, value=address)


SEND = FLOW.sending.send.wordings()[0]
HOSTILE: dict[str, Callable[[Data], object]] = {
    "another host": opens("https://evil.example/help/contact/1"),
    "a host that only looks like it": opens("https://www.facebook.com.evil.example/help"),
    "a user before the host": opens("https://www.facebook.com@evil.example/"),
    "a backslash": opens("https://www.facebook.com\\@evil.example/"),
    "a port": opens("https://www.facebook.com:8443/help/contact/1"),
    "a script": opens("javascript:fetch('https://evil.example')"),
    "a file": opens("file:///etc/passwd"),
    "data": opens("data:text/html,<script>1</script>"),
    "no encryption": opens("http://www.facebook.com/help/contact/1"),
    "an unknown verb": step("Run", command="id"),
    "an unknown verb in a list": put("cookies", 0, value={"verb": "Exec", "label": LABEL}),
    "another verb than its place has": put("cookies", 0, "verb", value="Open"),
    "an unknown part": put("__class__", value="os"),
    "an unknown part of a step": put("steps", 0, "script", value="1"),
    "a send wording that is pressed": step("Press", label={**LABEL, "texts": {"en": [SEND]}}),
    "a send wording in a cookie dialog": put(
        "cookies", 0, "label", value={**LABEL, "texts": {"en": [SEND.upper()]}}
    ),
    "a second send": lambda d: d["steps"].append(
        next(s for s in d["steps"] if s["verb"] == "HumanSends")
    ),
    "no send": lambda d: d.update(steps=d["steps"][:1]),
    "a name that climbs": put("name", value="../../facebook"),
    "a field that climbs": lambda d: next(s for s in d["steps"] if s["verb"] == "Fill")[
        "field"
    ].update(name="../x"),
    "a value that no profile has": lambda d: next(
        s for s in d["steps"] if s["verb"] == "Fill"
    ).update(value="__dict__"),
    "all hosts": put("hosts", value=["*"]),
    "a number for a text": put("name", value=1),
    "a text for a list": put("hosts", value="www.facebook.com"),
    "it types before the form is there": lambda d: d.update(
        steps=[s for s in d["steps"] if s["verb"] != "HandOver"]
    ),
    "it waits before it opens": lambda d: d["steps"].insert(0, d["steps"].pop(1)),
    "a thousand pictures": lambda d: d.update(
        steps=d["steps"] + [{"verb": "Keep", "title": f"{n}"} for n in range(1_000)]
    ),
    "a thousand addresses": lambda d: d["steps"][0].update(
        addresses=d["steps"][0]["addresses"] * 500
    ),
    "no day": put("checked", value="2026-13-45"),
    "no language": put("title", value={**LABEL, "texts": {"self": ["x"]}}),
    "a text with a zero": put("checked", value="2026-11-23\0"),
    "a very long text": put("title", "texts", value={"en": ["x" * 5000]}),
    "half a pair": put("title", "texts", value={"en": ["\ud800"]}),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_hostile(change: Callable[[Data], object]) -> None:
    """Whatever is not a lawful flow of filer's is refused with a sentence."""
    changed = data()
    change(changed)

    with pytest.raises(FlowBroken, match="cannot be used"):
        flow_of(changed)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"import os",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"name": ' + b"9" * 10_000 + b"}",
        b'{"name": "a", "name": "b"}',
        b" " * (LARGEST + 1),
        b'{"steps": [' + b",".join([b"[]"] * 60_000) + b"]}",
        b"NaN",
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_no_flow_at_all(raw: bytes) -> None:
    """Text that is no flow is refused, however deep, long or odd it is."""
    with pytest.raises(FlowBroken):
        read_flow(raw)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("HumanSends"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["verb", "texts", "label", "name", "x"]), inner)
    ),
    max_leaves=6,
)


def paths(value: object, so_far: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every part of *value*."""
    match value:
        case dict():
            inner = [p for key, each in value.items() for p in paths(each, (*so_far, key))]
        case list():
            inner = [p for n, each in enumerate(value) for p in paths(each, (*so_far, n))]
        case _:
            inner = []
    return [so_far, *inner] if so_far else inner


@given(st.sampled_from(paths(data())), ANYTHING)
def test_any_part_can_be_anything(path: tuple[str | int, ...], value: object) -> None:
    """Whatever stands in whatever place: it is a flow without a broken law, or it is refused."""
    changed = data()
    put(*path, value=value)(changed)
    try:
        read = flow_of(changed)
    except (FlowBroken, UnicodeEncodeError):
        return

    assert () == broken_laws(read)


def test_a_host_that_filer_does_not_know() -> None:
    """A lawful flow with a host of its own opens nothing, in practice neither."""
    changed = data()
    changed["hosts"].append("evil.example")
    opens("https://evil.example/help")(changed)

    for live in (False, True):
        with pytest.raises(FlowBroken, match=r"does not know: evil\.example"):
            confined(flow_of(changed), KNOWN, live=live)


def test_no_pattern_of_hosts() -> None:
    """A pattern that would take in known hosts is none of the known ones."""
    changed = data()
    changed["hosts"] = ["*.facebook.com"]

    with pytest.raises(FlowBroken, match="does not know"):
        confined(flow_of(changed), KNOWN, live=True)


def test_on_the_real_form_only_what_is_known_is_opened_and_pressed() -> None:
    """An address or a button that no flow of ours has is left out, and that is said."""
    changed = data()
    changed["steps"][0]["addresses"].insert(0, "https://www.facebook.com/settings/?deactivate=1")
    step("Press", label={**LABEL, "texts": {"en": ["Delete my account"]}})(changed)
    changed["cookies"].append(
        {"verb": "Press", "label": {**LABEL, "texts": {"en": ["Confirm friend"]}}}
    )
    read, left_out = confined(flow_of(changed), KNOWN, live=True)

    assert FLOW.addresses == read.addresses
    assert FLOW.cookies == read.cookies
    assert not any(isinstance(s, Press) for s in read.steps)
    assert 2 == len(left_out)


def test_nothing_known_is_left() -> None:
    """A flow of which no address is known is not replayed on the real form."""
    changed = data()
    for each in changed["steps"]:
        if each["verb"] == "Open":
            each["addresses"] = ["https://www.facebook.com/logout.php"]

    with pytest.raises(FlowBroken, match="no address that filer knows"):
        confined(flow_of(changed), KNOWN, live=True)


def test_a_login_stays_private_and_the_words_are_ours() -> None:
    """A stranger's flow can open no login to view, and puts no sentence into filer's mouth."""
    changed = data()
    changed["private"] = []
    changed["title"] = {**LABEL, "texts": {"en": ["Pay 50 euro now"]}}
    for each in changed["steps"]:
        if each["verb"] == "HandOver":
            each["words"] = "Type your password at evil.example."
    read, _left_out = confined(flow_of(changed), KNOWN, live=False)
    words = [s.words for s in read.steps if isinstance(s, HandOver)]

    assert set(FLOW.private) <= set(read.private)
    assert FLOW.title == read.title
    assert ["Log in if you are asked to."] == words
    assert isinstance(read.steps[0], Open)
