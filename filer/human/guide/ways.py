"""The guide's own pages, before and after a filing: words and fields, nothing that acts.

Each is made anew from what is known, so that a change of language changes all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from filer.human import reasons
from filer.human.guide.page import Button, Card, Input, Page, Picture
from filer.human.shown import inline
from filer.words import _, ngettext

ACCOUNTS = ("facebook", "instagram", "whatsapp", "none")
"""What a person can have, in the order they are asked."""


@dataclass(frozen=True)
class Known:
    """A case as the guide lists it: its folder's *key*, a title, its state and dates in words."""

    key: str
    title: str
    state: str
    dates: tuple[tuple[str, str], ...]
    practice: bool
    troubled: tuple[str, ...] = ()


def start(known: Sequence[Known]) -> Page:
    """The first page: what filer does and never does, and what a person can do now."""
    cases = len(known)
    due = [
        _("Coming up in your case {title}: {what}, {day}.").format(
            title=each.title, what=each.dates[0][0], day=each.dates[0][1]
        )
        for each in known[:1]
        if each.dates and not each.practice
    ]
    more = (
        [
            Button(
                "cases",
                ngettext("Look at your case", "Look at your {count} cases", cases).format(
                    count=cases
                ),
            )
        ]
        if cases
        else []
    )
    return Page(
        "start",
        _("Say no to Meta using your data for AI"),
        (
            *due,
            _(
                "Since 27 May 2025 Meta trains its AI with what adults in Europe share in public "
                "on Facebook and Instagram. Who says nothing, agrees. You can object."
            ),
            _(
                "filer opens Meta's own form in a second window, beside this one. It fills in what "
                "you tell it. You check everything, and you press the button that sends. filer "
                "never presses it."
            ),
            _(
                "filer keeps pictures and a log on this computer, so that you can show later what "
                "you sent and when. It sends them to nobody."
            ),
        ),
        buttons=(
            Button("begin", _("Begin"), "main"),
            *more,
            Button("whatsapp", _("What about WhatsApp?")),
            Button("know", _("What an objection does, and what it does not")),
            Button("leave", _("Close filer"), "quiet"),
        ),
        by_hand=_(
            "Log in on Facebook or Instagram in your own browser. Look in the settings for the "
            "Privacy Center, then for AI at Meta and the word “object”. Fill in the form and send "
            "it. Keep the e-mail that Meta sends you."
        ),
    )


def know() -> Page:
    """What an objection covers and what it does not, and what Meta may do."""
    return Page(
        "know",
        _("What an objection does, and what it does not"),
        (
            _(
                "It covers your public posts, photos and comments, and what you write to AI "
                "features of Meta, from now on."
            ),
            _(
                "Meta says that it also covers the other accounts in the same Accounts Center. "
                "Accounts outside it need an objection of their own."
            ),
            _(
                "It does not take back what an AI model has already learned. It may not count for "
                "older posts. It does not cover what others post about you."
            ),
            _(
                "A program controls the window with Meta's page, and Meta can notice that. Meta "
                "may ask you to prove that you are you, send you an e-mail about a new device, or "
                "block your account for a while. filer does not hide what it is."
            ),
            _(
                "Meta must answer within one month (GDPR, Article 12(3)). filer shows you the day, "
                "and helps with a reminder or a complaint after it."
            ),
        ),
        buttons=(Button("back", _("Back"), "main"),),
    )


def whatsapp(known: Sequence[tuple[str, Sequence[str]]]) -> Page:
    """What is known about WhatsApp, each with who says so."""
    return Page(
        "whatsapp",
        _("What about WhatsApp?"),
        cards=tuple(Card(heading, tuple(lines)) for heading, lines in known),
        buttons=(Button("back", _("Back"), "main"),),
    )


def accounts(chosen: Mapping[str, str], *, nothing: bool = False) -> Page:
    """Which accounts the person has; *nothing* that none was chosen."""
    words = {
        "facebook": _("Facebook"),
        "instagram": _("Instagram"),
        "whatsapp": _("WhatsApp"),
        "none": _("None of these"),
    }
    hints = {
        "whatsapp": _("There is no form that filer can fill in for it. You see what is known."),
        "none": _("Others can still have shared your name or picture. There is a letter for it."),
    }
    return Page(
        "accounts",
        _("Which accounts do you have?"),
        (
            _(
                "Choose all that you have. Are your Facebook and Instagram in the same Accounts "
                "Center? Then Meta says one objection is enough. Doing both does no harm."
            ),
        ),
        inputs=tuple(
            Input(name, words[name], "check", chosen.get(name, ""), hints.get(name, ""))
            for name in ACCOUNTS
        ),
        buttons=(Button("go", _("Go on"), "main"), Button("back", _("Back"), "quiet")),
        wrong=_("Please choose at least one.") if nothing else "",
    )


def details(
    needed: Sequence[str],
    values: Mapping[str, str],
    mistakes: Mapping[str, str],
    language: str,
) -> Page:
    """What the forms ask for: the person's values, by the names that flows use."""
    labels = {
        "email": (
            _("Your e-mail address"),
            _("The one that your account has at Meta."),
            "email",
        ),
        "name": (_("Your name"), _("As it stands in your account."), "text"),
        "country": (_("Your country"), _("In two letters, such as nl or de."), "text"),
        "phone": (_("Your telephone number"), "", "text"),
        "address": (_("Your address"), "", "area"),
    }
    inputs = [
        Input(
            name,
            labels[name][0],
            labels[name][2],
            values.get(name, ""),
            labels[name][1],
            mistakes.get(name, ""),
            complete={"email": "email", "name": "name", "address": "street-address"}.get(name, ""),
        )
        for name in needed
        if name in labels
    ]
    paragraphs = [_("Only what the form asks for. It stays on this computer until you send it.")]
    if "reason" in needed:
        inputs.append(
            Input(
                "reason",
                _("Your reason, in your own words"),
                "area",
                values.get("reason", reasons.start(language)),
                _(
                    "Put your own situation where the brackets are: one or two sentences. The law "
                    "asks for it (GDPR, Article 21(1)), so it makes you stronger. Leave all of it "
                    "empty to give no reason. Health, belief and the like need not be in it."
                ),
                mistakes.get("reason", ""),
                count=True,
            )
        )
    return Page(
        "details",
        _("What should stand in the form?"),
        tuple(paragraphs),
        inputs=tuple(inputs),
        buttons=(Button("go", _("Go on"), "main"), Button("back", _("Back"), "quiet")),
        wrong=_("Please look at what is marked below.") if mistakes else "",
    )


def practice_or_real(titles: Sequence[str]) -> Page:
    """The choice between a practice copy and the real form."""
    return Page(
        "practice or real",
        _("Practise first, or go to Meta's form?"),
        (
            _(
                "Practice is the same, with a copy of the form on this computer. Nothing reaches "
                "Meta. It takes two minutes, and you see what will happen."
            ),
            _(
                "A program controls the window with the form, and Meta can notice that. Meta may "
                "ask you to prove that you are you, send you an e-mail about a new device, or "
                "block your account for a while. If the page asks for your password, you type it "
                "yourself; filer does not look."
            ),
            _("Next come, one after the other: {what}").format(what=", ".join(titles)),
        ),
        buttons=(
            Button("practice", _("Practise first"), "main"),
            Button("real", _("Go to Meta's real form")),
            Button("back", _("Back"), "quiet"),
        ),
        by_hand=_("You can also stop here, and fill in the form in your own browser."),
    )


def evidence(
    title: str,
    paragraphs: Sequence[str],
    rows: Sequence[tuple[str, str]],
    pictures: Sequence[Picture],
    dates: Sequence[tuple[str, str]],
    *,
    practice: bool,
    sent: str,
    more: bool,
) -> Page:
    """How it ended, and the evidence of it."""
    buttons = [
        Button("next", _("Go on with the next form"), "main")
        if more
        else Button("home", _("Done: back to the start"), "main"),
        Button("page", _("Read the whole evidence")),
        Button("folder", _("Open the folder it lies in")),
    ]
    if dates and not practice:
        buttons.append(Button("calendar", _("Put the dates into my calendar")))
    return Page(
        "evidence",
        title,
        tuple(paragraphs),
        rows=(*rows, *dates),
        pictures=tuple(pictures),
        buttons=tuple(buttons),
        below=(
            _(
                "When Meta's e-mail comes, save it and add it to your case: open filer again and "
                "choose your case. An e-mail is proof only as a file, not as a picture."
            ),
        )
        if not practice
        else (),
        sent=sent,
        practice=practice,
    )


def cases(known: Sequence[Known]) -> Page:
    """Every case, with what can be done with it."""
    cards = tuple(
        Card(
            each.title,
            (each.state, *each.troubled),
            each.dates,
            (
                Button(f"page:{each.key}", _("Read the evidence")),
                Button(f"add:{each.key}", _("Add Meta's mail or a paper")),
                Button(f"complain:{each.key}", _("Make a complaint")),
                Button(f"folder:{each.key}", _("Open the folder")),
                Button(f"forget:{each.key}", _("Delete"), "danger"),
            ),
        )
        for each in known
    )
    nothing = () if known else (_("There is no case on this computer yet."),)
    return Page(
        "cases",
        _("Your cases"),
        nothing,
        cards=cards,
        buttons=(
            Button("back", _("Back"), "main"),
            *([Button("calendar", _("Put the dates into my calendar"))] if known else []),
            *([Button("shared", _("This is not my own computer"))] if known else []),
        ),
    )


def add(title: str, said: Sequence[str] = (), wrong: str = "") -> Page:
    """Add files to a case, by choosing them or letting them fall on the page."""
    return Page(
        "add",
        _("Add Meta's mail, a letter or a receipt"),
        (
            *said,
            _("Case: {title}").format(title=title),
            _(
                "Save the mail as a file first: “Download original” or “Show original” in the "
                "browser, “Save as” in Thunderbird. Then choose the file, or drop it here."
            ),
        ),
        inputs=(
            Input(
                "note",
                _("A note of your own"),
                hint=_("Not needed. For example: came by post on Monday."),
            ),
            Input("files", _("Choose the files, or drop them here"), "file"),
        ),
        buttons=(
            Button("note", _("Keep only the note")),
            Button("back", _("Back"), "quiet"),
        ),
        wrong=wrong,
    )


def meaning(question: str, options: Sequence[tuple[str, str]], text: str) -> Page:
    """What a mail says about the objection, read by the person."""
    return Page(
        "meaning of a mail",
        _("What does this mail say about your objection?"),
        (question,),
        rows=((_("The mail"), text),) if text else (),
        inputs=(Input("meaning", _("It says:"), "choice", options=tuple(options)),),
        buttons=(Button("go", _("That is what it says"), "main"),),
    )


def complain(
    title: str,
    authorities: Sequence[tuple[str, str]],
    values: Mapping[str, str],
    mistakes: Mapping[str, str],
    wrong: str = "",
) -> Page:
    """What a complaint needs."""
    fields = (
        ("name", _("Your name"), _("A complaint cannot be anonymous."), "text"),
        ("initials", _("Your initials"), _("The Dutch authority asks for them."), "text"),
        ("address", _("Your postal address"), _("Authorities ask for it."), "area"),
        ("email", _("Your e-mail address"), "", "email"),
        ("phone", _("Your telephone number"), _("Not needed."), "text"),
    )
    return Page(
        "complain",
        _("Make a complaint"),
        (
            _("Case: {title}").format(title=inline(title)),
            _(
                "filer makes a file with everything that an authority asks for. It hands in "
                "nothing: you do that yourself. This is no legal advice."
            ),
        ),
        inputs=(
            Input(
                "to",
                _("To which authority?"),
                "select",
                values.get("to", ""),
                _("The one of the country where you live, in Germany of your state."),
                options=tuple(authorities),
            ),
            *(
                Input(name, label, kind, values.get(name, ""), hint, mistakes.get(name, ""))
                for name, label, hint, kind in fields
            ),
        ),
        buttons=(Button("go", _("Make the complaint"), "main"), Button("back", _("Back"), "quiet")),
        wrong=wrong or (_("Please look at what is marked below.") if mistakes else ""),
    )


def complained(sentences: Sequence[str], *, practice: bool) -> Page:
    """The complaint is made: where it lies, and what to do with it."""
    return Page(
        "complained",
        _("Your complaint is made. It is not handed in yet."),
        tuple(sentences),
        buttons=(
            Button("folder", _("Open the folder with the complaint"), "main"),
            Button("back", _("Back to your cases")),
        ),
        practice=practice,
    )


def forget(sentences: Sequence[str]) -> Page:
    """Before a case is deleted: what will be lost."""
    return Page(
        "forget",
        _("Delete this case?"),
        tuple(sentences),
        buttons=(
            Button("back", _("No, keep it"), "main"),
            Button("delete", _("Yes, delete it. This cannot be undone."), "danger"),
        ),
    )


def shared(lies: Sequence[tuple[str, str]]) -> Page:
    """On somebody else's computer: what is left behind, and how to remove it."""
    return Page(
        "shared",
        _("Leave nothing behind on this computer"),
        (
            _(
                "filer keeps no password and no login. What it did keep is listed here. Copy your "
                "evidence to a stick of your own before you remove it: without it you can prove "
                "nothing."
            ),
        ),
        rows=tuple(lies),
        buttons=(
            Button("folder", _("Open the folder, to copy it")),
            Button("remove", _("Remove everything that filer kept here"), "danger"),
            Button("back", _("Back"), "quiet"),
        ),
        below=(
            _(
                "filer cannot reach everything: parts of deleted files can stay on the disk until "
                "it is written over, and copies that you made are still there."
            ),
        ),
    )


def told(title: str, sentences: Sequence[str], *, wrong: bool = False) -> Page:
    """Something to be read, and a way back."""
    return Page(
        "told",
        title,
        () if wrong else tuple(sentences),
        buttons=(Button("back", _("Go on"), "main"),),
        wrong=" ".join(sentences) if wrong else "",
    )
