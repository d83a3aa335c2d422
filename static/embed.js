/* Tells the page that shows this embed how high it is, as docs/publishing.md explains. */
(() => {
  'use strict';

  if (parent === window) return;
  const main = document.querySelector('main');
  const tell = () => parent.postMessage({ postilHeight: Math.ceil(main.getBoundingClientRect().height) }, '*');
  new ResizeObserver(tell).observe(main);
})();
