// All of a page but one box, hidden for the length of a picture, and shown again. Runs in filer's
// own world, after `look.js`. It marks the box, what leads to it and what is foreign in it, hides
// everything unmarked by a style of its own, and what resists that by the element's own style.
// Every change is taken back by `filerUnhide`. Whether it held is asked of the pixels, not of it.
(() => {
  if (globalThis.filerHide) return;
  const { one, up, holds, everything, visible, valueOf, textOf, flat } = globalThis.filerParts;

  const MARK = `data-${Math.random().toString(36).slice(2)}x`; // no page can know it beforehand
  const STRONG = ':not(#a#a#a#a#a)'; // no element has this id; it outweighs what pages write
  const FOREIGN = `:not([${MARK}],[${MARK}=box] *)${STRONG}`;
  const AWAY = `:is([${MARK}=out],[${MARK}=out] *,[${MARK}=box] :is(iframe,frame,object,embed,fencedframe))${STRONG}`;
  const NOT_SHOWN = 'visibility: hidden !important; opacity: 0 !important;';
  const pseudo = (base) => ['before', 'after', 'marker', 'backdrop'].map((p) => `${base}::${p}`).join(',');
  const STYLE = `
    *, ${pseudo('*')} { transition: none !important; animation-play-state: paused !important; }
    * { caret-color: transparent !important; }
    ${FOREIGN}, ${pseudo(FOREIGN)}, ${AWAY}, ${pseudo(AWAY)}, ${pseudo(`[${MARK}=way]${STRONG}`)} { ${NOT_SHOWN} }
    [${MARK}=way]${STRONG} { visibility: hidden !important; }
    [${MARK}=box]${STRONG} { visibility: visible !important; }
    *${STRONG}::backdrop { ${NOT_SHOWN} background: none !important; backdrop-filter: none !important; }
    ::view-transition { display: none !important; }
    /* A text box shows all of its text, not only the lines that fit. */
    [${MARK}=box] textarea { field-sizing: content !important; height: auto !important; max-height: none !important; }
  `;
  const FURNITURE = 'aside,nav,[role=complementary],[role=navigation],[role=feed],[role=log],iframe,frame,object,embed';
  const POPUP = '[role=listbox],[role=menu],[role=tooltip],[role=grid],[role=tree],ul,ol,[popover]';
  const FORM_LIKE = 'form,dialog,fieldset,[role=form],[role=dialog],[role=alertdialog]';
  const MOST_FIGHTS = 12;

  let now = null;

  const set = (el, property, value) => {
    if (!el.style) return;
    now.styles.push([el, property, el.style.getPropertyValue(property), el.style.getPropertyPriority(property)]);
    el.style.setProperty(property, value, 'important');
  };
  const mark = (el, as) => {
    now.marks.set(el, as);
    el.setAttribute(MARK, as);
  };
  const within = (root, found = []) => {
    if (root.shadowRoot) for (const el of everything(root.shadowRoot)) found.push(el);
    for (const el of everything(root)) found.push(el);
    return found;
  };
  const isTop = (el) => el.matches(':popover-open,:modal,:fullscreen');
  // Foreign things inside the box: page furniture, frames, what floats over the form.
  const foreign = (box, places, phrase) => {
    const needed = (el) => places.some((p) => holds(el, p)) || (phrase && flat(textOf(el)).includes(phrase));
    const found = within(box).filter((el) => {
      if (needed(el)) return false;
      if (el.matches(FURNITURE) || isTop(el)) return true;
      const place = getComputedStyle(el).position;
      if (['fixed', 'sticky'].includes(place)) return true;
      return place === 'absolute' && el.matches(POPUP);
    });
    if (places.length && !box.matches(FORM_LIKE)) {
      const rows = [...box.children];
      const held = rows.map((row) => places.some((p) => holds(row, p)));
      const [first, last] = [held.indexOf(true), held.lastIndexOf(true)];
      if (first >= 0) found.push(...rows.filter((_row, n) => n < first || n > last));
    }
    return found;
  };
  const inBox = (el) => holds(now.box, el) && !now.outs.some((out) => holds(out, el));
  // What shows itself in spite of the style: an inline style marked important, a layer of styles.
  const tighten = () => {
    let found = 0;
    for (const [el, as] of now.marks) if (el.getAttribute(MARK) !== as) { el.setAttribute(MARK, as); found += 1; }
    for (const el of everything(document)) {
      const as = now.marks.get(el);
      if (as !== 'box' && as !== 'out' && inBox(el) && !['IFRAME', 'FRAME', 'OBJECT', 'EMBED'].includes(el.tagName)) continue;
      const style = getComputedStyle(el);
      if (as === 'box') {
        if (style.visibility !== 'visible') { set(el, 'visibility', 'visible'); found += 1; }
        continue;
      }
      if (style.visibility !== 'hidden') {
        set(el, 'transition-property', 'none');
        set(el, 'visibility', 'hidden');
        found += 1;
      }
      const parent = up(el);
      const rooted = as === 'out' || (as !== 'way' && parent && now.marks.get(parent) === 'way');
      if (rooted && style.opacity !== '0') { set(el, 'opacity', '0'); found += 1; }
    }
    return found;
  };
  const guard = () => {
    if (!now || now.fights > MOST_FIGHTS) return;
    if (tighten()) now.fights += 1;
  };

  const measure = () => {
    const rect = now.box.getBoundingClientRect();
    const [left, top] = [Math.floor(rect.left), Math.floor(rect.top)];
    const [width, height] = [Math.ceil(rect.right) - left, Math.ceil(rect.bottom) - top];
    return {
      window: [left, top], page: [left + scrollX, top + scrollY], width, height,
      fits: left >= 0 && top >= 0 && left + width <= innerWidth && top + height <= innerHeight,
    };
  };
  // The ground that the box stands on is painted in one colour, whatever the page painted on it.
  const ground = () => [document.documentElement, document.body].filter((el) => el && el !== now.box);
  const GROUND = [
    ['background-color', ''], ['background-image', 'none'], ['filter', 'none'], ['opacity', '1'], ['mix-blend-mode', 'normal'],
  ];
  const paint = (colour) => {
    for (const el of ground()) {
      for (const [property, value] of GROUND) el.style.setProperty(property, value || colour, 'important');
    }
  };

  // A box that a part of the page which scrolls shows only in part is shown whole.
  const unclip = () => {
    const inner = now.box.getBoundingClientRect();
    for (let n = up(now.box); n && n !== document.body && n !== document.documentElement; n = up(n)) {
      const outer = n.getBoundingClientRect();
      if (getComputedStyle(n).overflow === 'visible') continue;
      if (inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1 && inner.left >= outer.left - 1 && inner.right <= outer.right + 1) continue;
      now.scrolled.push([n, n.scrollLeft, n.scrollTop]);
      set(n, 'overflow', 'visible');
    }
  };

  // The words that are the box's own: what it shows, names and values of what is in it.
  const ownWords = () => {
    const own = within(now.box).filter(inBox).concat(now.box);
    const words = [textOf(now.box)];
    for (const el of own) {
      if (el.shadowRoot) for (const child of el.shadowRoot.children) words.push(textOf(child));
      for (const name of ['aria-label', 'aria-description', 'aria-placeholder', 'aria-valuetext', 'aria-roledescription', 'placeholder', 'title', 'alt']) {
        if (el.hasAttribute(name)) words.push(el.getAttribute(name));
      }
      if (['INPUT', 'TEXTAREA', 'SELECT'].includes(el.tagName) && el.type !== 'hidden' && visible(el)) words.push(valueOf(el));
      if (el.tagName === 'INPUT' && ['submit', 'button', 'reset'].includes(el.type)) words.push(el.value);
      if (el.tagName === 'OPTION') words.push(el.text, el.label);
      if (['LABEL', 'title'].includes(el.tagName)) words.push(el.textContent);
      for (const name of ['aria-labelledby', 'aria-describedby']) {
        for (const id of (el.getAttribute(name) || '').split(/\s+/).filter(Boolean)) {
          const target = el.getRootNode().getElementById?.(id);
          if (target && inBox(target)) words.push(target.textContent);
        }
      }
      if (el.tagName === 'A' && el.href) words.push(el.href.split(/[?#]/)[0]);
      for (const which of ['::before', '::after']) {
        const { content } = getComputedStyle(el, which);
        if (content && !['none', 'normal'].includes(content)) words.push(content);
      }
    }
    return words.join('\n');
  };

  // Hide all but the box at *path*; *places* are the form's own controls, *phrase* an answer's words.
  globalThis.filerHide = (path, places, phrase) => {
    globalThis.filerUnhide();
    const box = one(path);
    if (!box || box === document.documentElement) return null;
    const kept = places.map(one).filter(Boolean);
    const colour = globalThis.filerBackground(path);
    now = { box, outs: [], marks: new Map(), styles: [], sheets: [], fights: 0, colour, observer: null, animations: [], scrolled: [] };
    now.outs = foreign(box, kept, phrase && flat(phrase));
    mark(box, 'box');
    for (const el of now.outs) mark(el, 'out');
    const roots = new Set([document]);
    for (let n = up(box); n; n = up(n)) { mark(n, 'way'); roots.add(n.getRootNode()); }
    roots.add(box.getRootNode());
    for (const el of now.outs) roots.add(el.getRootNode());
    for (const root of roots) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
      now.sheets.push([root, sheet]);
    }
    for (const el of ground()) {
      for (const [property] of GROUND) set(el, property, el.style.getPropertyValue(property));
    }
    paint(`rgb(${colour})`);
    for (const animation of document.getAnimations()) {
      const target = animation.effect && animation.effect.target;
      if (!target || !(holds(box, target) || holds(target, box)) || animation.playState !== 'running') continue;
      const end = animation.effect.getComputedTiming().endTime;
      if (Number.isFinite(Number(end))) animation.finish();
      else { animation.pause(); now.animations.push(animation); }
    }
    tighten();
    now.observer = new MutationObserver(guard);
    for (const root of new Set([document, ...everything(document).map((el) => el.shadowRoot).filter(Boolean)])) {
      now.observer.observe(root, { subtree: true, childList: true, attributes: true });
    }
    const inSight = { block: 'center', inline: 'center', behavior: 'instant' };
    if (!measure().fits) box.scrollIntoView(inSight);
    unclip();
    if (now.scrolled.length && !measure().fits) box.scrollIntoView(inSight);
    const words = ownWords();
    globalThis.filerVeil(colour);
    return { mark: MARK, colour, most: MOST_FIGHTS, words, where: measure() };
  };
  // Make the box itself invisible over a page of *colour*, or visible again over its own.
  globalThis.filerVeil = (colour) => {
    if (!now || !now.box.isConnected) return null;
    const veiled = [now.box, ...within(now.box).filter(isTop)];
    for (const el of veiled) {
      if (colour) { set(el, 'opacity', '0'); continue; }
      const mine = now.styles.filter(([other, property]) => other === el && property === 'opacity');
      for (const [, , value, priority] of mine) el.style.setProperty('opacity', value, priority);
      now.styles = now.styles.filter((entry) => !mine.includes(entry));
    }
    paint(`rgb(${colour || now.colour})`);
    return measure();
  };
  // Take back every change; how often the page fought the hiding.
  globalThis.filerUnhide = () => {
    if (!now) return 0;
    const was = now;
    now = null;
    if (was.observer) was.observer.disconnect();
    for (const [el, property, value, priority] of was.styles.reverse()) {
      if (value) el.style.setProperty(property, value, priority);
      else el.style.removeProperty(property);
      if (!el.getAttribute('style')) el.removeAttribute('style');
    }
    for (const [el, left, top] of was.scrolled) el.scrollTo({ left, top, behavior: 'instant' });
    for (const [root, sheet] of was.sheets) root.adoptedStyleSheets = [...root.adoptedStyleSheets].filter((s) => s !== sheet);
    for (const el of was.marks.keys()) el.removeAttribute(MARK);
    for (const animation of was.animations) animation.play();
    return was.fights;
  };
})();
