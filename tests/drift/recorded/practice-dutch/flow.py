"""A draft: a form met on 2026-11-25. Nobody has checked it.

Give it a name, say what it covers, and keep only the wordings that you have seen.
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
    name="draft",
    title=Label(en="A draft of a form", source="our own words"),
    covers=Label(en="Unknown.", source="our own words"),
    covers_not=Label(en="Unknown.", source="our own words"),
    checked="2026-11-25",
    hosts=META_HOSTS,
    assets=ASSET_HOSTS,
    private=LOGIN_PAGES,
    sends_to=SEND_PATHS,
    cookies=COOKIES,
    questions=QUESTIONS,
    about=ABOUT,
    others=OTHERS,
    unavailable=UNAVAILABLE,
    steps=(
        Open("https://www.facebook.com/help/contact/712876720715583"),
        HandOver("Log in if the site asks you to.", until=EMAIL),
        Keep("the empty form"),
        Fill(EMAIL, "email"),
        Fill(REASON, "reason"),
        Keep("the form as it will be sent"),
        HumanSends(SEND, confirmed=THANKS, refused=ERRORS),
        Code(CODE),
        Keep("Meta's answer"),
    ),
)
