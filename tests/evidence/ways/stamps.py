"""Ways of being wrong: the full forgery, the outer seal, the timestamps within."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from filer.evidence import layout
from tests.evidence.forging import (
    Desk,
    Line,
    backdated,
    one,
    read_lines,
    recompute,
    rewrite_log,
    the,
    token_of,
)
from tests.evidence.ways.table import (
    GRANTED,
    edit,
    forge_value,
    form_of,
    line_added,
    new_file,
    other_outer,
    other_token,
    own_certificates,
    retold,
    strip_timestamps,
    way,
)

# --------------------------------------------------------------------------- the full forgery


@way(12, 17, 21)
def forged_lists(desk: Desk) -> Path:
    """A value is changed, and every list, the seal and the pages are made to fit."""
    edit(desk.filing / "README.html", lambda raw: raw.replace(b"anna@", b"erna@"))
    edit(form_of(desk.filing), lambda raw: raw.replace(b"anna@", b"erna@"))
    recompute(desk.filing)
    return desk.filing


@way(19, 21)
def forged_log(desk: Desk) -> Path:
    """A value is changed, and every list, hash and line of the log is made to fit."""
    forge_value(desk.filing)
    return desk.filing


@way(19)
def forged_and_resealed(desk: Desk) -> Path:
    """The same, and a real authority stamps the seal anew."""
    forge_value(desk.filing)
    desk.reseal(desk.filing)
    return desk.filing


@way(16)
def forged_and_restamped(desk: Desk) -> Path:
    """The same, and a real authority stamps it all anew: the follow-up still names the old seal."""
    forge_value(desk.filing)
    desk.restamp(desk.filing)
    return desk.follow_up


@way(19, 21, unpinned=())
def forged_authority(desk: Desk) -> Path:
    """The same, and an authority of the forger's own stamps it all anew."""
    forge_value(desk.another)
    desk.restamp(desk.another, desk.good.forgers)
    own_certificates(desk, desk.another)
    return desk.another


@way(21)
def backdated_seal(desk: Desk) -> Path:
    """An authority of the forger's own stamps the seal with the time of another year."""
    outer = token_of(desk.filing, "seal")
    sealed = (desk.filing / layout.TAGMANIFEST).read_bytes()
    outer.write_bytes(backdated(desk.stamp(sealed, desk.good.forgers), desk.good.forgers, b"2020"))
    shutil.copy(desk.good.forgers.folder / "tsa.pem", one(desk.filing, "tagm*.chain.pem"))
    return desk.filing


@way(21)
def all_stripped(desk: Desk) -> Path:
    """Every timestamp is deleted, and the lines that name them; that some were wanted stays."""
    strip_timestamps(desk.filing, [])
    return desk.filing


# --------------------------------------------------------------------------- the outer seal


@way(21)
def outer_gone(desk: Desk) -> Path:
    """The outer seal is deleted."""
    token_of(desk.filing, "seal").unlink()
    one(desk.filing, "tagm*.chain.pem").unlink()
    return desk.filing


@way(21)
def outer_chain_gone(desk: Desk) -> Path:
    """The certificates of the outer seal are deleted."""
    one(desk.filing, "tagm*.chain.pem").unlink()
    return desk.filing


@way(21)
def outer_chain_other(desk: Desk) -> Path:
    """The certificates of the outer seal are those of somebody else."""
    shutil.copy(desk.good.forgers.root, one(desk.filing, "tagm*.chain.pem"))
    return desk.filing


@way(21)
def outer_chain_text(desk: Desk) -> Path:
    """Between the certificates of the outer seal stands a text."""
    edit(one(desk.filing, "tagm*.chain.pem"), lambda raw: raw + b"Meta has agreed.\n")
    return desk.filing


@way(21)
def outer_empty(desk: Desk) -> Path:
    """The outer seal is an empty file."""
    return other_outer(desk, lambda _raw: b"")


@way(21)
def outer_longer(desk: Desk) -> Path:
    """The outer seal has a byte more."""
    return other_outer(desk, lambda raw: raw + b"\x00")


@way(21)
def outer_shorter(desk: Desk) -> Path:
    """The outer seal has a byte less."""
    return other_outer(desk, lambda raw: raw[:-1])


@way(21)
def outer_rejected(desk: Desk) -> Path:
    """The outer seal is the authority's No."""
    return other_outer(desk, lambda _raw: bytes.fromhex("30053003020102"))


@way(21)
def outer_rejected_with_token(desk: Desk) -> Path:
    """The outer seal says that it was refused, with a timestamp behind it."""
    return other_outer(desk, lambda raw: raw.replace(GRANTED, b"\x30\x03\x02\x01\x02", 1))


@way(21)
def outer_with_mods(desk: Desk) -> Path:
    """The outer seal says that it was granted with changes."""
    return other_outer(desk, lambda raw: raw.replace(GRANTED, b"\x30\x03\x02\x01\x01", 1))


@way(21)
def outer_not_der(desk: Desk) -> Path:
    """The outer seal is written in another encoding that means the same."""
    return other_outer(desk, lambda raw: b"\x30\x83\x00" + raw[2:])


@way(21)
def outer_time_edited(desk: Desk) -> Path:
    """The time in the outer seal is changed by hand."""
    return other_outer(desk, lambda raw: raw.replace(b"\x18\x0f20", b"\x18\x0f19", 1))


@way(21)
def outer_other_hash(desk: Desk) -> Path:
    """The outer seal stamps a hash of another kind."""
    sealed = (desk.filing / layout.TAGMANIFEST).read_bytes()
    return other_outer(desk, lambda _raw: desk.stamp(sealed, digest="sha512"))


@way(21)
def outer_of_another_bundle(desk: Desk) -> Path:
    """The outer seal is that of another bundle."""
    return other_outer(desk, lambda _raw: token_of(desk.another, "seal").read_bytes())


@way(21)
def outer_of_another_moment(desk: Desk) -> Path:
    """The outer seal is the timestamp of the start."""
    return other_outer(desk, lambda _raw: token_of(desk.filing, "start").read_bytes())


@way(21, unpinned=())
def outer_added(desk: Desk) -> Path:
    """Beside the outer seal lies one by an authority of the forger's own."""
    sealed = (desk.filing / layout.TAGMANIFEST).read_bytes()
    raw = desk.stamp(sealed, desk.good.forgers)
    (desk.filing / layout.outer_name("forger")).write_bytes(raw)
    shutil.copy(
        desk.good.forgers.folder / "tsa.pem", desk.filing / layout.outer_chain_name("forger")
    )
    return desk.filing


# --------------------------------------------------------------------------- the timestamps within


@way(18)
def token_gone(desk: Desk) -> Path:
    """A timestamp is deleted and struck off the list, and all is sealed anew."""
    token_of(desk.filing, "start").unlink()
    desk.reseal(desk.filing)
    return desk.filing


@way(19, 20)
def token_gone_from_log(desk: Desk) -> Path:
    """A timestamp is deleted, with the line that names it, and all is made to fit."""
    token_of(desk.filing, "start").unlink()
    rewrite_log(desk.filing, lambda lines: lines.remove(the(lines, "timestamped", moment="start")))
    desk.reseal(desk.filing)
    return desk.filing


@way(5, 18, 19, 20)
def tokens_swapped(desk: Desk) -> Path:
    """Two timestamps are swapped."""
    first, second = token_of(desk.filing, "start"), token_of(desk.filing, "before-send")
    contents = first.read_bytes(), second.read_bytes()
    first.write_bytes(contents[1])
    second.write_bytes(contents[0])
    return desk.filing


@way(19)
def token_of_another_bundle(desk: Desk) -> Path:
    """The last timestamp is one of another bundle, named in the log, and all is made to fit."""
    return other_token(desk, token_of(desk.another, "after-send").read_bytes())


@way(19, unpinned=())
def token_by_forger(desk: Desk) -> Path:
    """The last timestamp is by an authority of the forger's own, and all is made to fit."""
    log = (desk.filing / "data/session.jsonl").read_bytes().splitlines(keepends=True)
    lines = the(read_lines(desk.filing), "timestamped", moment="after-send")["data"]["lines"]
    own_certificates(desk, desk.filing, inner=True)
    return other_token(desk, desk.stamp(b"".join(log[:lines]), desk.good.forgers))


@way(19, 21)
def token_time_edited(desk: Desk) -> Path:
    """The time in the last timestamp is changed by hand, and all is made to fit."""
    raw = token_of(desk.filing, "after-send").read_bytes()
    return other_token(desk, raw.replace(b"\x18\x0f20", b"\x18\x0f21", 1))


@way(5, 8, 18, 19)
def token_renamed(desk: Desk) -> Path:
    """The name of a timestamp says that it covers a line more."""
    token = token_of(desk.filing, "after-send")
    number = int(token.name[5:9])
    token.rename(token.with_name(token.name.replace(f"{number:04}", f"{number + 1:04}")))
    return desk.filing


@way(18)
def token_hash_edited(desk: Desk) -> Path:
    """The log names another hash for the last timestamp, and all is made to fit."""

    def change(lines: list[Line]) -> None:
        the(lines, "timestamped", moment="after-send")["data"]["token_sha256"] = "0" * 64

    return retold(desk, change)


@way(18)
def token_named_twice(desk: Desk) -> Path:
    """The log names the last timestamp twice, and all is made to fit."""

    def change(lines: list[Line]) -> None:
        line = the(lines, "timestamped", moment="after-send")
        lines.insert(lines.index(line), json.loads(json.dumps(line)))

    return retold(desk, change)


@way(20)
def token_time_misquoted(desk: Desk) -> Path:
    """The log says another time than the timestamp that it names, and all is made to fit."""

    def change(lines: list[Line]) -> None:
        the(lines, "timestamped", moment="after-send")["data"]["gen_time"] = "2025-05-26T12:00:00Z"

    return retold(desk, change)


@way(18)
def answer_misnamed(desk: Desk) -> Path:
    """The log calls any file an answer that came to nothing, and all is made to fit."""
    new_file(desk.filing / "timestamps/note.txt")
    return line_added(desk, "timestamp.failed", kept="timestamps/note.txt", why="no answer")


@way(18)
def answer_gone(desk: Desk) -> Path:
    """The log names an answer that came to nothing, and it is not there."""
    kept = "timestamps/line-0003.start.nobody.tsr.bad"
    return line_added(desk, "timestamp.failed", kept=kept, why="it cannot be read as a timestamp")


@way(19)
def chain_text(desk: Desk) -> Path:
    """Between the certificates of the timestamps stands a text, and all is sealed anew."""
    edit(one(desk.filing, "timestamps/*.chain.pem"), lambda raw: b"Meta has agreed.\n" + raw)
    desk.reseal(desk.filing)
    return desk.filing


@way(19)
def chain_other(desk: Desk) -> Path:
    """The certificates of the timestamps are those of somebody else, and all is sealed anew."""
    shutil.copy(desk.good.forgers.root, one(desk.filing, "timestamps/*.chain.pem"))
    desk.reseal(desk.filing)
    return desk.filing
