"""`filer doctor`: can filer run here, and what is missing.

Each check looks at one thing and returns one finding; none changes anything that stays, and none
contacts anybody: the browser is started on an empty page, with its way out closed.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from filer import choices
from filer.browser import fonts
from filer.browser.display import find_display
from filer.browser.find import Browser, find_browser, install_line
from filer.clock import SystemClock
from filer.errors import BadValue, NoBrowser
from filer.evidence import stamps
from filer.evidence.volume import Volume, doubts, volume_of
from filer.settings import Settings
from filer.words import _

ROOM_NEEDED = 200 * 1024 * 1024  # a filing takes a few MB; a letter's scans and a dossier more

# Words in a folder's path that tell that a cloud service copies it, and the service's name.
CLOUDS: tuple[tuple[str, str], ...] = (
    (r"dropbox.*", "Dropbox"),  # also "Dropbox (Personal)"
    (r"onedrive.*", "OneDrive"),  # also "OneDrive - Company"
    (r"google ?drive.*|my drive", "Google Drive"),
    (r"mobile documents|icloud ?drive|com~apple~clouddocs", "iCloud"),
    (r"nextcloud|owncloud", "Nextcloud"),
    (r"proton ?drive.*", "Proton Drive"),
    (r"pcloud ?(drive|sync)?", "pCloud"),
    (r"box sync|box-box", "Box"),
    (r"mega|megasync.*", "MEGA"),
    (r"syncthing", "Syncthing"),
    (r"cloudstorage", "A cloud service"),  # where macOS puts all of them
)
PACKAGES = ("playwright", "structlog", "click", "rich", "jinja2", "pillow", "python-dotenv")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: its *name*, whether it will do, what was found, and what to do.

    *hint* is empty where there is nothing to do; an `ok` finding may carry one, as advice.
    """

    name: str
    ok: bool
    got: str
    hint: str = ""


def _good(name: str, got: str, hint: str = "") -> Finding:
    return Finding(name, ok=True, got=got, hint=hint)


def _bad(name: str, got: str, hint: str) -> Finding:
    return Finding(name, ok=False, got=got, hint=hint)


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Everything filer needs of this machine, one finding each. Takes a few seconds."""
    return (
        *_browser(settings),
        _driver(),
        _login(settings),
        _display(),
        _fonts(),
        evidence_folder(settings.evidence),
        file_system(settings.evidence),
        room(settings.evidence),
        cloud(settings.evidence),
        proxy(settings),
        timestamps(settings),
        _clock(),
        _versions(),
    )


def _browser(settings: Settings) -> tuple[Finding, ...]:
    try:
        browser = find_browser(settings.browser)
    except NoBrowser as none:
        return (_bad(_("browser"), none.message, none.hint),)
    got = f"{browser.name} {browser.version}".strip() + f" ({browser.path})"
    return _good(_("browser"), got, browser.expect), start_of(browser)


def _driver() -> Finding:
    name = _("driver")
    done = subprocess.run(
        [sys.executable, "-m", "playwright", "--version"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return _good(name, f"Playwright {done.stdout.split()[-1]}")
    told = (done.stderr or done.stdout).strip().splitlines()[-1:] or [""]
    return _bad(name, told[0][-300:], _("Install the library it names, or filer again."))


def start_of(browser: Browser) -> Finding:
    """Whether *browser* really starts, and with the sandbox that keeps a page in its place.

    Starts it on an empty page with a way out that leads nowhere, at most twice.
    """
    name = _("browser starts")
    if _is_root():
        told = starts(browser, sandbox=False)
        if told:
            return _bad(name, told, _("Its own words say what it lacks."))
        return _good(
            name,
            _("yes, without its sandbox, because you are root"),
            _("To file for real, use an ordinary account: the sandbox protects it from pages."),
        )
    told = starts(browser, sandbox=True)
    if not told:
        return _good(name, _("yes, with its sandbox on"))
    if starts(browser, sandbox=False):
        return _bad(name, told, browser.expect or _("Its own words say what it lacks."))
    return _bad(
        name,
        _("only without its sandbox, and filer does not switch that off"),
        _(
            "This system keeps ordinary users from making namespaces. Ask an administrator for "
            "the package chromium-sandbox, or to allow unprivileged user namespaces."
        ),
    )


def starts(browser: Browser, *, sandbox: bool) -> str:
    """Start *browser* on an empty page and end it: empty if that worked, else its last words."""
    with tempfile.TemporaryDirectory(prefix="filer-doctor-", ignore_cleanup_errors=True) as folder:
        command = [str(browser.path), "--headless", f"--user-data-dir={folder}", "--disable-gpu"]
        command += ["--no-first-run", "--disable-background-networking", "--disable-sync"]
        command += ["--proxy-server=127.0.0.1:9", "--disable-component-update"]
        command += [] if sandbox else ["--no-sandbox"]
        try:
            done = subprocess.run(
                [*command, "--dump-dom", "about:blank"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=60,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return _("it did not answer within a minute")
        except OSError as error:
            return str(error)
    if done.returncode == 0:
        return ""
    words = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    telling = [line for line in words if "sandbox" in line.lower() or "librar" in line.lower()]
    return (telling or words or [_("it ended with %(code)s") % {"code": done.returncode}])[-1][:300]


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _login(settings: Settings) -> Finding:
    if settings.browser_profile is not None:
        return _good(
            _("login"),
            _("filer keeps a browser profile in %(path)s") % {"path": settings.browser_profile},
            _("Whoever can read that folder is logged in as you."),
        )
    return _good(
        _("login"),
        _("a fresh browser each time; nothing of your login is kept"),
        _(
            "Your bookmarks, extensions and password manager are not in that window: copy the "
            "password from the manager's own program, or type it."
        ),
    )


def _display() -> Finding:
    display = find_display()
    if display.present:
        return _good(_("display"), display.what)
    return _bad(
        _("display"),
        display.what,
        _(
            "To file you need a screen, because you press Send in the window. Practising with a "
            "stand-in works without one."
        ),
    )


def _fonts() -> Finding:
    lacking = fonts.scripts_without_font()
    if lacking:
        packages = install_line(fonts.DEBIAN_PACKAGES)
        return _bad(
            _("fonts"),
            _("none for %(scripts)s: pictures would show boxes") % {"scripts": ", ".join(lacking)},
            _("An administrator of this machine can run: %(line)s") % {"line": packages}
            if shutil.which("apt-get")
            else _("Install the Noto fonts."),
        )
    unwelcome = fonts.scripts_without_font(fonts.WELCOME)
    drawn = ", ".join(name for name, _language in fonts.NEEDED)
    if not unwelcome:
        return _good(_("fonts"), f"{drawn}, {', '.join(n for n, _c in fonts.WELCOME)}")
    return _good(
        _("fonts"),
        drawn,
        _("None for %(scripts)s: install %(package)s if your name or your reason needs it.")
        % {"scripts": ", ".join(unwelcome), "package": fonts.DEBIAN_PACKAGE_CHINESE},
    )


def evidence_folder(folder: Path) -> Finding:
    """Whether evidence can be written to *folder*, and whether others can read it there.

    A folder that is not there yet is not made; the one it would be made in is asked.
    """
    name = _("evidence folder")
    there = _nearest(folder)
    try:
        if not there.is_dir():
            raise NotADirectoryError(_("%(path)s is a file") % {"path": there})
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        return _bad(
            name,
            _("%(path)s cannot be written: %(why)s")
            % {"path": folder, "why": error.strerror or error},
            _("Choose another with --evidence or FILER_EVIDENCE."),
        )
    if there == folder and os.name == "posix" and folder.stat().st_mode & 0o077:
        return _good(
            name,
            str(folder),
            _("Other accounts on this machine can look into it: chmod 700 closes it."),
        )
    return _good(name, str(folder))


def file_system(folder: Path, look: Callable[[Path], Volume] = volume_of) -> Finding:
    """Whether what filer relies on holds on the disk or the share that *folder* is on."""
    name = _("file system")
    found = look(folder)
    if found.own:
        return _good(name, found.kind)
    kind = found.kind or _("of unknown kind")
    wrong = doubts(_nearest(folder), found)
    if wrong:
        return _bad(
            name,
            f"{kind}: {'; '.join(wrong)}",
            _("filer keeps no evidence there. Choose a folder on a disk of this computer."),
        )
    tried = _("%(kind)s: what filer relies on was tried, and holds") % {"kind": kind}
    if found.share:
        return _good(name, tried, _("Whoever can read that share can read your evidence."))
    return _good(name, tried, _("Do not use the same folder from another computer."))


def room(folder: Path) -> Finding:
    """Whether the disk that *folder* is on has room for a filing and its complaint."""
    free = shutil.disk_usage(_nearest(folder)).free
    got = _("%(megabytes)s MB free") % {"megabytes": f"{free // 1024**2:,}".replace(",", " ")}
    if free >= ROOM_NEEDED:
        return _good(_("room"), got)
    return _bad(_("room"), got, _("Make room, or choose a folder on another disk."))


def cloud(folder: Path) -> Finding:
    """Whether a cloud service copies *folder*, as far as its path tells."""
    name = _("cloud copies")
    service = cloud_of(folder) or cloud_of(folder.resolve())
    if service is None:
        return _good(name, _("none that the folder's name tells of"))
    return _bad(
        name,
        _("%(service)s copies the evidence folder") % {"service": service},
        _(
            "Your evidence holds personal data and would leave this machine. Choose another "
            "folder with --evidence or FILER_EVIDENCE."
        ),
    )


def cloud_of(folder: Path) -> str | None:
    """The cloud service whose folder *folder* lies in, by the names on its path."""
    for part in folder.parts:
        for words, service in CLOUDS:
            if re.fullmatch(words, part.lower()):
                return service
    return None


def _nearest(folder: Path) -> Path:
    """*folder*, or the closest one above it that exists as far as this account can see."""
    while folder != folder.parent:
        try:
            folder.stat()
        except OSError:
            folder = folder.parent
        else:
            break
    return folder


def proxy(settings: Settings, ask: Callable[[], str] | None = None) -> Finding:
    """How filer reaches the internet: directly, or through the system's own proxy.

    *ask* tells what the desktop is set to: "", "manual" or "script".
    """
    name = _("way out")
    chained = settings.upstream.get("https") or settings.upstream.get("http")
    if chained:
        parts = urlsplit(chained if "//" in chained else f"http://{chained}")
        where = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
        if parts.scheme not in {"http", "https"}:
            return _bad(
                name,
                _("your proxy %(where)s is of a kind filer does not speak") % {"where": where},
                _("Set HTTPS_PROXY to an http:// proxy."),
            )
        return _good(name, _("through your proxy %(where)s") % {"where": where})
    match (ask or desktop_proxy)():
        case "script":
            return _bad(
                name,
                _("your system picks its proxy by a script (PAC), which filer does not run"),
                _("Ask your network's people for the proxy's address, and set HTTPS_PROXY to it."),
            )
        case "manual":
            return _bad(
                name,
                _("your desktop is set to a proxy, which filer reads from HTTPS_PROXY only"),
                _("Set HTTPS_PROXY to the same address, such as http://proxy.example:3128."),
            )
        case _:
            return _good(name, _("directly"))


def desktop_proxy() -> str:
    """What the desktop's own settings say of a proxy: "manual", "script", or "" for none."""
    match sys.platform:
        case "darwin":
            told = _answer(["scutil", "--proxy"])
            if re.search(r"ProxyAuto(Config|Discovery)Enable : 1", told):
                return "script"
            return "manual" if re.search(r"HTTPS?Enable : 1", told) else ""
        case "win32":
            key = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings"
            told = _answer(["reg", "query", key])
            if "AutoConfigURL" in told:
                return "script"
            return "manual" if re.search(r"ProxyEnable\s+REG_DWORD\s+0x1", told) else ""
        case _:
            if shutil.which("gsettings") is None:
                return ""
            told = _answer(["gsettings", "get", "org.gnome.system.proxy", "mode"]).strip("' \n")
            return {"auto": "script", "manual": "manual"}.get(told, "")


def timestamps(settings: Settings) -> Finding:
    """Who confirms when evidence existed, if anybody; that nobody does is no fault."""
    name = _("timestamps")
    agreed = choices.remembered(settings.choices, choices.TIMESTAMPS)
    try:
        asked = stamps.chosen(
            settings.tsa_urls,
            settings.tsa_roots,
            settings.upstream,
            SystemClock(),
            agreed=agreed,
            practice=False,
        )
    except BadValue as wrong:
        return _bad(name, wrong.message, wrong.hint)
    if not isinstance(asked, str):
        urls = ", ".join(authority.url for authority in asked.authorities)
        roots = "" if asked.pinned else " " + _("(no root certificates are pinned)")
        return _good(name, urls + roots)
    words = {
        "not asked": _("none; you will be asked before you file"),
        "declined": _("none; you said no"),
        "set to none": _("none; FILER_TSA_URLS is set to nothing"),
    }
    hint = _("FILER_TSA_URLS names authorities; your answer is kept in {file}.")
    return _good(name, words[asked], hint.format(file=settings.choices))


def _clock() -> Finding:
    now = datetime.now(UTC)
    got = _("%(here)s here, %(utc)s UTC") % {
        "here": now.astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        "utc": now.strftime("%H:%M"),
    }
    if now.timestamp() < Path(__file__).stat().st_mtime - 86400:
        hint = _("That is before filer was installed. Set the clock: evidence carries its times.")
        return _bad(_("clock"), got, hint)
    if sys.platform.startswith("linux") and shutil.which("timedatectl"):
        synchronised = _answer(["timedatectl", "show", "-p", "NTPSynchronized", "--value"]).strip()
        if synchronised == "no":
            hint = _("The clock is not kept right by the network; compare it with another one.")
            return _good(_("clock"), got, hint)
    return _good(_("clock"), got)


def _versions() -> Finding:
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("filer", *PACKAGES)]
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return _good(_("versions"), ", ".join((*versions, machine)))


def _answer(command: list[str]) -> str:
    """What *command* prints; nothing when it cannot be asked."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
