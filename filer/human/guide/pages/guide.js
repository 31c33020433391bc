// The guide's own hands: puts a page into the shell, and tells Python what the person did.
// It runs in the guide's window alone, which no page of Meta's can reach. `token` is known to this
// script and to Python only, so a page that got into this window by a mistake can say nothing.
([token, largest, tooSoon]) => {
  let number = 0;
  let shown = 0;
  let entered = 0;
  let focused = 0;
  let inside = false;

  const tell = (what) => window.filerGuide(JSON.stringify({ ...what, page: number, token }));

  const values = () => {
    const found = {};
    for (const element of document.querySelectorAll('#form [name]')) {
      if (element.type === 'checkbox') found[element.name] = element.checked ? 'yes' : '';
      else if (element.type === 'radio') { if (element.checked) found[element.name] = element.value; }
      else if (element.type !== 'file') found[element.name] = element.value;
    }
    return found;
  };

  const files = async (list) => {
    const read = (file) => new Promise((done) => {
      const failed = () => done({ name: file.name, content: null });
      if (file.size > largest) { failed(); return; }
      const reader = new FileReader();
      reader.onload = () => done({ name: file.name, content: String(reader.result).split(',', 2)[1] || '' });
      reader.onerror = failed;
      reader.readAsDataURL(file);
    });
    const found = [];
    document.querySelector('.drop').setAttribute('aria-busy', 'true');
    for (const file of Array.from(list)) found.push(await read(file));
    tell({ kind: 'files', files: found, values: values() });
  };

  const meant = (event, wait = tooSoon) => {
    // Whoever acts on a page that has just changed, or in a window that has just come to the front
    // or out from under another one, did not mean what stands there now.
    // A finger comes and presses at once; a mouse is moved there first, a key goes to what has focus.
    const ready = event.pointerType === 'mouse' ? entered : event.pointerType === 'touch' ? 0 : focused;
    const since = Math.max(shown, ready);
    return event.isTrusted && performance.now() - since > wait;
  };

  const measure = () => {
    // The line at the bottom and the main button above it stay in sight; what has the focus stays out from under them.
    const first = document.querySelector('.first');
    const sticks = first && getComputedStyle(first).position === 'sticky';
    const high = (element) => `${element ? element.offsetHeight : 0}px`;
    document.documentElement.style.setProperty('--foot', high(document.querySelector('footer')));
    document.documentElement.style.setProperty('--first', high(sticks && first));
  };

  const start = () => {
    window.addEventListener('resize', measure);
    document.addEventListener('pointerover', () => {
      if (!inside) { inside = true; entered = performance.now(); }
    }, true);
    document.documentElement.addEventListener('pointerleave', () => { inside = false; });
    window.addEventListener('blur', () => { inside = false; });
    window.addEventListener('focus', () => { focused = performance.now(); });
    document.addEventListener('visibilitychange', () => { entered = focused = performance.now(); });
    document.addEventListener('click', (event) => {
      const button = event.target.closest && event.target.closest('button');
      if (!button || !event.isTrusted) return;
      if (button.hasAttribute('data-stop')) {
        // Stop is heard at once. Closing filer is not: a second press on Stop can come after it.
        if (!button.hasAttribute('data-slow') || meant(event, 3 * tooSoon)) tell({ kind: 'stop' });
        return;
      }
      if (button.hasAttribute('data-picture')) {
        button.setAttribute('aria-expanded', String(button.getAttribute('aria-expanded') !== 'true'));
        return;
      }
      if (!meant(event) || button.disabled) return;
      tell({ kind: 'answer', answer: button.dataset.answer, values: values() });
    });
    document.addEventListener('submit', (event) => event.preventDefault());
    document.addEventListener('keydown', (event) => {
      const key = event.key.toLowerCase();
      // Loading this page again would lose what was typed; there is nothing to load.
      if (key === 'f5' || ((event.ctrlKey || event.metaKey) && key === 'r')) { event.preventDefault(); return; }
      // A key that is held down means what it began with, not each page that comes under it.
      if (event.repeat && (key === 'enter' || key === ' ') && !event.target.matches('textarea, input')) event.preventDefault();
      // Enter in a field is the main button, as in any form.
      if (key !== 'enter' || event.repeat || !meant(event)) return;
      if (!event.target.matches || !event.target.matches('input:not([type=file])')) return;
      const main = document.querySelector('#main > form > .acts button.main');
      event.preventDefault();
      if (main && !main.disabled) tell({ kind: 'answer', answer: main.dataset.answer, values: values() });
    });
    document.addEventListener('change', (event) => {
      if (!event.isTrusted) return;
      if (event.target.matches('[data-language]')) tell({ kind: 'language', language: event.target.value, values: values() });
      if (event.target.matches('[data-file]') && event.target.files.length) files(event.target.files);
    });
    document.addEventListener('input', (event) => {
      const counts = event.target.name && document.querySelector(`[data-counts="${CSS.escape(event.target.name)}"]`);
      if (counts) counts.textContent = String(Array.from(event.target.value).length);
    });
    for (const name of ['dragover', 'drop']) {
      document.addEventListener(name, (event) => {
        event.preventDefault(); // a file let fall never becomes the page
        if (name === 'drop' && event.isTrusted && document.querySelector('[data-file]') && event.dataTransfer.files.length) files(event.dataTransfer.files);
      });
    }
  };

  window.filerShow = (html, page, title, language, keep) => {
    const place = document.getElementById('guide');
    if (!place) return false;
    const at = document.activeElement;
    const focus = keep && at ? at.id || (at.dataset.answer && `[data-answer="${CSS.escape(at.dataset.answer)}"]`) : '';
    const caret = keep && at && typeof at.selectionStart === 'number' ? [at.selectionStart, at.selectionEnd] : null;
    const open = keep && Boolean(document.querySelector('details[open]'));
    const typed = keep ? values() : {};
    const warned = Boolean(document.querySelector('.wrong'));
    place.innerHTML = html;
    document.documentElement.lang = language;
    document.title = title;
    measure();
    number = page;
    if (!keep) shown = performance.now();
    // A warning that comes in stands at the top: whoever looks should see it.
    if (!keep || (!warned && document.querySelector('.wrong'))) window.scrollTo(0, 0);
    // What was typed is the person's: a page that is drawn again does not take it away.
    for (const element of document.querySelectorAll('#form [name]')) {
      if (!(element.name in typed) || element.type === 'file') continue;
      if (element.type === 'checkbox') element.checked = typed[element.name] === 'yes';
      else if (element.type === 'radio') element.checked = typed[element.name] === element.value;
      else element.value = typed[element.name];
    }
    if (open) document.querySelectorAll('details').forEach((each) => { each.open = true; });
    const again = focus && (focus.startsWith('[') ? document.querySelector(focus) : document.getElementById(focus));
    (again || document.getElementById('title')).focus({ preventScroll: Boolean(keep) });
    if (again && caret && typeof again.selectionStart === 'number') again.setSelectionRange(...caret);
    return true;
  };
  window.filerSay = (sentence) => { document.getElementById('live').textContent = sentence; };

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
}
