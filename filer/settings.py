"""The settings of one run: command line, then environment, then `.env`, frozen.

The only module that reads the environment.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dotenv.parser import parse_stream

from filer import profile
from filer.errors import BadValue, WrongUsage
from filer.profile import Profile
from filer.words import _

LANGUAGES = tuple(
    "bg cs da de el en es et fi fr ga hr hu is it lt lv mt nb nl no pl pt ro sk sl sv".split()
)
"""The official languages of the EU, with Norwegian and Icelandic."""

VALUES = {
    "email": "FILER_EMAIL",
    "name": "FILER_NAME",
    "first_name": "FILER_FIRST_NAME",
    "last_name": "FILER_LAST_NAME",
    "initials": "FILER_INITIALS",
    "address": "FILER_ADDRESS",
    "phone": "FILER_PHONE",
    "country": "FILER_COUNTRY",
    "region": "FILER_REGION",
    "reason": "FILER_REASON",
    "prompts": "FILER_PROMPTS",
    "picture": "FILER_PICTURE",
}
"""The profile's values and the settings they come from."""

OTHERS = (
    "FILER_LANGUAGE",
    "FILER_REASON_FILE",
    "FILER_EVIDENCE",
    "FILER_BROWSER",
    "FILER_BROWSER_PROFILE",
    "FILER_TSA_URLS",
    "FILER_TSA_ROOTS",
    "FILER_MAIL_DNS",
    "FILER_PATIENCE",
)


@dataclass(frozen=True)
class Settings:
    """What one run uses. *patience* is in seconds; *visible* None means: if there is a display.

    *tsa_urls* None means: filer's own choice of timestamp authorities; empty: none. *mail_dns*
    says whether DNS may be asked for mail keys, None that nothing is set; *dns_servers* which
    servers, empty for the usual ones. *choices* is the file of what the person was asked once
    (`filer.choices`). *unread* is a `.env` that was left alone because evidence lies beside it,
    *roots_from* the `.env` that named *tsa_roots*. *says_language* says that the language was set,
    and is not only that of the system.
    """

    profile: Profile
    evidence: Path
    language: str
    speaks: str
    says_language: bool = False
    browser: str | None = None
    browser_profile: Path | None = None
    patience: float = 10.0
    visible: bool | None = None
    upstream: Mapping[str, str] = field(default_factory=dict)
    tsa_urls: tuple[str, ...] | None = None
    tsa_roots: Path | None = None
    mail_dns: bool | None = None
    dns_servers: tuple[str, ...] = ()
    choices: Path | None = None
    log_level: str = "warning"
    unread: Path | None = None
    roots_from: Path | None = None


def read(
    options: Mapping[str, str | None],
    *,
    default_evidence: Path,
    environment: Mapping[str, str] | None = None,
    dotenv: Path | None = None,
    visible: bool | None = None,
    choices: Path | None = None,
) -> Settings:
    """The settings from *options* (names in small letters), the environment, and `.env`.

    *default_evidence* is where evidence goes when nothing else is said, *choices* the file of
    what the person was asked once.
    Raises `BadValue` for a value that cannot be right, `WrongUsage` for an unknown language on the
    command line.
    """
    environment = os.environ if environment is None else environment
    file = dotenv or Path(".env")
    unread = file if lies_with_evidence(file) else None
    written = {} if unread else _written(file)
    browser = _browser(environment, written, file)

    def get(name: str) -> str:
        option = options.get(name.removeprefix("FILER_").lower())
        value = option if option is not None else environment.get(name, written.get(name))
        return (value or "").strip()

    mail_dns, dns_servers = _mail_dns(get("FILER_MAIL_DNS"))
    return Settings(
        profile=profile.check({name: _value(name, get) for name in VALUES}),
        evidence=Path(get("FILER_EVIDENCE") or default_evidence).expanduser().absolute(),
        language=_language(get("FILER_LANGUAGE"), options.get("language"), environment),
        speaks=_speaks(get("FILER_LANGUAGE"), environment),
        says_language=bool(get("FILER_LANGUAGE")),
        browser=browser or None,
        browser_profile=Path(p).expanduser() if (p := get("FILER_BROWSER_PROFILE")) else None,
        patience=_seconds(get("FILER_PATIENCE")),
        visible=visible,
        upstream=_upstream(environment),
        tsa_urls=_urls(environment.get("FILER_TSA_URLS", written.get("FILER_TSA_URLS"))),
        tsa_roots=Path(p).expanduser() if (p := get("FILER_TSA_ROOTS")) else None,
        choices=choices,
        mail_dns=mail_dns,
        dns_servers=dns_servers,
        log_level=(get("FILER_LOG") or "warning").lower(),
        unread=unread,
        roots_from=file
        if written.get("FILER_TSA_ROOTS") and "FILER_TSA_ROOTS" not in environment
        else None,
    )


def lies_with_evidence(file: Path) -> bool:
    """Whether the `.env` *file* is there, and beside it a bundle, a case, or a folder of cases.

    Whoever handed the evidence over can have written it: with it they would say which browser is
    started, and which roots the evidence is checked against.
    """
    return file.is_file() and any(
        next(file.parent.glob(place), None) is not None
        for place in ("bagit.txt", "*/bagit.txt", "*/*/bagit.txt")
    )


def _browser(environment: Mapping[str, str], written: Mapping[str, str | None], file: Path) -> str:
    """The browser named; in `.env` by its whole path, so that no file beside it is started."""
    if "FILER_BROWSER" in environment:
        return environment["FILER_BROWSER"].strip()
    named = (written.get("FILER_BROWSER") or "").strip()
    if re.search(r"[/\\]", named) and not Path(named).expanduser().is_absolute():
        raise BadValue(
            _('FILER_BROWSER in %(file)s is "%(text)s", which depends on where you are.')
            % {"file": file, "text": named[:100]},
            _("Write the whole path of the browser."),
        )
    return named


def spoken(
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    dotenv: Path | None = None,
) -> str:
    """The language to speak before the command line *arguments* is understood; raises nothing."""
    environment = os.environ if environment is None else environment
    written: Mapping[str, str | None] = {}
    file = dotenv or Path(".env")
    with contextlib.suppress(BadValue):  # it is said once the settings are read
        written = {} if lies_with_evidence(file) else _written(file)
    said = environment.get("FILER_LANGUAGE", written.get("FILER_LANGUAGE")) or ""
    for argument, after in zip(arguments, (*arguments, "")[1:], strict=True):
        name, equals, value = argument.partition("=")
        if name == "--language":
            said = value if equals else after
    return _speaks(said.strip(), environment)


def _written(path: Path) -> Mapping[str, str | None]:
    """What `.env` says, as python-dotenv reads it. Raises `BadValue` with the line that is wrong.

    A line that python-dotenv would pass over is wrong: a person should hear of it. What stands in
    it is not repeated, for it can be a password of another program.
    """
    if not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors begin a file with a mark
    except (UnicodeDecodeError, OSError) as error:
        raise BadValue(
            _("The file %(path)s cannot be read: %(why)s.")
            % {"path": path, "why": getattr(error, "strerror", None) or error},
            _("Save it as plain text in UTF-8, or delete it."),
        ) from error
    known = {*VALUES.values(), *OTHERS, "FILER_LOG"}
    values: dict[str, str | None] = {}
    for binding in parse_stream(io.StringIO(text)):
        written = binding.original.string
        before = written[: len(written) - len(written.lstrip())]
        name = re.match(r"(?:export\s+)?(FILER_\w*)", written.lstrip())
        where = {
            "path": path,
            "line": binding.original.line + before.count("\n"),
            "text": name[1][:60] if name else "…",
        }
        if binding.error or (binding.key is not None and binding.value is None):
            raise BadValue(
                _('%(path)s, line %(line)s cannot be read: "%(text)s".') % where,
                _("Each line is NAME=value; text with spaces stands in quotes."),
            )
        if binding.key is None:
            continue
        if binding.key.startswith("FILER_") and binding.key not in known:
            raise BadValue(
                _("%(path)s, line %(line)s: there is no setting %(text)s.") % where,
                _("The file .env.example lists them all."),
            )
        values[binding.key] = binding.value
    return values


def _value(name: str, get: Callable[[str], str]) -> str:
    match name:
        case "reason":
            return _reason(get)
        case "address" | "prompts":  # `.env` turns \n into a new line between double quotes alone
            return get(VALUES[name]).replace("\\n", "\n")
    return get(VALUES[name])


def _reason(get: Callable[[str], str]) -> str:
    reason, file = get("FILER_REASON"), get("FILER_REASON_FILE")
    if reason or not file:
        return reason
    try:
        return Path(file).expanduser().read_text(encoding="utf-8-sig")  # editors write its mark
    except (OSError, UnicodeDecodeError) as error:
        raise BadValue(
            _("The file with your reason, %(file)s, cannot be read: %(why)s.")
            % {"file": file, "why": getattr(error, "strerror", None) or error},
            _("Save it as plain text in UTF-8, or leave FILER_REASON_FILE empty."),
        ) from error


def _urls(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(text.split())


def _mail_dns(text: str) -> tuple[bool | None, tuple[str, ...]]:
    """Whether DNS may be asked for mail keys, and which servers; naming some is a yes."""
    match text.casefold():
        case "":
            return None, ()
        case "yes" | "no" as said:
            return said == "yes", ()
    servers = tuple(text.split())
    for server in servers:
        if not re.fullmatch(
            r"\d+(\.\d+){3}(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?|[0-9a-fA-F:.]+", server
        ):
            raise BadValue(
                _('FILER_MAIL_DNS is "%(text)s"; it should be yes, no, or addresses of servers.')
                % {"text": text},
                _("An address looks like 9.9.9.9, or 127.0.0.1:5353 with a port."),
            )
    return True, servers


def _seconds(text: str) -> float:
    if not text:
        return 10.0
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= 3600:
        raise BadValue(
            _('FILER_PATIENCE is "%(text)s"; it should be a number of seconds, such as 10.')
            % {"text": text},
            _("Correct it in the environment or in your .env file."),
        )
    return value


def _language(text: str, option: str | None, environment: Mapping[str, str]) -> str:
    text = text.casefold().replace("_", "-").split("-")[0]
    if not text:
        text = _system_language(environment)
        return text if text in LANGUAGES else "en"
    if text not in LANGUAGES:
        sentence = _('"%(text)s" is not a language filer knows.') % {"text": text}
        hint = _("Known are: %(all)s.") % {"all": " ".join(LANGUAGES)}
        raise WrongUsage(sentence, hint) if option else BadValue(sentence, hint)
    return text


def _speaks(text: str, environment: Mapping[str, str]) -> str:
    return (text or _system_language(environment)).casefold()[:2]


def _system_language(environment: Mapping[str, str]) -> str:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return environment[name].split(":")[0].split("_")[0].split(".")[0].casefold()
    return "en"


def _upstream(environment: Mapping[str, str]) -> Mapping[str, str]:
    """The proxy of the person's own system, by scheme, with the hosts that go around it."""
    found = {}
    for scheme in ("http", "https", "no"):
        name = f"{scheme}_proxy"
        value = environment.get(name) or environment.get(name.upper()) or ""
        if value:
            found[scheme] = value
    if all_ := environment.get("all_proxy") or environment.get("ALL_PROXY"):
        found = {"http": all_, "https": all_} | found
    return found
