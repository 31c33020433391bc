"""What Meta's mail says, recognised by phrases; where that is not sure, nothing is claimed.

No real answer to an objection was at hand when this was written. Each phrase names its source;
what was only put together by us says `OURS`, and the person is told so. To add a wording from a
real mail: put it into the table with where it was read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from filer.evidence.visible import Seen

MAIL_2024 = "[C] a mail of 2024, United Kingdom, quoted on discuss.grapheneos.org/d/16220"
PAGE_2025 = "[B] the page after sending, tg24.sky.it, 27 May 2025"
READ_AS_NO = "[C] substack.com, June 2024: in an answer that people took for a refusal"
PAGE = "flows/meta.py, THANKS: for the page after sending, not seen in a mail"
OURS = "unconfirmed: our own wording"
LAW = "unconfirmed: our own wording, after the words of GDPR, Article 12(3); no such mail is known"

GAP = " [...] "
"""In a phrase: a few words of the same sentence, whichever they are."""

TABLE: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    # ── granted: the objection is or will be honoured ──────────────────────────────────────────
    ("granted", "en", MAIL_2024, ("we will honour your objection",)),
    (
        "granted",
        "en",
        PAGE,
        (
            "we'll honour your objection",
            "we will honor your objection",
            "we'll honor your objection",
            "your objection will be honoured",
            "your objection will be honored",
        ),
    ),
    (
        "granted",
        "en",
        OURS,
        (
            "we have honoured your objection",
            "we have honored your objection",
            "we've honoured your objection",
            "we've honored your objection",
            "your objection has been honoured",
            "your objection has been honored",
            "we have approved your objection",
            "we've approved your objection",
            "your objection has been approved",
            "your objection has been granted",
            "we have reviewed [...] and will honour your objection",
            "we have reviewed [...] and will honor your objection",
            "we've reviewed [...] and will honour your objection",
            "we've reviewed [...] and will honor your objection",
        ),
    ),
    (
        "granted",
        "nl",
        PAGE,
        (
            "je bezwaar wordt gehonoreerd",
            "we zullen je bezwaar honoreren",
            "we honoreren je bezwaar",
            "we zullen je bezwaar respecteren",
        ),
    ),
    (
        "granted",
        "nl",
        OURS,
        (
            "uw bezwaar wordt gehonoreerd",
            "we zullen uw bezwaar honoreren",
            "we honoreren uw bezwaar",
            "we respecteren je bezwaar",
            "je bezwaar is gehonoreerd",
            "uw bezwaar is gehonoreerd",
            "je bezwaar is toegewezen",
            "we hebben je bezwaar gehonoreerd",
            "we hebben uw bezwaar gehonoreerd",
            "we hebben [...] beoordeeld en zullen je bezwaar honoreren",
            "we hebben [...] beoordeeld en zullen uw bezwaar honoreren",
        ),
    ),
    (
        "granted",
        "de",
        PAGE,
        (
            "wir werden deinen Widerspruch berücksichtigen",
            "wir werden deinem Widerspruch nachkommen",
            "wir werden deinen Einspruch berücksichtigen",
        ),
    ),
    (
        "granted",
        "de",
        OURS,
        (
            "wir werden Ihren Widerspruch berücksichtigen",
            "wir werden Ihrem Widerspruch nachkommen",
            "wir werden deinem Einspruch nachkommen",
            "wir berücksichtigen deinen Widerspruch",
            "wir kommen deinem Widerspruch nach",
            "deinem Widerspruch wird stattgegeben",
            "deinem Widerspruch wurde stattgegeben",
            "wir haben deinem Widerspruch stattgegeben",
            "wir haben [...] geprüft und werden deinen Widerspruch berücksichtigen",
            "wir haben [...] geprüft und werden deinem Widerspruch nachkommen",
        ),
    ),
    (
        "granted",
        "fr",
        PAGE,
        (
            "nous respecterons votre opposition",
            "nous honorerons votre opposition",
            "nous tiendrons compte de votre opposition",
        ),
    ),
    (
        "granted",
        "fr",
        OURS,
        (
            "nous respectons votre opposition",
            "nous avons accepté votre opposition",
            "votre opposition a été acceptée",
            "votre opposition sera respectée",
            "votre opposition sera prise en compte",
            "nous donnerons suite à votre opposition",
            "nous avons examiné [...] et respecterons votre opposition",
            "nous avons examiné [...] et honorerons votre opposition",
        ),
    ),
    (
        "granted",
        "it",
        PAGE_2025,
        ("verrà applicata d'ora in avanti allo sviluppo e al miglioramento dell'IA in Meta",),
    ),
    (
        "granted",
        "it",
        PAGE,
        (
            "la tua opposizione è stata accolta",
            "rispetteremo la tua opposizione",
            "accoglieremo la tua opposizione",
        ),
    ),
    (
        "granted",
        "it",
        OURS,
        (
            "rispetteremo la tua obiezione",
            "abbiamo accolto la tua opposizione",
            "la tua opposizione verrà rispettata",
            "la tua opposizione sarà rispettata",
        ),
    ),
    ("granted", "es", PAGE, ("respetaremos tu oposición", "atenderemos tu oposición")),
    (
        "granted",
        "es",
        OURS,
        (
            "respetaremos su oposición",
            "respetaremos tu objeción",
            "hemos aceptado tu oposición",
            "tu oposición ha sido aceptada",
            "tu oposición se ha aceptado",
            "tu oposición será respetada",
        ),
    ),
    ("granted", "pl", PAGE, ("uwzględnimy twój sprzeciw", "uszanujemy twój sprzeciw")),
    (
        "granted",
        "pl",
        OURS,
        (
            "uwzględniliśmy twój sprzeciw",
            "twój sprzeciw został uwzględniony",
            "twój sprzeciw zostanie uwzględniony",
            "twój sprzeciw zostanie uszanowany",
        ),
    ),
    # ── refused ────────────────────────────────────────────────────────────────────────────────
    (
        "refused",
        "en",
        OURS,
        (
            "we are unable to honour your objection",
            "we're unable to honour your objection",
            "we are unable to honor your objection",
            "we're unable to honor your objection",
            "we will not honour your objection",
            "we will not honor your objection",
            "we won't honour your objection",
            "we won't honor your objection",
            "we cannot honour your objection",
            "we cannot honor your objection",
            "we can't honour your objection",
            "we can't honor your objection",
            "we are unable to process your objection",
            "we're unable to process your objection",
            "we are unable to process your request",
            "we're unable to process your request",
            "we are unable to fulfil your request",
            "we're unable to fulfil your request",
            "we are unable to fulfill your request",
            "we're unable to fulfill your request",
            "we cannot process your request",
            "we can't process your request",
            "we have declined your objection",
            "we've declined your objection",
            "your objection has been declined",
            "your objection was declined",
            "your objection has been rejected",
            "your objection was rejected",
            "your request has been declined",
            "your request was declined",
            "we have decided not to grant your objection",
            "we have compelling legitimate grounds",
            "we have reviewed [...] and will not honour your objection",
            "we have reviewed [...] and will not honor your objection",
            "we have reviewed [...] and won't honour your objection",
            "we have reviewed [...] and won't honor your objection",
            "we have reviewed [...] and cannot honour your objection",
            "we have reviewed [...] and cannot honor your objection",
            "we have reviewed [...] and can't honour your objection",
            "we have reviewed [...] and can't honor your objection",
            "we have reviewed [...] and are unable to honour your objection",
            "we have reviewed [...] and are unable to honor your objection",
            "we've reviewed [...] and will not honour your objection",
            "we've reviewed [...] and will not honor your objection",
            "we've reviewed [...] and won't honour your objection",
            "we've reviewed [...] and won't honor your objection",
            "we've reviewed [...] and cannot honour your objection",
            "we've reviewed [...] and cannot honor your objection",
            "we've reviewed [...] and can't honour your objection",
            "we've reviewed [...] and can't honor your objection",
            "we've reviewed [...] and are unable to honour your objection",
            "we've reviewed [...] and are unable to honor your objection",
        ),
    ),
    (
        "refused",
        "nl",
        OURS,
        (
            "we kunnen je bezwaar niet honoreren",
            "we kunnen uw bezwaar niet honoreren",
            "we zullen je bezwaar niet honoreren",
            "we honoreren je bezwaar niet",
            "je bezwaar is afgewezen",
            "uw bezwaar is afgewezen",
            "je bezwaar wordt niet gehonoreerd",
            "we hebben je bezwaar afgewezen",
            "we wijzen je bezwaar af",
            "je verzoek is afgewezen",
            "we kunnen je verzoek niet verwerken",
            "we kunnen niet aan je verzoek voldoen",
            "we hebben [...] beoordeeld en zullen je bezwaar niet honoreren",
            "we hebben [...] beoordeeld en zullen uw bezwaar niet honoreren",
            "we hebben [...] beoordeeld en kunnen je bezwaar niet honoreren",
            "we hebben [...] beoordeeld en kunnen uw bezwaar niet honoreren",
        ),
    ),
    (
        "refused",
        "de",
        OURS,
        (
            "wir können deinem Widerspruch nicht nachkommen",
            "wir können Ihrem Widerspruch nicht nachkommen",
            "wir werden deinem Widerspruch nicht nachkommen",
            "wir können deinen Widerspruch nicht berücksichtigen",
            "dein Widerspruch wurde abgelehnt",
            "Ihr Widerspruch wurde abgelehnt",
            "wir haben deinen Widerspruch abgelehnt",
            "wir lehnen deinen Widerspruch ab",
            "deine Anfrage wurde abgelehnt",
            "wir können deine Anfrage nicht bearbeiten",
            "wir können deiner Anfrage nicht nachkommen",
            "wir haben [...] geprüft und werden deinen Widerspruch nicht berücksichtigen",
            "wir haben [...] geprüft und werden deinem Widerspruch nicht nachkommen",
            "wir haben [...] geprüft und können deinen Widerspruch nicht berücksichtigen",
            "wir haben [...] geprüft und können deinem Widerspruch nicht nachkommen",
        ),
    ),
    (
        "refused",
        "fr",
        OURS,
        (
            "nous ne pouvons pas donner suite à votre opposition",
            "nous ne pouvons pas respecter votre opposition",
            "nous ne respecterons pas votre opposition",
            "nous ne pouvons pas accepter votre opposition",
            "votre opposition a été refusée",
            "votre opposition a été rejetée",
            "nous avons refusé votre opposition",
            "votre demande a été refusée",
            "votre demande a été rejetée",
            "nous ne pouvons pas traiter votre demande",
            "nous ne pouvons pas donner suite à votre demande",
            "nous avons examiné [...] et ne respecterons pas votre opposition",
            "nous avons examiné [...] et ne pouvons pas respecter votre opposition",
        ),
    ),
    (
        "refused",
        "it",
        OURS,
        (
            "non possiamo accogliere la tua opposizione",
            "non accoglieremo la tua opposizione",
            "la tua opposizione è stata respinta",
            "la tua opposizione è stata rifiutata",
            "abbiamo respinto la tua opposizione",
            "la tua richiesta è stata respinta",
            "la tua richiesta è stata rifiutata",
            "non possiamo elaborare la tua richiesta",
            "non siamo in grado di soddisfare la tua richiesta",
        ),
    ),
    (
        "refused",
        "es",
        OURS,
        (
            "no podemos atender tu oposición",
            "no podemos aceptar tu oposición",
            "no respetaremos tu oposición",
            "tu oposición ha sido rechazada",
            "tu oposición se ha rechazado",
            "hemos rechazado tu oposición",
            "tu solicitud ha sido rechazada",
            "tu solicitud se ha rechazado",
            "no podemos procesar tu solicitud",
            "no podemos atender tu solicitud",
        ),
    ),
    (
        "refused",
        "pl",
        OURS,
        (
            "nie możemy uwzględnić twojego sprzeciwu",
            "nie uwzględnimy twojego sprzeciwu",
            "twój sprzeciw został odrzucony",
            "odrzuciliśmy twój sprzeciw",
            "twoja prośba została odrzucona",
            "nie możemy rozpatrzyć twojej prośby",
            "nie możemy zrealizować twojej prośby",
        ),
    ),
    # ── more: Meta wants to know more first ────────────────────────────────────────────────────
    (
        "more",
        "en",
        OURS,
        (
            "we need more information",
            "we need some more information",
            "we need additional information",
            "we require more information",
            "we require additional information",
            "please provide more information",
            "please provide additional information",
            "please send us more information",
            "please reply with more information",
            "to process your request, we need",
            "we need you to confirm your identity",
            "please explain how this processing affects you",
        ),
    ),
    (
        "more",
        "nl",
        OURS,
        (
            "we hebben meer informatie nodig",
            "we hebben meer informatie van je nodig",
            "we hebben aanvullende informatie nodig",
            "geef ons meer informatie",
            "stuur ons meer informatie",
        ),
    ),
    (
        "more",
        "de",
        OURS,
        (
            "wir benötigen weitere Informationen",
            "wir benötigen mehr Informationen",
            "wir benötigen zusätzliche Informationen",
            "wir brauchen weitere Informationen",
            "wir brauchen mehr Informationen",
            "bitte sende uns weitere Informationen",
        ),
    ),
    (
        "more",
        "fr",
        OURS,
        (
            "nous avons besoin de plus d'informations",
            "nous avons besoin d'informations supplémentaires",
            "nous avons besoin d'informations complémentaires",
            "veuillez fournir plus d'informations",
            "veuillez nous fournir des informations supplémentaires",
        ),
    ),
    (
        "more",
        "it",
        OURS,
        (
            "abbiamo bisogno di maggiori informazioni",
            "abbiamo bisogno di ulteriori informazioni",
            "abbiamo bisogno di altre informazioni",
            "fornisci ulteriori informazioni",
            "fornisci maggiori informazioni",
        ),
    ),
    (
        "more",
        "es",
        OURS,
        (
            "necesitamos más información",
            "necesitamos información adicional",
            "proporciona más información",
            "envíanos más información",
        ),
    ),
    (
        "more",
        "pl",
        OURS,
        (
            "potrzebujemy więcej informacji",
            "potrzebujemy dodatkowych informacji",
            "prosimy o podanie dodatkowych informacji",
            "prosimy o przesłanie dodatkowych informacji",
        ),
    ),
    # ── extended: two further months to answer, with that length in it ─────────────────────────
    # That they need longer, or how long it took, is not enough: a deadline hangs on it.
    (
        "extended",
        "en",
        LAW,
        (
            "we are extending this period by two further months",
            "we're extending this period by two further months",
            "we are extending this period by two months",
            "we're extending this period by two months",
            "we are extending the period by two further months",
            "we are extending the deadline by two further months",
            "we are extending the deadline by two months",
            "we have extended this period by two further months",
            "we have extended the deadline by two further months",
            "we have extended the deadline by two months",
            "we need two further months to respond",
            "we need up to two further months to respond",
            "we need two additional months to respond",
            "we need up to two additional months to respond",
            "we need an additional two months to respond",
        ),
    ),
    (
        "extended",
        "nl",
        LAW,
        (
            "we verlengen deze termijn met twee maanden",
            "we verlengen de termijn met twee maanden",
            "we verlengen deze termijn met nog eens twee maanden",
            "we verlengen de termijn met nog eens twee maanden",
            "we hebben deze termijn met twee maanden verlengd",
            "we hebben de termijn met twee maanden verlengd",
            "we hebben nog twee maanden nodig",
            "we hebben twee maanden extra nodig",
        ),
    ),
    (
        "extended",
        "de",
        LAW,
        (
            "wir verlängern diese Frist um zwei Monate",
            "wir verlängern die Frist um zwei Monate",
            "wir verlängern diese Frist um weitere zwei Monate",
            "wir verlängern die Frist um weitere zwei Monate",
            "wir haben die Frist um zwei Monate verlängert",
            "wir haben die Frist um weitere zwei Monate verlängert",
            "wir benötigen weitere zwei Monate",
            "wir benötigen zwei weitere Monate",
        ),
    ),
    (
        "extended",
        "fr",
        LAW,
        (
            "nous prolongeons ce délai de deux mois",
            "nous prolongeons le délai de deux mois",
            "nous avons prolongé ce délai de deux mois",
            "nous avons prolongé le délai de deux mois",
            "nous avons besoin de deux mois supplémentaires",
        ),
    ),
    (
        "extended",
        "it",
        LAW,
        (
            "proroghiamo questo termine di due mesi",
            "proroghiamo il termine di due mesi",
            "abbiamo prorogato il termine di due mesi",
            "abbiamo bisogno di altri due mesi",
        ),
    ),
    (
        "extended",
        "es",
        LAW,
        (
            "prorrogamos este plazo otros dos meses",
            "prorrogamos el plazo otros dos meses",
            "hemos prorrogado el plazo otros dos meses",
            "necesitamos otros dos meses",
            "necesitamos dos meses más",
        ),
    ),
    (
        "extended",
        "pl",
        LAW,
        (
            "przedłużamy ten termin o kolejne dwa miesiące",
            "przedłużamy termin o kolejne dwa miesiące",
            "przedłużamy termin o dwa miesiące",
            "przedłużyliśmy termin o kolejne dwa miesiące",
            "potrzebujemy kolejnych dwóch miesięcy",
        ),
    ),
    # ── code: a code to type in ────────────────────────────────────────────────────────────────
    (
        "code",
        "en",
        OURS,
        (
            "your confirmation code",
            "your verification code",
            "your one-time code",
            "your security code",
            "enter this code",
            "enter the following code",
            "use this code",
        ),
    ),
    (
        "code",
        "nl",
        OURS,
        (
            "je bevestigingscode",
            "je verificatiecode",
            "je beveiligingscode",
            "je eenmalige code",
            "voer deze code in",
            "gebruik deze code",
        ),
    ),
    (
        "code",
        "de",
        OURS,
        (
            "dein Bestätigungscode",
            "Ihr Bestätigungscode",
            "dein Sicherheitscode",
            "dein Einmalcode",
            "gib diesen Code ein",
            "gib den folgenden Code ein",
        ),
    ),
    (
        "code",
        "fr",
        OURS,
        (
            "votre code de confirmation",
            "votre code de vérification",
            "votre code de sécurité",
            "votre code à usage unique",
            "saisissez ce code",
            "entrez ce code",
        ),
    ),
    (
        "code",
        "it",
        OURS,
        (
            "il tuo codice di conferma",
            "il tuo codice di verifica",
            "il tuo codice di sicurezza",
            "inserisci questo codice",
            "inserisci il seguente codice",
        ),
    ),
    (
        "code",
        "es",
        OURS,
        (
            "tu código de confirmación",
            "tu código de verificación",
            "tu código de seguridad",
            "introduce este código",
            "ingresa este código",
        ),
    ),
    (
        "code",
        "pl",
        OURS,
        (
            "twój kod potwierdzający",
            "twój kod weryfikacyjny",
            "twój kod bezpieczeństwa",
            "wprowadź ten kod",
            "wpisz ten kod",
        ),
    ),
    # ── received: it has arrived, and nothing is decided yet ───────────────────────────────────
    (
        "received",
        "en",
        READ_AS_NO,
        ("we don't automatically fulfil requests", "we don't automatically fulfill requests"),
    ),
    (
        "received",
        "en",
        PAGE,
        (
            "we have received your objection",
            "we've received your objection",
            "we received your objection",
            "your objection has been received",
            "your objection was received",
            "your objection has been submitted",
            "your objection has been recorded",
            "your objection has been registered",
            "we have received your request",
            "we've received your request",
            "we received your request",
            "your request has been received",
            "your request was received",
            "thank you for submitting your objection",
            "thanks for submitting your objection",
        ),
    ),
    (
        "received",
        "nl",
        PAGE,
        (
            "we hebben je bezwaar ontvangen",
            "we hebben uw bezwaar ontvangen",
            "wij hebben je bezwaar ontvangen",
            "wij hebben uw bezwaar ontvangen",
            "je bezwaar is ontvangen",
            "uw bezwaar is ontvangen",
            "je bezwaar is geregistreerd",
            "uw bezwaar is geregistreerd",
            "we hebben je verzoek ontvangen",
            "we hebben uw verzoek ontvangen",
            "je verzoek is ontvangen",
            "bedankt voor het indienen van je bezwaar",
        ),
    ),
    (
        "received",
        "de",
        PAGE,
        (
            "wir haben deinen Widerspruch erhalten",
            "wir haben Ihren Widerspruch erhalten",
            "wir haben deinen Einspruch erhalten",
            "wir haben Ihren Einspruch erhalten",
            "dein Widerspruch ist eingegangen",
            "Ihr Widerspruch ist eingegangen",
            "dein Einspruch ist eingegangen",
            "wir haben deine Anfrage erhalten",
            "wir haben Ihre Anfrage erhalten",
            "deine Anfrage ist eingegangen",
        ),
    ),
    (
        "received",
        "fr",
        PAGE,
        (
            "nous avons bien reçu votre opposition",
            "nous avons reçu votre opposition",
            "nous avons bien reçu votre objection",
            "nous avons reçu votre objection",
            "votre opposition a été reçue",
            "votre opposition a bien été reçue",
            "votre opposition a été enregistrée",
            "votre opposition a bien été enregistrée",
            "nous avons bien reçu votre demande",
            "nous avons reçu votre demande",
            "votre demande a été reçue",
            "votre demande a bien été reçue",
        ),
    ),
    (
        "received",
        "it",
        PAGE,
        (
            "abbiamo ricevuto la tua opposizione",
            "abbiamo ricevuto la tua obiezione",
            "abbiamo ricevuto la sua opposizione",
            "la tua opposizione è stata ricevuta",
            "la tua opposizione è stata registrata",
            "abbiamo ricevuto la tua richiesta",
            "la tua richiesta è stata ricevuta",
        ),
    ),
    (
        "received",
        "es",
        PAGE,
        (
            "hemos recibido tu oposición",
            "hemos recibido su oposición",
            "hemos recibido tu objeción",
            "tu oposición se ha recibido",
            "tu oposición ha sido recibida",
            "tu oposición se ha registrado",
            "hemos recibido tu solicitud",
            "hemos recibido su solicitud",
            "tu solicitud se ha recibido",
            "tu solicitud ha sido recibida",
        ),
    ),
    (
        "received",
        "pl",
        PAGE,
        (
            "otrzymaliśmy twój sprzeciw",
            "otrzymaliśmy państwa sprzeciw",
            "twój sprzeciw został otrzymany",
            "twój sprzeciw został zarejestrowany",
            "otrzymaliśmy twoją prośbę",
            "otrzymaliśmy twoje zgłoszenie",
        ),
    ),
)
"""Meaning, language, source, phrases. A phrase holds the whole statement, verb included.

Where `GAP` stands in one, up to `_WIDEST` words may stand, as for what it is that they reviewed.
"""

KINDS = ("granted", "received", "refused", "more", "extended", "code", "unclear")
"""What a mail can mean for the objection."""

SAID = ("sent", "not-sent", "covers", "complaint", "closed")
"""What beside `KINDS` a person alone can say: what they did elsewhere, or know in another way."""

NEGATIONS = {
    "en": r"not|never|no|cannot|unable|nor|neither|without|wrong\w*|\w+n't",
    "nl": r"niet|geen|nooit|noch|nimmer|zonder|onmogelijk",
    "de": r"nicht|kein\w*|nie|niemals|weder|noch|ohne|unmöglich",
    "fr": r"pas|ne|n'\w+|aucun\w*|jamais|ni|sans|impossible",
    "it": r"non|né|nessun\w*|mai|senza|impossibile",
    "es": r"no|nunca|jamás|ni|ningun\w*|ningún|sin|tampoco|imposible",
    "pl": r"nie|nigdy|żad\w*|ani|bez|niemożliw\w*",
}
"""Words that turn a phrase round when they stand in the same clause."""

CONDITIONS = {
    "en": r"if|whether|unless|until|once|when|before|may|might|could|would|but|however|except|only"
    r"|although|pretend\w*|claim\w*",
    "nl": r"als|indien|tenzij|totdat|zodra|wanneer|voordat|mits|misschien|zou|zouden|maar|echter"
    r"|behalve|alleen|hoewel",
    "de": r"wenn|falls|ob|sofern|sobald|bevor|bis|vielleicht|könnte\w*|würde\w*|aber|jedoch|außer"
    r"|nur|obwohl",
    "fr": r"si|s'il|lorsque|quand|dès|avant|pourrait|pourrions|peut-être|mais|cependant|toutefois"
    r"|sauf|seulement|uniquement",
    "it": r"se|qualora|quando|prima|finché|potrebbe|potremmo|forse|ma|tuttavia|però|tranne|solo",
    "es": r"si|cuando|antes|hasta|podría\w*|quizás?|tal vez|pero|sin embargo|excepto|salvo|solo"
    r"|sólo",
    "pl": r"jeśli|jeżeli|gdy|czy|zanim|dopóki|może|moglibyśmy|ale|jednak|lecz|oprócz|tylko",
}
"""Words that make a phrase uncertain when they stand in the same sentence."""


_LONGEST_SENTENCE = 4000
_WIDEST = 6


@dataclass(frozen=True)
class Phrase:
    """A phrase of the table: what it means, in which language, and where it comes from."""

    kind: str
    language: str
    source: str
    text: str

    def facts(self) -> dict[str, str]:
        """The same as a JSON object."""
        return {
            "meaning": self.kind,
            "language": self.language,
            "text": self.text,
            "source": self.source,
        }


@dataclass(frozen=True)
class Meaning:
    """What a mail says: one of `KINDS`, the phrases that say so, and *why* it is unclear.

    *why* is one of "" (it is clear), "no phrase", "two meanings", "negated or uncertain",
    "only quoted", "only hidden", "versions differ", "too long", "not from Meta".
    """

    kind: str
    phrases: tuple[Phrase, ...] = ()
    why: str = ""

    def confirmed(self) -> bool:
        """Whether one of the phrases was read in an answer of Meta's."""
        return any(phrase.source in {MAIL_2024, PAGE_2025} for phrase in self.phrases)


def phrases() -> list[Phrase]:
    """Every phrase of the table."""
    return [Phrase(kind, lang, src, text) for kind, lang, src, texts in TABLE for text in texts]


def recognise(subject: str, versions: Sequence[Seen], *, cut: bool = False) -> Meaning:
    """What a mail means by its *subject* and the *versions* of its text (plain and HTML).

    A phrase counts only in text that is the mail's own and visible, not negated, not in a
    condition, a question or quotation marks. *cut* says that some of the text was not read.
    """
    shown = [seen for seen in versions if seen.own.strip()]
    readings = [_read(f"{subject}\n\n{seen.own}") for seen in shown] or [_read(subject)]
    if any(reading.why not in {"", "no phrase"} for reading in readings):
        return next(r for r in readings if r.why not in {"", "no phrase"})
    kinds = {reading.kind for reading in readings}
    found = tuple(dict.fromkeys(p for reading in readings for p in reading.phrases))
    if len(kinds) > 1:
        return Meaning("unclear", found, "versions differ")
    if kinds != {"unclear"}:
        return Meaning("unclear", found, "too long") if cut else readings[0]
    if any(_there(seen.quoted) for seen in versions):
        return Meaning("unclear", (), "only quoted")
    if any(_there(seen.hidden) for seen in versions):
        return Meaning("unclear", (), "only hidden")
    return Meaning("unclear", (), "too long" if cut else "no phrase")


def _read(text: str) -> Meaning:
    found: list[Phrase] = []
    doubtful: list[Phrase] = []
    there = _there(text)
    for sentence in _sentences(text) if there else ():
        if len(sentence) > _LONGEST_SENTENCE:  # no sentence, so nobody can say what is negated
            doubtful += [wording.phrase for wording in there if wording.is_in(sentence)]
            continue
        for wording, match in _in_sentence(sentence, there):
            sure = _is_sure(sentence, match, wording.phrase.language)
            (found if sure else doubtful).append(wording.phrase)
    kinds = {phrase.kind for phrase in found}
    unsure = {phrase.kind for phrase in doubtful}
    if len(kinds) > 1:
        kinds.discard("received")  # whoever decides or asks has received
    if len(kinds) > 1:
        return Meaning("unclear", tuple(dict.fromkeys(found)), "two meanings")
    if unsure - {"received"} or (unsure and not kinds):
        return Meaning("unclear", tuple(dict.fromkeys([*found, *doubtful])), "negated or uncertain")
    if not kinds:
        return Meaning("unclear", (), "no phrase")
    kind = kinds.pop()
    return Meaning(kind, tuple(dict.fromkeys(p for p in found if p.kind == kind)))


@dataclass(frozen=True)
class _Wording:
    """A phrase as it is looked for: the comparable *parts* around its gap, and all in one."""

    phrase: Phrase
    parts: tuple[str, ...]
    pattern: re.Pattern[str]

    def is_in(self, text: str) -> bool:
        """Whether *text* has it anywhere, be it within other words."""
        there = all(part in text for part in self.parts)
        return there and (len(self.parts) == 1 or self.pattern.search(text) is not None)


def _wording(phrase: Phrase) -> _Wording:
    parts = tuple(" ".join(_comparable(part).split()) for part in phrase.text.split(GAP))
    gap = rf"((?: [^\s\";:()]+){{1,{_WIDEST}}}?) "
    whole = gap.join(re.escape(part) for part in parts)
    return _Wording(phrase, parts, re.compile(rf"(?<![^\W_]){whole}(?![^\W_])"))


def _there(text: str) -> list[_Wording]:
    """The phrases that occur anywhere in *text*."""
    flat = " ".join(_comparable(text).split())
    return [wording for wording in _WORDINGS if wording.is_in(flat)]


def _in_sentence(sentence: str, there: Sequence[_Wording]) -> list[tuple[_Wording, re.Match[str]]]:
    """Every phrase in *sentence* with its place; a phrase within a longer one does not count.

    What stands in the gap of another counts: it may say the opposite.
    """
    found = [(each, match) for each in there for match in each.pattern.finditer(sentence)]
    whole = [match.span() for each, match in found if len(each.parts) == 1]
    return [
        (each, match)
        for each, match in found
        if not any(
            a <= match.start() and match.end() <= b and (a, b) != match.span() for a, b in whole
        )
    ]


def _is_sure(sentence: str, match: re.Match[str], language: str) -> bool:
    before, after = sentence[: match.start()], sentence[match.end() :]
    gap = " ".join(match.groups())
    clause = " ".join((re.split(r"[,;()]", before)[-1], gap, re.split(r"[,;()]", after)[0]))
    if re.search(rf"(?<![\w'])(?:{NEGATIONS[language]})(?![\w'])", clause):
        return False
    around = f"{before} \n {gap} \n {after}"
    if re.search(rf"(?<![\w'])(?:{CONDITIONS[language]})(?![\w'])", around):
        return False
    if sentence.rstrip().endswith("?"):
        return False
    return before.count('"') % 2 == 0


def _sentences(text: str) -> list[str]:
    """*text* in comparable sentences: a line's end is a space, a blank line ends a sentence."""
    text = _comparable(text)
    found = []
    for paragraph in re.split(r"\n[ \t]*\n", text):
        flat = " ".join(paragraph.split())
        found += [piece for piece in re.split(r"(?<=[.!?…])[\"')]* ", flat) if piece]
    return found


def _comparable(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.replace("\r\n", "\n"))
    text = re.sub("[\u00ad\u034f\u115f\u180e\u200b-\u200f\u2060-\u2064\ufeff]", "", text)
    text = re.sub("[’‘ʼ´`]", "'", text)
    text = re.sub("[“”„«»‟]", '"', text)
    return text.casefold()


_WORDINGS = tuple(_wording(phrase) for phrase in phrases())
