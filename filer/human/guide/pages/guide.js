// The guide's own hands: puts a page into the shell, and tells Python what the person did.
// It runs in the guide's window alone, which no page of Meta's can reach.
(() => {
  // Whoever clicks on a page that has just changed did not mean what stands there now.
  const TOO_SOON = 450;
  let number = 0;
  let since = 0;

  const tell = (what) => window.filerGuide(JSON.stringify({ ...what, page: number }));

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
      const reader = new FileReader();
      reader.onload = () => done({ name: file.name, content: String(reader.result).split(',', 2)[1] || '' });
      reader.onerror = () => done({ name: file.name, content: null });
      reader.readAsDataURL(file);
    });
    tell({ kind: 'files', files: await Promise.all(Array.from(list, read)), values: values() });
  };

  const meant = (event) => event.isTrusted && performance.now() - since > TOO_SOON;

  const start = () => {
    document.addEventListener('click', (event) => {
      const button = event.target.closest && event.target.closest('button');
      if (!button || !event.isTrusted) return;
      if (button.hasAttribute('data-stop')) { tell({ kind: 'stop' }); return; }
      if (!meant(event) || button.disabled) return;
      tell({ kind: 'answer', answer: button.dataset.answer, values: values() });
    });
    document.addEventListener('submit', (event) => event.preventDefault());
    document.addEventListener('keydown', (event) => {
      // Enter in a field is the main button, as in any form.
      if (event.key !== 'Enter' || !meant(event)) return;
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
    const focused = keep && document.activeElement ? document.activeElement.id || document.activeElement.dataset.answer : '';
    place.innerHTML = html;
    document.documentElement.lang = language;
    document.title = title;
    number = page;
    if (!keep) { since = performance.now(); window.scrollTo(0, 0); }
    const again = focused && (document.getElementById(focused) || document.querySelector(`[data-answer="${CSS.escape(focused)}"]`));
    (again || document.getElementById('title')).focus({ preventScroll: Boolean(keep) });
    return true;
  };
  window.filerSay = (sentence) => { document.getElementById('live').textContent = sentence; };

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
})();
