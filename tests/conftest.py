"""What all tests share: the command in clean surroundings, and a guard around this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from filer.browser.find import find_browser
from tests.authority import Authority, Keys
from tests.crash.summary import pytest_terminal_summary  # noqa: F401 - a hook of pytest
from tests.end_to_end.command import Command

# A busy machine is slow, and that is no fault of what is tested.
hypothesis.settings.register_profile("filer", deadline=None)
hypothesis.settings.load_profile("filer")

_outside: list[str] = []


class OutsideRefused(OSError):
    """A test tried to reach something that is not this machine."""


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host == "":
        return True
    name = str(host).lower().rstrip(".")
    return (
        name in {"localhost", "::1", "0.0.0.0", "::"}  # noqa: S104 - compared, not bound
        or name.startswith("127.")
        or name.endswith(".localhost")
    )


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what leaves this machine; Python asks before each such call."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a path is a local socket
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not _is_here(host):
        _outside.append(f"{event} {host}")
        raise OutsideRefused(f"The suite reaches nothing but this machine; not {host}.")


sys.addaudithook(_guard)


@pytest.fixture(autouse=True)
def _nothing_leaves_this_machine() -> Iterator[None]:
    """Fail a test that tried to reach the world, also where it took the refusal lightly."""
    _outside.clear()
    yield

    assert [] == _outside


@pytest.fixture
def filer(tmp_path: Path) -> Iterator[Command]:
    """The command, with a home and an evidence folder of its own."""
    command = Command(tmp_path)
    yield command
    command.put_away()


@pytest.fixture(scope="session")
def authority_keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Keys of a timestamp authority, made once a run."""
    return Keys(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def authority(authority_keys: Keys) -> Iterator[Authority]:
    """A timestamp authority on this machine."""
    running = Authority(authority_keys)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright starts the browser filer would use; as root Chromium has no sandbox."""
    as_root = os.geteuid() == 0
    return {
        **browser_type_launch_args,
        "executable_path": str(find_browser(os.environ.get("FILER_BROWSER")).path),
        "chromium_sandbox": not as_root,
    }
