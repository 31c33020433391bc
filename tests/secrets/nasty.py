# A page stands in one line where that reads better than pieces.
# ruff: noqa: E501

"""Pages the masker has never seen: something foreign around, over, under and in the form.

What is foreign is painted in `FOREIGN` and speaks of `FRIEND`; what is the form's own has a green
mark at its top and at its foot. Nothing else on a page has either colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FOREIGN = (255, 0, 254)
OWN = (0, 160, 0)
FRIEND = "Zonnebloem"

INK = f"color:rgb{FOREIGN};background:rgb{FOREIGN}"
"""The style of what is foreign."""

CHAT = f'<div class="chat" style="{INK};width:300px;height:200px">Joris {FRIEND}</div>'
GREEN = f'<div style="width:40px;height:10px;background:rgb{OWN}"></div>'
ROWS = (
    f"{GREEN}"
    '<p><label for="m">Email address</label><br><input id="m" type="email" name="email"></p>'
    '<p><label for="r">Explain how this affects you</label><br><textarea id="r" name="reason"></textarea></p>'
    '<p><button type="submit">Submit</button></p>'
    f"{GREEN}"
)


def form(rows: str = ROWS, attributes: str = "") -> str:
    """The form around *rows*."""
    return f'<form method="post" action="/ajax/help/contact/submit/page" {attributes}>{rows}</form>'


FORM = form()


@dataclass(frozen=True)
class Nasty:
    """A page: what is in its head and its body.

    *pictured* says whether the form can be pictured; None that both are right, as long as nothing
    foreign is in the picture. *marks* is how many green pixels there must be at least; *seen* says
    whether a person sees the foreign colour in the window; *others* are further pages by path.
    """

    body: str
    head: str = ""
    pictured: bool | None = True
    html: str = ""  # attributes of <html>
    marks: int = 700
    seen: bool = True
    others: Mapping[str, str] = field(default_factory=dict)

    def page(self) -> str:
        """The whole page."""
        return (
            f'<!doctype html><html lang="en" {self.html}><head><meta charset="utf-8">'
            f"<title>Object to AI</title><style>body{{margin:20px;color:#000}}"
            f".chat{{font:30px sans-serif}}</style>{self.head}</head>"
            f"<body>{self.body}</body></html>"
        )


def style(text: str) -> str:
    """A style element."""
    return f"<style>{text}</style>"


def script(text: str) -> str:
    """A script element."""
    return f"<script>{text}</script>"


OVER = "position:absolute;margin:0;inset:40px auto auto 20px;width:300px;height:120px"
LOUD = "visibility:visible!important;opacity:1!important;display:block!important"
_SHADOW = (
    "const host = document.createElement('div'); host.style = '{place}';"
    " document.body.append(host);"
    " host.attachShadow({{mode: '{mode}'}}).innerHTML = `<style>div{{{{{loud}}}}}</style>{chat}`;"
)


def shadow(mode: str, loud: str = LOUD) -> str:
    """A script that puts the chat over the form, in a shadow tree."""
    return script(_SHADOW.format(place=OVER, mode=mode, loud=loud, chat=CHAT))


PAGES: dict[str, Nasty] = {
    # ---------------------------------------------------------------- beside and over the form
    "plain": Nasty(FORM, seen=False),
    "a chat beside it": Nasty(f'<div style="display:flex">{FORM}{CHAT}</div>'),
    "text of the parent beside it": Nasty(
        f'<div style="color:rgb{FOREIGN}">Joris {FRIEND} {form(attributes="style=color:#000;display:inline-block")} Joris {FRIEND}</div>'
    ),
    "fixed over it": Nasty(
        f'{FORM}<div style="{INK};position:fixed;left:0;top:50px;width:90%;height:60px;z-index:2147483647">{FRIEND}</div>'
    ),
    "sticky over it": Nasty(
        f'<div style="{INK};position:sticky;top:0;height:80px;margin-bottom:-60px;z-index:9">{FRIEND}</div>{FORM}'
    ),
    "absolute over it": Nasty(f'{FORM}<div style="{INK};{OVER};z-index:9">{FRIEND}</div>'),
    "under a see-through form": Nasty(
        f'<div style="{INK};{OVER}">{FRIEND}</div>{form(attributes="style=position:relative;opacity:.8")}'
    ),
    "pseudo-elements of ancestors": Nasty(
        f'<div class="p">{FORM}</div>',
        style(
            f".p::before,.p::after,body::before,html::after{{content:'{FRIEND}';{INK};position:absolute;left:30px;top:60px;z-index:5}}"
        ),
    ),
    "pseudo-elements that insist": Nasty(
        f'<div class="p">{FORM}</div>',
        style(
            f"#x#y#z,body .p::before,.p::after,body::before{{content:'{FRIEND}';{INK};position:absolute;left:30px;top:60px;z-index:5;visibility:visible!important;opacity:1!important}}"
        ),
    ),
    "pictures behind it": Nasty(
        f'<div style="padding:40px;background:repeating-linear-gradient(45deg,#fff 0 9px,rgb{FOREIGN} 9px 18px)">{form(attributes="style=padding:0")}</div>',
        style(f"html{{background:repeating-linear-gradient(#fff 0 9px,rgb{FOREIGN} 9px 18px)}}"),
    ),
    "a background that insists": Nasty(
        FORM,
        style(
            f"html,body{{background:repeating-linear-gradient(#fff 0 9px,rgb{FOREIGN} 9px 18px)!important}}"
        ),
    ),
    "shadows and outlines from outside": Nasty(
        f'{FORM}<div style="width:9px;height:9px;box-shadow:0 -90px 0 90px rgb{FOREIGN};outline:60px solid rgb{FOREIGN};border-image:linear-gradient(rgb{FOREIGN},rgb{FOREIGN}) 1/40px/40px;border:40px solid rgb{FOREIGN}"></div>'
    ),
    # ---------------------------------------------------------------- insisting on being seen
    "visible by its own style": Nasty(f'{FORM}<div style="{INK};{OVER};{LOUD}">{FRIEND}</div>'),
    "all reverted": Nasty(
        f'{FORM}<div style="{INK};{OVER};all:revert!important;position:absolute!important;top:60px!important;background:rgb{FOREIGN}!important">{FRIEND}</div>'
    ),
    "a layer that insists": Nasty(
        f'{FORM}<div class="l" style="{INK};{OVER}">{FRIEND}</div>',
        style(f"@layer a{{ .l{{{LOUD}}} *{{visibility:visible!important}} }}"),
    ),
    "a scope that insists": Nasty(
        f'<section>{FORM}<div class="l" style="{INK};{OVER}">{FRIEND}</div></section>',
        style(f"@scope (section){{ .l{{{LOUD}}} }}"),
    ),
    "an animated visibility": Nasty(
        f'{FORM}<div style="{INK};{OVER};animation:show 1s infinite">{FRIEND}</div>',
        style("@keyframes show{from,to{visibility:visible;opacity:1}}"),
    ),
    "a slow transition": Nasty(
        f'{FORM}<div style="{INK};{OVER};transition:all 60s!important">{FRIEND}</div>',
        pictured=None,
    ),
    "a pseudo-element in a layer": Nasty(
        FORM,
        style(
            f"@layer a{{ body::before{{content:'{FRIEND}';{INK};position:absolute;left:30px;top:60px;visibility:visible!important;opacity:1!important}} }}"
        ),
        pictured=None,
    ),
    # ---------------------------------------------------------------- trees of their own
    "an open shadow tree": Nasty(FORM + shadow("open")),
    "a closed shadow tree": Nasty(FORM + shadow("closed")),
    "a closed shadow tree around it": Nasty(
        f'<div id="h">{FORM}</div>'
        + script(
            f"document.querySelector('#h').attachShadow({{mode:'closed'}}).innerHTML = `<style>p{{{LOUD};{OVER}}}</style><p style=\"{INK}\">{FRIEND}</p><slot></slot>`"
        ),
        pictured=None,
    ),
    "an open shadow tree around it": Nasty(
        f'<div id="h">{FORM}</div>'
        + script(
            f"document.querySelector('#h').attachShadow({{mode:'open'}}).innerHTML = `<style>p{{visibility:visible;{OVER}}}</style><p style=\"{INK}\">{FRIEND}</p><slot></slot>`"
        ),
    ),
    "the form in a shadow tree": Nasty(
        f'<div id="h"></div>{CHAT}'
        + script(
            f"document.querySelector('#h').attachShadow({{mode:'open'}}).innerHTML = `<p style=\"{INK};{OVER}\">{FRIEND}</p>{FORM}`"
        ),
    ),
    "a slot in the form": Nasty(
        f'<div id="h"><p slot="s" style="{INK}">{FRIEND}</p></div>'
        + script(
            "document.querySelector('#h').attachShadow({mode:'open'}).innerHTML = `"
            + form('<slot name="s"></slot>' + ROWS)
            + "`"
        ),
    ),
    "a custom element in the form": Nasty(
        form(ROWS.replace("<p><button", "<x-own></x-own><p><button"))
        + CHAT
        + script(
            f"customElements.define('x-own', class extends HTMLElement {{ connectedCallback() {{ this.attachShadow({{mode:'open'}}).innerHTML = '<b style=\"background:rgb{OWN}\">own</b>'; }} }});"
        ),
    ),
    # ---------------------------------------------------------------- other documents and surfaces
    "a frame over it": Nasty(
        f'{FORM}<iframe src="/frame" style="{OVER};{LOUD};border:0"></iframe>',
        others={"/frame": CHAT},
    ),
    "a frame of another site over it": Nasty(
        FORM
        + script(
            f"const f = document.createElement('iframe'); f.src = location.protocol + '//www.instagram.com.localhost:' + location.port + '/frame'; f.style = '{OVER};{LOUD}'; document.body.append(f);"
        ),
        others={"/frame": CHAT},
    ),
    "a frame in the form": Nasty(
        form(ROWS + '<iframe src="/frame"></iframe>'), others={"/frame": CHAT}
    ),
    "a canvas over it": Nasty(
        f'{FORM}<canvas style="{OVER};{LOUD}" width="300" height="120"></canvas>'
        + script(
            f"const c = document.querySelector('canvas').getContext('2d'); c.fillStyle = 'rgb{FOREIGN}'; setInterval(() => c.fillRect(0, 0, 300, 120), 5);"
        )
    ),
    "a video over it": Nasty(
        f'{FORM}<video poster="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%22300%22 height=%22120%22%3E%3Crect width=%22300%22 height=%22120%22 fill=%22rgb{FOREIGN}%22/%3E%3C/svg%3E" style="{OVER};{LOUD}"></video>'
    ),
    "html in an svg over it": Nasty(
        f'{FORM}<svg style="{OVER};{LOUD}" width="300" height="120"><foreignObject width="300" height="120"><div style="{INK};{LOUD};height:99px">{FRIEND}</div></foreignObject><text y="40" style="visibility:visible!important" fill="rgb{FOREIGN}">{FRIEND}</text></svg>'
    ),
    "a popover": Nasty(
        f'{FORM}<div popover style="{INK};{LOUD};{OVER}">{FRIEND}</div>'
        + script("document.querySelector('[popover]').showPopover()")
    ),
    "an open dialog and its backdrop": Nasty(
        f'{FORM}<dialog style="{INK};{LOUD}">{FRIEND}</dialog>'
        + script("document.querySelector('dialog').showModal()"),
        style(
            f"dialog::backdrop{{background:rgb{FOREIGN}!important;visibility:visible!important;opacity:1!important}}"
        ),
        pictured=None,
    ),
    "the form in a dialog with a backdrop": Nasty(
        f"{CHAT}<dialog>{FORM}</dialog>" + script("document.querySelector('dialog').showModal()"),
        style(
            f"dialog::backdrop{{background:repeating-linear-gradient(#fff 0 9px,rgb{FOREIGN} 9px 18px)!important}}dialog{{opacity:.9}}"
        ),
    ),
    "a closed shadow tree in the top layer": Nasty(
        FORM
        + script(
            f"const h = document.createElement('div'); document.body.append(h); const r = h.attachShadow({{mode:'closed'}}); r.innerHTML = `<div popover style=\"{INK};{LOUD};{OVER}\">{FRIEND}</div>`; r.firstChild.showPopover();"
        ),
        pictured=None,
    ),
    # ---------------------------------------------------------------- light and colour
    "blending with it": Nasty(
        f'{FORM}<div style="background:rgb{FOREIGN};{OVER};{LOUD};mix-blend-mode:multiply">x</div>'
    ),
    "a filter over what lies behind": Nasty(
        f'{FORM}<div style="{OVER};{LOUD};backdrop-filter:invert(1) hue-rotate(70deg);outline:9px solid rgb{FOREIGN}">x</div>'
    ),
    "a view transition": Nasty(
        f'{FORM}<div class="v" style="{INK};{OVER};view-transition-name:v">{FRIEND}</div>'
        + script(
            "document.startViewTransition && document.startViewTransition(() => { document.querySelector('.v').style.top = '70px'; });"
        ),
        style(
            "::view-transition-group(*),::view-transition-old(*),::view-transition-new(*){animation-duration:20s!important}"
        ),
        pictured=None,
    ),
    # ---------------------------------------------------------------- pages that move
    "a page that answers a style": Nasty(
        f'{FORM}<div id="j" style="{INK};{OVER}">{FRIEND}</div>'
        + script(
            f"new MutationObserver(() => {{ const n = document.createElement('div'); n.style = '{INK};{OVER};{LOUD}'; n.textContent = '{FRIEND}'; if (document.querySelectorAll('.again').length < 40) {{ n.className = 'again'; document.body.prepend(n); }} }}).observe(document, {{subtree: true, attributes: true, childList: true}});"
        ),
        pictured=None,
    ),
    "a page that fights back": Nasty(
        f'{FORM}<div id="j" style="{INK};{OVER}">{FRIEND}</div>'
        + script(
            "const j = document.querySelector('#j'); let fights = 0; new MutationObserver(() => { if (fights++ < 5000) { j.style.setProperty('visibility', 'visible', 'important'); j.style.setProperty('opacity', '1', 'important'); } }).observe(j, {attributes: true});"
        ),
        pictured=None,
    ),
    "a page that strips marks": Nasty(
        f"{FORM}{CHAT}"
        + script(
            "let strips = 0; new MutationObserver((all) => { for (const r of all) if (strips++ < 5000 && r.attributeName.startsWith('data-')) r.target.removeAttribute(r.attributeName); }).observe(document, {subtree: true, attributes: true});"
        ),
        pictured=None,
    ),
    "a page that drops foreign styles": Nasty(
        f"{FORM}{CHAT}<div style='{INK};{OVER}'>{FRIEND}</div>"
        + script("setInterval(() => { document.adoptedStyleSheets = []; }, 1);"),
        pictured=None,
    ),
    "news that comes all the time": Nasty(
        f'{FORM}<div id="n"></div>'
        + script(
            f"setInterval(() => {{ const n = document.createElement('p'); n.style = '{INK};position:absolute;left:30px;top:70px;{LOUD}'; n.textContent = '{FRIEND}'; document.querySelector('#n').replaceChildren(n); }}, 7);"
        ),
        pictured=None,
    ),
    "a flash when the form is seen": Nasty(
        f'{FORM}<div id="j" style="{INK};{OVER};display:none">{FRIEND}</div>'
        + script(
            "const f = document.querySelector('form'), j = document.querySelector('#j'); const again = () => { const seen = getComputedStyle(f).opacity === '1' && getComputedStyle(document.body).visibility === 'hidden'; j.style.cssText = j.style.cssText.replace(/;?\\s*visibility[^;]*|;?\\s*opacity[^;]*|;?\\s*display[^;]*/g, '') + (seen ? ';display:block;visibility:visible!important;opacity:1!important' : ';display:none'); requestAnimationFrame(again); }; again();"
        ),
        pictured=None,
        seen=False,
    ),
    "the page's own white on white": Nasty(
        f"{form(attributes='style=background:#222;color:#eee')}"
        + script(
            f"const h = document.createElement('div'); h.style='{OVER}'; document.body.append(h); const r = h.attachShadow({{mode:'closed'}}); r.innerHTML = `<div popover style='{LOUD};{OVER};background:none;border:0;margin:0;inset:auto;color:#fff;font-size:40px'>{FRIEND}</div>`; r.firstChild.showPopover();"
        ),
        pictured=False,
        seen=False,
    ),
    # ---------------------------------------------------------------- shapes and places
    "far down the page": Nasty(f'<div style="height:3000px">{CHAT}</div>{FORM}{CHAT}'),
    "taller than the window": Nasty(
        form(
            ROWS.replace(
                "</textarea></p>", f'</textarea></p><p style="height:2500px">{"word " * 90}</p>'
            )
        )
        + CHAT
    ),
    "in a part that scrolls": Nasty(
        f'<div style="height:260px;width:500px;overflow:auto">{CHAT}{FORM}<div style="height:900px"></div></div>{CHAT}'
    ),
    "right to left": Nasty(f"{FORM}{CHAT}", html='dir="rtl"'),
    "zoomed by the page": Nasty(f"{FORM}{CHAT}", style("html{zoom:1.7}")),
    "transformed": Nasty(
        f'<div style="transform:scale(.8) rotate(2deg)">{FORM}{CHAT}</div>', marks=400
    ),
    "a marquee and a counter": Nasty(
        f'{FORM}<marquee style="{INK};{OVER}">{FRIEND}</marquee><p id="c">0</p>'
        + script("setInterval(() => { document.querySelector('#c').textContent++; }, 20);")
    ),
    "no form element": Nasty(f"<main>{CHAT}{ROWS}{CHAT}</main>", marks=0),
    "rows of the body itself": Nasty(f"{CHAT}{ROWS}{CHAT}", marks=0),
    "what is not there yet": Nasty(f'<div style="content-visibility:auto">{FORM}{CHAT}</div>'),
    "a strict policy": Nasty(
        f'{FORM}<div style="{INK};{OVER}">{FRIEND}</div>',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"style-src-elem 'none'; script-src 'none'\">",
    ),
    "selected text": Nasty(
        f'<p style="{INK}">{FRIEND}</p>{FORM}<p style="{INK}">{FRIEND}</p>'
        + script("getSelection().selectAllChildren(document.body)")
    ),
    # ---------------------------------------------------------------- foreign things in the form
    "an aside in the form": Nasty(form(f"{ROWS}<aside>{CHAT}</aside>")),
    "a tip that floats in the form": Nasty(
        form(f'{ROWS}<div style="position:fixed;left:60px;top:60px">{CHAT}</div>')
    ),
    "suggestions in the form": Nasty(
        form(
            f'{ROWS}<ul role="listbox" style="position:absolute;left:60px;top:90px;{INK}"><li>{FRIEND}</li></ul>'
        )
    ),
    "a popover in the form": Nasty(
        form(f'{ROWS}<div popover style="{INK};{LOUD}">{FRIEND}</div>')
        + script("document.querySelector('[popover]').showPopover()")
    ),
}
"""What the masker is tried on."""

WORDS: dict[str, Nasty] = {
    "owned from outside": Nasty(form(ROWS, 'aria-owns="o"') + f'<div id="o">{FRIEND}</div>'),
    "labelled from outside": Nasty(
        f'<p id="o">Joris {FRIEND}</p>'
        + form(ROWS.replace("<textarea", '<textarea aria-labelledby="o"'), 'aria-labelledby="o"')
    ),
    "described from outside": Nasty(
        f'<p id="o">Joris {FRIEND}</p>'
        + form(ROWS.replace("<textarea", '<textarea aria-describedby="o"'))
    ),
    "a label outside": Nasty(
        f'<label for="x">Joris {FRIEND}</label>'
        + form(ROWS.replace("<p><button", '<p><input id="x" name="x"></p><p><button'))
    ),
    "slotted from outside": PAGES["a slot in the form"],
    "a password nobody sees": Nasty(
        form(ROWS + f'<input type="password" style="opacity:0" value="{FRIEND}" name="p">')
    ),
    "a hidden value": Nasty(form(ROWS + f'<input type="hidden" value="{FRIEND}" name="h">')),
    "a trap nobody sees": Nasty(
        form(ROWS + f'<input style="opacity:0" value="{FRIEND}" name="t">')
    ),
    "a token in a link": Nasty(
        form(ROWS + f'<a href="/help?token={FRIEND}#{FRIEND}">Learn more</a>')
    ),
    "a frame's title": Nasty(
        form(ROWS + f'<iframe title="{FRIEND}" src="/frame"></iframe>'), others={"/frame": CHAT}
    ),
}
"""What must not get into the text and the values of a capture."""
