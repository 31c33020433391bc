"""Where things are on the practice site: hosts, addresses, field ids, and the canaries."""

from __future__ import annotations

from dataclasses import dataclass

# Values that must never turn up in evidence. Each is found at one place of the pages or their
# transport; the password is the one the stand-in types.
CANARIES: dict[str, str] = {
    "PRACTICE_PASSWORD": "canary-password-k3Vq81",
    "PRACTICE_COOKIE": "canary-cookie-t7Rw20",
    "PRACTICE_CSRF": "canary-csrf-m5Hz46",
    "PRACTICE_BEARER": "canary-bearer-EAAq93Lx",
    "PRACTICE_ANSWER_TOKEN": "canary-answer-token-b8Nd17",
    "PRACTICE_ADDRESS_SECRET": "canary-address-secret-w2Jf65",
    "PRACTICE_LOGIN_CODE": "40286173",
    "PRACTICE_ACCOUNT": "Sanne Voorbeeld 8841",
    "PRACTICE_FRIEND_1": "Joris Zonnebloem",
    "PRACTICE_FRIEND_2": "Aïcha Kastanjelaan",
    "PRACTICE_FRIEND_3": "Wiebe Achterdijk",
}
PRACTICE_PASSWORD = CANARIES["PRACTICE_PASSWORD"]
FRIENDS = tuple(name for key, name in CANARIES.items() if key.startswith("PRACTICE_FRIEND"))

MAILED_CODE = "739154"
LIMIT = 80
# What the form has prefilled: the account's own address, or one the person no longer reads.
ACCOUNT_EMAIL = "sanne.voorbeeld@example.org"
OTHER_EMAIL = "oud.adres@example.net"

DESKTOP_SEND = "/ajax/help/contact/submit/page"
MOBILE_SEND = "/a/help/contact_us/"
APP_SEND = "/api/graphql/"
# Where WhatsApp's form sends to is not known: this address is our own.
WHATSAPP_SEND = "/contact/submit/"
SEND_PATHS = (DESKTOP_SEND, MOBILE_SEND, APP_SEND, WHATSAPP_SEND)
DESKTOP_CODE = "/ajax/help/contact/code/"
MOBILE_CODE = "/a/help/contact_code/"
APP_CODE = "/api/graphql/code/"
CODE_PATHS = (DESKTOP_CODE, MOBILE_CODE, APP_CODE)

FOREIGN_HOST = "forms.example.com"
WIZARD_HOST = "help.meta.com"
LOCALES = {"en": "en_GB", "da": "da_DK", "cs": "cs_CZ", "el": "el_GR", "et": "et_EE"} | {
    "ga": "ga_IE",
    "sl": "sl_SI",
    "sv": "sv_SE",
    "no": "nb_NO",
}

EMAIL_ID = "1461121667504221"
REASON_ID = "3067154890211475"
TRAP_ID = "2099480153372640"
QUESTION_ID = "1180322641993317"


# What a script of the real site sends along; the values are made up.
BOOKKEEPING = {
    "__user": "100000000000001",
    "__a": "1",
    "__hs": "20415.HYP:help_center_pkg.2.1...0",
    "dpr": "1",
    "__ccg": "GOOD",
    "__rev": "1029887341",
    "__s": "k2x9ab:q7p3tm:zr84cu",
    "__hsi": "7576120934417782215",
    "__dyn": "7xe6E5aQ1PyUbFp41twpUnwgU6C7UW",
    "__csr": "",
    "__comet_req": "0",
    "__spin_r": "1029887341",
    "__spin_b": "trunk",
    "__jssesw": "1",
}


@dataclass(frozen=True)
class Platform:
    """Where a platform keeps its form, its login and its home."""

    name: str
    form_host: str
    forms: tuple[str, ...]
    login_host: str
    login: str
    factor: str
    help: str

    @property
    def domain(self) -> str:
        """The part of the host that its hosts share, and their cookies with it."""
        return ".".join(self.form_host.split(".")[-2:])


PLATFORMS = (
    Platform(
        name="facebook",
        form_host="www.facebook.com",
        forms=(
            "/help/contact/712876720715583",
            "/help/contact/6359191084165019",
            "/help/contact/367438723733209",
            "/help/contact/510058597920541",
            "/help/contact/1266025207620918",
        ),
        login_host="www.facebook.com",
        login="/login/",
        factor="/two_step_verification/two_factor/",
        help="/help/",
    ),
    Platform(
        name="instagram",
        form_host="help.instagram.com",
        forms=("/contact/767264225370182", "/contact/233964459562201"),
        login_host="www.instagram.com",
        login="/accounts/login/",
        factor="/auth_platform/codeentry/",
        help="/",
    ),
    Platform(
        name="whatsapp",
        form_host="www.whatsapp.com",
        forms=("/contact/forms/382532939919295",),
        login_host="www.whatsapp.com",
        login="/login/",
        factor="/two_factor/",
        help="/help/",
    ),
    Platform(
        name="meta",
        form_host=WIZARD_HOST,
        forms=("/support/privacy",),
        login_host=WIZARD_HOST,
        login="/login/",
        factor="/two_factor/",
        help="/help/",
    ),
)
KINDS = {
    "/help/contact/367438723733209": "general",
    "/help/contact/510058597920541": "third-party",
    "/help/contact/1266025207620918": "third-party",
    "/contact/forms/382532939919295": "whatsapp",
    "/support/privacy": "wizard",
}
"""What the other forms are; every other path holds an account's own form to object."""

PRODUCTS = ("Facebook", "Instagram", "WhatsApp")

FIRST_FORMS = frozenset({"/help/contact/510058597920541"})
"""Addresses that are gone where the old address is; so are the first of each platform."""

TERMS = "/legal/new_terms/"
LOCKED = "/checkpoint/disabled/"
WIZARD = "/support/privacy/"


def locale(language: str) -> str:
    """The language the way Meta's forms name it."""
    return LOCALES.get(language, f"{language}_{language.upper()}")
