// What the page shows, as plain data. Runs in a world of its own inside the page: it sees the
// document, the page's scripts do not see it and cannot change what it calls. It changes nothing.
// `agent` starts with every document and notes presses and new texts; `look` is called from outside.
(() => {
  if (globalThis.filerLook) return;

  const seen = { presses: 0, texts: [], born: Math.random().toString(36).slice(2) };
  const isControl = (el) => {
    const tag = el.tagName, role = el.getAttribute('role') || '';
    if (tag === 'INPUT') return !['hidden', 'submit', 'button', 'image', 'reset'].includes(el.type);
    if (tag === 'TEXTAREA' || tag === 'SELECT') return true;
    if (['', 'true', 'plaintext-only'].includes(el.getAttribute('contenteditable') ?? 'no')) return true;
    return ['textbox', 'searchbox', 'combobox', 'checkbox', 'radio', 'switch'].includes(role);
  };
  const isButton = (el) => {
    const tag = el.tagName, role = el.getAttribute('role') || '';
    return tag === 'BUTTON' || role === 'button'
      || (tag === 'INPUT' && ['submit', 'button', 'image'].includes(el.type));
  };

  // ------------------------------------------------------------------ noting what happens
  // `filerPressed` is in this world alone: the press is heard before what it makes the page send.
  const tell = (what) => { if (globalThis.filerPressed) globalThis.filerPressed(what); };
  const press = () => { seen.presses += 1; tell('press'); };
  const within = (el, selector) => Element.prototype.closest.call(el, selector);
  const note = (event) => {
    if (!event.isTrusted) return;
    if (event.type !== 'keydown' || ['Enter', ' '].includes(event.key)) tell('act'); // a page can make a button of anything
    const target = event.composedPath()[0];
    if (!(target instanceof Element)) return;
    if (event.type === 'keydown') {
      if (event.key === 'Enter' && target.tagName !== 'TEXTAREA') press();
      if (event.key === ' ' && within(target, '[role=button],button')) press();
    } else if (within(target, 'button,[role=button],input[type=submit],input[type=image],input[type=button],a')) {
      press();
    }
  };
  addEventListener('click', note, true);
  addEventListener('keydown', note, true);
  // innerText of what is not rendered is its whole text: it counts only where it can be read.
  const shown = (el) => !!el && el.checkVisibility({ visibilityProperty: true });
  const remember = (text) => {
    text = (text || '').trim();
    if (text && seen.texts.length < 400) seen.texts.push(text.slice(0, 2000));
  };
  new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === 'characterData' && shown(record.target.parentElement)) remember(record.target.data);
      for (const node of record.addedNodes) {
        if (node instanceof HTMLScriptElement || node instanceof HTMLStyleElement) continue;
        if (node.nodeType === 3 && shown(node.parentElement)) remember(node.data);
        if (node instanceof HTMLElement && shown(node)) remember(node.innerText);
      }
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });

  // ------------------------------------------------------------------ reading the document
  const everything = (root, found = []) => {
    for (const el of root.querySelectorAll('*')) {
      found.push(el);
      if (el.shadowRoot) everything(el.shadowRoot, found);
    }
    return found;
  };
  const up = (el) => el.parentElement || (el.getRootNode() instanceof ShadowRoot ? el.getRootNode().host : null);
  const holds = (outer, el) => {
    for (let n = el; n; n = up(n)) if (n === outer) return true;
    return false;
  };
  const path = (el) => {
    const parts = [];
    for (let n = el; n; n = n.parentElement) {
      if (n === document.documentElement) { parts.unshift('html'); break; }
      const parent = n.parentNode;
      const place = parent ? Array.prototype.indexOf.call(parent.children, n) + 1 : 1;
      parts.unshift(`${CSS.escape(n.localName)}:nth-child(${place})`);
      if (!n.parentElement && n.getRootNode() instanceof ShadowRoot) {
        return `${path(n.getRootNode().host)} >> ${parts.join(' > ')}`;
      }
    }
    return parts.join(' > ');
  };
  const visible = (el) => {
    if (!el.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })) return false;
    const box = el.getBoundingClientRect();
    if (box.width < 3 || box.height < 3) return false;
    if (box.right + scrollX <= 0 || box.bottom + scrollY <= 0 || box.left > 20000) return false;
    for (let n = el; n; n = up(n)) {
      if (n.getAttribute('aria-hidden') === 'true' || n.hasAttribute('inert')) return false;
      const style = getComputedStyle(n);
      if (parseFloat(style.opacity) < 0.1) return false;
      if (style.clip !== 'auto' && /rect\(0(px)?,? 0(px)?,? 0(px)?,? 0(px)?\)|rect\(1px/.test(style.clip)) return false;
      if (n !== el && style.overflow !== 'visible') {
        const outer = n.getBoundingClientRect();
        if (outer.width < 3 || outer.height < 3) return false;
      }
    }
    return true;
  };
  const textOf = (el) => (el.innerText ?? el.textContent ?? '').trim();
  // What an element is named by, besides itself.
  const namers = (el) => [
    ...(el.getAttribute('aria-labelledby') || '').split(/\s+/).filter(Boolean).map((id) => el.getRootNode().getElementById?.(id)),
    ...(el.labels || [])].filter(Boolean);
  const shapeOf = (el) => ({ INPUT: 'input', TEXTAREA: 'textarea', SELECT: 'select' })[el.tagName] || 'editable';
  const byIds = (el, ids) => ids.split(/\s+/).filter(Boolean)
    .map((id) => el.getRootNode().getElementById?.(id)).filter(Boolean)
    .map((n) => textOf(n) || n.textContent.trim()).join(' ');
  const nameOf = (el) => {
    const pointed = el.getAttribute('aria-labelledby');
    if (pointed) { const text = byIds(el, pointed); if (text) return text; }
    const said = (el.getAttribute('aria-label') || '').trim();
    if (said) return said;
    if (isButton(el)) {
      if (el.tagName === 'INPUT') return (el.value || el.alt || '').trim();
      return textOf(el) || (el.getAttribute('title') || '').trim();
    }
    const labels = [...(el.labels || [])].map((label) => {
      const copy = label.cloneNode(true);
      copy.querySelectorAll('input,textarea,select,button,script,style').forEach((n) => n.remove());
      return label.querySelector('input,textarea,select') ? copy.textContent.trim() : textOf(label);
    }).filter(Boolean);
    if (labels.length) return labels.join(' ');
    return (el.getAttribute('title') || el.getAttribute('placeholder')
      || el.getAttribute('aria-placeholder') || '').trim();
  };
  const valueOf = (el) => {
    if (el.type === 'password') return '';
    if (el.type === 'checkbox' || el.type === 'radio') return el.checked ? 'checked' : '';
    // "Choose…" in a list that must be answered is no answer (HTML: placeholder label option).
    if (el.tagName === 'SELECT' && el.required && el.value === '') return '';
    if (el.tagName === 'SELECT') return [...el.selectedOptions].map((o) => o.label.trim()).join(', ');
    if (el.type === 'file') return [...el.files].map((f) => f.name).join(', ');
    if ('value' in el && ['INPUT', 'TEXTAREA'].includes(el.tagName)) return el.value;
    const role = el.getAttribute('role');
    if (['checkbox', 'radio', 'switch'].includes(role)) return el.getAttribute('aria-checked') === 'true' ? 'checked' : '';
    return (el.innerText ?? el.textContent ?? '').replace(/\n$/, '');
  };
  const aliasesOf = (el) => {
    if (el.tagName === 'SELECT') return [...el.selectedOptions].flatMap((o) => [o.value, o.text.trim()]);
    if (['checkbox', 'radio'].includes(el.type)) return el.checked ? [el.value || 'on', 'true', '1'] : ['false', '0'];
    return [];
  };
  const kindOf = (el) => {
    const type = (el.type || '').toLowerCase(), role = el.getAttribute('role') || '';
    if (el.tagName === 'TEXTAREA') return 'textarea';
    if (el.tagName === 'SELECT') return 'select';
    if (el.tagName === 'INPUT') {
      if (type === 'email') return 'email';
      if (['checkbox', 'file', 'password'].includes(type)) return type;
      if (type === 'radio') return 'choice';
      if (type === 'search' || role === 'searchbox') return 'search';
      const hints = `${el.name} ${el.id} ${el.autocomplete} ${el.inputMode}`.toLowerCase();
      if (/\be-?mail/.test(hints.replace(/[_\-\[\]]/g, ' ')) || el.inputMode === 'email') return 'email';
      if (/one-time-code/.test(hints)) return 'code';
      return ['text', '', 'tel', 'url', 'number', 'date'].includes(type) ? 'text' : type;
    }
    if (role === 'checkbox' || role === 'switch') return 'checkbox';
    if (role === 'radio') return 'choice';
    if (role === 'combobox') return 'select';
    if (role === 'searchbox') return 'search';
    const many = el.getAttribute('aria-multiline');
    return many === 'false' ? 'text' : 'textarea';
  };
  // The text that stands with a control where there is no label: its row's, else what comes before it.
  const rowOf = (el, others) => {
    let row = el;
    for (let n = up(el); n && n !== document.body; n = up(n)) {
      if (others.some((other) => other !== el && holds(n, other))) break;
      row = n;
    }
    const own = valueOf(el);
    const lines = row === el ? [] : textOf(row).split('\n').map((t) => t.trim()).filter((t) => t && t !== own);
    if (lines.length) return lines;
    const before = [];
    for (let n = el.previousSibling; n; n = n.previousSibling) {
      if (n.nodeType === 1 && (isControl(n) || isButton(n) || others.some((o) => holds(n, o)))) break;
      const text = (n.nodeType === 3 ? n.data : n.nodeType === 1 ? n.innerText || '' : '').trim();
      if (text) before.unshift(...text.split('\n').map((t) => t.trim()).filter(Boolean));
    }
    return before;
  };
  const common = (elements) => {
    for (let n = elements[0]; n; n = up(n)) if (elements.every((el) => holds(n, el))) return n;
    return document.body;
  };

  // Where things were at the last look: a path means that element, also when the page puts others
  // before it meanwhile.
  const placed = new Map();
  const place = (el) => {
    const where = path(el);
    placed.set(where, el);
    return where;
  };

  // A form's controls hide its own properties behind their names, in this world too (HTML, named
  // properties of a form). A page that does so to what is asked here is not read: nothing is shown.
  const asked = new Set(('getAttribute hasAttribute parentElement parentNode getRootNode shadowRoot children tagName localName '
    + 'querySelector querySelectorAll checkVisibility getBoundingClientRect innerText textContent childNodes previousSibling '
    + 'nodeType isConnected cloneNode closest clientWidth clientHeight').split(' '));
  const elementsOf = Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, 'elements').get;
  const attribute = (el, name) => Element.prototype.getAttribute.call(el, name);
  const isMasked = (form) => [...elementsOf.call(form)].some((el) => asked.has(attribute(el, 'name')) || asked.has(attribute(el, 'id')))
    || [...Element.prototype.querySelectorAll.call(form, 'img')].some((el) => asked.has(attribute(el, 'name')) || asked.has(attribute(el, 'id')));
  const formsIn = (root, found = []) => {
    const all = root instanceof Document ? Document.prototype.querySelectorAll : DocumentFragment.prototype.querySelectorAll;
    for (const el of all.call(root, '*')) {
      if (el instanceof HTMLFormElement) found.push(el);
      else if (el.shadowRoot) formsIn(el.shadowRoot, found);
    }
    return found;
  };

  globalThis.filerLook = () => {
    globalThis.filerUnhide?.(); // after a picture that broke off
    placed.clear();
    if (formsIn(document).some(isMasked)) return { masked: true };
    const all = everything(document);
    const live = all.filter((el) => (isControl(el) || isButton(el)) && visible(el));
    const controls = live.filter((el) => isControl(el) && !(el.parentElement && el.parentElement.closest('[contenteditable=""],[contenteditable=true]')));
    const buttons = live.filter(isButton);
    const groupOf = (el) => {
      for (let n = el; n; n = up(n)) {
        if (n.tagName === 'FORM' || n.tagName === 'DIALOG' || ['dialog', 'alertdialog', 'form'].includes(n.getAttribute('role'))) return n;
      }
      // No form element: the smallest box that holds this control, a button and what else is asked.
      let box = null;
      for (let n = up(el); n; n = up(n)) {
        if (['MAIN', 'BODY', 'HTML'].includes(n.tagName) && box) break;
        if (buttons.some((b) => holds(n, b))) {
          const inside = controls.filter((c) => holds(n, c)).length;
          if (!box) box = n;
          else if (inside > controls.filter((c) => holds(box, c)).length && !['MAIN', 'BODY', 'HTML'].includes(n.tagName)) box = n;
          else if (inside > controls.filter((c) => holds(box, c)).length) { box = n; }
        }
      }
      return box || document.body;
    };
    const groups = [];
    const groupFor = (el) => {
      const box = groupOf(el);
      let index = groups.indexOf(box);
      if (index < 0) index = groups.push(box) - 1;
      return index;
    };
    const describe = (el) => {
      const limit = Number(el.getAttribute('maxlength'));
      const name = nameOf(el);
      const rows = rowOf(el, live);
      return {
        path: place(el), group: groupFor(el), kind: kindOf(el), label: name,
        foreign: namers(el).some((n) => !holds(groupOf(el), n)), shape: shapeOf(el),
        row: rows.slice(0, 12), name: el.getAttribute('name') || '', id: el.id || '',
        value: valueOf(el), aliases: aliasesOf(el),
        required: el.required === true || el.getAttribute('aria-required') === 'true'
          || /\*\s*$/.test(name) || (!name && /\*\s*$/.test(rows[0] || '')),
        limit: Number.isInteger(limit) && limit > 0 ? limit : null,
        editable: !el.disabled && !el.readOnly && el.getAttribute('aria-disabled') !== 'true'
          && el.getAttribute('aria-readonly') !== 'true',
      };
    };
    const described = controls.map(describe);
    const pressable = buttons.map((el) => ({
      path: place(el), label: nameOf(el), foreign: namers(el).some((n) => !groups.some((g) => holds(g, el) && holds(g, n))),
      groups: groups.map((g, i) => (holds(g, el) ? i : -1)).filter((i) => i >= 0),
      submit: (el.tagName === 'BUTTON' && (el.getAttribute('type') || 'submit') === 'submit' && !!el.form)
        || (el.tagName === 'INPUT' && ['submit', 'image'].includes(el.type)),
      disabled: !!el.disabled || el.getAttribute('aria-disabled') === 'true',
    }));
    const headings = all.filter((el) => (/^(H[1-4]|LEGEND)$/.test(el.tagName) || el.getAttribute('role') === 'heading') && visible(el)).map(textOf).filter(Boolean);
    return {
      title: document.title, lang: document.documentElement.lang || '', ready: document.readyState,
      text: (document.body ? textOf(document.body) : '').slice(0, 200000), headings,
      shadowText: all.filter((el) => el.shadowRoot).map((el) => [...el.shadowRoot.children].map(textOf).join('\n')).join('\n').slice(0, 50000),
      password: all.some((el) => el.tagName === 'INPUT' && el.type === 'password' && visible(el)),
      controls: described, buttons: pressable,
      groups: groups.map((g) => ({ path: path(g), text: textOf(g).slice(0, 20000) })),
      frames: all.filter((el) => el.tagName === 'IFRAME' && visible(el) && el.clientWidth > 200 && el.clientHeight > 150).length,
      presses: seen.presses, texts: seen.texts.slice(), born: seen.born,
    };
  };

  globalThis.filerForget = () => { seen.texts = []; seen.presses = 0; return true; };

  const one = (selector) => {
    if (placed.get(selector)?.isConnected) return placed.get(selector);
    let root = document;
    let el = null;
    for (const part of selector.split(' >> ')) {
      el = root.querySelector(part);
      if (!el) return null;
      root = el.shadowRoot || el;
    }
    return el;
  };
  // The place of the one option that means *value*, -1 if none or several do: by the value behind
  // it, its text, or the name of a country with these two letters. With *chosen*, of the chosen one.
  globalThis.filerOption = (selector, value, chosen) => {
    const el = one(selector);
    if (!el || el.tagName !== 'SELECT') return -1;
    const plain = (text) => flat(text || '').trim();
    const wanted = new Set([plain(value)]);
    if (/^[a-z]{2}$/i.test(value)) {
      for (const language of [document.documentElement.lang || 'en', 'en']) {
        try {
          wanted.add(plain(new Intl.DisplayNames([language], { type: 'region' }).of(value.toUpperCase())));
        } catch { /* a language that the browser does not know */ }
      }
    }
    const fits = [...el.options].filter((o) => !o.disabled && (wanted.has(plain(o.value)) || wanted.has(plain(o.label))));
    const found = fits.length === 1 ? fits[0].index : -1;
    return chosen && el.selectedIndex !== found ? -1 : found;
  };
  globalThis.filerValue = (selector) => { const el = one(selector); return el ? valueOf(el) : ''; };
  // The smallest box that holds all of the given places.
  globalThis.filerBox = (paths) => {
    const elements = paths.map(one).filter(Boolean);
    return elements.length ? place(common(elements)) : '';
  };
  const flat = (text) => text.toLowerCase().replace(/[\u2018\u2019]/g, "'").replace(/\s+/g, ' ');
  const textBox = (el) => {
    const range = document.createRange();
    range.selectNodeContents(el);
    return range.getBoundingClientRect();
  };
  // Whether *outer* holds something that does not belong to *el*: a column beside it, what floats,
  // pictures, lists, a further section.
  const holdsForeign = (outer, el) => {
    const mine = textBox(el);
    return everything(outer).some((other) => {
      if (holds(el, other) || holds(other, el) || !visible(other)) return false;
      if (other.matches('img,picture,video,canvas,iframe,object,embed,ul,ol,[role=list],[role=grid],[role=listbox]')) return true;
      if (/^H[1-6]$/.test(other.tagName) && el.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) return true;
      if (['fixed', 'sticky', 'absolute'].includes(getComputedStyle(other).position)) return true;
      if (![...other.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) return false;
      const box = textBox(other);
      return box.right <= mine.left || box.left >= mine.right;
    });
  };
  // The smallest sensible box around a wording: the dialog, alert or block that shows it.
  globalThis.filerBoxOf = (phrase) => {
    const wanted = flat(phrase);
    const hits = everything(document).filter((el) => visible(el) && flat(textOf(el)).includes(wanted));
    let el = hits.filter((h) => !hits.some((other) => other !== h && holds(h, other)))[0];
    if (!el) return '';
    const chrome = 'header,nav,aside,footer,article,[role=banner],[role=navigation],[role=complementary],[role=contentinfo],[role=feed],[role=article],[role=log]';
    const whole = (n) => n.tagName === 'DIALOG' || ['dialog', 'alertdialog', 'alert', 'status'].includes(n.getAttribute('role'));
    const short = (n) => !n.querySelector(chrome) && textOf(n).length <= 1500;
    for (let n = el; n; n = up(n)) if (whole(n)) return place(short(n) ? n : el);
    for (let n = up(el); n && !['BODY', 'HTML', 'MAIN'].includes(n.tagName); n = up(n)) {
      if (!short(n) || holdsForeign(n, el)) break;
      const more = textOf(n) !== textOf(el);
      el = n;
      if (more) break; // its heading and its own sentences; further up is more than the answer
    }
    return place(el);
  };
  // Where no wording is known: the dialog on top, else the main part without the page's furniture.
  globalThis.filerMain = () => {
    const fits = (el) => visible(el) && textOf(el)
      && !el.querySelector('header,nav,aside,article,[role=feed],[role=article],[role=banner],[role=navigation],[role=complementary]');
    const all = everything(document);
    const dialogs = all.filter((el) => (el.tagName === 'DIALOG' || ['dialog', 'alertdialog'].includes(el.getAttribute('role'))) && fits(el));
    const el = dialogs.pop() || all.filter((n) => (n.tagName === 'MAIN' || n.getAttribute('role') === 'main') && fits(n)).pop();
    return el ? place(el) : '';
  };
  globalThis.filerBackground = (selector) => {
    for (let n = one(selector); n; n = up(n)) {
      const colour = getComputedStyle(n).backgroundColor;
      const match = colour.match(/^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/);
      if (match && (match[4] === undefined || Number(match[4]) === 1)) return [match[1], match[2], match[3]].map(Number);
    }
    return [255, 255, 255];
  };
  // Values of the page's own stores that look like a token: long, of letters and digits mixed.
  globalThis.filerStored = () => {
    const found = [];
    for (const name of ['localStorage', 'sessionStorage']) {
      try {
        for (const value of Object.values(globalThis[name])) found.push(...String(value).match(/[\w~+/=%:.-]{24,4096}/g) || []);
      } catch { /* a page may forbid its stores */ }
    }
    const mixed = (v) => /\d/.test(v) && /[a-z]/.test(v) && /[A-Z]/.test(v) && !v.includes('://');
    return [...new Set(found.filter(mixed))].slice(0, 200);
  };
  globalThis.filerParts = { one, up, holds, everything, visible, valueOf, textOf, flat };
})();
