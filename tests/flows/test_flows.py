"""The flows of the accounts: that they load, and that what they say agrees with the sources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from filer.flow import USUAL, Flow, HandOver, HumanSends, Keep, Label, Press, load, names, plain
from filer.words import NAMES
from flows.meta import ABOUT, CODE, COOKIES, EMAIL, ERRORS, OTHERS, QUESTIONS, REASON, SEND, THANKS

LANGUAGES = {"nl", "en", "de", "fr", "it", "es", "pl"}
BOTH = ("facebook", "instagram")
ACCOUNTS_CENTER = {
    "nl": "Accountcentrum",
    "en": "Accounts Center",
    "de": "Kontenübersicht",
    "fr": "Espace Comptes",
}
TABLES = {
    "email": EMAIL.label,
    "reason": REASON.label,
    "code": CODE.label,
    "send": SEND,
    "thanks": THANKS,
    "errors": ERRORS,
    "about": ABOUT,
    "others": OTHERS,
    "cookies": COOKIES[0].label,
    "question": QUESTIONS[0].question,
    "answer": QUESTIONS[0].answer,
    "then": QUESTIONS[0].then,
}


@pytest.fixture(params=BOTH)
def flow(request: pytest.FixtureRequest) -> Flow:
    """Each flow in turn."""
    name: str = request.param
    return load(name)


def test_the_forms_of_the_accounts_come_first() -> None:
    """filer names Facebook's form and Instagram's first, and what forms share is none."""
    assert BOTH == names()[:2] == USUAL


def test_the_steps_are_those_of_the_design(flow: Flow) -> None:
    """Open, hand over, keep, fill twice, keep, the person sends, a code perhaps, keep."""
    assert ["Open", "HandOver", "Keep", "Fill", "Fill", "Keep", "HumanSends", "Code", "Keep"] == [
        type(step).__name__ for step in flow.steps
    ]
    assert ("email", "reason") == flow.needs()


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        (
            "facebook",
            (
                "https://www.facebook.com/help/contact/712876720715583",
                "https://www.facebook.com/help/contact/6359191084165019",
                "https://www.facebook.com/help/contact/367438723733209",
            ),
        ),
        (
            "instagram",
            (
                "https://help.instagram.com/contact/767264225370182",
                "https://help.instagram.com/contact/233964459562201",
            ),
        ),
    ],
)
def test_every_candidate_address_is_tried_in_order(name: str, addresses: tuple[str, ...]) -> None:
    """The addresses of 2025 come first; forms for other requests are not among them."""
    assert addresses == load(name).addresses


@pytest.mark.parametrize("table", TABLES)
def test_every_table_speaks_seven_languages_and_says_where_from(table: str) -> None:
    """Each label has wordings in all seven languages, a source, and marks only what it has."""
    label = TABLES[table]

    assert set(label.texts) == LANGUAGES
    assert label.source
    assert set(label.unconfirmed) <= LANGUAGES
    assert all(label.texts.values())


@pytest.mark.parametrize("table", TABLES)
def test_no_wording_is_there_twice_in_a_language(table: str) -> None:
    """A wording that is repeated, or differs only in case, is a slip."""
    for wordings in TABLES[table].texts.values():
        plainly = [plain(wording) for wording in wordings]

        assert sorted(set(plainly)) == sorted(plainly)


def test_the_send_wordings_that_were_seen_are_marked_so() -> None:
    """The send labels met on the form count as confirmed, the Spanish and Polish ones do not."""
    seen = {"nl": "Verzenden", "en": "Submit", "de": "Senden", "fr": "Envoyer", "it": "Invia"}

    assert seen == {language: SEND.texts[language][0] for language in seen}
    assert ("es", "pl") == SEND.unconfirmed


def test_nothing_filer_presses_is_worded_like_a_send() -> None:
    """No cookie button and no wizard button shares a wording with the send control."""
    pressed = [press.label for press in COOKIES] + [choose.then for choose in QUESTIONS]

    assert [] == [w for label in pressed for w in label.wordings() if SEND.names(w)]


def test_no_cookie_button_consents() -> None:
    """filer only declines; a consent to cookies is the person's to give."""
    consents = ("all", "alle", "tous", "tutti", "todas", "wszystkie", "accept", "accepteren")
    words = {word for p in COOKIES for w in p.label.wordings() for word in plain(w).split()}

    assert set() == words & set(consents)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks",
        "Thank you!",
        "Bedankt voor je bezoek.",
        "Merci de votre visite. Danke. Grazie. Gracias. Dziękujemy.",
        "As soon as we receive your objection, we will e-mail you.",
        "Your objection has not been received.",
        "Your objection could not be submitted.",
        "Je bezwaar is niet ontvangen.",
        "Zodra we je bezwaar ontvangen, krijg je een e-mail.",
        "Je bezwaar is binnen een maand beantwoord.",
        "Sobald wir deinen Widerspruch erhalten, melden wir uns.",
        "Dein Widerspruch wurde nicht gesendet.",
        "Votre opposition n'a pas été envoyée.",
        "La tua opposizione non è stata ricevuta.",
        "Tu oposición no se ha enviado.",
        "Twój sprzeciw nie został wysłany.",
        "Riceverai una e-mail con i dettagli",
        "You will receive an e-mail with the details.",
    ],
)
def test_politeness_promises_and_refusals_do_not_confirm(text: str) -> None:
    """Only words that say the objection is in confirm it."""
    assert "" == THANKS.within(text)


@pytest.mark.parametrize(
    "text",
    [
        "Verrà applicata d'ora in avanti allo sviluppo e al miglioramento dell\u2019IA in Meta.",
        "Hi, We will honour your objection. This means ...",
        "Form submitted successfully",
        "Bedankt! We hebben je bezwaar ontvangen.",
        "Dein Einspruch wurde gesendet",
        "Nous avons bien reçu votre opposition.",
        "Hemos recibido tu solicitud.",
        "Otrzymaliśmy Twój sprzeciw.",
    ],
)
def test_what_was_seen_and_plain_words_confirm(text: str) -> None:
    """The confirmations that people reported are recognised, and plain ones in each language."""
    assert THANKS.within(text)


def test_an_answer_never_says_yes_and_no_with_the_same_words() -> None:
    """No phrase that confirms holds one that refuses, nor the other way round."""
    both = [w for w in THANKS.wordings() if ERRORS.within(w)]

    assert [] == both + [w for w in ERRORS.wordings() if THANKS.within(w)]


def test_the_form_is_not_mistaken_for_another_by_its_own_marks() -> None:
    """No phrase that marks the objection holds one that marks another request."""
    assert [] == [w for w in ABOUT.wordings() if OTHERS.within(w)]


@pytest.mark.parametrize(
    "text",
    [
        "Appeal a removed post",
        "Data subject rights for third-party information used for AI at Meta",
        "Bezwaar tegen een verwijderd bericht",
        "Einspruch gegen die Entfernung deines Beitrags",
        "Contester la suppression d'une publication",
        "Il tuo post è stato rimosso",
        "Solicitar una revisión",
        "Odwołanie od decyzji",
        "Report a hacked account",
    ],
)
def test_another_request_is_known_as_such(text: str) -> None:
    """An appeal, a hacked account and Meta's third-party form are not the objection."""
    assert OTHERS.within(text)
    assert "" == ABOUT.within(text)


def test_the_reasons_are_those_that_people_are_told(flow: Flow) -> None:
    """Each reason for there being no form is one that the rest of filer has words for."""
    assert {
        "other region",
        "throttled",
        "already objected",
        "sent home",
        "moved",
        "account locked",
    } == {unavailable.reason for unavailable in flow.unavailable}


def test_look_alike_hosts_are_foreign(flow: Flow) -> None:
    """Only Meta's own hosts are allowed, in every language of the address."""
    strange = (
        "facebook.com.example.org",
        "help-instagram.com",
        "apps.facebook.com",
        "",
        "meta.com",
    )

    assert [] == [host for host in strange if flow.allows_host(host)]
    assert flow.allows_host("fr-fr.facebook.com")
    assert flow.allows_host("help.meta.com")


@pytest.mark.parametrize(
    "path",
    [
        "/login/",
        "/login.php",
        "/two_step_verification/two_factor/",
        "/two_factor/remember_browser",
        "/checkpoint/1501092823525282",
        "/auth_platform/codeentry/",
        "/challenge/",
        "/recover/code",
        "/accounts/onetap/",
    ],
)
def test_pages_with_secrets_are_private(flow: Flow, path: str) -> None:
    """Logins, second factors and checks are pages that filer does not look at."""
    assert any(path.startswith(start) for start in flow.private)


def test_the_form_itself_is_not_private(flow: Flow) -> None:
    """No candidate address lies under a path that filer refuses to look at."""
    paths = ["/" + address.split("/", 3)[3] for address in flow.addresses]

    assert [] == [p for p in paths if any(p.startswith(start) for start in flow.private)]


def test_what_the_objection_covers_is_said_in_each_language_of_filer(flow: Flow) -> None:
    """Scope, gaps and notes exist in each, with a source, and name what people get wrong."""
    for label in (flow.title, flow.covers, flow.covers_not, flow.notes):
        assert set(NAMES) == set(label.texts)
        assert label.source
    for language, words in ACCOUNTS_CENTER.items():
        assert words in flow.covers.best(language)
        assert "WhatsApp" in flow.covers_not.best(language)
        assert "2025" in flow.notes.best(language)


@pytest.mark.parametrize("name", names())
def test_french_words_are_not_torn_from_their_marks(name: str) -> None:
    """The space before a mark, and after «, is one at which no line breaks."""
    flow = load(name)
    said = [label.best("fr") for label in (flow.title, flow.covers, flow.covers_not, flow.notes)]

    assert [] == [text for text in said if re.search(r"(?<!\xa0)[:;?!»]|«(?!\xa0)", text)]


def test_a_flow_is_also_json_with_its_verbs(flow: Flow) -> None:
    """What a replay reads holds every step, by its verb, and every label by language."""
    data = json.loads(flow.as_json())

    assert [type(step).__name__ for step in flow.steps] == [step["verb"] for step in data["steps"]]
    assert "Verzenden" == data["steps"][6]["send"]["texts"]["nl"][0]


def test_hand_overs_and_pictures_are_worded(flow: Flow) -> None:
    """Every sentence a person may see is there."""
    assert all(step.words for step in flow.steps if isinstance(step, HandOver))
    assert all(step.title for step in flow.steps if isinstance(step, Keep))


def test_every_label_of_a_flow_names_its_source(flow: Flow) -> None:
    """Whoever doubts a wording finds beside it where it comes from."""
    assert [] == [label for label in labels(flow) if not label.source]


def labels(flow: Flow) -> Iterator[Label]:
    """Every label of *flow* that holds a wording."""
    yield from (flow.title, flow.covers, flow.covers_not, flow.notes, flow.about, flow.others)
    yield from (field.label for field in (*flow.fields, CODE))
    yield from (press.label for press in flow.cookies)
    yield from (u.label for u in flow.unavailable if u.label.texts)
    for choose in flow.questions:
        yield from (choose.question, choose.answer, choose.then)
    for step in flow.steps:
        if isinstance(step, HumanSends):
            yield from (step.send, step.confirmed, step.refused)
        if isinstance(step, Press):
            yield step.label
