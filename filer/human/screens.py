"""The one list of screens: every question, every piece of news and every ending, in words.

`screen` is a pure function. A worried person reads these sentences, often in a second language:
they are short, and each that could raise the question says what was sent and what was not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from filer.human import endings, news
from filer.human.screen import Moment, Screen, Sofar, choices, filled
from filer.human.shown import block, inline
from filer.ports import (
    Accounts,
    Answer,
    ChangeNow,
    CodeAsked,
    CodeReview,
    FillByHand,
    HandOver,
    Introduction,
    IsThisIt,
    LookAround,
    MayAsk,
    Meaning,
    NoAnswer,
    NoFormHere,
    PageAsks,
    Prefilled,
    PressNow,
    PressShut,
    Question,
    Reading,
    Result,
    Review,
    Told,
    Unreadable,
)
from filer.words import _, ngettext


def screen(moment: Moment, sofar: Sofar, language: str) -> Screen:
    """The screen for *moment*, in the language now spoken.

    *sofar* is the state with *moment* in it (`Sofar.after`); *language* picks the flow's own words.
    """
    return replace(_screen(moment, sofar, language), sent=sofar.line())


def _screen(moment: Moment, sofar: Sofar, language: str) -> Screen:  # noqa: C901 - a case per moment
    match moment:
        case Introduction():
            return _introduction(moment, language)
        case HandOver():
            return _hand_over(moment)
        case FillByHand():
            return _fill_by_hand(moment)
        case Prefilled():
            return _prefilled(moment)
        case Review():
            return _review(moment, sofar)
        case ChangeNow():
            return _change_now(moment)
        case PressNow():
            return _press_now(moment, sofar)
        case PressShut():
            return _press_shut(moment)
        case Unreadable():
            return _unreadable(moment)
        case Meaning():
            return _meaning(moment)
        case Accounts():
            return _accounts(moment)
        case NoAnswer():
            return _no_answer(moment)
        case CodeAsked():
            return _code_asked(moment, sofar)
        case CodeReview():
            return _code_review(moment)
        case NoFormHere():
            return endings.no_form_here(moment)
        case IsThisIt():
            return _is_this_it(moment)
        case PageAsks():
            return _page_asks(moment)
        case MayAsk():
            return _may_ask(moment)
        case LookAround():
            return _look_around(moment)
        case Told():
            return news.screen(moment)
        case Result():
            return endings.screen(moment, sofar)
        case _:
            assert_never(moment)


def harmless(question: Question) -> Answer:
    """What is answered when nobody can: nothing that sends, nothing that claims."""
    match question:
        case Introduction():
            return Answer.GO
        case LookAround() | PressShut():
            return Answer.DONE
        case Review(shut=True):
            return Answer.YES  # of a replay: it changes nothing
        case NoFormHere() | NoAnswer():
            return Answer.END
        case Meaning() | Accounts():
            return Answer.UNCLEAR
        case Unreadable() | PageAsks() | MayAsk():
            return Answer.NO
        case _:
            return Answer.STOP


def _stop() -> tuple[str, str]:
    return _("stop"), _("Stop here. Nothing is sent.")


def _stop_at_code(sofar: Sofar) -> tuple[str, str]:
    if sofar.state == "nothing":
        return _stop()
    return _("stop"), _("Stop here. The code is not sent. What left before stays sent.")


def _done(meaning: str) -> tuple[str, str]:
    return _("done"), meaning


# --------------------------------------------------------------------------- before the window


def _introduction(moment: Introduction, language: str) -> Screen:
    flow, practice = moment.flow, moment.practice
    if moment.replay:
        title = _("Replay: %(title)s")
    else:
        title = _("Practice: %(title)s") if practice else "%(title)s"
    own = _practice_words() if practice else ()
    seen = () if moment.visible else (news.unseen(),)
    return Screen(
        "introduction",
        filled(title, title=flow.title.best(language)),
        (*own, *seen, *_what_it_is_about(moment, language)),
        choices=choices(
            moment.choices,
            {
                Answer.GO: (_("go"), _("Go on. The window opens.")),
                Answer.STOP: (_("stop"), _("Stop. No window opens and nothing is sent.")),
            },
        ),
        default=Answer.GO,
    )


def _practice_words() -> tuple[str, ...]:
    return (
        _("This is practice. The pages come from this computer, and nothing reaches Meta."),
        _("Do not type a real password. Any invented password will do."),
    )


def _what_it_is_about(moment: Introduction, language: str) -> tuple[str, ...]:
    if not moment.replay:
        return (*_what_filer_does(moment.practice), *_what_it_covers(moment, language))
    return (
        _(
            "filer does the steps of this form again, one by one, so that you can see what "
            "happens. It is a replay: the gate stays shut, and nothing that is typed can leave, "
            "whoever presses what."
        ),
        *(() if moment.practice else _what_meta_may_do()),
        _(
            "Between two steps you can type a letter and press Enter: p pauses, n does the next "
            "step, g goes on, b goes back to the start, s stops."
        ),
    )


def _what_filer_does(practice: bool) -> tuple[str, ...]:  # noqa: FBT001 - a fact, not a switch
    opens = (
        _("filer opens a practice copy of Meta's form in a browser window.")
        if practice
        else _("filer opens Meta's own form in a browser window.")
    )
    always = (
        opens
        + " "
        + _(
            "It fills in what you gave it. Then it waits. You check everything, and you press the "
            "button that sends the form. filer never presses that button."
        ),
        _(
            "Before filer types anything, it closes the connection of that window. Nothing of what "
            "it typed can leave until you have said that everything is right."
        ),
        _("filer keeps pictures of the form, and what stands in it, in a folder on this computer."),
        _("You can stop at any moment: close the window. That is all right, and it is safe."),
    )
    return always if practice else (*always, *_what_meta_may_do())


def _what_meta_may_do() -> tuple[str, ...]:
    return (
        _(
            "If the page asks for your password, you type it yourself, in the window. filer does "
            "not look at login pages and keeps no picture of them."
        ),
        _(
            "A program controls this window, and Meta can notice that. Meta may ask you to prove "
            "that you are you, send you an e-mail about a new device, or block your account for a "
            "while. filer does not hide what it is."
        ),
    )


def _what_it_covers(moment: Introduction, language: str) -> tuple[str, ...]:
    covers = moment.flow.covers.best(language)
    covers_not = moment.flow.covers_not.best(language)
    return (
        *((filled(_("What the objection covers: %(what)s"), what=covers),) if covers else ()),
        *((filled(_("What it does not cover: %(what)s"), what=covers_not),) if covers_not else ()),
        _(
            "Meta began to train AI on 27 May 2025. An objection that you send now counts from now "
            "on. It may not count for your older posts. It does not take back what an AI model "
            "has already learned."
        ),
    )


# --------------------------------------------------------------------------- on the way to the form


def _hand_over(moment: HandOver) -> Screen:
    title, sentence, done = _tasks().get(moment.task, _tasks()["unknown"])
    told = (
        (filled(_("The window shows: “%(words)s”"), words=moment.words),)
        if _foreign(moment)
        else ()
    )
    own = (_("filer does not look at this page and takes no picture of it."),)
    return Screen(
        "hand over",
        title,
        (
            sentence,
            *told,
            *(own if moment.private else ()),
            _("When the form appears, filer goes on by itself."),
        ),
        choices=choices(
            moment.choices,
            {
                Answer.DONE: _done(done),
                Answer.NO_FORM: (_("no form"), _("I cannot find the form here.")),
                Answer.STOP: _stop(),
            },
        ),
        default=Answer.DONE,
    )


def _foreign(moment: HandOver) -> bool:
    """Whether the words say more than our own sentence for that task does."""
    return bool(moment.words) and moment.task not in {"login", "terms", "cookies"}


def _tasks() -> Mapping[str, tuple[str, str, str]]:
    return {
        "login": (
            _("Please log in"),
            _("The window shows a login page. Please log in there yourself."),
            _("I have logged in."),
        ),
        "cookies": (
            _("Please answer the question about cookies"),
            _(
                "A question about cookies lies over the page and filer could not close it. "
                "Please choose in the window."
            ),
            _("I have chosen."),
        ),
        "question": (
            _("Please answer a question on the page"),
            _("The page asks something that filer does not know. Please answer it in the window."),
            _("I have answered."),
        ),
        "covered": (
            _("Something lies over the form, or hides it"),
            _(
                "Please bring the form back in the window: close what lies over it. What was typed "
                "is still there, and nothing can leave."
            ),
            _("I can see the form again."),
        ),
        "other form": (
            _("This looks like a different form"),
            _(
                "The window shows a form, but it seems to be for another request. Please do not "
                "send it. Please go to the form to object to AI at Meta, in the window."
            ),
            _("The right form is there now."),
        ),
        "unknown": (
            _("filer does not know this page"),
            _(
                "Please go to the form to object to AI at Meta, in the window. If the page wants a "
                "decision first, such as on new terms, or to see that you are a person: that is "
                "for you to do."
            ),
            _("The form is there now."),
        ),
    }


def _is_this_it(moment: IsThisIt) -> Screen:
    return Screen(
        "is this it",
        _("Is this the right form?"),
        (
            _("This form has the right fields, but nothing on it says what it is for.")
            if moment.known_language
            else _("This form has the right fields, but filer does not know its language."),
            _("Please read it in the window. Is it the form to object to AI at Meta?"),
        ),
        rows=((_("Title of the page"), block(moment.title) or _("(empty)")),),
        choices=choices(
            moment.choices,
            {
                Answer.YES: (_("yes"), _("Yes, this is the form.")),
                Answer.NO: (_("no"), _("No, this is another form.")),
                Answer.STOP: _stop(),
            },
        ),
    )


def _page_asks(moment: PageAsks) -> Screen:
    return Screen(
        "page asks",
        _("The page asks you something"),
        (_("The page opened a small question of its own. These are its words, not ours:"),),
        rows=((_("The page asks"), block(moment.text) or _("(empty)")),),
        choices=choices(
            moment.choices,
            {
                Answer.YES: (_("yes"), _("Yes, or OK.")),
                Answer.NO: (_("no"), _("No, or cancel.")),
            },
        ),
    )


def _may_ask(moment: MayAsk) -> Screen:
    if moment.what == "timestamps":
        title = _("May filer have the time of your evidence confirmed?")
        paragraphs = (
            _(
                "Your evidence is stronger when somebody else confirms when it existed. filer can "
                "ask two timestamp authorities for that; both are listed as qualified in the EU."
            ),
            _(
                "They see a fingerprint (a hash) of your evidence, your internet address and the "
                "time. They do not see your name, your text or your pictures."
            ),
            _("Without them, the times in your evidence are only those of your own computer."),
        )
        yes = _("Yes, ask them, now and later.")
    else:
        title = _("May filer look up whether Meta signed this mail?")
        paragraphs = (
            _(
                "Meta signs its mails. The key to check that lies in the public directory of the "
                "internet (DNS), and may be changed there any day. So it is best fetched now."
            ),
            _(
                "The directory sees that somebody at your internet address asks for a key of "
                "Meta's. It does not see the mail."
            ),
            _("Without the key the mail is kept, but nothing in it is proven."),
        )
        yes = _("Yes, look it up, now and later.")
    words = {
        Answer.YES: (_("yes"), yes),
        Answer.NO: (_("no"), _("No, do not, now or later.")),
    }
    kept = _("filer keeps your answer, and filer doctor tells how to change it.")
    return Screen("may ask", title, (*paragraphs, kept), choices=choices(moment.choices, words))


# --------------------------------------------------------------------------- filling in


def _look_around(moment: LookAround) -> Screen:
    forgets = _("When the window closes, filer forgets the login in it.")
    return Screen(
        "look-around",
        _("The window is still open"),
        paragraphs=(
            _("Your evidence is sealed. Read the page as long as you like."),
            *([] if moment.keeps_login else [forgets]),
        ),
        choices=choices(LookAround.choices, {Answer.DONE: (_("close"), _("Close the window."))}),
        default=Answer.DONE,
    )


def _fill_by_hand(moment: FillByHand) -> Screen:
    field = block(moment.label) or _kinds().get(moment.kind, moment.kind)
    rows = [(_("Field"), field)]
    if moment.value:
        what = _("Your file") if moment.kind == "file" else _("Your text")
        rows.append((what, block(moment.value)))
    return Screen(
        "fill by hand",
        filled(_("Please fill in one field yourself: %(field)s"), field=field),
        (*_why_by_hand(moment), _("Please do not press the button that sends the form yet.")),
        rows=tuple(rows),
        choices=choices(
            moment.choices,
            {Answer.DONE: _done(_("I have filled it in.")), Answer.STOP: _stop()},
        ),
    )


def _kinds() -> Mapping[str, str]:
    return {
        "email": _("e-mail address"),
        "text": _("a short text"),
        "textarea": _("a longer text"),
        "choice": _("a choice"),
        "select": _("a list to choose from"),
        "phone": _("telephone number"),
        "checkbox": _("a box to tick"),
        "file": _("a file"),
        "code": _("a code"),
    }


def _why_by_hand(moment: FillByHand) -> tuple[str, ...]:
    match moment.why:
        case "not found" if moment.kind == "file":
            return (
                _("filer is not sure where on the page a file is added, and it does not guess."),
                _("Please add your file there yourself, in the window, or go on without it."),
            )
        case "not found":
            return (
                _("filer is not sure which field on the page this is, and it does not guess."),
                _("Please type or copy your text into the right field, in the window."),
            )
        case "too long":
            return (_too_long(moment), _("Please type a shorter text in the window."))
        case "not taken":
            return (
                _("filer typed this text, but the page holds something else now."),
                _("Please look in the window and correct it there."),
            )
        case "required":
            return (
                _("The page wants an answer here, and you gave filer none."),
                _("Please fill it in, in the window."),
            )
        case "not there":
            return (
                _("filer expected this field, but the page does not show it."),
                _("If you see a field for this text, please fill it in. If not, go on without it."),
            )
        case other:
            return (inline(other), _("Please fill it in, in the window."))


def _too_long(moment: FillByHand) -> str:
    length = len(moment.value)
    if moment.limit is None:
        return _("Your text is longer than the page allows. filer does not shorten your words.")
    return ngettext(
        "Your text has %(length)s character, and the page allows %(limit)s. "
        "filer does not shorten your words.",
        "Your text has %(length)s characters, and the page allows %(limit)s. "
        "filer does not shorten your words.",
        length,
    ) % {"length": length, "limit": moment.limit}


def _prefilled(moment: Prefilled) -> Screen:
    return Screen(
        "prefilled",
        filled(
            _("The page already holds another value: %(field)s"),
            field=moment.label or _kinds().get(moment.kind, moment.kind),
        ),
        (_("filer changes nothing here unless you say so. Which of the two is right?"),),
        rows=(
            (_("On the page"), block(moment.shown) or _("(empty)")),
            (_("You gave filer"), block(moment.wanted) or _("(empty)")),
        ),
        choices=choices(
            moment.choices,
            {
                Answer.KEEP: (_("keep"), _("Keep what is on the page.")),
                Answer.REPLACE: (_("replace"), _("Replace it with what I gave filer.")),
                Answer.STOP: _stop(),
            },
        ),
    )


# --------------------------------------------------------------------------- checking and sending


def _accounts(moment: Accounts) -> Screen:
    both = _("Facebook and Instagram: one account on each, in the same Accounts Center.")
    return Screen(
        "accounts center",
        _("Which of your accounts are in the same Accounts Center?"),
        (
            _(
                "Meta says that one objection covers all accounts in the same Accounts Center. An "
                "account outside it needs an objection of its own."
            ),
            _(
                "You find it in the settings of Facebook or Instagram, under Accounts Center. "
                "filer keeps the number with your evidence, and no name of an account."
            ),
        ),
        choices=choices(
            moment.choices,
            {
                Answer.ONE: (_("one"), _("Only the account I have just objected for.")),
                Answer.BOTH: (_("both"), both),
                Answer.MORE: (_("more"), _("More than two accounts, or two on one of them.")),
                Answer.UNCLEAR: (_("unclear"), _("I do not know.")),
            },
        ),
    )


def _review(moment: Review, sofar: Sofar) -> Screen:
    again = (_("Something on the page is different now. Please check everything once more."),)
    yes = (
        _("This is a replay. Here you would say yes; now a yes changes nothing.")
        if moment.shut
        else _(
            "If you say yes, the page can send exactly this, once. You press the button on "
            "the page yourself; filer does not."
        )
    )
    return Screen(
        "review",
        _("Please check: is everything right?"),
        (
            *(again if moment.again else ()),
            _("This is what the page holds now. Nothing of it has been sent."),
            yes,
        ),
        rows=(
            *(_reviewed(reading) for reading in moment.rows),
            (_("It goes to"), sofar.named(moment.host)),
            (_("Address of the form"), inline(moment.address)),
            (_("The button on the page"), inline(moment.send_label) or _("(no words on it)")),
        ),
        choices=choices(
            moment.choices,
            {
                Answer.YES: (
                    _("yes"),
                    _("I have seen it. Nothing is sent.")
                    if moment.shut
                    else _("Yes, everything is right. I want to send this."),
                ),
                Answer.CHANGE: (_("change"), _("I want to change something.")),
                Answer.STOP: _stop(),
            },
        ),
    )


def _reviewed(reading: Reading) -> tuple[str, str]:
    label = inline(reading.label) or inline(reading.name) or _("(a field without a name)")
    empty = _("(empty, but the page wants an answer here)") if reading.required else _("(empty)")
    return label, block(reading.value) if reading.value.strip() else empty


def _change_now(moment: ChangeNow) -> Screen:
    return Screen(
        "change now",
        _("Change what you want, in the window"),
        (
            _(
                "Nothing can be sent while you do this. Please do not press the button that sends "
                "the form yet."
            ),
            _("Then come back here. filer shows you everything again."),
        ),
        choices=choices(
            moment.choices,
            {Answer.DONE: _done(_("I have changed it. Show me everything.")), Answer.STOP: _stop()},
        ),
    )


def _what_to_press(moment: PressNow, *, code: bool) -> str:
    if moment.send_label:
        return filled(_("Now press “%(button)s” on the page yourself"), button=moment.send_label)
    if code:
        return _("Now press the button on the page that sends the code, yourself")
    return _("Now press the button on the page that sends the form, yourself")


def _press_now(moment: PressNow, sofar: Sofar) -> Screen:
    code = sofar.state != "nothing"
    return Screen(
        "press now",
        _what_to_press(moment, code=code),
        (
            filled(
                _("Press it once. What you have just checked goes to %(host)s, one time."),
                host=sofar.named(moment.host),
            ),
            ngettext(
                "You have %(minutes)s minute. After that, filer asks you again.",
                "You have %(minutes)s minutes. After that, filer asks you again.",
                moment.minutes,
            )
            % {"minutes": moment.minutes},
            _("If anything in the form changes before you press, your yes no longer counts."),
        ),
        choices=choices(
            moment.choices,
            {
                Answer.CHANGE: (_("change"), _("I want to change something first.")),
                Answer.STOP: _stop_at_code(sofar),
            },
        ),
    )


def _press_shut(moment: PressShut) -> Screen:
    button = (
        filled(_("Here you would press “%(button)s” on the page"), button=moment.send_label)
        if moment.send_label
        else _("Here you would press the button on the page that sends the form")
    )
    return Screen(
        "press shut",
        button,
        (
            _(
                "This is a replay, so the gate stays shut. You can press the button: what the "
                "page then wants to send is stopped. Nothing leaves this computer."
            ),
        ),
        choices=choices(
            moment.choices,
            {
                Answer.DONE: _done(_("I have seen it. The window closes.")),
                Answer.AGAIN: (_("again"), _("Show it to me again, from the start.")),
                Answer.STOP: _stop(),
            },
        ),
    )


def _unreadable(moment: Unreadable) -> Screen:
    return Screen(
        "unreadable",
        _("filer cannot read what the page wants to send"),
        (
            _(
                "You pressed the button. The page wants to send something to the right address, "
                "but in a form that filer cannot read."
            ),
            _(
                "It is held back and has not left. filer cannot tell whether it is exactly what "
                "you checked. You decide."
            ),
        ),
        rows=(
            (_("It wants to go to"), inline(moment.address)),
            (_("What filer knows of it"), block(moment.what) or _("(nothing)")),
        ),
        choices=choices(
            moment.choices,
            {
                Answer.YES: (_("yes"), _("Yes, let it go, this one time.")),
                Answer.NO: (_("no"), _("No, hold it back. It is not sent.")),
            },
        ),
    )


# --------------------------------------------------------------------------- after the press


def _meaning(moment: Meaning) -> Screen:
    status = (
        (filled(_("The number of the answer is %(status)s."), status=moment.status),)
        if moment.status is not None
        else ()
    )
    return Screen(
        "meaning",
        _("What does the page say now?"),
        (
            _("An answer came, but filer does not know its words. Please read it in the window."),
            *status,
        ),
        choices=choices(
            moment.choices,
            {
                Answer.CONFIRMED: (
                    _("confirmed"),
                    _("The page says that my objection has been received."),
                ),
                Answer.REFUSED: (
                    _("refused"),
                    _("The page says that something went wrong, or that it says no."),
                ),
                Answer.UNCLEAR: (_("unclear"), _("I cannot tell.")),
            },
        ),
    )


def _no_answer(moment: NoAnswer) -> Screen:
    return Screen(
        "no answer",
        _("No answer yet"),
        (
            ngettext(
                "Your form left this computer, and for %(seconds)s second no answer has come.",
                "Your form left this computer, and for %(seconds)s seconds no answer has come.",
                moment.seconds,
            )
            % {"seconds": moment.seconds},
            _("filer does not send anything again by itself. Please do not press again either."),
        ),
        choices=choices(
            moment.choices,
            {
                Answer.WAIT: (_("wait"), _("Wait longer.")),
                Answer.END: (_("end"), _("Stop waiting. filer notes that the outcome is unknown.")),
            },
        ),
    )


def _code_asked(moment: CodeAsked, sofar: Sofar) -> Screen:
    mail = (
        _("The page shows the code that you would get by e-mail.")
        if sofar.practice
        else _("Meta has probably sent a code to your e-mail address. Look in your spam too.")
    )
    return Screen(
        "code asked",
        _("The page asks for a code"),
        (
            mail,
            _(
                "Please type the code into the page. Do not press the button yet: the code cannot "
                "leave before you have checked it."
            ),
        ),
        choices=choices(
            moment.choices,
            {
                Answer.DONE: _done(_("The code is in the page.")),
                Answer.STOP: _stop_at_code(sofar),
            },
        ),
    )


def _code_review(moment: CodeReview) -> Screen:
    return Screen(
        "code review",
        _("Please check the code"),
        (_("If you say yes, this code can leave, once. You press the button on the page."),),
        rows=((_("The code"), block(moment.code) or _("(empty)")),),
        choices=choices(
            moment.choices,
            {
                Answer.YES: (_("yes"), _("Yes, this is the code. I press the button now.")),
                Answer.CHANGE: (_("change"), _("I want to type it again.")),
                Answer.STOP: (
                    _("stop"),
                    _("Stop here. The code is not sent. What left before stays sent."),
                ),
            },
        ),
    )
