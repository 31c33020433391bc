"""The text of a mail as a person sees it: what is hidden or quoted is told apart from the rest."""

from __future__ import annotations

import html
import re
import string
from dataclasses import dataclass

_DEEPEST = 400
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_UNSEEN = frozenset("script style title textarea template noscript head xml select".split())
_RAW = frozenset("script style title textarea xmp".split())
_BLOCKS = frozenset(
    "p div table tr td th ul ol li h1 h2 h3 h4 h5 h6 hr section article header footer center "
    "blockquote body pre".split()
)
_TAG = re.compile(r"<(/?)([a-zA-Z!?][^\s/<>]*+)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)|(\bhidden\b)")
_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{0,3000})\}")
_SELECTED = re.compile(r"([.#]?[A-Za-z_][\w-]*)\s*(?:$|,)")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|(?<![-\w])(?:max-)?(?:height|width)\s*:\s*0(?:px|pt|em)?\s*(?:[;!]|$)"
    r"|font-size\s*:\s*(?:0*\.?0*[01](?:px|pt)|0*\.?0+(?:em|rem|%|vw)?|0*\.\d+(?:px|pt|em|rem)?)"
    r"\s*(?:[;!]|$)"
    r"|opacity\s*:\s*(?:0*\.0\d*|0+)\s*(?:[;!]|$)|text-indent\s*:\s*-\d{3}"
    r"|(?:left|top|right|bottom|margin-left|margin-top)\s*:\s*-\d{3}|clip\s*:\s*rect\(0"
    r"|(?<![-\w])color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent|rgba?\([^)]*,\s*0?\.?0+\))"
    r"|\\"
)
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_QUOTED_CLASS = re.compile(r"gmail_quote|yahoo_quoted|moz-cite|protonmail_quote|divrplyfwdmsg")

_MARK = re.compile(
    r"^[ \t>*_-]{0,60}(?:begin )?(?:original message|forwarded message|oorspronkelijk bericht"
    r"|doorgestuurd bericht|ursprüngliche nachricht|weitergeleitete nachricht"
    r"|anfang der weitergeleiteten nachricht|message d'origine|message original"
    r"|message transféré|début du message transféré|messaggio originale|messaggio inoltrato"
    r"|inizio messaggio inoltrato|mensaje original|mensaje reenviado|inicio del mensaje reenviado"
    r"|wiadomość oryginalna|oryginalna wiadomość|przekazana wiadomość|wiadomość przekazana"
    r"|początek przekazywanej wiadomości)[ \t]*:?[ \t*_-]*$"
    r"|^[ \t]*\*?(?:from|van|von|de|da|od)\s?:\*?[^\n]{0,200}@"
    r"|^[ \t]*(?:on|op|am|le|il|el|w dniu|dnia)\s[^\n]{0,300}(?:\n[^\n]{0,200})?"
    r"(?:wrote|schreef[^\n]{0,120}|schrieb[^\n]{0,120}|a écrit|ha scritto|escribió"
    r"|napisał(?:a|\(a\))?)\s?:\s*$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class Seen:
    """Text as a person sees it: *own* of this mail, *quoted* from another, and *hidden*."""

    own: str = ""
    quoted: str = ""
    hidden: str = ""

    def and_(self, other: Seen) -> Seen:
        """This text and *other*, each as paragraphs of its own."""
        return Seen(
            f"{self.own}\n\n{other.own}".strip(),
            f"{self.quoted}\n\n{other.quoted}".strip(),
            f"{self.hidden}\n\n{other.hidden}".strip(),
        )


def plain_as_seen(text: str) -> Seen:
    """A plain text: quoted are lines behind ">" and all below a mark such as "X wrote:"."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    own, below = _above_and_below_mark(text)
    lines = own.split("\n")
    mine = "\n".join(line for line in lines if not line.lstrip().startswith(">"))
    theirs = "\n".join(line for line in lines if line.lstrip().startswith(">"))
    return Seen(mine, f"{theirs}\n\n{below}".strip())


def html_as_seen(source: str) -> Seen:
    """An HTML text without its tags; comments and what a style hides do not count as seen."""
    page = _Page()
    page.read(source)
    own, below = _above_and_below_mark("".join(page.own))
    return Seen(own, f"{''.join(page.quoted)}\n\n{below}".strip(), "".join(page.hidden).strip())


def _above_and_below_mark(text: str) -> tuple[str, str]:
    mark = _MARK.search(text)
    return (text[: mark.start()], text[mark.start() :]) if mark else (text, "")


class _Page:
    """An HTML text as it is read: where we are, and what has been seen so far."""

    def __init__(self) -> None:
        self.own: list[str] = []
        self.quoted: list[str] = []
        self.hidden: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []  # the tag, whether hidden, whether quoted
        self._hiding: set[str] = set()

    def read(self, source: str) -> None:
        """Read all of *source*."""
        at = 0
        small = source.translate(_SMALL)
        while at < len(source):
            mark = source.find("<", at)
            self._text(source[at:] if mark < 0 else source[at:mark])
            if mark < 0:
                return
            if source.startswith("<!--", mark):
                end = source.find("-->", mark + 2)
                self.hidden.append(source[mark + 4 : end if end >= 0 else None] + "\n\n")
                if end < 0:
                    return
                at = end + 3
            elif tag := _TAG.match(source, mark):
                at = self._tag(tag, source, small)
            else:
                self._text("<")
                at = mark + 1

    def _text(self, text: str) -> None:
        into = self.own
        if self._open and self._open[-1][1]:
            into = self.hidden
        elif self._open and self._open[-1][2]:
            into = self.quoted
        into.append(html.unescape(text))

    def _tag(self, tag: re.Match[str], source: str, small: str) -> int:
        """Take *tag* in; return where to read on."""
        name = tag[2].lower()
        if name == "br":
            self._text("\n")
        elif name in _BLOCKS:
            self._text("\n\n")
        if tag[1]:
            self._close(name)
        elif name[0].isalpha() and name not in _VOID:
            self._begin(name, tag[3])
            if name in _RAW:
                return self._raw(name, tag.end(), source, small)
        return tag.end()

    def _raw(self, name: str, start: int, source: str, small: str) -> int:
        end = small.find(f"</{name}", start)
        content = source[start : end if end >= 0 else None]
        if name == "style":
            self._learn(content)
        self._open.pop()
        close = source.find(">", end) if end >= 0 else -1
        return close + 1 if close >= 0 else len(source)

    def _learn(self, style: str) -> None:
        """Remember which classes, ids and tags a style sheet hides, if only on some screens."""
        for rule in _RULE.finditer(_without_css_comments(style).lower()):
            if _HIDING.search(rule[2]):
                self._hiding.update(_SELECTED.findall(rule[1].strip()))

    def _begin(self, name: str, rest: str) -> None:
        if name == "body" and {entry[0] for entry in self._open} <= {"html", "head"}:
            self._open.clear()  # the end of the head may be left out
        above = self._open[-1] if self._open else ("", False, False)
        found = {
            (m[1] or m[3]).lower(): html.unescape((m[2] or "").strip("\"'"))
            for m in _ATTRIBUTE.finditer(rest[:4000])
        }
        own_names = {f".{c}" for c in found.get("class", "").lower().split()}
        own_names |= {f"#{found.get('id', '').lower()}", name}
        hidden = (
            name in _UNSEEN
            or "hidden" in found
            or _HIDING.search(_without_css_comments(found.get("style", "")).lower()) is not None
            or _HIDING.search(f"color:{found.get('color', '').lower()}") is not None
            or bool(own_names & self._hiding)
            or len(self._open) > _DEEPEST
        )
        marks = f"{found.get('class', '')} {found.get('id', '')}".lower()
        quoted = name == "blockquote" or _QUOTED_CLASS.search(marks) is not None
        self._open.append((name, hidden or above[1], quoted or above[2]))

    def _close(self, name: str) -> None:
        for depth in range(len(self._open) - 1, max(-1, len(self._open) - _DEEPEST), -1):
            if self._open[depth][0] == name:
                del self._open[depth:]
                return


def _without_css_comments(style: str) -> str:
    return re.sub(r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/", "", style)
