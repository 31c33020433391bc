"""Meta's privacy requests channel, to which the policy's word "object" leads since July 2026.

Its address is certain [P]. What it asks, in which order, and whether it wants a login is not: two
labels were reported by one person each [C/U]. So filer takes the one choice it knows, and leaves
every other page of it to the person. The form at its end is found by what it shows.
"""

from filer.flow import Choose, Code, Fill, Flow, HandOver, HumanSends, Keep, Label, Open
from flows.meta import (
    ABOUT,
    ASSET_HOSTS,
    CODE,
    COOKIES,
    EMAIL,
    ERRORS,
    LOGIN_PAGES,
    META_HOSTS,
    NO_FORM,
    OTHERS,
    QUESTIONS,
    REASON,
    SEND,
    SEND_PATHS,
    THANKS,
)

# The choice that leads to an objection to AI. Not the one about information from third parties,
# nor "a different objection": those are other requests.
TOPIC = Label(
    en="I want to object to the use of my information for Meta AI",
    unconfirmed=("en",),
    source="[C/U] labels reported in October 2026 (public code)",
)

# No source says what the button of this channel is called. These are plain words for it; where none
# is there, the page goes on by itself or the person presses.
ON = Label(
    nl=("Doorgaan", "Volgende"),
    en=("Continue", "Next", "Proceed"),
    de=("Weiter", "Fortfahren"),
    fr=("Continuer", "Suivant"),
    unconfirmed=("nl", "en", "de", "fr"),
    source="no source",
)

FLOW = Flow(
    name="wizard",
    title=Label(
        nl="Meta's kanaal voor privacyverzoeken: bezwaar tegen AI",
        en="Meta's privacy requests channel: objection to AI",
        de="Metas Kanal für Datenschutzanfragen: Widerspruch gegen KI",
        fr="Le canal de Meta pour les demandes sur la vie privée\u00a0: opposition à l'IA",
        unconfirmed=("nl", "en", "de", "fr"),
        source="our own words; Meta calls the whole “Privacy Rights Request channel” [P]",
    ),
    covers=Label(
        nl="Als u er het verzoek over AI kiest: waarschijnlijk hetzelfde als het eigen formulier "
        "van uw account. Dat is niet bevestigd: kijk wat de pagina zelf zegt.",
        en="If you choose the request about AI there: probably the same as the own form of your "
        "account. That is unconfirmed: see what the page itself says.",
        de="Wenn Sie dort die Anfrage zu KI wählen: wahrscheinlich dasselbe wie beim eigenen "
        "Formular Ihres Kontos. Das ist nicht bestätigt: Sehen Sie nach, was die Seite selbst "
        "sagt.",
        fr="Si vous y choisissez la demande sur l'IA\u00a0: probablement la même chose que le "
        "formulaire propre à votre compte. Ce n'est pas confirmé\u00a0: regardez ce que dit la "
        "page elle-même.",
        source="[I] from the policy's link [P] and the labels that were reported [C/U]",
    ),
    covers_not=Label(
        nl="Andere verzoeken die het kanaal ook aanbiedt, zoals “een ander bezwaar”. Wat al in "
        "een AI-model zit. Accounts buiten hetzelfde Accountcentrum, voor zover bekend.",
        en="Other requests that the channel also offers, such as “a different objection”. What is "
        "already in an AI model. Accounts outside the same Accounts Center, as far as is known.",
        de="Andere Anfragen, die der Kanal auch anbietet, wie „a different objection“ (ein "
        "anderer Widerspruch). Was schon in einem KI-Modell steckt. Konten außerhalb derselben "
        "Kontenübersicht (Accounts Center), soweit bekannt.",
        fr="Les autres demandes que le canal propose aussi, comme «\u00a0a different "
        "objection\u00a0» (une autre opposition). Ce qui est déjà dans un modèle d'IA. Les "
        "comptes hors du même Espace Comptes (Accounts Center), pour autant qu'on le sache.",
        source="[C/U] the labels reported in October 2026; [P] the Dutch authority, April 2025 "
        "(models)",
    ),
    notes=Label(
        nl="Sinds 23 juli 2026 leidt het woord “bezwaar maken” in het beleid van Meta hierheen. "
        "De pagina vraagt eerst om welk product het gaat, en dan wat u wilt. Dat kiest u "
        "zelf; filer kent één keuze en laat de rest aan u. De woorden van de knop en van het "
        "antwoord zijn die van het formulier van een account. Wij hebben dit kanaal niet "
        "gezien. Kies niet “een ander bezwaar”: dat weegt Meta misschien af.",
        en="Since 23 July 2026 the word “object” in Meta's policy leads here. The page first "
        "asks which product it is about, and then what you want. You choose that yourself; "
        "filer knows one choice and leaves the rest to you. The words of the button and of "
        "the answer are those of an account's form. We have not seen this channel. Do not "
        "choose “a different objection”: Meta may weigh that one.",
        de="Seit dem 23. Juli 2026 führt das Wort „widersprechen“ in der Datenschutzrichtlinie "
        "von Meta hierher. Die Seite fragt zuerst, um welches Produkt es geht, und dann, was Sie "
        "wollen. Das wählen Sie selbst; filer kennt eine der Möglichkeiten und überlässt Ihnen "
        "den Rest. Die Worte des Knopfs und der Antwort sind die des Formulars eines Kontos. Wir "
        "haben diesen Kanal nicht gesehen. Wählen Sie nicht „a different objection“ (ein anderer "
        "Widerspruch): Den wägt Meta vielleicht ab.",
        fr="Depuis le 23 juillet 2026, le mot «\u00a0opposer\u00a0» de la politique de "
        "confidentialité de Meta mène ici. La page demande d'abord de quel produit il s'agit, "
        "puis ce que vous voulez. C'est vous qui choisissez\u00a0; filer connaît un seul choix et "
        "vous laisse le reste. Les mots du bouton et de la réponse sont ceux du formulaire d'un "
        "compte. Nous n'avons pas vu ce canal. Ne choisissez pas «\u00a0a different "
        "objection\u00a0» (une autre opposition)\u00a0: pour celle-là, Meta pèse peut-être le "
        "pour et le contre.",
        source="[P] Meta's policy of 24 July 2026; [P] meta.com/help/quest/126192406164229 (begins "
        "with the product); [I] the last sentence",
    ),
    checked="2026-11-23",
    hosts=META_HOSTS,
    assets=ASSET_HOSTS,
    private=LOGIN_PAGES,
    sends_to=SEND_PATHS,
    cookies=COOKIES,
    questions=(*QUESTIONS, Choose(TOPIC, TOPIC, ON)),
    about=ABOUT,
    others=OTHERS,
    unavailable=NO_FORM,
    platforms=("facebook", "instagram"),
    steps=(
        Open("https://help.meta.com/support/privacy/"),  # [P]
        HandOver("Log in if you are asked to.", until=EMAIL),
        Keep("the empty form"),
        Fill(EMAIL, "email"),
        Fill(REASON, "reason"),
        Keep("the form as it will be sent"),
        HumanSends(SEND, confirmed=THANKS, refused=ERRORS),
        Code(CODE),
        Keep("Meta's answer"),
    ),
)
