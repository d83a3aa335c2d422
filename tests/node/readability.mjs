// Prints, as JSON, what Firefox's reader mode loses of a page: paragraphs of the article, notes,
// boxes. Usage: node readability.mjs PAGE
import { readFileSync } from 'node:fs';
import { Readability } from '@mozilla/readability';
import { JSDOM } from 'jsdom';

const words = text => text.replace(/\s+/g, ' ').trim();
const { document } = new JSDOM(readFileSync(process.argv[2], 'utf8')).window;
const texts = (selector, without = '[data-apparatus]') =>
  [...document.querySelectorAll(selector)].map(element => {
    const copy = element.cloneNode(true);
    for (const part of copy.querySelectorAll(without)) part.remove();
    return words(copy.textContent);
  });

const wanted = {
  article: texts('[data-article] > :not([data-apparatus])'),
  notes: texts('.note-body', 'none'),
  boxes: texts('.box-body', 'none'),
};
const kept = new JSDOM(new Readability(document).parse()?.content ?? '').window.document;
const whole = words(kept.body.textContent);
for (const part of kept.querySelectorAll('[data-apparatus]')) part.remove();
const bare = words(kept.body.textContent);

const squeeze = text => text.replace(/\s/g, '');
const lost = (texts, where) => texts.filter(text => !squeeze(where).includes(squeeze(text)));
console.log(JSON.stringify({
  article: lost(wanted.article, bare),
  notes: lost(wanted.notes, whole),
  boxes: lost(wanted.boxes, whole),
}));
