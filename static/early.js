/* Before the page is painted: what the reader chose the last time, so that nothing appears and goes
   away again; and the fonts in files, which a page that was opened from a disk cannot have: browsers
   refuse them there, and complain. */
(() => {
  'use strict';

  const { documentElement: root, currentScript } = document;
  const fonts = currentScript.dataset.fonts?.split(' ') ?? [];
  if (fonts.length && location.protocol === 'file:') root.dataset.fonts = 'system';
  else for (const href of fonts) {
    document.head.append(Object.assign(document.createElement('link'), {
      rel: 'preload', as: 'font', type: 'font/woff2', crossOrigin: '', href,
    }));
  }

  let memory = {};
  try { memory = localStorage } catch {} // refused: a choice holds for this page alone
  const choice = name => memory['postil-' + name];
  root.dataset.notes = choice('notes') ?? 'all';
  root.dataset.hover = choice('hover') ?? 'on';

  addEventListener('DOMContentLoaded', () => {
    const choices = document.querySelector('.switch');
    if (!choices) return;
    for (const input of choices.elements) input.checked = root.dataset[input.name] === input.value;
    choices.hidden = false;
    choices.addEventListener('change', ({ target }) => {
      const chosen = target.checked ? target.value : 'off';
      root.dataset[target.name] = memory['postil-' + target.name] = chosen;
    });
  });
})();
