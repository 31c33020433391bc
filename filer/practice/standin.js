// The stand-in's eyes: how it finds controls, in its own way and not in filer's.
({
  visible(el) {
    const box = el.getBoundingClientRect();
    return el.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      && box.width > 2 && box.height > 2
      && box.right + scrollX > 0 && box.bottom + scrollY > 0
      && !el.closest('[aria-hidden=true],[inert]');
  },

  kindOf(el) {
    if (el.tagName === 'TEXTAREA') return 'textarea';
    if (el.tagName === 'SELECT') return 'select';
    if (el.tagName !== 'INPUT') return el.getAttribute('aria-multiline') === 'false' ? 'text' : 'textarea';
    if (['checkbox', 'radio', 'email', 'password', 'file', 'search'].includes(el.type)) return el.type;
    if (['hidden', 'submit', 'button', 'image', 'reset'].includes(el.type)) return '';
    const hint = `${el.name} ${el.id} ${el.autocomplete} ${el.inputMode}`.toLowerCase();
    return hint.includes('mail') ? 'email' : 'text';
  },

  valueOf(el) {
    if (el.type === 'checkbox' || el.type === 'radio') return el.checked ? 'checked' : '';
    return 'value' in el ? el.value : el.innerText;
  },

  choices(el) {
    return [...el.options].filter((o) => o.value && !o.disabled).map((o) => o.value);
  },

  everything(root) {
    return [...root.querySelectorAll('*')]
      .flatMap((el) => (el.shadowRoot ? [el, ...this.everything(el.shadowRoot)] : [el]));
  },

  up(el) {
    return el.parentElement || (el.getRootNode() instanceof ShadowRoot ? el.getRootNode().host : null);
  },

  holds(box, el) {
    for (let n = el; n; n = this.up(n)) if (n === box) return true;
    return false;
  },

  // In the smallest box around every filled field that has a button: the one submit button, else
  // the last that does not look like "cancel".
  sendControl() {
    const all = this.everything(document).filter((el) => this.visible(el));
    const fields = all.filter((el) => (['INPUT', 'TEXTAREA', 'SELECT'].includes(el.tagName)
        || ['', 'true'].includes(el.getAttribute('contenteditable') ?? 'no') || el.getAttribute('role') === 'textbox')
      && !['hidden', 'submit', 'button', 'image', 'reset', 'checkbox', 'radio', 'search'].includes(el.type)
      && this.valueOf(el).trim());
    const buttons = all.filter((el) => (el.tagName === 'BUTTON' || el.getAttribute('role') === 'button'
        || (el.tagName === 'INPUT' && ['submit', 'image'].includes(el.type)))
      && !el.disabled && el.getAttribute('aria-disabled') !== 'true');
    const named = (b) => (b.getAttribute('aria-label') || b.innerText || b.value || '').trim();
    const cancel = new RegExp('^(cancel|annul|abbrech|close|sluit|schlie|fermer|chiudi|cerrar|zamk|back|terug'
      + '|zur[uü]ck|retour|m[eé]gse|vissza|bez[aá]r|×|✕|x$)', 'i');
    for (let box = fields[0] || null; box; box = this.up(box)) {
      if (!fields.every((f) => this.holds(box, f))) continue;
      const inside = buttons.filter((b) => b !== box && this.holds(box, b));
      if (!inside.length) continue;
      const submits = inside.filter((b) => ['submit', 'image'].includes(b.type) && (b.form || b.tagName === 'INPUT'));
      const rest = inside.filter((b) => named(b) && !cancel.test(named(b)));
      return submits.filter((b) => !cancel.test(named(b))).pop() || rest.pop() || inside.pop();
    }
    return null;
  },
})
