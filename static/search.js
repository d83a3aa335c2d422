/* The search: asks the index beside the page as words are typed, and lists what it finds, explainer
   by explainer, with the passages, notes, boxes and sources in which the words stand. What the index
   says is text, of an article that nobody vouches for: nothing of it is ever read as HTML. */
(() => {
  'use strict';

  const AT_ONCE = 10, PLACES = 5; // explainers; places of each that are shown at first
  const LONG = 160; // letters of a heading
  const main = document.querySelector('main'), say = main.dataset;
  const form = main.querySelector('form'), field = form.elements.q;
  const told = main.querySelector('.search-told'), found = main.querySelector('.search-found');
  const more = main.querySelector('.search-more');
  const root = new URL('..', location); // of the site
  let asked = 0, index, results = [], shown = 0; // how often was asked, what was found

  const put = (parent, name, given = {}) => {
    const element = Object.assign(document.createElement(name), given);
    parent.append(element);
    return element;
  };

  /** The pieces of an excerpt, every other one of which was sought. */
  const pieces = excerpt => excerpt.split(/<\/?mark>/)
    .map(piece => piece.replaceAll('&lt;', '<').replaceAll('&gt;', '>'));

  /** An excerpt with marks, put where it belongs: all of it, or its letters from one to another. */
  const marked = (parent, text, from = 0, to = Infinity) => {
    let at = 0;
    pieces(text).forEach((part, number) => {
      const piece = part.slice(Math.max(0, from - at), Math.max(0, to - at));
      at += part.length;
      if (piece) number % 2 ? put(parent, 'mark', { textContent: piece }) : parent.append(piece);
    });
    return parent;
  };

  /** What sort of place an id is that of, and the word for it. */
  const sort = id => {
    const name = /^(note|context|source)-/.exec(id)?.[1] ?? 'passage';
    return [name, say['say' + name[0].toUpperCase() + name.slice(1)]];
  };

  /** A place: what stands there, and an excerpt, which begins with that again, or further on. */
  const place = (list, address, { anchor, excerpt }) => {
    const item = put(list, 'li'), [name, word] = sort(anchor.id), title = anchor.text;
    const link = put(item, 'a', { href: `${address}#${encodeURIComponent(anchor.id)}` });
    put(link, 'span', { className: 'search-sort', textContent: word });
    link.append(' ');
    const heading = put(link, 'span', { className: `search-${name}`, dir: 'auto' });
    const text = pieces(excerpt).join(''), isFirst = text.startsWith(title);
    if (title.length > LONG) heading.textContent = title.slice(0, title.lastIndexOf(' ', LONG)) + ' …';
    else if (isFirst) marked(heading, excerpt, 0, title.length);
    else heading.textContent = title;
    const begin = isFirst ? title.length + /^[.\s]*/.exec(text.slice(title.length))[0].length : 0;
    if (begin === text.length || title.startsWith(text.replace(/[.\s]+$/, ''))) return;
    const more = put(item, 'p', { dir: 'auto' });
    if (!isFirst) more.append('… ');
    marked(more, excerpt, begin);
    if (!/[.!?…؟。”"»)]$/.test(text)) more.append(' …');
  };

  const explainer = ({ raw_url, url, meta, excerpt: text, sub_results }) => {
    const item = put(found, 'li'), address = new URL((raw_url ?? url).replace(/^\//, ''), root).href;
    put(put(item, 'h2', { dir: 'auto' }), 'a', { href: address, textContent: meta.title });
    const places = sub_results.filter(each => each.anchor?.id)
      .sort((one, other) => other.locations.length - one.locations.length); // else as they stand
    if (!places.length) return marked(put(item, 'p', { dir: 'auto' }), text);
    const list = put(item, 'ul');
    places.slice(0, PLACES).forEach(each => place(list, address, each));
    const rest = places.slice(PLACES);
    if (!rest.length) return;
    const fold = put(item, 'details');
    put(fold, 'summary', { textContent: say.sayPlaces.replace('{number}', rest.length) });
    const others = put(fold, 'ul');
    rest.forEach(each => place(others, address, each));
  };

  /** Show the next explainers, unless something else has been asked for meanwhile. */
  const show = async turn => {
    const next = await Promise.all(results.slice(shown, shown + AT_ONCE).map(each => each.data()));
    if (turn !== asked) return;
    shown += next.length;
    next.forEach(explainer);
    more.hidden = shown === results.length;
  };

  const forget = () => {
    found.replaceChildren();
    results = [], shown = 0, more.hidden = true;
  };

  const search = async () => {
    const turn = ++asked, words = field.value.trim();
    const address = new URL(location);
    if (words) address.searchParams.set('q', words); else address.searchParams.delete('q');
    if (address.href !== location.href) history.replaceState(null, '', address);
    if (!words) return forget(told.textContent = '');
    try {
      index ??= await import(new URL('pagefind/pagefind.js', location));
      const answer = await index.search(words);
      if (turn !== asked) return;
      forget();
      results = answer.results;
      await show(turn);
      if (turn !== asked) return;
      const count = results.length;
      told.textContent = count ? say.sayFound.replace('{number}', count) : say.sayNothing;
    } catch {
      if (turn === asked) forget(told.textContent = say.sayFailed);
    }
  };

  let wait;
  field.addEventListener('input', () => {
    clearTimeout(wait);
    wait = setTimeout(search, 250);
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    clearTimeout(wait);
    search();
  });
  more.addEventListener('click', async () => {
    const first = found.children.length;
    await show(asked);
    found.children[first]?.querySelector('a').focus();
  });

  field.value = new URLSearchParams(location.search).get('q') ?? '';
  told.textContent = '';
  if (field.value) search(); else field.focus();
})();
