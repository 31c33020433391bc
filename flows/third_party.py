"""Meta's form about information from third parties used for AI: for people without an account too.

That it asks for a country, first name, last name, e-mail address, prompts and a picture is told by
one person or site each [C]; the title and some of its choices were read in English. No label of a
field was found. What is labelled otherwise, filer leaves to the person.
"""

from filer.flow import (
    Attach,
    Choose,
    Code,
    Field,
    Fill,
    Flow,
    HandOver,
    HumanSends,
    Keep,
    Label,
    Open,
)
from flows.meta import (
    ASSET_HOSTS,
    CODE,
    COOKIES,
    EMAIL,
    ERRORS,
    LOGIN_PAGES,
    META_HOSTS,
    REASON,
    SEND,
    SEND_PATHS,
    THANKS,
    UNAVAILABLE,
)

# The first choice of the form. The others (access, deletion, a concern about an answer) are other
# requests.
OBJECT_OR_RESTRICT = Label(
    en=(
        (
            "I want to object to or restrict the processing of my personal information from third "
            "parties used for developing and improving AI at Meta"
        ),
        (
            "I want to object to or restrict the processing of my personal information from third "
            "parties used for building and improving AI at Meta"
        ),
    ),
    source="[C] legalclarity.org, 2025 (developing); geekiest.net, 2024 (building)",
)

ON = Label(
    nl=("Doorgaan", "Volgende"),
    en=("Continue", "Next"),
    de=("Weiter", "Fortfahren"),
    fr=("Continuer", "Suivant"),
    unconfirmed=("nl", "en", "de", "fr"),
    source="no source; the choice may as well show the fields by itself",
)

COUNTRY = Field(
    "country",
    kind="select",
    required=True,
    label=Label(
        nl=("Land", "Land waar je woont", "Land van verblijf", "In welk land woon je?"),
        en=("Country", "Country of residence", "Your country of residence", "Where do you live?"),
        de=("Land", "Wohnsitzland", "Land deines Wohnsitzes", "In welchem Land lebst du?"),
        fr=("Pays", "Pays de résidence", "Votre pays de résidence"),
        it=("Paese", "Paese di residenza"),
        es=("País", "País de residencia"),
        pl=("Kraj", "Kraj zamieszkania"),
        unconfirmed=("nl", "en", "de", "fr", "it", "es", "pl"),
        source="no exact label found; that the field is there: [C] legalclarity.org, nacion.com",
    ),
)

FIRST_NAME = Field(
    "first_name",
    kind="text",
    required=True,
    label=Label(
        nl=("Voornaam", "Je voornaam"),
        en=("First name", "Your first name"),
        de=("Vorname", "Dein Vorname"),
        fr=("Prénom", "Votre prénom"),
        it=("Nome", "Il tuo nome"),
        es=("Nombre", "Tu nombre"),
        pl=("Imię", "Twoje imię"),
        unconfirmed=("nl", "en", "de", "fr", "it", "es", "pl"),
        source="no exact label found; that the field is there: [C] legalclarity.org, nacion.com",
    ),
)

LAST_NAME = Field(
    "last_name",
    kind="text",
    required=True,
    label=Label(
        nl=("Achternaam", "Je achternaam"),
        en=("Last name", "Your last name", "Surname"),
        de=("Nachname", "Dein Nachname"),
        fr=("Nom de famille", "Nom", "Votre nom de famille"),
        it=("Cognome", "Il tuo cognome"),
        es=("Apellidos", "Apellido", "Tus apellidos"),
        pl=("Nazwisko", "Twoje nazwisko"),
        unconfirmed=("nl", "en", "de", "fr", "it", "es", "pl"),
        source="no exact label found; that the field is there: [C] legalclarity.org, nacion.com",
    ),
)

PROMPTS = Field(
    "prompts",
    kind="textarea",
    label=Label(
        nl=("Welke prompts leidden tot je persoonsgegevens?", "Prompts"),
        en=(
            "Prompts",
            "What prompts resulted in your personal information?",
            "Which prompts resulted in your personal information?",
            "Please provide any prompts that resulted in your personal information",
        ),
        de=("Prompts", "Welche Prompts haben zu deinen personenbezogenen Daten geführt?"),
        fr=("Prompts", "Quelles invites ont fait apparaître vos données personnelles ?"),
        unconfirmed=("nl", "en", "de", "fr"),
        source="no exact label found; that prompts are asked for: [C] several, 2023 to 2025",
    ),
)

PICTURE = Field(
    "picture",
    kind="file",
    label=Label(
        nl=("Schermafbeelding", "Voeg een schermafbeelding toe", "Bewijs uploaden"),
        en=(
            "Screenshot",
            "Attach a screenshot",
            "Upload a screenshot",
            "Upload evidence",
            "Please upload any relevant screenshots",
        ),
        de=("Screenshot", "Screenshot hochladen", "Nachweis hochladen"),
        fr=("Capture d'écran", "Joindre une capture d'écran"),
        unconfirmed=("nl", "en", "de", "fr"),
        source="no exact label found; that evidence can be uploaded: [C] several, 2023 to 2025",
    ),
)

# What marks the form as this one.
ABOUT = Label(
    nl=("informatie van derden die wordt gebruikt voor AI",),
    en=(
        "third-party information used for AI at Meta",
        "personal information from third parties used for",
        "Generative AI Data Subject Rights",
    ),
    unconfirmed=("nl",),
    source='[C] the title "Data subject rights for third-party information used for AI at Meta", '
    "the choices, and the title of 2023 (en)",
)

FLOW = Flow(
    name="third-party",
    title=Label(
        nl="Informatie van derden voor AI bij Meta: bezwaar, ook zonder account",
        en="Third-party information used for AI at Meta: objection, also without an account",
        de="Informationen von Dritten für KI bei Meta: Widerspruch, auch ohne Konto",
        fr="Informations de tiers pour l'IA chez Meta\u00a0: opposition, aussi sans compte",
        unconfirmed=("nl", "de", "fr"),
        source="[C] legalclarity.org; the English title of the form begins “Data subject rights "
        "for third-party information used for AI at Meta”",
    ),
    covers=Label(
        nl="Persoonsgegevens over u die niet van uw eigen account komen: van andere websites, uit "
        "aangekochte gegevens, of van wat anderen delen. Voor mensen met en zonder account.",
        en="Personal information about you that does not come from your own account: from other "
        "websites, from licensed data, or from what others share. For people with and without an "
        "account.",
        de="Personenbezogene Daten über Sie, die nicht aus Ihrem eigenen Konto stammen: von "
        "anderen Websites, aus lizenzierten Daten oder aus dem, was andere teilen. Für Menschen "
        "mit und ohne Konto.",
        fr="Les données personnelles sur vous qui ne viennent pas de votre propre compte\u00a0: "
        "elles viennent d'autres sites web, de données sous licence ou de ce que d'autres "
        "partagent. Pour les personnes avec ou sans compte.",
        source="[P] Meta's page for the EU, read on 23 March 2026 (anyone may file it); [C] the "
        "choices of the form",
    ),
    covers_not=Label(
        nl="Wat u zelf deelt op Facebook of Instagram, of met de AI van Meta: daarvoor is het "
        "formulier van uw account. Inzage, kopie, correctie of verwijdering: die biedt Meta hier "
        "niet. Wat al in een AI-model zit.",
        en="What you share yourself on Facebook or Instagram, or with AI at Meta: the form of your "
        "account is for that. Access, a copy, correction or deletion: Meta does not offer them "
        "here. What is already in an AI model.",
        de="Was Sie selbst auf Facebook oder Instagram teilen oder mit der KI von Meta: Dafür ist "
        "das Formular Ihres Kontos da. Auskunft, Kopie, Berichtigung oder Löschung: Das bietet "
        "Meta hier nicht an. Was schon in einem KI-Modell steckt.",
        fr="Ce que vous partagez vous-même sur Facebook ou Instagram, ou avec l'IA de Meta\u00a0: "
        "pour cela, il y a le formulaire de votre compte. L'accès, une copie, la rectification ou "
        "l'effacement\u00a0: Meta ne les propose pas ici. Ce qui est déjà dans un modèle d'IA.",
        source="[C] the form's own remark of 2025; [P] the Dutch authority, April 2025 (models)",
    ),
    notes=Label(
        nl="Meta zegt dat het zulke verzoeken niet vanzelf inwilligt, maar bekijkt. Wie geen "
        "voorbeeld meestuurt, kreeg een afwijzing. Hebt u een antwoord van de AI van Meta "
        "waarin uw gegevens staan, bewaar er dan een schermafbeelding van: filer voegt die "
        "toe, als u zegt welk bestand het is. Sommige mensen moesten daarna een code uit een "
        "e-mail typen. De woorden van de knop en van het antwoord zijn die van het formulier "
        "van een account. Wij hebben dit formulier niet gezien; in elke taal behalve het "
        "Engels, en bij elk veld, kan filer u vragen het zelf te doen. Een van de twee "
        "adressen is misschien voor mensen buiten de EU.",
        en="Meta says that it does not grant such requests automatically, but reviews them. "
        "People who sent no example were refused. If you have an answer of Meta's AI with "
        "your data in it, keep a screenshot: filer attaches it, if you say which file it is. "
        "Some people had to type a code from an e-mail afterwards. The words of the button "
        "and of the answer are those of an account's form. We have not seen this form; in any "
        "language but English, and at any field, filer may ask you to do it yourself. One of "
        "the two addresses may be for people outside the EU.",
        de="Meta sagt, dass es solche Anfragen nicht automatisch bewilligt, sondern prüft. Wer "
        "kein Beispiel mitgeschickt hat, bekam eine Ablehnung. Wenn Sie eine Antwort der KI von "
        "Meta haben, in der Ihre Daten stehen, bewahren Sie einen Screenshot davon auf: filer "
        "fügt ihn bei, wenn Sie sagen, welche Datei es ist. Manche Menschen mussten danach einen "
        "Code aus einer E-Mail eintippen. Die Worte des Knopfs und der Antwort sind die des "
        "Formulars eines Kontos. Wir haben dieses Formular nicht gesehen; in jeder Sprache außer "
        "Englisch und bei jedem Feld kann es sein, dass filer Sie bittet, es selbst zu tun. Eine "
        "der beiden Adressen ist vielleicht für Menschen außerhalb der EU.",
        fr="Meta dit ne pas accepter automatiquement de telles demandes, mais les examiner. Les "
        "personnes qui n'ont pas envoyé d'exemple ont reçu un refus. Si vous avez une réponse de "
        "l'IA de Meta qui contient vos données, gardez-en une capture d'écran\u00a0: filer la "
        "joint, si vous dites de quel fichier il s'agit. Certaines personnes ont dû ensuite taper "
        "un code reçu par e-mail. Les mots du bouton et de la réponse sont ceux du formulaire "
        "d'un compte. Nous n'avons pas vu ce formulaire\u00a0; dans toute langue autre que "
        "l'anglais, et pour n'importe quel champ, filer peut vous demander de le faire vous-même. "
        "L'une des deux adresses est peut-être pour les personnes hors de l'UE.",
        source="[P-ish] the form's text of 2025; [C] heathermojelski.com, 2025 or 2026 (code), "
        "substack, 2024 (refusals); [U] which address is for whom",
    ),
    checked="2026-11-23",
    hosts=META_HOSTS,
    assets=ASSET_HOSTS,
    private=LOGIN_PAGES,
    sends_to=SEND_PATHS,
    cookies=COOKIES,
    questions=(Choose(OBJECT_OR_RESTRICT, OBJECT_OR_RESTRICT, ON),),
    about=ABOUT,
    unavailable=UNAVAILABLE,
    steps=(
        # The form of the 2025 reports [C], then the older one of 2023, which may be for people
        # outside the EU [U].
        Open(
            "https://www.facebook.com/help/contact/510058597920541",
            "https://www.facebook.com/help/contact/1266025207620918",
        ),
        HandOver("Log in if you are asked to.", until=EMAIL),
        Keep("the empty form"),
        Fill(COUNTRY, "country"),
        Fill(FIRST_NAME, "first_name"),
        Fill(LAST_NAME, "last_name"),
        Fill(EMAIL, "email"),
        Fill(PROMPTS, "prompts"),
        Attach(PICTURE, "picture"),
        Fill(REASON, "reason"),
        Keep("the form as it will be sent"),
        HumanSends(SEND, confirmed=THANKS, refused=ERRORS),
        Code(CODE),
        Keep("Meta's answer"),
    ),
)
