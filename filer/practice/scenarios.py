"""Scenarios: how the practice site looks and behaves, told in a name such as ``mobile+login``."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

RENDERINGS = ("desktop", "mobile", "app")

DETOURS = (
    "cookies",
    "login",
    "two-factor",
    "terms",
    "question",
    "code",
    "newsletter",
    "honeypot",
    "prefilled",
    "prefilled-other",
    "limit",
    "slow",
    "old-address",
)

# What a willing person is left with, and the reason where no form was reached.
ANSWERS: dict[str, tuple[str, str | None]] = {
    "thanks-page": ("confirmed", None),
    "thanks-dialog": ("confirmed", None),
    "thanks-passing": ("confirmed", None),
    "too-short": ("refused", None),
    "went-wrong": ("refused", None),
    "throttled-send": ("refused", None),
    "no-wording": ("sent", None),
    "cut": ("unknown", None),
    "silent": ("unknown", None),
    "session-expired": ("confirmed", None),
    "throttled": ("unavailable", "throttled"),
    "other-region": ("unavailable", "other region"),
    "sent-home": ("unavailable", "sent home"),
    "already-objected": ("unavailable", "already objected"),
    "moved": ("unavailable", "moved"),
    "foreign-host": ("unavailable", "foreign host"),
    "locked": ("unavailable", "account locked"),
}

USUAL_ANSWER = {"desktop": "thanks-page", "mobile": "thanks-page", "app": "thanks-dialog"}

DEFAULT = "default"
DEFAULT_PARTS = "desktop+login"

# A person meets several of these at once more often than one alone.
SEVERAL_DETOURS = (
    "desktop+cookies+login+two-factor",
    "desktop+login+terms+question+code",
    "desktop+newsletter+honeypot+prefilled+slow",
    "mobile+cookies+login+question",
    "mobile+login+old-address+code",
    "mobile+honeypot+newsletter+limit",
    "app+cookies+login+two-factor+code",
    "app+login+terms+slow+thanks-passing",
    "app+newsletter+honeypot+prefilled-other",
    "app+cookies+login+question+went-wrong",
)


@dataclass(frozen=True)
class Scenario:
    """One way the practice site behaves: a rendering, its detours and the answer at the end.

    ``expect`` is the outcome filer should end with for a willing person, ``expect_reason`` the
    reason it should name where no form is reached.
    """

    name: str
    rendering: str
    detours: tuple[str, ...]
    answer: str
    expect: str
    expect_reason: str | None

    def has(self, detour: str) -> bool:
        """Whether this detour is part of the scenario."""
        return detour in self.detours

    @property
    def needs_login(self) -> bool:
        """Whether the form lies behind a login: some parts only exist after one."""
        return self.answer == "sent-home" or any(
            self.has(detour) for detour in ("login", "two-factor", "terms")
        )

    @property
    def final_answer(self) -> str:
        """The answer a send gets; an expired session is over by then."""
        if self.answer == "session-expired":
            return USUAL_ANSWER[self.rendering]
        return self.answer


def scenario(name: str) -> Scenario:
    """The scenario with this name: parts joined by ``+``, in any order.

    Raises ``ValueError`` with a sentence for a part that does not exist (naming the near misses),
    a part given twice, and more than one rendering or answer.
    """
    parts = [part.strip() for part in name.split("+")]
    if parts == [DEFAULT]:
        parts = DEFAULT_PARTS.split("+")
    for part in parts:
        if part not in RENDERINGS and part not in DETOURS and part not in ANSWERS:
            raise ValueError(_unknown(part))
    repeated = sorted({part for part in parts if parts.count(part) > 1})
    if repeated:
        raise ValueError(f"The scenario {name!r} names {repeated[0]!r} more than once.")
    rendering = _at_most_one(name, [part for part in parts if part in RENDERINGS], "rendering")
    answer = _at_most_one(name, [part for part in parts if part in ANSWERS], "answer")
    detours = tuple(detour for detour in DETOURS if detour in parts)
    if "prefilled" in detours and "prefilled-other" in detours:
        raise ValueError(
            f"The scenario {name!r} prefills two addresses; "
            "choose 'prefilled' or 'prefilled-other'."
        )
    rendering = rendering or RENDERINGS[0]
    answer = answer or USUAL_ANSWER[rendering]
    expect, reason = ANSWERS[answer]
    return Scenario(name, rendering, detours, answer, expect, reason)


def all_scenarios() -> tuple[Scenario, ...]:
    """The curated list that ``filer practice --list`` prints, the default first."""
    names = [DEFAULT, *RENDERINGS]
    names += [f"{rendering}+{answer}" for rendering in RENDERINGS for answer in ANSWERS]
    names += [f"{rendering}+{detour}" for rendering in RENDERINGS for detour in DETOURS]
    names += SEVERAL_DETOURS
    return tuple(scenario(name) for name in names)


def _at_most_one(name: str, found: list[str], kind: str) -> str | None:
    """The only part of its kind, or None. Raises ``ValueError`` if there are several."""
    if len(found) > 1:
        raise ValueError(f"The scenario {name!r} has more than one {kind}: {', '.join(found)}.")
    return found[0] if found else None


def _unknown(part: str) -> str:
    """A sentence about a part that does not exist, with those that look like it."""
    known = [DEFAULT, *RENDERINGS, *DETOURS, *ANSWERS]
    near = difflib.get_close_matches(part, known, n=3, cutoff=0.5)
    hint = (
        f"did you mean {' or '.join(repr(word) for word in near)}?"
        if near
        else "filer practice --list shows what there is."
    )
    return f"There is no scenario part {part!r}; {hint}"
