/* The preview's part of a page. The server adds this script to every page that it sends; a published
   page has nothing of it.

   It keeps a page up to date without losing the reader's place, shows mistakes over the last good
   page, says where everything is written, and turns selected words into an annotation to paste. */
(() => {
  'use strict';

  const me = document.currentScript.dataset, { documentElement: root } = document;
  // Where the preview's own addresses begin, and the site: a proxy may have put a path before them.
  const ours = new URL('.', document.currentScript.src), site = new URL('..', ours);
  const hello = JSON.stringify({ page: location.pathname.replace(site.pathname, '/') });
  const article = document.querySelector('[data-article]');
  const TRIGGER = 'mark[data-annotation], a[role=doc-noteref], a[data-source], a.box-ref'; // of a card

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    element.append(...children);
    return element;
  }

  // ------------------------------------------------------------------ what we show

  // In a shadow, so that the page's styles and ours do not meet.
  const host = make('postil-preview', { 'data-apparatus': '' });
  const shadow = host.attachShadow({ mode: 'open' });
  const styles = () => make('link', { rel: 'stylesheet', href: new URL('preview.css', ours), 'data-postil': '' });
  const state = make('button', { type: 'button', class: 'state', hidden: '' });
  const panel = make('section', { class: 'panel', role: 'alert', 'aria-label': 'Problems', hidden: '' });
  const offer = make('button', { type: 'button', class: 'offer', hidden: '' }, 'Copy as annotation ', make('kbd', {}, 'a'));
  const covers = make('button', { type: 'button', class: 'covers', 'aria-expanded': 'false', hidden: '' }, 'Coverage');
  const told = make('div', { class: 'told', role: 'status', hidden: '' });
  shadow.append(styles(), panel, state, covers, offer, told);
  document.head.append(styles());
  root.append(host);

  /* The place of something in its file, as a link if an editor's program is known. */
  function link({ place, href }, words = place) {
    const attributes = { class: 'postil-place', title: place };
    return href ? make('a', { ...attributes, href }, words) : make('span', attributes, words);
  }

  // ------------------------------------------------------------------ problems

  let problems = ''; // as the server told them last

  function showProblems(news) {
    const before = problems;
    problems = JSON.stringify([news.problems, news.more]);
    if (problems === before) return;
    const close = make('button', { type: 'button', class: 'close', 'aria-label': 'Close' }, '×');
    close.addEventListener('click', () => { panel.hidden = true });
    panel.replaceChildren(close, make('ol', {}, ...news.problems.map(item)), news.more ? `and ${news.more} more` : '');
    showState();
    panel.hidden = !errors();
  }

  function item(problem) {
    const { severity, message, details, compared } = problem;
    const changes = compared && make('a', { href: new URL(compared, ours), target: '_blank' }, 'What changed in the article');
    const rows = details.map(row => make('div', { class: 'row' }, ...row.map(([words, style]) => make('span', { class: style }, words))));
    return make(
      'li', { class: severity },
      make('p', { class: 'headline' }, verdict(problem), ' ', make('strong', {}, message)),
      make('p', { class: 'where' }, link(problem), ...(changes ? [' · ', changes] : [])),
      make('pre', {}, ...rows),
    );
  }

  /* How bad it is, and the code as a link to what the documentation says of it. */
  function verdict({ severity, code, section }) {
    const address = { class: 'code', href: new URL(section, ours), target: '_blank', title: 'What this means, and what to do' };
    return make('b', {}, `${severity}[`, section ? make('a', address, code) : code, ']');
  }

  const count = severity => panel.querySelectorAll('li.' + severity).length;
  const errors = () => count('error');
  const many = (number, noun) => number ? [`${number} ${noun}${number === 1 ? '' : 's'}`] : [];

  /* What was found, or why nothing is heard of the preview. */
  function showState(silence = '') {
    const found = [...many(errors(), 'error'), ...many(count('warning'), 'warning')].join(', ');
    state.textContent = silence || found;
    state.hidden = !state.textContent;
    state.classList.toggle('bad', Boolean(silence || errors()));
  }

  state.addEventListener('click', () => { panel.hidden = !panel.hidden });

  // ------------------------------------------------------------------ the server

  const FIRST_DELAY = 250, LAST_DELAY = 4000; // milliseconds between two attempts to reach it
  const SILENCE = 'No answer from the preview: this page waits for it';
  let socket, delay = FIRST_DELAY, timer = 0, seen = me.styles, heard = '';

  function connect() {
    clearTimeout(timer);
    const address = new URL('livereload', site);
    address.protocol = address.protocol.replace('http', 'ws');
    socket = new WebSocket(address);
    socket.onopen = () => socket.send(hello);
    socket.onmessage = ({ data }) => {
      delay = FIRST_DELAY;
      hear(heard = data);
    };
    socket.onclose = () => {
      ask();
      timer = setTimeout(connect, delay);
      delay = Math.min(delay * 1.6, LAST_DELAY);
    };
  }

  /* What no socket brings, as where a proxy lets none through: how things stand, or why we are refused. */
  async function ask() {
    try {
      const answer = await fetch(new URL('news', ours), { method: 'POST', body: hello });
      const words = await answer.text();
      if (answer.ok) return words === heard ? showState() : hear(heard = words);
      showState(answer.status === 403 ? words : SILENCE);
    } catch {
      showState(SILENCE);
    }
  }

  /* How things stand now; see `News` on the server's side. */
  function hear(words) {
    const news = JSON.parse(words);
    showProblems(news);
    showState();
    if (news.version !== me.version) return reload();
    if (news.styles !== seen) swapStyles(seen = news.styles);
    askForPlaces();
    covering?.refresh();
  }

  function hurry() {
    if (socket.readyState === WebSocket.CLOSED && !document.hidden) connect();
  }
  document.addEventListener('visibilitychange', hurry);
  addEventListener('online', hurry);
  addEventListener('pageshow', hurry);

  /* New stylesheets beside the old ones, which go when the new ones are there: nothing flickers. */
  function swapStyles(version) {
    for (const old of document.querySelectorAll('link[rel=stylesheet]:not([data-postil])')) {
      const fresh = old.cloneNode();
      fresh.href = old.href.split('?')[0] + '?' + version;
      fresh.onload = fresh.onerror = () => old.remove();
      old.after(fresh);
    }
  }

  // ------------------------------------------------------------------ the reader's place

  const MEMORY = 'postil-preview';
  let touched = null; // the last thing that can open a card and that was pointed at or focused

  for (const type of ['pointerover', 'focusin', 'click']) {
    document.addEventListener(type, ({ target }) => { touched = target.closest?.(TRIGGER) ?? touched }, true);
  }

  /* A selector for an element, and which of those that it fits; the page may be another by then. */
  function describe(element) {
    const given = ['id', 'href', 'name', 'value', 'data-annotation', 'data-for', 'data-source']
      .filter(name => element.hasAttribute(name))
      .map(name => `[${name}="${element.getAttribute(name).replace(/["\\]/g, '\\$&')}"]`);
    const selector = element.localName + given.join('');
    return [selector, [...document.querySelectorAll(selector)].indexOf(element)];
  }

  function find([selector, index]) {
    const found = document.querySelectorAll(selector);
    return found[index] ?? found[0];
  }

  const openCard = () => document.querySelector('#card:popover-open');

  function cardMode(card) {
    if (card.hasAttribute('data-pinned')) return 'pin';
    return document.activeElement === touched ? 'focus' : 'hover';
  }

  /* The elements with an address, those nearest to the top of the window first, and how far. */
  function landmarks() {
    return [...document.querySelectorAll('main [id]')]
      .filter(element => element.getClientRects().length)
      .map(element => [element.id, element.getBoundingClientRect().top])
      .sort((a, b) => Math.abs(a[1]) - Math.abs(b[1]))
      .slice(0, 20);
  }

  function reload() {
    const card = openCard(), active = document.activeElement;
    sessionStorage.setItem(MEMORY, JSON.stringify({
      path: location.pathname,
      y: scrollY,
      marks: landmarks(),
      card: card && touched && { mode: cardMode(card), trigger: describe(touched) },
      focus: active && active !== document.body && !card?.contains(active) && describe(active),
      details: [...document.querySelectorAll('details')].map(element => element.open),
    }));
    history.scrollRestoration = 'manual';
    location.reload();
  }

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(MEMORY) ?? 'null');
    sessionStorage.removeItem(MEMORY);
    if (kept?.path !== location.pathname) return;
    const details = document.querySelectorAll('details');
    if (details.length === kept.details.length) details.forEach((element, i) => { element.open = kept.details[i] });
    keepPlace(kept);
    if (kept.focus) find(kept.focus)?.focus({ preventScroll: true });
    if (kept.card) reopen(kept.card);
    else if (openCard()) document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' })); // which the focus opened
  }

  let scrollAgain = () => {}; // to where the reader was, unless they have moved on

  /* Pictures, fonts and our own lines move what is below them, so this is done more than once. */
  function keepPlace({ y, marks }) {
    const known = y && marks.find(([id]) => document.getElementById(id));
    scrollAgain = () => {
      const moved = known ? document.getElementById(known[0]).getBoundingClientRect().top - known[1] : y - scrollY;
      scrollBy({ top: moved, behavior: 'instant' });
    };
    const leave = () => { scrollAgain = () => {} };
    for (const type of ['wheel', 'touchstart', 'keydown', 'pointerdown']) addEventListener(type, leave, { once: true, passive: true });
    setTimeout(leave, 3000);
    scrollAgain();
    const finish = () => {
      scrollAgain();
      history.scrollRestoration = 'auto';
    };
    if (document.readyState === 'complete') finish();
    else addEventListener('load', () => requestAnimationFrame(finish), { once: true });
  }

  function reopen({ mode, trigger }) {
    const element = find(trigger);
    if (!element) return;
    if (mode === 'pin') return element.click();
    if (mode === 'focus') return element.focus({ preventScroll: true });
    const { left, top } = element.getClientRects()[0] ?? element.getBoundingClientRect();
    const at = { bubbles: true, pointerType: 'mouse', clientX: left + 2, clientY: top + 2 };
    for (const type of ['pointerover', 'pointermove']) element.dispatchEvent(new PointerEvent(type, at));
  }

  // ------------------------------------------------------------------ from page to file

  let places = { annotations: {}, contexts: {}, sources: {} };
  let added = [];

  async function askForPlaces() {
    if (!article) return;
    try {
      places = await (await fetch(new URL('places/' + article.dataset.article, ours))).json();
    } catch {
      return; // the server has gone: it will say how things stand when it is back
    }
    decorate();
  }

  const byId = id => document.getElementById(id);
  const short = ({ place }) => place.slice(place.lastIndexOf('/') + 1);
  const line = (...found) => make('p', { class: 'postil-places', 'data-apparatus': '' }, ...found.flatMap(p => [link(p, short(p)), ' ']));

  /* As site/model.py makes it of a source's id. */
  const addressOf = id => id.replace(/[:/#$%&+?~]|^\.|\.$/g, sign => '~' + sign.charCodeAt(0).toString(16));

  function decorate() {
    for (const element of added) element.remove();
    added = [];
    const add = (owner, ...found) => {
      if (!owner) return;
      added.push(line(...found));
      owner.append(added.at(-1));
    };
    for (const [id, place] of Object.entries(places.annotations)) {
      add(byId('note-' + id), place);
      markDraft(id, place.draft);
    }
    for (const [id, place] of Object.entries(places.contexts)) add(byId('context-' + id), place);
    for (const [id, place] of Object.entries(places.sources)) add(byId('source-' + addressOf(id)), place);
    completeCard();
    scrollAgain();
  }

  /* A draft is not published: the page says so after it, the preview on the words themselves. */
  function markDraft(id, draft) {
    const marks = article.querySelectorAll(`mark[data-annotation~="${CSS.escape(id)}"]`);
    for (const mark of marks) mark.toggleAttribute('data-postil-draft', draft);
  }

  const idIn = (element, prefix) => decodeURIComponent(element.hash).slice(prefix.length);

  /* Where the annotations, the box and the source are written that a trigger stands for. */
  function placesOf(trigger) {
    const { annotations, contexts, sources } = places;
    if (trigger.matches('mark')) return trigger.dataset.annotation.split(' ').map(id => annotations[id]);
    if (trigger.matches('[role=doc-noteref]')) return [annotations[idIn(trigger, '#note-')]];
    const own = annotations[trigger.closest('[data-for]')?.dataset.for];
    if (trigger.matches('[data-source]')) return [sources[trigger.dataset.source], own];
    return [contexts[idIn(trigger, '#context-')], own];
  }

  function completeCard() {
    const card = byId('card');
    if (!card || !touched || card.querySelector('.postil-places')) return;
    const found = placesOf(touched).filter(Boolean);
    if (!found.length) return;
    const before = card.offsetHeight, isAbove = card.getBoundingClientRect().top < touched.getBoundingClientRect().top;
    card.append(line(...found));
    // The card was placed for its height: above its line it has to make room upwards.
    if (isAbove) card.style.top = parseFloat(card.style.top) - (card.offsetHeight - before) + 'px';
  }

  function watchCard() {
    const card = byId('card');
    if (card) new MutationObserver(completeCard).observe(card, { childList: true });
  }

  // ------------------------------------------------------------------ from words to an annotation

  const PAUSE = 150; // milliseconds in which a selection has not changed
  let proposal = null; // { start, end, made }: the words, and a promise of the server's answer
  let pause = 0;

  /* Visible characters of the article before a place in it; counted as the server counts them:
     without apparatus, and without the numbers of the article's own notes. */
  const UNCOUNTED = '[data-apparatus], .footnote-ref, .footnote-label', INVISIBLE = /[ \t\n\f\r\0\ufffc]/;
  function countBefore(node, offset) {
    const range = document.createRange();
    range.setStart(article, 0);
    range.setEnd(node, offset);
    const part = range.cloneContents();
    for (const element of part.querySelectorAll(UNCOUNTED)) element.remove();
    return [...part.textContent.replace(RegExp(INVISIBLE, 'g'), '')].length;
  }

  /* What is selected of the article: from which visible character to which; null if nothing is. */
  function selected() {
    const selection = getSelection();
    if (!article || !selection.rangeCount || selection.isCollapsed) return null;
    const whole = document.createRange(), range = selection.getRangeAt(0).cloneRange();
    whole.selectNodeContents(article);
    if (!range.intersectsNode(article)) return null;
    if (range.compareBoundaryPoints(Range.START_TO_START, whole) < 0) range.setStart(article, 0);
    if (range.compareBoundaryPoints(Range.END_TO_END, whole) > 0) range.setEnd(article, article.childNodes.length);
    const start = countBefore(range.startContainer, range.startOffset);
    const end = countBefore(range.endContainer, range.endOffset);
    return start < end ? { start, end, box: range.getBoundingClientRect() } : null;
  }

  async function propose({ start, end }) {
    const { article: slug, sha256 } = article.dataset;
    const body = JSON.stringify({ article: slug, sha256, start, end });
    try {
      return await (await fetch(new URL('select', ours), { method: 'POST', body })).json();
    } catch {
      return { error: 'the preview does not answer' };
    }
  }

  function consider() {
    const words = selected();
    proposal = words && { ...words, made: propose(words) };
    offer.hidden = !words;
    if (!words) return;
    const beside = covering?.panel.getBoundingClientRect().left ?? 0, edge = beside > 240 ? beside : innerWidth;
    offer.style.left = Math.max(8, Math.min(words.box.right + scrollX, scrollX + edge - 240)) + 'px';
    offer.style.top = words.box.bottom + scrollY + 6 + 'px';
  }

  document.addEventListener('selectionchange', () => {
    clearTimeout(pause);
    offer.hidden = true; // it must not be in the way of the pointer
    pause = setTimeout(consider, PAUSE);
  });

  async function copy() {
    const words = selected();
    if (words?.start !== proposal?.start || words?.end !== proposal?.end) consider();
    if (!proposal) return;
    const made = await proposal.made;
    offer.hidden = true;
    if (made.error) return tell(made.error);
    const where = ['paste it below ', make('code', {}, 'annotations:'), ' in ', link(made)];
    try {
      await navigator.clipboard.writeText(made.yaml);
      tell('Copied: ', ...where);
    } catch { // a browser gives its clipboard to pages of this machine alone
      const area = make('textarea', { readonly: '', rows: made.yaml.split('\n').length, 'aria-label': 'Annotation' });
      area.value = made.yaml;
      tell('Copy this and ', ...where, area);
      area.select();
    }
  }

  let telling = 0;

  function tell(...words) {
    clearTimeout(telling);
    told.replaceChildren(...words);
    told.hidden = false;
    if (!told.querySelector('textarea')) telling = setTimeout(() => { told.hidden = true }, 8000);
  }

  offer.addEventListener('pointerdown', event => event.preventDefault()); // the selection stays
  offer.addEventListener('mousedown', event => event.preventDefault());
  offer.addEventListener('click', copy);

  const isTyping = ({ target }) => target.closest?.('input, textarea, select, [contenteditable]');

  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    if (event.key === 'a' && selected()) copy();
    if (event.key === 'Escape') panel.hidden = told.hidden = true;
  });

  // ------------------------------------------------------------------ what is not covered yet

  const COVERED = 'postil-preview-coverage';
  let covering = null; // what shows it, while it is shown

  async function cover(on) {
    sessionStorage.setItem(COVERED, on ? 'on' : '');
    covers.setAttribute('aria-expanded', String(on));
    if (!on) {
      covering?.close();
      covering = null;
    } else if (!covering) {
      const { coverage } = await import(new URL('coverage.js', ours));
      covering = coverage({ make, link, article, ours, shadow, uncounted: UNCOUNTED, invisible: INVISIBLE });
    }
  }

  covers.hidden = !article;
  covers.addEventListener('click', () => cover(!covering));
  if (article && sessionStorage.getItem(COVERED)) cover(true);

  restore();
  watchCard();
  connect();
})();
