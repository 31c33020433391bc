"""Facebook's general objection form, which first asks whether it is about AI at Meta.

The EU privacy policy linked the word "object" to it until at least 25 February 2026 [P]; since July
2026 it links to the channel of the flow `wizard`. That the question leads to the same form as the
flow `facebook` opens is what guides of May 2025 tell [B/C]; nobody of this project has seen it.
"""

from filer.flow import Code, Fill, Flow, HandOver, HumanSends, Keep, Label, Open
from flows.meta import (
    ABOUT,
    ASSET_HOSTS,
    CODE,
    COOKIES,
    EMAIL,
    ERRORS,
    LOGIN_PAGES,
    META_HOSTS,
    OTHERS,
    QUESTIONS,
    REASON,
    SEND,
    SEND_PATHS,
    THANKS,
    UNAVAILABLE,
)

FLOW = Flow(
    name="general",
    title=Label(
        nl="Facebook, algemeen formulier: bezwaar, ook tegen AI bij Meta",
        en="Facebook, general form: objection, also to AI at Meta",
        de="Facebook, allgemeines Formular: Widerspruch, auch gegen KI bei Meta",
        fr="Facebook, formulaire général\u00a0: opposition, aussi à l'IA chez Meta",
        unconfirmed=("nl", "en", "de", "fr"),
        source="our own words; no title of this form was found",
    ),
    covers=Label(
        nl="Na het antwoord “Ja” op de vraag of uw verzoek over AI bij Meta gaat: hetzelfde als "
        "het eigen formulier van Facebook. Uw openbare informatie op de producten van Meta, en "
        "wat u uitwisselt met de AI van Meta, voor het account waarmee u inlogt en voor elk "
        "account in hetzelfde Accountcentrum. Dat dit formulier daartoe leidt, is niet bevestigd.",
        en="After the answer “Yes” to the question whether your request is about AI at Meta: the "
        "same as Facebook's own form. Your public information on Meta's products, and your "
        "interactions with AI at Meta, for the account you log in with and for every account in "
        "the same Accounts Center. That this form leads there is unconfirmed.",
        de="Nach der Antwort „Ja“ auf die Frage, ob es in Ihrer Anfrage um KI bei Meta geht: "
        "dasselbe wie beim eigenen Formular von Facebook. Ihre öffentlichen Informationen in den "
        "Produkten von Meta und das, was Sie mit der KI von Meta austauschen, für das Konto, mit "
        "dem Sie sich anmelden, und für jedes Konto in derselben Kontenübersicht (Accounts "
        "Center). Dass dieses Formular dorthin führt, ist nicht bestätigt.",
        fr="Après la réponse «\u00a0Oui\u00a0» à la question de savoir si votre demande concerne "
        "l'IA chez Meta\u00a0: la même chose que le formulaire propre à Facebook. Vos "
        "informations publiques sur les produits de Meta, et ce que vous échangez avec l'IA de "
        "Meta, pour le compte avec lequel vous vous connectez et pour chaque compte du même "
        "Espace Comptes (Accounts Center). Il n'est pas confirmé que ce formulaire y mène.",
        source="[B/C] guides after Verbraucherzentrale, May 2025; [P] Meta's page on generative AI "
        "for the EU, read on 23 March 2026",
    ),
    covers_not=Label(
        nl="Accounts buiten dat Accountcentrum: die hebben elk een eigen bezwaar nodig. Wat "
        "anderen over u plaatsen. Wat al in een AI-model zit. WhatsApp.",
        en="Accounts outside that Accounts Center: each needs an objection of its own. What "
        "others post about you. What is already in an AI model. WhatsApp.",
        de="Konten außerhalb dieser Kontenübersicht: Jedes braucht einen eigenen Widerspruch. Was "
        "andere über Sie veröffentlichen. Was schon in einem KI-Modell steckt. WhatsApp.",
        fr="Les comptes hors de cet Espace Comptes\u00a0: pour chacun, il faut une opposition à "
        "part. Ce que d'autres publient sur vous. Ce qui est déjà dans un modèle d'IA. WhatsApp.",
        source="[P] the same page; [P] the Dutch authority, April 2025 (models, WhatsApp)",
    ),
    notes=Label(
        nl="Dit formulier was tot zeker 25 februari 2026 de link “bezwaar maken” in het beleid "
        "van Meta, en staat er sinds juli 2026 niet meer in: misschien is het er niet meer. "
        "Antwoordt u niet “Ja” op de vraag over AI, dan kan Meta uw bezwaar anders afwegen. "
        "Gebruik liever eerst: filer file facebook. Alleen de Duitse woorden van de vraag zijn "
        "gezien; in een andere taal beantwoordt u de vraag misschien zelf.",
        en="This form was the link “object” in Meta's policy until at least 25 February 2026, and "
        "is no longer there since July 2026: it may be gone. Without the answer “Yes” to the "
        "question about AI, Meta may weigh your objection in another way. Better first: filer "
        "file facebook. Only the German words of the question were seen; in another language you "
        "may have to answer it yourself.",
        de="Zu diesem Formular führte mindestens bis zum 25. Februar 2026 der Link "
        "„widersprechen“ in der Datenschutzrichtlinie von Meta; seit Juli 2026 steht es nicht "
        "mehr darin: Vielleicht gibt es das Formular nicht mehr. Ohne die Antwort „Ja“ auf die "
        "Frage nach KI wägt Meta Ihren Widerspruch vielleicht anders ab. Besser zuerst: filer "
        "file facebook. Nur die deutschen Worte der Frage wurden gesehen; in einer anderen "
        "Sprache müssen Sie die Frage vielleicht selbst beantworten.",
        fr="Jusqu'au 25 février 2026 au moins, le lien «\u00a0opposer\u00a0» de la politique de "
        "confidentialité de Meta menait à ce formulaire\u00a0; depuis juillet 2026, ce formulaire "
        "n'y figure plus\u00a0: il n'existe peut-être plus. Sans la réponse «\u00a0Oui\u00a0» à "
        "la question sur l'IA, il se peut que Meta pèse autrement le pour et le contre de votre "
        "opposition. Essayez plutôt d'abord\u00a0: filer file facebook. Seuls les mots allemands "
        "de la question ont été vus\u00a0; dans une autre langue, vous devrez peut-être y "
        "répondre vous-même.",
        source="[P] Meta's policies of 25 February and 24 July 2026; [B/C] the same guides",
    ),
    checked="2026-11-23",
    hosts=META_HOSTS,
    assets=ASSET_HOSTS,
    private=LOGIN_PAGES,
    sends_to=SEND_PATHS,
    cookies=COOKIES,
    questions=QUESTIONS,
    about=ABOUT,
    others=OTHERS,
    unavailable=UNAVAILABLE,
    platforms=("facebook", "instagram"),
    steps=(
        # [P] the policy's link until at least 25 February 2026. Its other general form,
        # 1994830130782319 ("Facebook settings"), is left out: it is another request.
        Open("https://www.facebook.com/help/contact/367438723733209"),
        HandOver("Log in if Facebook asks you to.", until=EMAIL),
        Keep("the empty form"),
        Fill(EMAIL, "email"),
        Fill(REASON, "reason"),
        Keep("the form as it will be sent"),
        HumanSends(SEND, confirmed=THANKS, refused=ERRORS),
        Code(CODE),
        Keep("Meta's answer"),
    ),
)
