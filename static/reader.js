/* Passages light up, cards open. Without it markers are links to what cards show.
   Not a module: Chromium loads none from file://. */
(() => {
  'use strict';

  const { documentElement: root, body } = document;
  const TRIGGER = 'mark[data-annotation], a[role=doc-noteref], a[data-source], a.box-ref, .said';
  const staysHere = link => Boolean(link?.getAttribute('href')?.startsWith('#'));
  const targetOf = link => document.getElementById(decodeURIComponent(link.getAttribute('href').split('#')[1]));

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    element.append(...children);
    return element;
  }

  // ---- passages

  /* The annotations of a trigger, innermost first. */
  function idsOf(trigger) {
    if (trigger.matches('mark')) return trigger.dataset.annotation.split(' ');
    if (trigger.matches('[role=doc-noteref]')) return [targetOf(trigger).id.replace('note-', '')];
    const apparatus = trigger.closest('[data-for]');
    return apparatus ? [apparatus.dataset.for] : [];
  }

  // Segments, markers and box by annotation; annotations by box.
  const triggers = [...document.querySelectorAll(TRIGGER)], parts = new Map(), passages = new Map();
  const add = (map, key, value) => map.set(key, [...map.get(key) ?? [], value]);
  for (const trigger of triggers) {
    const box = trigger.matches('.box-ref') && targetOf(trigger);
    for (const id of idsOf(trigger)) {
      add(parts, id, trigger);
      if (box) { add(parts, id, box); add(passages, box, id) }
    }
  }

  let lit = [], linked = [];

  /* These, and the one that the address names. */
  function light(ids) {
    for (const part of lit) part.classList.remove('on');
    lit = [...ids, ...linked].flatMap(id => parts.get(id) ?? []);
    for (const part of lit) part.classList.add('on');
  }

  const lightShown = () => light(shown ? shown.ids : []);
  for (const [box, ids] of passages) {
    box.addEventListener('pointerenter', () => light(ids));
    box.addEventListener('pointerleave', lightShown);
  }

  /* The <details> that an element is or stands in. */
  function reveal(element) {
    const own = element?.querySelector(':scope > details'), outer = element?.closest('details');
    if (own) own.open = true;
    if (!outer || outer.open) return;
    outer.open = true;
    element.scrollIntoView();
  }

  function follow() {
    const target = document.querySelector(':target');
    linked = passages.get(target) ?? [target?.id.replace(/^(?:noteref-|thread_)([^_]+).*/, '$1')];
    lightShown();
    reveal(target);
  }
  addEventListener('hashchange', follow);
  addEventListener('pageshow', follow);

  // ---- what a card says

  /* Without ids and links back. */
  function copy(original, className) {
    if (!original) return [];
    const clone = original.cloneNode(true);
    clone.className = className;
    for (const link of clone.querySelectorAll('[role=doc-backlink]')) link.remove();
    for (const element of [clone, ...clone.querySelectorAll('[id]')]) element.removeAttribute('id');
    return [clone];
  }

  /* In the language of its original; `href` leads there. */
  function entry(name, original, links, ...pieces) {
    const { lang } = original.closest('[lang]'), { dir } = original.closest('[dir]');
    const go = links.map(([href, words]) => make('a', { class: 'card-go', href }, words));
    return make('div', { class: 'card-entry', 'data-name': name, lang, dir }, ...pieces.flat(2), ...go);
  }

  /* To the pages of these sources. */
  const pagesOf = badges => unique(badges, targetOf).flatMap(item => {
    const link = item.querySelector('a.source-page');
    return link ? [[link.href, link.textContent + ' →']] : [];
  });

  /* To the thread of an annotation in the picture. */
  function drawnFor(id) {
    const thread = document.getElementById('thread_' + id);
    return thread ? [['#' + thread.id, thread.closest('svg').dataset.say]] : [];
  }

  function noteEntry(reference) {
    const note = targetOf(reference), find = part => note.querySelector('.note-' + part);
    const piece = (part, name = part) => copy(find(part), 'card-' + name);
    const more = note.querySelector('.note-correction, .note-figure, .note-box, .note-letter') ? [[reference.hash, reference.ariaLabel + ' ↓']] : [];
    return entry(
      reference.ariaLabel, note.firstElementChild,
      [...more, ...pagesOf([...note.querySelectorAll('.note-chains .badge:first-of-type')].slice(0, 1)), ...drawnFor(idsOf(reference)[0])],
      piece('status'), piece('chains', 'chain'), piece('body', 'note'), piece('sources'),
    );
  }

  function boxEntry(marker) {
    const box = targetOf(marker), title = box.querySelector('h3').textContent.trim();
    return entry(
      `${body.dataset.sayBox}: ${title}`, box, [[marker.hash, body.dataset.sayBox + ' ↓']], make('p', { class: 'card-title' }, title),
      copy(box.querySelector('.box-body'), 'card-note'),
      copy(box.querySelector('.box-sources'), 'card-sources'),
    );
  }

  const referenceOf = badge => targetOf(badge).querySelector('.source-entry');
  const nameOf = badge => badge.dataset.sign ?? badge.lastChild.textContent;

  function sourceEntry(badge) {
    const name = `${body.dataset.saySource}: ${nameOf(badge)}`, reference = referenceOf(badge);
    return entry(name, reference, pagesOf([badge]), copy(reference, 'card-source'));
  }

  // What stands at several places is said once.
  const unique = (list, of) => [...new Set(list.map(of))];

  function badgesEntry(badges) {
    const groups = badges.map(badge => badge.closest('[data-for]'));
    const chains = unique(badges, badge => badge.closest('.chain')?.dataset.words).filter(Boolean);
    return entry(
      (chains[0] ? chains : unique(badges, nameOf)).join(', '), groups[0], [...pagesOf(badges), ...drawnFor(groups[0].dataset.for)],
      chains.map(words => make('div', { class: 'card-chain' }, words)),
      unique(badges, referenceOf).map(reference => copy(reference, 'card-source')),
    );
  }

  function annotationEntries(id) {
    const find = selector => parts.get(id).filter(part => part.matches(selector));
    const notes = find('[role=doc-noteref]').map(noteEntry), badges = find('[data-source]');
    const own = notes[0] || !badges[0] ? notes : [badgesEntry(badges)];
    return [...own.slice(0, 1), ...find('.box-ref').map(boxEntry).slice(0, 1)];
  }

  // After the mark, if possible, and seen.
  const markerOf = (id, mark, all = parts.get(id)) => [...all.slice(all.indexOf(mark)), ...all]
    .find(part => part.matches('a') && part.checkVisibility({ visibilityProperty: true }));
  const markerAt = mark => idsOf(mark).map(id => markerOf(id, mark)).find(Boolean);

  function entriesOf(trigger) {
    if (trigger.matches('mark, .said')) return idsOf(trigger).filter(id => markerOf(id)).flatMap(annotationEntries);
    if (trigger.matches('[data-source]')) return [sourceEntry(trigger)];
    return [trigger.matches('.box-ref') ? boxEntry(trigger) : noteEntry(trigger)];
  }

  // ---- the card

  const REST_ON_TEXT = 350, REST_ON_MARKER = 150, GRACE = 300; // milliseconds
  const GAP = 4, MARGIN = 8, LEAST_HEIGHT = 96, INSET = 16, DRAG = 8; // pixels

  const close = make('button', { type: 'button', class: 'card-close', 'aria-label': body.dataset.sayClose }, '×');
  const card = make('div', { id: 'card', class: 'card', popover: 'manual', role: 'dialog', tabindex: -1 });

  let shown = null; // { trigger, ids, marker, x, y, mode: 'hover', 'focus', 'pin' }
  let timer = 0, placedAt = 0, returning = false;

  function fill(name, ...children) {
    card.replaceChildren(close, ...children);
    card.ariaLabel = name;
  }

  function show(trigger, mode, x, y) {
    const entries = entriesOf(trigger), ids = idsOf(trigger);
    if (!entries.length) return;
    if (shown) shown.marker.ariaExpanded = null;
    shown = { trigger, ids, x, y, marker: trigger.matches('a') ? trigger : markerAt(trigger) };
    const lines = linesOf(shown); // first: one layout
    lightShown();
    fill(entries.map(({ dataset }) => dataset.name).join(', '), ...entries);
    raise(mode, lines);
  }

  /* Tab leads from the marker through the card and on; a preview adds no stop. */
  function raise(mode, lines) {
    const { marker } = shown, pinned = mode === 'pin';
    clearTimeout(timer);
    shown.mode = mode;
    if (card.matches(':popover-open')) card.hidePopover();
    card.toggleAttribute('data-pinned', pinned);
    if (pinned) marker.ariaExpanded = true;
    card.showPopover(pinned ? { source: marker } : {});
    place(lines);
  }

  function hide(givesFocus = false) {
    clearTimeout(timer);
    if (!shown) return;
    const { marker } = shown, returns = givesFocus || card.contains(document.activeElement);
    shown = null;
    lightShown();
    marker.ariaExpanded = null;
    card.hidePopover();
    if (returns) focusOn(marker);
  }

  function focusOn(element) {
    returning = true;
    element.focus({ preventScroll: true });
    returning = false;
  }

  function turnTo(badge) {
    const name = card.ariaLabel, before = [...card.children].slice(1);
    const back = make('button', { type: 'button', class: 'card-back' }, '‹ ' + name);
    back.addEventListener('click', () => {
      fill(name, ...before);
      place(linesOf(shown));
      focusOn(badge);
    });
    const source = sourceEntry(badge);
    fill(source.dataset.name, back, source);
    raise('pin', linesOf(shown));
    focusOn(back);
  }

  function marksAt(id, part, all = parts.get(id)) {
    const own = all.slice(0, all.indexOf(part) + 1).findLast(each => each.matches('mark'));
    return all.filter(each => each.matches('mark') && markerOf(id, each) === markerOf(id, own));
  }

  /* Of the passage, the one pointed at first. */
  function linesOf({ trigger, ids, y }) {
    const marks = trigger.closest('.article') ? ids.flatMap(id => marksAt(id, trigger)) : [];
    const lines = [trigger, ...marks]
      .flatMap(part => [...part.getClientRects()]).filter(line => line.width);
    return [lines.find(line => y <= line.bottom) ?? lines[0] ?? trigger.getBoundingClientRect(), ...lines];
  }

  const clamp = (least, value, most) => Math.max(least, Math.min(value, most));

  /* Below the passage, above, beside, or on it. */
  function place(lines) {
    const { x, trigger } = shown, { style } = card, [line] = lines, isRtl = trigger.matches(':dir(rtl)');
    let top = Math.min(...lines.map(line => line.top)) - GAP;
    let bottom = Math.max(...lines.map(line => line.bottom)) + GAP;
    style.cssText = '';
    placedAt = innerWidth;
    const { top: edge, width, height } = card.getBoundingClientRect();
    if (getComputedStyle(card).position === 'fixed') { // the page makes room
      return scrollBy(0, Math.max(0, line.bottom + GAP - edge, Math.min(bottom - edge, top - GAP)));
    }
    const last = root.clientWidth - MARGIN - width, end = innerHeight - MARGIN;

    let left = isRtl ? line.right - width : line.left;
    // The pointer can go into it.
    if (x !== undefined) left = clamp(x - width + INSET, left, x - INSET);
    left = clamp(MARGIN, left, last);

    if (Math.max(top - MARGIN, end - bottom) < Math.min(height, LEAST_HEIGHT)) {
      const text = trigger.closest('.page > *').getBoundingClientRect();
      const side = isRtl ? text.left - INSET - width : text.right + INSET;
      const fits = MARGIN <= side && side <= last;
      top = fits ? 0 : line.top - GAP;
      bottom = fits ? clamp(MARGIN, line.top, end - height) : line.bottom + GAP;
      if (fits) left = side;
    }
    const above = top - MARGIN, below = end - bottom, flips = above > below && below < Math.min(height, 2 * LEAST_HEIGHT);
    const room = Math.max(flips ? above : below, LEAST_HEIGHT);

    top = flips ? top - Math.min(height, room) : bottom;
    style.cssText = `max-height: ${room}px; left: ${left + scrollX}px; top: ${top + scrollY}px`;
  }

  // ---- what the reader does

  let over, x, y; // where the pointer is, over the card or a trigger
  let pressed = {};

  /* Segments of one place are one thing to point at. */
  const same = (a, b) => a === b || a?.matches('mark') && a.dataset.annotation === b?.dataset.annotation
    && markerAt(a) === markerAt(b);

  /* What scrolls under a resting pointer does not open. */
  function move(event) {
    if (event.pointerType === 'touch' || event.buttons || event.clientX === x && event.clientY === y) return;
    ({ clientX: x, clientY: y } = event);
    const before = over;
    over = card.contains(event.target) ? card : event.target.closest(TRIGGER);
    if (!same(over, before)) cross();
  }

  function cross() {
    if (shown?.mode === 'pin' || root.dataset.hover === 'off') return;
    clearTimeout(timer);
    if (over && over !== card && !same(over, shown?.trigger)) {
      const rest = over.matches('mark') ? REST_ON_TEXT : REST_ON_MARKER;
      timer = setTimeout(() => show(over, 'hover', x, y), rest);
    } else if (!over && shown?.mode === 'hover') timer = setTimeout(hide, GRACE);
  }

  function focus({ target }) {
    if (returning || shown?.mode === 'pin' || card.contains(target)) return;
    if (target.matches(TRIGGER) && target.matches(':focus-visible')) show(target, 'focus');
    else if (shown?.mode === 'focus') hide();
  }

  /* A finger that scrolls sends no pointerup. Selecting text closes nothing. */
  function release({ target, clientX, clientY }) {
    const selects = Math.hypot(clientX - pressed.clientX, clientY - pressed.clientY) > DRAG;
    if (!selects && !card.contains(target) && !target.closest(TRIGGER)) hide();
  }

  function click(event) {
    const { target } = event, link = target.closest('a'), trigger = target.closest(TRIGGER);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (card.contains(target)) return clickInCard(event, link);
    // The article's links work; selecting text opens nothing.
    if (!trigger || link !== trigger && (link || !getSelection().isCollapsed)) {
      if (staysHere(link)) reveal(targetOf(link));
      return;
    }
    event.preventDefault();
    if (shown?.mode === 'pin' && same(shown.trigger, trigger)) return hide(Boolean(link));
    show(trigger, 'pin', ...event.detail ? [event.clientX, event.clientY] : []);
    if (link) card.focus({ preventScroll: true });
  }

  function clickInCard(event, link) {
    if (event.target === close) hide(true);
    else if (link?.matches('[data-source]')) {
      event.preventDefault();
      turnTo(link);
    } else if (staysHere(link)) {
      reveal(targetOf(link));
      hide();
    }
  }

  /* Where no box reaches down so far, what follows the notes is as wide as the page. */
  const after = document.querySelector('.notes ~ section');
  function spread() {
    if (!after) return;
    body.classList.remove('roomy');
    const bottoms = [...document.querySelectorAll('.article > .box')].map(box => box.getBoundingClientRect().bottom);
    body.classList.toggle('roomy', Math.max(0, ...bottoms) < after.getBoundingClientRect().top);
  }
  spread();
  addEventListener('resize', spread);
  document.addEventListener('toggle', spread, true);
  document.fonts.ready.then(spread);

  if (!card.showPopover) return;
  body.append(card);
  root.classList.add('js');
  for (const trigger of triggers) if (trigger.matches('a')) trigger.ariaHasPopup = 'dialog';

  const on = (type, listener) => document.addEventListener(type, listener);
  on('pointermove', move);
  root.addEventListener('pointerleave', () => { over = null; cross() });
  on('pointerdown', event => { pressed = event; clearTimeout(timer) });
  on('pointerup', release);
  // What hovers must not come under the wheel.
  on('wheel', ({ target }) => { if (shown?.mode !== 'pin' && !card.contains(target)) hide() });
  on('focusin', focus);
  on('change', () => hide());
  on('click', click);
  on('keydown', event => {
    if (event.key !== 'Escape' || !shown) return;
    event.preventDefault();
    hide();
  });

  addEventListener('resize', () => {
    if (!shown || innerWidth === placedAt) return; // a phone's toolbars
    if (shown.mode === 'pin') place(linesOf(shown)); else hide();
  });
  addEventListener('beforeprint', () => hide());
})();
