"""Facebook's form to object to the use of one's information for AI at Meta."""

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
    name="facebook",
    title=Label(
        nl="Facebook: bezwaar tegen het gebruik van uw informatie voor AI bij Meta",
        en="Facebook: objection to the use of your information for AI at Meta",
        de="Facebook: Einspruch gegen die Verwendung deiner Informationen für KI bei Meta",
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
        "zit. Een Facebookpagina: ieder die erop schrijft, maakt zelf bezwaar. WhatsApp.",
        en="Accounts outside that Accounts Center: each needs an objection of its own. What "
        "others post about you, such as a photo with you in it. What is already in an AI model. "
        "A Facebook Page: everyone who writes on it objects for themselves. WhatsApp.",
        source="[P] the same page; [B] tg24.sky.it, 27 May 2025 (Pages); [P] the Dutch authority, "
        "April 2025 (models, WhatsApp)",
    ),
    notes=Label(
        nl="Meta traint sinds 27 mei 2025. Bezwaar maken kan nog steeds. Na die dag geldt het "
        "voor de toekomst: bronnen zijn het er niet over eens of uw oudere berichten eronder "
        "vallen. Maakte u eerder bezwaar? Meta zegt dat u het niet opnieuw hoeft te doen, "
        "noyb zei van wel; nog eens bezwaar maken kan geen kwaad. U moet op Facebook zelf "
        "ingelogd zijn. Sinds juli 2026 verwijst het beleid van Meta naar "
        "help.meta.com/support/privacy; werkt geen van de adressen, probeer dan: filer file "
        "wizard. Wij hebben het formulier niet ingelogd gezien: filer herkent het aan wat het "
        "toont.",
        en="Meta has been training since 27 May 2025. You can still object. After that day it "
        "counts for the future: sources disagree on whether your older posts are covered. Did "
        "you object before? Meta says you need not do it again, noyb said you must; objecting "
        "once more does no harm. You have to be logged in on Facebook itself. Since July 2026 "
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
        # First the form the Italian authority listed in April 2025 [B], then the one Meta's own
        # policy and apps linked the word "object" to [P, D]: both were live in May 2025, and which
        # one redirects to which is not known. Last the policy's general form, linked until at
        # least February 2026 [P], which asks first whether it is about AI. Meta's forms for other
        # people's posts about you are left out: they are another request.
        Open(
            "https://www.facebook.com/help/contact/712876720715583",
            "https://www.facebook.com/help/contact/6359191084165019",
            "https://www.facebook.com/help/contact/367438723733209",
        ),
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
