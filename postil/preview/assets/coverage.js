/* What is not covered yet, on the words and in a list; loaded when somebody asks for it.

   `page` is what preview.js has already: how to make elements and links, the article, where its own
   parts stand, and which parts of the article are not counted. */
export function coverage({ make, link, article, ours, shadow, uncounted, invisible }) {
  const panel = make('section', { class: 'cover', 'aria-label': 'Coverage', tabindex: '-1' });
  shadow.append(panel);

  async function refresh() {
    try {
      show(await (await fetch(new URL('coverage/' + article.dataset.article, ours))).json());
    } catch {
      // the preview has gone: it will say how things stand when it is back
    }
  }

  function close() {
    panel.remove();
    for (const name of ['bare', 'speaks']) CSS.highlights?.delete('postil-' + name);
  }

  // ------------------------------------------------------------------ in a list

  const many = (number, one, several) => `${number} ${number === 1 ? one : several}`;

  function show({ sentences, cues, gaps, loose }) {
    const ranges = rangesOf(gaps);
    const entries = gaps.map((gap, number) => ({ gap, range: ranges[number] }));
    const speaks = entries.filter(({ gap }) => gap.cues.length), bare = entries.filter(({ gap }) => !gap.cues.length);
    const at = panel.scrollTop;
    panel.replaceChildren(
      make('h2', {}, 'Coverage'),
      make('p', {}, summary(sentences, cues, gaps.length)),
      ...list('Somebody speaks, and no source is named', speaks.map(item)),
      ...list('No annotation', bare.map(item)),
      ...list('In the notes', loose.map(note)),
    );
    panel.scrollTop = at;
    highlight('bare', bare);
    highlight('speaks', speaks);
  }

  function summary(sentences, cues, open) {
    const said = open
      ? `${open} of ${many(sentences, 'sentence is', 'sentences are')} open. Choose one to select its words; then copy an annotation of them.`
      : `${many(sentences, 'sentence', 'sentences')}, none without an answer.`;
    return cues === null ? said + ' Who speaks is not looked for: there is no list of cues for this language.' : said;
  }

  const list = (heading, items) => items.length ? [make('h3', {}, `${heading} `, make('span', {}, `${items.length}`)), make('ol', {}, ...items)] : [];

  function item({ gap, range }) {
    const button = make('button', { type: 'button' }, gap.text);
    button.addEventListener('click', () => goTo(range));
    const cues = gap.cues.length ? [make('small', {}, gap.cues.join(', '))] : [];
    return make('li', { class: gap.cues.length ? 'speaks' : 'bare' }, button, ...cues);
  }

  const note = ({ what, text, place, href }) => make('li', {}, `${what}: ${text} `, link({ place, href }, 'line ' + place.slice(place.lastIndexOf(':') + 1)));

  // ------------------------------------------------------------------ on the words

  /* Where each gap stands, by counting the visible characters as the server counts them. */
  function rangesOf(gaps) {
    const ranges = gaps.map(() => document.createRange());
    const starts = new Map(gaps.map(({ start }, number) => [start, ranges[number]]));
    const ends = new Map(gaps.map(({ end }, number) => [end, ranges[number]]));
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    let count = 0;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.parentElement.closest(uncounted)) continue;
      let at = 0;
      for (const character of node.data) {
        const after = at + character.length;
        if (!invisible.test(character)) {
          starts.get(count++)?.setStart(node, at);
          ends.get(count)?.setEnd(node, after);
        }
        at = after;
      }
    }
    return ranges;
  }

  function highlight(name, entries) {
    if (CSS.highlights) CSS.highlights.set('postil-' + name, new Highlight(...entries.map(({ range }) => range)));
  }

  /* The words, selected: `a` makes an annotation of them. */
  function goTo(range) {
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range.cloneRange());
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    scrollBy({ top: range.getBoundingClientRect().top - innerHeight / 4, behavior: calm ? 'instant' : 'smooth' });
  }

  refresh();
  return { refresh, close, panel };
}
