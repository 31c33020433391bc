"""Ways of being wrong: files and lists."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from filer.evidence import layout
from tests.evidence.forging import (
    WITHDRAWN,
    Desk,
    digest,
    one,
    recompute,
    token_of,
)
from tests.evidence.ways.table import (
    as_on_windows,
    edit,
    in_reverse,
    link_to,
    new_file,
    other_list,
    reseal_tags,
    seal_list,
    way,
)

# --------------------------------------------------------------------------- files


@way(7, 12)
def picture_changed(desk: Desk) -> Path:
    """One bit of a picture is changed."""
    edit(one(desk.filing, "data/shots/001-*"), lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]))
    return desk.filing


@way(7, 9, 12)
def picture_cut(desk: Desk) -> Path:
    """A picture is a byte shorter."""
    edit(one(desk.filing, "data/shots/001-*"), lambda raw: raw[:-1])
    return desk.filing


@way(7, 9, 12)
def picture_gone(desk: Desk) -> Path:
    """A picture is deleted."""
    one(desk.filing, "data/shots/001-*").unlink()
    return desk.filing


@way(5)
def page_edited(desk: Desk) -> Path:
    """The start page says something else."""
    edit(desk.filing / "README.html", lambda raw: raw.replace(b"filer", b"fi1er"))
    return desk.filing


@way(5)
def info_edited(desk: Desk) -> Path:
    """bag-info.txt has another date."""
    edit(desk.filing / "bag-info.txt", lambda raw: raw.replace(b"Date: 2", b"Date: 1"))
    return desk.filing


@way(5)
def help_gone(desk: Desk) -> Path:
    """VERIFY.txt is deleted and struck off the list, and all is sealed anew."""
    (desk.filing / "VERIFY.txt").unlink()
    desk.reseal(desk.filing)
    return desk.filing


@way(8)
def file_beside(desk: Desk) -> Path:
    """A file is added beside the lists."""
    (desk.filing / "note.txt").write_text("see the other folder\n")
    return desk.filing


@way(8)
def folder_beside(desk: Desk) -> Path:
    """An empty folder is added."""
    (desk.filing / "data/later").mkdir()
    return desk.filing


@way(8, 12)
def file_deep(desk: Desk) -> Path:
    """A file is added deep in folders of its own."""
    new_file(desk.filing / "data/a/b/c/d.txt")
    return desk.filing


@way(12)
def file_listed(desk: Desk) -> Path:
    """A file is added to the payload, put on the list, and all is sealed anew."""
    new_file(desk.filing / "data/extra.txt")
    desk.reseal(desk.filing)
    return desk.filing


@way(8, 18)
def file_in_timestamps(desk: Desk) -> Path:
    """A file is added among the timestamps."""
    new_file(desk.filing / "timestamps/note.txt")
    return desk.filing


@way(18)
def answer_planted(desk: Desk) -> Path:
    """An answer that no line names lies among the timestamps, listed and sealed anew."""
    new_file(desk.filing / "timestamps/line-0003.start.nobody.tsr.bad")
    desk.reseal(desk.filing)
    return desk.filing


@way(8)
def near_miss(desk: Desk) -> Path:
    """A file has almost the name of an outer seal."""
    new_file(desk.filing / "tagmanifest-sha256.txt.Sectigo.tsr")
    return desk.filing


@way(8)
def near_miss_longer(desk: Desk) -> Path:
    """A file has the name of the outer seal and something behind it."""
    shutil.copy(token := token_of(desk.filing, "seal"), f"{token}.bak")
    return desk.filing


@way(2)
def hidden(desk: Desk) -> Path:
    """A hidden file is added."""
    new_file(desk.filing / "data/.hidden")
    return desk.filing


@way(2, 8, 12)
def twins(desk: Desk) -> Path:
    """Two files have the same name but for capitals."""
    picture = one(desk.filing, "data/shots/001-*")
    shutil.copy(picture, picture.with_name(picture.name.upper()))
    return desk.filing


@way(2)
def reserved(desk: Desk) -> Path:
    """A file has a name that Windows keeps for a device."""
    new_file(desk.filing / "data/con.txt")
    return desk.filing


@way(2)
def line_break(desk: Desk) -> Path:
    """A file has a line break in its name."""
    new_file(desk.filing / "data/a\nb")
    return desk.filing


@way(2)
def no_text(desk: Desk) -> Path:
    """A file has a name that is no text."""
    new_file(desk.filing / "data" / os.fsdecode(b"\xff\xfe"))
    return desk.filing


@way(2)
def pipe(desk: Desk) -> Path:
    """A pipe lies among the pictures."""
    os.mkfifo(desk.filing / "data/shots/004-pipe.png")
    return desk.filing


@way(2)
def device(desk: Desk) -> Path:
    """A device, or where the system allows none, a socket, lies among the pictures."""
    place = desk.filing / "data/shots/004-device.png"
    try:
        os.mknod(place, stat.S_IFCHR | 0o600, os.makedev(1, 5))  # /dev/zero: reading it never ends
    except OSError:
        os.mknod(place, stat.S_IFSOCK | 0o600)
    return desk.filing


@way(2, 7, 9, 12)
def link(desk: Desk) -> Path:
    """A picture is a link to a copy of it elsewhere."""
    picture = one(desk.filing, "data/shots/001-*")
    link_to(picture, shutil.move(picture, desk.folder / "elsewhere.png"))
    return desk.filing


@way(2, 7, 9, 12)
def folder_link(desk: Desk) -> Path:
    """The folder of pictures is a link to a copy of it elsewhere."""
    folder = desk.filing / "data/shots"
    link_to(folder, shutil.move(folder, desk.folder / "elsewhere"))
    return desk.filing


@way(12)
def withdrawn_put_back(desk: Desk) -> Path:
    """A picture that the person withdrew is put back, listed and sealed anew."""
    new_file(desk.filing / f"data/shots/{WITHDRAWN}.png")
    desk.reseal(desk.filing)
    return desk.filing


@way(12)
def torn_end_gone(desk: Desk) -> Path:
    """The torn end of a line, kept aside after a crash, is deleted and struck off the list."""
    one(desk.broken_off, "data/session.jsonl.torn-*").unlink()
    recompute(desk.broken_off)
    return desk.broken_off


# --------------------------------------------------------------------------- lists


@way(1)
def another_version(desk: Desk) -> Path:
    """bagit.txt is of another version, and all is sealed anew."""
    edit(desk.filing / "bagit.txt", lambda raw: raw.replace(b"1.0", b"0.97"))
    desk.reseal(desk.filing)
    return desk.filing


@way(1, 5)
def no_bag(desk: Desk) -> Path:
    """bagit.txt is deleted."""
    (desk.filing / "bagit.txt").unlink()
    return desk.filing


@way(3)
def no_seal(desk: Desk) -> Path:
    """seal.sha256 is deleted."""
    (desk.filing / "seal.sha256").unlink()
    return desk.filing


@way(9)
def another_size(desk: Desk) -> Path:
    """bag-info.txt notes another size, and all is sealed anew."""
    edit(desk.filing / "bag-info.txt", lambda raw: raw.replace(b"Oxum: ", b"Oxum: 1"))
    reseal_tags(desk)
    return desk.filing


@way(9)
def label_twice(desk: Desk) -> Path:
    """bag-info.txt names its identifier twice, and all is sealed anew."""
    edit(desk.filing / "bag-info.txt", lambda raw: raw + b"External-Identifier: urn:uuid:0\n")
    reseal_tags(desk)
    return desk.filing


@way(4)
def tags_unsorted(desk: Desk) -> Path:
    """The list of tag files is in another order, and sealed anew."""
    edit(desk.filing / layout.TAGMANIFEST, in_reverse)
    seal_list(desk)
    return desk.filing


@way(4, 5, 8)
def tags_as_on_windows(desk: Desk) -> Path:
    """The list of tag files has line ends of Windows, and is sealed anew."""
    edit(desk.filing / layout.TAGMANIFEST, as_on_windows)
    seal_list(desk)
    return desk.filing


@way(6, 7, 8, 9)
def payload_as_on_windows(desk: Desk) -> Path:
    """The list of the payload has line ends of Windows, and all is sealed anew."""
    return other_list(desk, as_on_windows)


@way(6)
def payload_unsorted(desk: Desk) -> Path:
    """The list of the payload is in another order, and all is sealed anew."""
    return other_list(desk, in_reverse)


@way(6)
def payload_twice(desk: Desk) -> Path:
    """The list of the payload names a file twice, and all is sealed anew."""
    return other_list(desk, lambda raw: raw.splitlines(keepends=True)[0] + raw)


@way(6, 8, 9)
def payload_upper_case(desk: Desk) -> Path:
    """A hash in the list of the payload is in capitals, and all is sealed anew."""
    return other_list(desk, lambda raw: raw[:64].upper() + raw[64:])


@way(6, 8, 9)
def payload_with_mark(desk: Desk) -> Path:
    """The list of the payload begins with a mark of Windows (BOM), and all is sealed anew."""
    return other_list(desk, lambda raw: b"\xef\xbb\xbf" + raw)


@way(6)
def path_out(desk: Desk) -> Path:
    """The list of the payload names a file outside the folder, and all is sealed anew."""
    return other_list(desk, lambda raw: raw + b"0" * 64 + b"  data/../../../etc/passwd\n")


@way(6)
def zero_byte(desk: Desk) -> Path:
    """The list of the payload names a file with a zero byte, and all is sealed anew."""
    return other_list(desk, lambda raw: raw + b"0" * 64 + b"  data/\x00\n")


@way(6, 7, 8, 9)
def payload_empty(desk: Desk) -> Path:
    """The list of the payload is empty, and all is sealed anew."""
    return other_list(desk, lambda _raw: b"")


@way(7)
def other_hash(desk: Desk) -> Path:
    """The list of the payload has another hash for the log, and all is sealed anew."""
    log = digest(desk.filing / "data/session.jsonl").encode()
    return other_list(desk, lambda raw: raw.replace(log, b"0" * 64))
