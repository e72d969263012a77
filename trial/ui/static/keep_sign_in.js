// Trades the ticket of a fresh sign-in for the browser's own cookie, or has the cookie dropped.
// The page's server draws <script src="/assets/keep_sign_in.js" data-…> for it, once.
(() => {
  const { ticket, forget } = document.currentScript.dataset;
  const call = (path, body) =>
    fetch(path, { method: "POST", body, credentials: "same-origin", keepalive: true });
  if (ticket) call("/session", ticket);
  else if (forget) call("/session/end", "");
})();
