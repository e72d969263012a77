// Brings the entry that the address names into view: it is drawn long after the browser has looked.
(() => {
  const entry = location.hash && document.getElementById(location.hash.slice(1));
  if (!entry) return;
  entry.scrollIntoView();
  entry.focus({ preventScroll: true });
})();
