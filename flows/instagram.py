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
        unconfirmed=("nl", "en"),
        source="[C] mkln.org, April 2025 (de); nl and en are our own words",
    ),
    covers=Label(
        nl="Uw openbare informatie op de producten van Meta, en wat u uitwisselt met de AI van "
        "Meta. Voor het account waarmee u inlogt, en voor elk account in hetzelfde "
        "Accountcentrum.",
        en="Your public information on Meta's products, and your interactions with AI at Meta. "
        "For the account you log in with, and for every account in the same Accounts Center.",
        source="[P] Meta's page on generative AI for the EU, read on 23 March 2026",
    ),
    covers_not=Label(
        nl="Accounts buiten dat Accountcentrum: die hebben elk een eigen bezwaar nodig. Wat "
        "anderen over u plaatsen, bijvoorbeeld een foto met u erop. Wat al in een AI-model "
        "zit. WhatsApp.",
        en="Accounts outside that Accounts Center: each needs an objection of its own. What "
        "others post about you, such as a photo with you in it. What is already in an AI model. "
        "WhatsApp.",
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
