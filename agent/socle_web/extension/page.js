"use strict";
// Runs in the top frame of those pages that the manifest names, and in no other: the browser sees to that. It tells
// the worker the service's id and milliseconds in front. No address, title or content leaves the page.

(() => {
  const api = globalThis.browser ?? globalThis.chrome;
  const TELL_MS = 50_000;
  const LOOK_AT_FRAMES_MS = 1000;
  const service = serviceOf(location, CATALOGUE);
  if (service === null) return;

  const front = new Stopwatch(2 * TELL_MS);
  let timer = null;

  function isInFront() {
    return document.visibilityState === "visible" && document.hasFocus();
  }

  function look(holds = isInFront()) {
    front.look(performance.now(), holds);
    if (front.ms >= (holds ? TELL_MS : 1)) tell(front.take());
    clearTimeout(timer);
    if (document.visibilityState === "visible") timer = setTimeout(look, pause());
  }

  // A frame takes the focus within a page, and gives it to another window, without an event in the top frame.
  function pause() {
    return window.length ? LOOK_AT_FRAMES_MS : TELL_MS;
  }

  function tell(ms) {
    try {
      api.runtime.sendMessage({ service, ms }).catch(() => {});
    } catch {
      stop(); // a newer version of the extension has taken over; it counts from the next page on
    }
  }

  const looks = new AbortController();
  function listen(target, event, holds) {
    target.addEventListener(event, () => look(holds?.()), { signal: looks.signal, capture: true });
  }
  function stop() {
    looks.abort();
    clearTimeout(timer);
  }

  listen(window, "focus");
  listen(window, "blur");
  listen(window, "pageshow");
  listen(document, "visibilitychange");
  listen(window, "pagehide", () => false);
  look();
})();
