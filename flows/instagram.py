"""Instagram's form to object to the use of one's information for AI at Meta."""

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
    name="instagram",
    title=Label(
        nl="Instagram: bezwaar tegen het gebruik van uw informatie voor AI bij Meta",
        en="Instagram: objection to the use of your information for AI at Meta",
        de="Instagram: Einspruch gegen die Verwendung deiner Informationen für KI bei Meta",
        fr="Instagram\u00a0: opposition à l'utilisation de vos informations pour l'IA chez Meta",
        unconfirmed=("nl", "en", "fr"),
        source="[C] mkln.org, April 2025 (de); nl, en and fr are our own words",
    ),
    covers=Label(
        nl="Uw openbare informatie op de producten van Meta, en wat u uitwisselt met de AI van "
        "Meta. Voor het account waarmee u inlogt, en voor elk account in hetzelfde "
        "Accountcentrum.",
        en="Your public information on Meta's products, and your interactions with AI at Meta. "
        "For the account you log in with, and for every account in the same Accounts Center.",
        de="Ihre öffentlichen Informationen in den Produkten von Meta und das, was Sie mit der KI "
        "von Meta austauschen. Für das Konto, mit dem Sie sich anmelden, und für jedes Konto in "
        "derselben Kontenübersicht (Accounts Center).",
        fr="Vos informations publiques sur les produits de Meta, et ce que vous échangez avec "
        "l'IA de Meta. Pour le compte avec lequel vous vous connectez, et pour chaque compte du "
        "même Espace Comptes (Accounts Center).",
        source="[P] Meta's page on generative AI for the EU, read on 23 March 2026",
    ),
    covers_not=Label(
        nl="Accounts buiten dat Accountcentrum: die hebben elk een eigen bezwaar nodig. Wat "
        "anderen over u plaatsen, bijvoorbeeld een foto met u erop. Wat al in een AI-model "
        "zit. WhatsApp.",
        en="Accounts outside that Accounts Center: each needs an objection of its own. What "
        "others post about you, such as a photo with you in it. What is already in an AI model. "
        "WhatsApp.",
        de="Konten außerhalb dieser Kontenübersicht: Jedes braucht einen eigenen Widerspruch. Was "
        "andere über Sie veröffentlichen, zum Beispiel ein Foto, auf dem Sie zu sehen sind. Was "
        "schon in einem KI-Modell steckt. WhatsApp.",
        fr="Les comptes hors de cet Espace Comptes\u00a0: pour chacun, il faut une opposition à "
        "part. Ce que d'autres publient sur vous, par exemple une photo où l'on vous voit. Ce qui "
        "est déjà dans un modèle d'IA. WhatsApp.",
        source="[P] the same page; [P] the Dutch authority, April 2025 (models, WhatsApp)",
    ),
    notes=Label(
        nl="Meta traint sinds 27 mei 2025. Bezwaar maken kan nog steeds. Na die dag geldt het "
        "voor de toekomst: bronnen zijn het er niet over eens of uw oudere berichten eronder "
        "vallen. Maakte u eerder bezwaar? Meta zegt dat u het niet opnieuw hoeft te doen, "
        "noyb zei van wel; nog eens bezwaar maken kan geen kwaad. U moet op Instagram zelf "
        "ingelogd zijn. Sinds juli 2026 verwijst het beleid van Meta naar "
        "help.meta.com/support/privacy; werkt geen van de adressen, probeer dan: filer file "
        "wizard. Wij hebben het formulier niet ingelogd gezien: filer herkent het aan wat het "
        "toont.",
        en="Meta has been training since 27 May 2025. You can still object. After that day it "
        "counts for the future: sources disagree on whether your older posts are covered. Did "
        "you object before? Meta says you need not do it again, noyb said you must; objecting "
        "once more does no harm. You have to be logged in on Instagram itself. Since July 2026 "
        "Meta's policy points to help.meta.com/support/privacy; if none of the addresses works, "
        "try: filer file wizard. We have not seen the form logged in: filer recognises it by what "
        "it shows.",
        de="Meta trainiert seine KI seit dem 27. Mai 2025. Sie können immer noch widersprechen. "
        "Nach diesem Tag gilt der Widerspruch für die Zukunft: Die Quellen sind sich nicht einig, "
        "ob er auch für Ihre älteren Beiträge gilt. Haben Sie schon früher widersprochen? Meta "
        "sagt, dass Sie es nicht noch einmal tun müssen, noyb hat gesagt, dass Sie es doch "
        "müssen; noch einmal zu widersprechen, schadet nicht. Sie müssen auf Instagram selbst "
        "angemeldet sein. Seit Juli 2026 verweist die Datenschutzrichtlinie von Meta auf "
        "help.meta.com/support/privacy; wenn keine der Adressen funktioniert, versuchen Sie: "
        "filer file wizard. Wie das Formular nach dem Anmelden aussieht, haben wir nicht gesehen: "
        "filer erkennt es an dem, was es zeigt.",
        fr="Meta entraîne son IA depuis le 27 mai 2025. Vous pouvez encore vous opposer. Après ce "
        "jour, l'opposition compte pour l'avenir\u00a0: les sources ne sont pas d'accord pour "
        "dire si elle vaut aussi pour vos publications plus anciennes. Avez-vous déjà fait "
        "opposition\u00a0? Meta dit que vous n'avez pas à le refaire, noyb a dit qu'il le "
        "fallait\u00a0; s'opposer encore une fois ne nuit pas. Il faut être connecté sur "
        "Instagram même. Depuis juillet 2026, la politique de confidentialité de Meta renvoie à "
        "help.meta.com/support/privacy\u00a0; si aucune des adresses ne fonctionne, "
        "essayez\u00a0: filer file wizard. Nous n'avons pas vu le formulaire tel qu'il est après "
        "connexion\u00a0: filer le reconnaît à ce qu'il montre.",
        source="[P] Meta's page and policies; [B] the Garante, Verbraucherzentrale and others of "
        "May 2025; noyb, 14 May 2025",
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
        # First the form the Italian authority listed in April 2025 [B], then the one Instagram's
        # own policy and app linked the word "object" to, gone from the policy on 28 May 2025
        # [P, D]: both were live in May 2025, and which one redirects to which is not known. The
        # policy's other forms (settings, Threads) are left out: they are other requests.
        Open(
            "https://help.instagram.com/contact/767264225370182",
            "https://help.instagram.com/contact/233964459562201",
        ),
        HandOver("Log in if Instagram asks you to.", until=EMAIL),
        Keep("the empty form"),
        Fill(EMAIL, "email"),
        Fill(REASON, "reason"),
        Keep("the form as it will be sent"),
        HumanSends(SEND, confirmed=THANKS, refused=ERRORS),
        Code(CODE),
        Keep("Meta's answer"),
    ),
)
