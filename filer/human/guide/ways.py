"""The guide's own pages, before and after a filing: words and fields, nothing that acts.

Each is made anew from what is known, so that a change of language changes all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filer.flow import FILES
from filer.human import reasons
from filer.human.guide.page import Button, Card, Input, Page, Picture
from filer.human.shown import block, inline
from filer.words import _, spoken

AFTERWARDS = ("again", "next", "real", "home", "close", "letter")
"""What a person can want after a filing: the same form again, the next one, the real ones, the
start, the end, and, where there was no form, a letter instead."""


@dataclass(frozen=True)
class Known:
    """A case as the guide lists it: its folder's *key*, a title, its state and dates in words.

    *complains* is False where there is nothing to complain about: the person stopped before the
    send, and nothing came after it.
    """

    key: str
    title: str
    state: str
    dates: tuple[tuple[str, str], ...]
    practice: bool
    troubled: tuple[str, ...] = ()
    complains: bool = True


def start(known: Sequence[Known], last: str = "") -> Page:
    """The first page: what filer does and never does, and what a person can do now.

    *last* says how it ended the last time, where that needs to be said.
    """
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
                _("Look at your cases: {count}").format(count=cases),
            )
        ]
        if cases
        else []
    )
    return Page(
        "start",
        _("Say no to Meta using your data for AI"),
        (
            *([last] if last else []),
            *due,
            _(
                "Since 27 May 2025 Meta trains its AI with what adults in Europe share in public "
                "on Facebook and Instagram. If you do nothing, it uses yours too. You can object."
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
            Button(
                "facebook+instagram",
                _("Begin: Facebook and Instagram"),
                "main",
                _("You can practise first. Nothing goes to Meta without your yes."),
            ),
            Button("begin", _("Only one of them, or something else")),
            *more,
            Button("whatsapp", _("What about WhatsApp?")),
            Button("know", _("What an objection does, and what it does not")),
        ),
        by_hand=_by_hand(),
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
            *_if_meta_asks(),
            _(
                "Meta must answer within one month. It may take two more if it says so in time "
                "(GDPR, Article 12(3)). filer shows you the day, and helps with a reminder or a "
                "complaint after it."
            ),
        ),
        buttons=(Button("back", _("Back"), "main"),),
        by_hand=_by_hand(),
    )


def whatsapp(known: Sequence[tuple[str, Sequence[str]]]) -> Page:
    """What is known about WhatsApp, each with who says so."""
    return Page(
        "whatsapp",
        _("What about WhatsApp?"),
        (
            _("What you can do: write a letter to WhatsApp. filer makes it, and you post it."),
            _("filer knows no form for it that takes an objection to AI for sure."),
        ),
        cards=tuple(Card(heading, tuple(lines)) for heading, lines in known),
        buttons=(
            Button("back", _("Back"), "main"),
            Button("letter", _("Write a letter to WhatsApp")),
        ),
        by_hand=_(
            "You can write to WhatsApp yourself. Keep a copy of what you wrote, and note when you "
            "sent it."
        ),
    )


def accounts(titles: Mapping[str, str], *, back: bool) -> Page:
    """Which accounts the person has; *titles* are the forms that filer knows, by their names."""
    names = _account_names()
    both = [Button("facebook+instagram", _("Facebook and Instagram"), "main")]
    others = set(titles) - set(names)
    return Page(
        "accounts",
        _("Which accounts do you have?"),
        (
            _("filer goes through the forms one after the other. Each account has its own."),
            _(
                "Are your Facebook and Instagram in the same Accounts Center? Then Meta says one "
                "objection is enough. Doing both does no harm."
            ),
        ),
        buttons=(
            *(both if {"facebook", "instagram"} <= set(titles) else []),
            *(Button(name, words) for name, words in names.items() if name in titles),
            *([] if "whatsapp" in titles else [Button("about whatsapp", _("WhatsApp"))]),
            Button("none", _("I want to write a letter, without an account")),
            *([Button("more", _("Other forms of Meta's"))] if others else []),
            *([Button("back", _("Back"), "quiet")] if back else []),
        ),
        by_hand=_by_hand(),
    )


def other_forms(titles: Mapping[str, str], about: Mapping[str, str]) -> Page:
    """The forms that are not those of an account; *about* says what each covers."""
    names = _account_names()
    return Page(
        "other forms",
        _("Other forms of Meta's"),
        (_("These are less known. Use them where the form of your account is not there."),),
        cards=tuple(
            Card(title, (about[name],), buttons=(Button(name, _("Use this form")),))
            for name, title in titles.items()
            if name not in names
        ),
        buttons=(Button("back", _("Back"), "main"),),
        by_hand=_by_hand(),
    )


def details(
    needed: Sequence[str],
    values: Mapping[str, str],
    mistakes: Mapping[str, str],
    language: str,
) -> Page:
    """What the forms ask for: the person's values, by the names that flows use."""
    labels = _labels()
    chosen = any(values.get(name) for name in FILES if name in needed)
    inputs = [
        Input(
            name,
            labels[name][0],
            labels[name][2],
            _shown(name, values.get(name, "")),
            labels[name][1],
            mistakes.get(name, ""),
            invites=_("Choose the file, or drop it here") if name in FILES else "",
            complete={
                "email": "email",
                "name": "name",
                "address": "street-address",
                "first_name": "given-name",
                "last_name": "family-name",
                "phone": "tel",
            }.get(name, ""),
        )
        for name in needed
        if name in labels and name != "reason"
    ]
    paragraphs = [_("Only what the form asks for. It stays on this computer until you send it.")]
    if "reason" in needed:
        inputs.append(
            Input(
                "reason",
                labels["reason"][0],
                "area",
                values.get("reason", reasons.start(language)),
                _(
                    "Put your own situation where the brackets are: one or two sentences. The law "
                    "asks for it (GDPR, Article 21(1)), so it makes you stronger. Leave all of it "
                    "empty to give no reason. Health, belief and the like need not be in it."
                )
                + _in_another_language(language),
                mistakes.get("reason", ""),
                count=True,
            )
        )
    return Page(
        "details",
        _("What should stand in the form?"),
        tuple(paragraphs),
        inputs=tuple(inputs),
        buttons=(
            Button("go", _("Go on"), "main"),
            *([Button("without", _("Go on without the picture"))] if chosen else []),
            Button("back", _("Back"), "quiet"),
        ),
        wrong=_("Please look at what is marked below.") if mistakes else "",
        by_hand=_by_hand(),
    )


def _in_another_language(language: str) -> str:
    """That the text to start from is in the form's *language*, where filer speaks another one."""
    written = language if language in reasons.STARTS else "en"
    if written == spoken():
        return ""
    return " " + _("The text below is in the language of the form. You may write in your own.")


def practice_or_real(titles: Sequence[str], values: Mapping[str, str]) -> Page:
    """The choice between a practice copy and the real form, with the *values* to be filled in."""
    labels = _labels()
    rows = [
        (labels[name][0], block(_shown(name, value)) or _("(empty)"))
        for name, value in values.items()
        if name in labels
    ]
    return Page(
        "practice or real",
        _("Practise first, or go to Meta's form?"),
        (
            _(
                "Practice is the same, with a copy of the form on this computer. Nothing reaches "
                "Meta. It takes two minutes, and you see what will happen."
            ),
        ),
        rows=(
            *((_("Form"), title) for title in titles),
            *rows,
        ),
        buttons=(
            Button("practice", _("Practise first"), "main"),
            Button("change", _("Change what is filled in")),
            Button("back", _("Back"), "quiet"),
        ),
        apart=_real_form(_("Go to Meta's real form")),
        by_hand=_by_hand(),
    )


def evidence(
    title: str,
    paragraphs: Sequence[str],
    rows: Sequence[tuple[str, str]],
    pictures: Sequence[Picture],
    dates: Sequence[tuple[str, str]],
    *,
    practice: bool,
    left: bool,
    sent: str,
    after: Sequence[str],
) -> Page:
    """How it ended, and the evidence of it; *after* is what can come next, of `AFTERWARDS`.

    *left* says that something left, so that an answer may come.
    """
    words = {
        "again": _("Try this form again"),
        "next": _("Go on with the next form"),
        "home": _("Done: back to the start"),
        "close": _("Done. Close filer."),
        "letter": _("Write a letter instead"),
    }
    buttons = [
        *(
            Button(key, words[key], "main" if n == 0 else "plain")
            for n, key in enumerate(key for key in after if key in words)
        ),
        Button("page", _("Read the whole evidence")),
        Button("folder", _("Open the folder it lies in")),
    ]
    if dates:
        buttons.append(Button("calendar", _("Put the dates into my calendar")))
    return Page(
        "evidence",
        title,
        tuple(paragraphs),
        rows=(*rows, *dates),
        pictures=tuple(pictures),
        buttons=tuple(buttons),
        apart=_real_form(_("Now go to Meta's real form")) if "real" in after else None,
        below=(
            _(
                "When Meta's e-mail comes, save it and add it to your case: open filer again and "
                "choose your case. Keep it as a file: a picture of an e-mail proves less."
            ),
        )
        if left and not practice
        else (),
        sent=sent,
        by_hand=_ordinary_files(),
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
                *(
                    [Button(f"complain:{each.key}", _("Make the papers for a complaint"))]
                    if each.complains
                    else []
                ),
                Button(f"folder:{each.key}", _("Open the folder")),
                Button(f"forget:{each.key}", _("Delete"), "danger"),
            ),
        )
        for each in known
    )
    nothing = () if known else (_("There is no case on this computer yet."),)
    dated = any(each.dates for each in known)
    return Page(
        "cases",
        _("Your cases"),
        nothing,
        cards=cards,
        buttons=(
            Button("back", _("Back"), "main"),
            *([Button("calendar", _("Put the dates into my calendar"))] if dated else []),
            Button("shared", _("This is not my own computer")),
        ),
        by_hand=_ordinary_files(),
    )


def add(title: str, said: Sequence[str] = (), wrong: str = "", note: str = "") -> Page:
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
            _(
                "You have only a picture or a PDF of the mail? Add that: filer keeps it as a "
                "paper. It proves less, because the signature of the mail is not in it."
            ),
        ),
        inputs=(
            Input(
                "note",
                _("A note of your own"),
                value=note,
                hint=_("Not needed. For example: came by post on Monday."),
            ),
            Input("files", _("Choose the files, or drop them here"), "file", many=True),
        ),
        buttons=(
            Button("note", _("Keep only the note")),
            Button("back", _("Back"), "quiet"),
        ),
        wrong=wrong,
        by_hand=_(
            "You can also keep Meta's e-mail in a folder of your own. Then nothing shows later "
            "that it was not changed."
        ),
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
        by_hand=_("If you are not sure, choose that it is unclear. The mail is kept either way."),
    )


def complain(
    title: str,
    offices: Sequence[tuple[str, str]],
    values: Mapping[str, str],
    mistakes: Mapping[str, str],
    wrong: str = "",
) -> Page:
    """What a complaint needs."""
    fields = (
        ("name", _("Your name"), _("A complaint cannot be anonymous."), "text"),
        ("initials", _("Your initials"), _("Only the Dutch authority asks for them."), "text"),
        ("address", _("Your postal address"), _("Authorities ask for it."), "area"),
        ("email", _("Your e-mail address"), "", "email"),
        ("phone", _("Your telephone number"), _("Not needed."), "text"),
    )
    return Page(
        "complain",
        _("Make the papers for a complaint"),
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
                mistakes.get("to", ""),
                options=(("", _("Please choose")), *offices),
            ),
            *(
                Input(name, label, kind, values.get(name, ""), hint, mistakes.get(name, ""))
                for name, label, hint, kind in fields
                if name != "initials" or values.get("to", "") in {"", "nlap"}
            ),
        ),
        buttons=(Button("go", _("Make the papers"), "main"), Button("back", _("Back"), "quiet")),
        wrong=wrong or (_("Please look at what is marked below.") if mistakes else ""),
        by_hand=_complain_by_hand(),
    )


def complained(before: Sequence[str], steps: Sequence[str], folder: str, *, practice: bool) -> Page:
    """The complaint is made: what to know *before*, and what to do with it, in *steps*."""
    return Page(
        "complained",
        _("Your papers are made. Nothing is handed in yet."),
        tuple(before),
        steps=tuple(steps),
        rows=((_("The papers lie in"), folder),),
        buttons=(
            Button("folder", _("Open the folder with the papers"), "main"),
            Button("back", _("Back to your cases")),
        ),
        practice=practice,
        by_hand=_complain_by_hand(),
    )


def letter(
    title: str, values: Mapping[str, str], why: Mapping[str, str], mistakes: Mapping[str, str]
) -> Page:
    """What a letter needs, as names with their sentence *why*; and the person's own situation."""
    labels = _labels()
    kinds = {"email": "email", "address": "area", "reason": "area"}
    return Page(
        "letter",
        title,
        (_("filer makes the letter. You print it, sign it and post it. filer posts nothing."),),
        inputs=tuple(
            Input(
                name,
                labels[name][0],
                kinds.get(name, "text"),
                values.get(name, ""),
                sentence,
                mistakes.get(name, ""),
                count=name == "reason",
            )
            for name, sentence in why.items()
        ),
        buttons=(Button("go", _("Make the letter"), "main"), Button("back", _("Back"), "quiet")),
        wrong=_("Please look at what is marked below.") if mistakes else "",
        by_hand=_letter_by_hand(),
    )


def written(sentences: Sequence[str]) -> Page:
    """The letter is made: where it lies, and what to do with it."""
    return Page(
        "written",
        _("Your letter is made. It is not sent yet."),
        tuple(sentences),
        buttons=(
            Button("folder", _("Open the folder with the letter"), "main"),
            Button("back", _("Back")),
        ),
        by_hand=_letter_by_hand(),
    )


def other_words(text: str) -> Page:
    """The person changed the reason in one form to *text*: should it stand in the next one too."""
    return Page(
        "other words",
        _("Use your changed text in the next form too?"),
        (_("You changed your reason in the form before. This is what stood there at the end:"),),
        rows=((_("Your reason, in your own words"), text),),
        buttons=(
            Button("new", _("Yes, use this text"), "main"),
            Button("old", _("No, use the text from the beginning")),
        ),
        by_hand=_by_hand(),
    )


def forget(sentences: Sequence[str]) -> Page:
    """Before a case is deleted: what will be lost."""
    return Page(
        "forget",
        _("Delete this case?"),
        tuple(sentences),
        buttons=(
            Button("back", _("No, keep it"), "main"),
            Button("folder", _("Open the folder, to copy it")),
            Button("delete", _("Yes, delete it. This cannot be undone."), "danger"),
        ),
        by_hand=_("You can also delete the folder of the case yourself."),
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
        by_hand=_("You can also delete these folders and files yourself."),
    )


def told(title: str, sentences: Sequence[str], *, wrong: bool = False) -> Page:
    """Something to be read, and a way back."""
    return Page(
        "told",
        title,
        () if wrong else tuple(sentences),
        buttons=(Button("back", _("Go on"), "main"),),
        wrong=" ".join(sentences) if wrong else "",
        by_hand=_by_hand(),
    )


def _real_form(words: str) -> Card:
    """The way to Meta's own form, with what can happen there."""
    return Card(
        _("Meta's real form"),
        (
            _(
                "There a program controls the window, and Meta can notice that. Meta may ask you "
                "to prove that you are you, send you an e-mail about a new device, or block your "
                "account for a while. For practice this does not apply."
            ),
            *_if_meta_asks(),
            _("If the page asks for your password, you type it yourself; filer does not look."),
        ),
        buttons=(Button("real", words),),
    )


def _if_meta_asks() -> tuple[str, ...]:
    return (
        _(
            "filer does not know how often that happens. If it does: stop here, and do what Meta "
            "asks in your own browser first. Then you can try again."
        ),
    )


def name_of(flow: str) -> str:
    """The form called *flow* in a word: the account it is for."""
    return _account_names().get(flow, flow)


def _account_names() -> Mapping[str, str]:
    return {
        "facebook": _("Facebook"),
        "instagram": _("Instagram"),
        "whatsapp": _("WhatsApp"),
        "third-party": _("None, but others shared my data"),
    }


def _labels() -> Mapping[str, tuple[str, str, str]]:
    """For each value of a profile its words, what to know about it, and the kind of its field."""
    return {
        "email": (
            _("Your e-mail address"),
            _("The one that your account has at Meta."),
            "email",
        ),
        "name": (_("Your name"), _("As it stands in your account."), "text"),
        "first_name": (_("Your first name"), "", "text"),
        "last_name": (_("Your last name"), "", "text"),
        "prompts": (
            _("What you asked the AI"),
            _("Only if an AI of Meta's told something about you. Not needed."),
            "area",
        ),
        "picture": (
            _("A picture of its answer"),
            _(
                "A png, jpg or webp file of at most 3 MB. Not needed. Meta gets it when you send "
                "the form."
            ),
            "file",
        ),
        "country": (_("Your country"), _("In two letters, such as nl or de."), "text"),
        "phone": (_("Your telephone number"), "", "text"),
        "address": (_("Your address"), "", "area"),
        "reason": (_("Your reason, in your own words"), "", "area"),
    }


def _shown(name: str, value: str) -> str:
    """*value* as a person knows it; of a file its name, without the folder."""
    return Path(value).name if name in FILES else value


def _by_hand() -> str:
    return _(
        "Log in on Facebook or Instagram in your own browser. Look in the settings for the Privacy "
        "Center, then for AI at Meta and the word “object”. Fill in the form and send it. Keep the "
        "e-mail that Meta sends you."
    )


def _ordinary_files() -> str:
    return _(
        "All of this lies in ordinary files. Open the folder, and read, copy or print them with "
        "your own programs. VERIFY.txt says how anybody can check them without filer."
    )


def _complain_by_hand() -> str:
    return _(
        "You can also complain on the authority's own site, in your own words. Copy your evidence "
        "and send it along."
    )


def _letter_by_hand() -> str:
    return _("You can also write the letter yourself. Keep a copy, and send it by registered post.")
