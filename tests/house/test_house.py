"""The rules of the house, read from the source: who may know whom, and who may do what."""

from __future__ import annotations

import ast
import re

from tests.house.sources import ROOT, calls, imports, module_of, sources, texts

ROWS: tuple[tuple[str, ...], ...] = (
    (
        "filer",
        "addresses",
        "errors",
        "words",
        "bodies",
        "choices",
        "clock",
        "flow",
        "flow_json",
        "freshness",
        "gate",
        "interrupts",
        "profile",
        "settings",
    ),
    ("ports",),
    (
        "evidence",
        "evidence.layout",
        "evidence.reading",
        "evidence.verify",
        "evidence.by_hand",
        "evidence.check",
        "evidence.redaction",
        "evidence.many",
        "evidence.mail",
        "evidence.meanings",
        "evidence.mime",
        "evidence.senders",
        "evidence.signatures",
        "evidence.visible",
        "evidence.sandwich",
        "evidence.signed",
        "evidence.tokens",
        "evidence.values",
        "human.shown",
    ),
    ("session", "telling", "replay", "drift", "recording", "complaint"),
    (
        "browser",
        "human",
        "practice",
        "evidence.authorities",
        "evidence.bundle",
        "evidence.disk",
        "evidence.environment",
        "evidence.export",
        "evidence.forget",
        "evidence.hiding",
        "evidence.redact",
        "evidence.redacted_text",
        "evidence.keys",
        "evidence.leaks",
        "evidence.log",
        "evidence.outer",
        "evidence.papers",
        "evidence.recover",
        "evidence.claims",
        "evidence.happened",
        "evidence.startpage",
        "evidence.story",
        "evidence.thumbnails",
        "evidence.volume",
        "evidence.stamps",
        "complaint.handing_in",
        "complaint.writing",
    ),
    (
        "cli",
        "commands",
        "checking",
        "complaining",
        "corresponding",
        "filing",
        "guiding",
        "tending",
        "replaying",
        "handing_on",
        "standing",
        "doctor",
        "__main__",
    ),
)
"""The rows of design §2, the lowest first. A folder stands for its modules not named elsewhere."""

BROWSER_AND_PRACTICE = ("filer/browser/", "filer/practice/", "filer/human/guide/")

READS_THE_ENVIRONMENT = {
    "filer/settings.py": "the settings",
    "filer/browser/launching.py": "TMPDIR, so that a profile lies where it is swept",
    "filer/browser/display.py": "DISPLAY, to ask whether it answers",
    "filer/browser/find.py": "where Playwright put its browser; what apt-get is told",
}
NETWORK = {
    "filer/browser/proxy.py": {"asyncio", "ssl"},
    "filer/browser/display.py": {"socket"},
    "filer/practice/wire.py": {"socket", "http.server", "http.cookies"},
    "filer/evidence/authorities.py": {"urllib.request", "http.client"},
    "filer/evidence/keys.py": {"dns"},
    "filer/evidence/signatures.py": {"dkim"},
}
"""Who may speak to a network: the way out, the question to the display, the practice site, and
what asks timestamp authorities, which see a hash and are asked only where the person agreed. DNS
is asked for mail keys, where the person agreed; dkimpy could ask it too, so it is watched: every
key it sees is handed to it."""


def row(module: str) -> int:
    """The row that *module* stands in."""
    names = {name: number for number, row in enumerate(ROWS) for name in row}
    own = module.removeprefix("filer.")
    while own not in names and "." in own:
        own = own.rpartition(".")[0]
    assert own in names, f"{module} stands in no row of the house: say which one."
    return names[own]


def test_imports_point_down() -> None:
    """No module imports one of a higher row, so the rules can be read without what uses them."""
    known = {module_of(path) for path in sources()}
    upward = [
        f"{module} imports {found}"
        for path, tree in sources().items()
        for found in imports(tree)
        if found in known and row(found) > row(module := module_of(path))
    ]

    assert [] == upward


def test_the_three_sides_do_not_know_each_other() -> None:
    """Browser, person and practice meet in the session and the command line alone."""
    sides = ("browser", "human", "practice")
    met = [
        f"{path} imports {found}"
        for path, tree in sources().items()
        for side in sides
        if path.startswith(f"filer/{side}/")
        for found in imports(tree)
        if any(found.startswith(f"filer.{other}") for other in sides if other != side)
    ]

    assert [] == met


def test_the_bottom_needs_nothing_from_outside() -> None:
    """Judge, vocabulary and values use the standard library alone; settings have dotenv."""
    outside = {"dotenv": {"filer/settings.py"}}
    found = [
        f"{path} imports {name}"
        for path, tree in sources().items()
        if row(module_of(path)) <= 1 and path.count("/") == 1
        for name in imports(tree)
        if name.partition(".")[0] in {"playwright", "click", "rich", "structlog", "jinja2", "PIL"}
        or (name.partition(".")[0] in outside and path not in outside[name.partition(".")[0]])
    ]

    assert [] == found


def test_playwright_is_known_in_browser_and_practice_alone() -> None:
    """Nobody else can touch a page, because nobody else knows what a page is."""
    found = {
        path
        for path, tree in sources().items()
        if any(name.partition(".")[0] == "playwright" for name in imports(tree))
    }

    assert all(path.startswith(BROWSER_AND_PRACTICE) for path in found), found


def test_the_environment_is_read_in_one_place() -> None:
    """Settings alone read the environment; each exception has its reason."""
    found = {
        path
        for path, tree in sources().items()
        if any(
            isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
            for node in ast.walk(tree)
        )
        or {"os.environ", "os.getenv"} & set(imports(tree))
    }

    assert set(READS_THE_ENVIRONMENT) == found


def test_the_command_line_alone_prints_and_exits() -> None:
    """What people read comes from one place; the terminal writes to the stream it is given."""
    names = {"print", "echo", "secho", "exit", "_exit", "SystemExit"}
    found = {
        f"{path}: {name}"
        for path, tree in sources().items()
        for name, call in calls(tree)
        if name in names and not _to_its_own_page(path, call)
    }

    mine = re.compile(r"filer/(cli|commands/\w+)\.py: ")
    assert all(mine.match(entry) for entry in found), found


def _to_its_own_page(path: str, call: ast.Call) -> bool:
    return path == "filer/human/terminal.py" and ast.unparse(call.func).startswith("self._")


def test_nobody_speaks_to_a_network_but_by_the_way_out() -> None:
    """No library that contacts anybody is imported anywhere, and sockets by name only."""
    never = re.compile(
        r"(requests|httpx|aiohttp|urllib3|ftplib|smtplib|poplib"
        r"|imaplib|telnetlib|websockets?|xmlrpc|pycurl)(\.|$)"
    )
    watched = re.compile(r"(socket|ssl|asyncio|http|socketserver|urllib\.request|dns|dkim)(\.|$)")
    found: dict[str, set[str]] = {}
    for path, tree in sources().items():
        for name in imports(tree):
            assert not never.match(name), f"{path} imports {name}"
            if watched.match(name):
                found.setdefault(path, set()).add(name)

    assert set(NETWORK) == set(found)
    for path, names in found.items():
        allowed = NETWORK[path]
        assert all({n, n.rpartition(".")[0], n.partition(".")[0]} & allowed for n in names), path


def test_dkimpy_never_asks_for_a_key_itself() -> None:
    """Whoever verifies with dkimpy hands it the key; else it would ask DNS behind our back."""
    asking = [
        f"{path}: {ast.unparse(call)}"
        for path, tree in sources().items()
        if any(name.partition(".")[0] == "dkim" for name in imports(tree))
        for name, call in calls(tree)
        if name in {"verify", "arc_verify", "get_txt", "load_pk_from_dns"}
        and ast.unparse(call.func) != "verify"
        and "dnsfunc" not in {keyword.arg for keyword in call.keywords}
    ]

    assert [] == asking


PRESSES = frozenset(
    "click dblclick press tap check uncheck set_checked select_option select_text submit "
    "dispatch_event drag_to drag_and_drop press_sequentially insert_text type down up "
    "set_input_files requestSubmit".split()
)
"""What Playwright has to press, choose or send something with."""


FILLS = {
    "filer/browser/window.py _choose_option: target.select_option",
    "filer/browser/window.py attach: self.page.locator(found.path).first.set_input_files",
}
"""What fills a list or a file field, in the two functions for it."""


def test_one_function_clicks() -> None:
    """Outside practice, one line in one function presses something on a page."""
    found = []
    for path, tree in sources().items():
        if not path.startswith("filer/browser/"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                found += [
                    f"{path} {node.name}: {ast.unparse(call.func)}"
                    for name, call in calls(node)
                    if name in PRESSES
                    and isinstance(call.func, ast.Attribute)
                    and ast.unparse(call.func) != "self.press"
                ]

    clicks = [each for each in found if each not in FILLS]
    assert len(found) == len(FILLS) + 1
    assert ["filer/browser/window.py _click: self.page.locator(button.path).first.click"] == clicks


def test_one_function_types() -> None:
    """Outside practice, one function types, and it looks at the gate first."""
    found = {
        f"{path} {node.name}"
        for path, tree in sources().items()
        if path.startswith("filer/browser/")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(
            name in {"fill", "type", "insert_text", "press_sequentially"}
            and isinstance(call.func, ast.Attribute)
            for name, call in calls(node)
        )
    }

    assert {"filer/browser/window.py fill"} == found


def test_what_fills_looks_at_the_gate_first() -> None:
    """Typing, choosing from a list and attaching a file begin with the question to the gate."""
    tree = sources()["filer/browser/window.py"]
    named = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    asks = "if self.gate.state is not State.ARMED:"

    for name in ("fill", "_choose_option", "attach"):
        body = [n for n in named[name].body if not isinstance(n, ast.Expr)]
        assert ast.unparse(body[0]).startswith(asks), name


def test_no_keys_and_no_mouse() -> None:
    """Outside practice nobody has a keyboard, a mouse or a finger."""
    hands = {"keyboard", "mouse", "touchscreen"}
    found = [
        path
        for path, tree in sources().items()
        if not path.startswith("filer/practice/")
        and any(isinstance(n, ast.Attribute) and n.attr in hands for n in ast.walk(tree))
    ]

    assert [] == found


def test_no_script_presses() -> None:
    """What filer evaluates in a page reads it, and neither clicks, submits, nor sends."""
    acts = re.compile(
        r"\.click\(|\.submit\(|requestSubmit|dispatchEvent|Input\.dispatch|sendBeacon|fetch\("
        r"|XMLHttpRequest|\.value\s*=[^=]|\.checked\s*=[^=]|execCommand"
    )
    scripts = {
        path.name: path.read_text(encoding="utf-8")
        for path in (ROOT / "filer" / "browser").glob("*.js")
    }
    for path, tree in sources().items():
        if path.startswith("filer/browser/"):
            scripts[path] = "\n".join(texts(tree))

    assert {name: [] for name in scripts} == {
        name: acts.findall(text) for name, text in scripts.items()
    }


def test_nobody_reaches_into_the_window() -> None:
    """Session, person and command line have the window by its port: never its page."""
    found = [
        f"{path}: {ast.unparse(node)}"
        for path, tree in sources().items()
        if not path.startswith(BROWSER_AND_PRACTICE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"page", "_page", "_click", "_context", "_evaluate"}
        and re.search(r"(window|form)$", ast.unparse(node.value))
    ]

    assert [] == found


def test_no_path_of_a_machine() -> None:
    """No source names a folder of somebody's own machine."""
    found = [
        f"{path}: {text}"
        for path, tree in sources().items()
        for text in texts(tree)
        if re.search(r"/home/\w|/Users/\w|/ro{2}t\b|/w[o]rk/", text)
    ]

    assert [] == found
