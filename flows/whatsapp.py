"""WhatsApp's general objection form.

The policy for Europe links it in every version since July 2025 [P], and says which choice to make.
It asks for a telephone number and for no login [P]. Whether it takes an objection to AI is
doubtful: one person was told that this is a matter of Meta AI, not of WhatsApp [C]. The form that
Meta speaks of for "your messages with AIs on WhatsApp" was not found [U].
"""

from filer.flow import Choose, Code, Field, Fill, Flow, HandOver, HumanSends, Keep, Label, Open
from flows.meta import (
    CODE,
    COOKIES,
    ERRORS,
    LOGIN_PAGES,
    NO_FORM,
    REASON,
    SEND,
    THANKS,
    WHATSAPP_ASSETS,
    WHATSAPP_HOSTS,
)

# The choice that WhatsApp's policy names, in English. What stands above it is not known.
OBJECTION = Label(
    en="How can I make an objection to the processing of my information",
    source="[P] WhatsApp's policy for Europe, effective 2 July 2026",
)

ON = Label(
    nl=("Doorgaan", "Volgende"),
    en=("Continue", "Next"),
    de=("Weiter", "Fortfahren"),
    fr=("Continuer", "Suivant"),
    unconfirmed=("nl", "en", "de", "fr"),
    source="no source",
)

# That the form asks for it is certain [P]; how the field is labelled is not, in any language. Other
# fields that the form requires, filer leaves to the person.
PHONE = Field(
    "phone",
    kind="phone",
    required=True,
    label=Label(
        nl=("Telefoonnummer", "Je telefoonnummer", "Uw telefoonnummer"),
        en=("Phone number", "Your phone number", "Telephone number"),
        de=("Telefonnummer", "Deine Telefonnummer", "Handynummer"),
        fr=("Numéro de téléphone", "Votre numéro de téléphone"),
        it=("Numero di telefono", "Il tuo numero di telefono"),
        es=("Número de teléfono", "Tu número de teléfono"),
        pl=("Numer telefonu", "Twój numer telefonu"),
        unconfirmed=("nl", "en", "de", "fr", "it", "es", "pl"),
        source="no exact label found; that the field is there: [P] the same policy",
    ),
)

ABOUT = Label(
    nl=(
        "bezwaar tegen de verwerking van mijn informatie",
        "bezwaar maken tegen de verwerking van mijn informatie",
    ),
    en=(
        "objection to the processing of my information",
        "object to the processing of my information",
    ),
    de=("der Verarbeitung meiner Informationen widersprechen",),
    fr=("m'opposer au traitement de mes informations",),
    unconfirmed=("nl", "de", "fr"),
    source="[P] the choice in WhatsApp's policy for Europe, effective 2 July 2026 (en)",
)

FLOW = Flow(
    name="whatsapp",
    title=Label(
        nl="WhatsApp: algemeen formulier om bezwaar te maken",
        en="WhatsApp: general form to object",
        de="WhatsApp: allgemeines Formular zum Widersprechen",
        fr="WhatsApp\u00a0: formulaire général pour s'opposer",
        unconfirmed=("nl", "en", "de", "fr"),
        source="our own words; no title of this form was found",
    ),
    covers=Label(
        nl="Bezwaar tegen de verwerking van uw informatie door WhatsApp, voor uw telefoonnummer. "
        "Of WhatsApp het ook laat gelden voor wat u met Meta AI uitwisselt, is niet bevestigd.",
        en="An objection to WhatsApp's processing of your information, for your telephone number. "
        "Whether WhatsApp lets it count for what you exchange with Meta AI is unconfirmed.",
        de="Ein Widerspruch dagegen, dass WhatsApp Ihre Informationen verarbeitet, für Ihre "
        "Telefonnummer. Ob WhatsApp ihn auch für das gelten lässt, was Sie mit Meta AI "
        "austauschen, ist nicht bestätigt.",
        fr="Une opposition au traitement de vos informations par WhatsApp, pour votre numéro de "
        "téléphone. Il n'est pas confirmé que WhatsApp la fasse valoir aussi pour ce que vous "
        "échangez avec Meta AI.",
        source="[P] WhatsApp's policy for Europe, effective 2 July 2026",
    ),
    covers_not=Label(
        nl="Facebook en Instagram: die hebben een eigen formulier. Wat al in een AI-model zit. "
        "Gesprekken tussen mensen gebruikt Meta naar eigen zeggen niet, zolang niemand Meta AI "
        "erbij haalt.",
        en="Facebook and Instagram: they have forms of their own. What is already in an AI model. "
        "Chats between people are not used, Meta says, as long as nobody brings Meta AI into them.",
        de="Facebook und Instagram: Für sie gibt es eigene Formulare. Was schon in einem "
        "KI-Modell steckt. Chats zwischen Menschen werden laut Meta nicht verwendet, solange "
        "niemand Meta AI hinzuholt.",
        fr="Facebook et Instagram\u00a0: ils ont leurs propres formulaires. Ce qui est déjà dans "
        "un modèle d'IA. Les discussions entre personnes ne sont pas utilisées, dit Meta, tant "
        "que personne n'y fait intervenir Meta AI.",
        source="[P] the Dutch authority, April 2025",
    ),
    notes=Label(
        nl="De Nederlandse toezichthouder schreef in april 2025 dat bezwaar op WhatsApp niet "
        "mogelijk lijkt. Meta schreef sindsdien dat het wel kan, via uw WhatsApp-account; "
        "waar dat is, hebben wij niet gevonden. Iemand die dit formulier gebruikte, kreeg te "
        "horen dat het over Meta AI gaat en niet over WhatsApp. Er is ook een brief: filer "
        "letter whatsapp. Alles wat bekend is: filer show whatsapp. De woorden van de knop en "
        "van het antwoord zijn die van het formulier van een account. Wij hebben dit "
        "formulier niet gezien.",
        en="The Dutch authority wrote in April 2025 that objecting on WhatsApp does not seem "
        "possible. Meta has written since that it is, through your WhatsApp account; where, "
        "we have not found. Somebody who used this form was told that it is about Meta AI and "
        "not about WhatsApp. There is a letter as well: filer letter whatsapp. All that is "
        "known: filer show whatsapp. The words of the button and of the answer are those of "
        "an account's form. We have not seen this form.",
        de="Die niederländische Aufsichtsbehörde schrieb im April 2025, dass ein Widerspruch auf "
        "WhatsApp nicht möglich zu sein scheint. Meta hat seitdem geschrieben, dass es geht, über "
        "Ihr WhatsApp-Konto; wo das ist, haben wir nicht gefunden. Jemand, der dieses Formular "
        "benutzt hat, bekam die Auskunft, dass es um Meta AI geht und nicht um WhatsApp. Es gibt "
        "auch einen Brief: filer letter whatsapp. Alles, was bekannt ist: filer show whatsapp. "
        "Die Worte des Knopfs und der Antwort sind die des Formulars eines Kontos. Wir haben "
        "dieses Formular nicht gesehen.",
        fr="L'autorité néerlandaise a écrit en avril 2025 qu'il ne semble pas possible de "
        "s'opposer sur WhatsApp. Depuis, Meta a écrit que c'est possible, par votre compte "
        "WhatsApp\u00a0; où, nous ne l'avons pas trouvé. Une personne qui a utilisé ce formulaire "
        "a reçu comme réponse qu'il s'agit de Meta AI et non de WhatsApp. Il y a aussi une "
        "lettre\u00a0: filer letter whatsapp. Tout ce que l'on sait\u00a0: filer show whatsapp. "
        "Les mots du bouton et de la réponse sont ceux du formulaire d'un compte. Nous n'avons "
        "pas vu ce formulaire.",
        source="[P] the Dutch authority, April 2025; [P] Meta's page, 23 March 2026; [C] one "
        "report, April or May 2025",
    ),
    checked="2026-11-23",
    hosts=WHATSAPP_HOSTS,
    assets=WHATSAPP_ASSETS,
    private=LOGIN_PAGES,
    sends_to=(
        "/contact/",
    ),  # unconfirmed: the form's own path; a request filer can read needs none
    cookies=COOKIES,
    questions=(Choose(OBJECTION, OBJECTION, ON),),
    about=ABOUT,
    unavailable=NO_FORM,
    steps=(
        Open("https://www.whatsapp.com/contact/forms/382532939919295/"),  # [P]
        HandOver("Log in if you are asked to.", until=PHONE),
        Keep("the empty form"),
        Fill(PHONE, "phone"),
        Fill(REASON, "reason"),
        Keep("the form as it will be sent"),
        HumanSends(SEND, confirmed=THANKS, refused=ERRORS),
        Code(CODE),
        Keep("Meta's answer"),
    ),
)
