"use strict";
// Gathers what pages tell and hands it to the agent's host, at most once in EVERY_MIN minutes and when a window closes:
// Chromium still takes a message then, Firefox does not, and loses what its last minute held.
//
// The browser may end this worker whenever it is at rest. What is held lies in the browser's memory (storage.session),
// never on the disk: seconds told on another day would count on that day. Seconds are taken off before they are sent and
// put back after a failure: an end in between loses a batch and counts nothing twice.

if (globalThis.importScripts) importScripts("settings.js", "batch.js");

const api = globalThis.browser ?? globalThis.chrome;
const BATCH = "batch";

let held = {};
let greeted = false;
const ready = api.storage.session.get(["held", "greeted"]).then((kept) => {
  held = Object.entries(kept.held ?? {}).reduce((all, [service, ms]) => add(all, service, ms), held);
  greeted = greeted || Boolean(kept.greeted);
});

function keep() {
  return api.storage.session.set({ held, greeted });
}

async function hold(service, ms) {
  held = add(held, service, ms);
  await ready;
  await keep();
  if (!(await api.alarms.get(BATCH))) await send();
}

async function wake() {
  await ready;
  await send();
}

/** Send what is whole; nothing, unless the agent was not greeted yet. */
async function send() {
  const seconds = wholeSeconds(held);
  if (greeted && !Object.keys(seconds).length) return;
  held = without(held, seconds);
  const answered = tell(seconds);
  api.alarms.create(BATCH, { delayInMinutes: EVERY_MIN });
  await keep();
  if (await answered) greeted = true;
  else held = withAgain(held, seconds);
  await keep();
}

async function tell(seconds) {
  try {
    return "accepted" in (await api.runtime.sendNativeMessage(HOST, seconds));
  } catch {
    return false; // no host, or it ended without an answer
  }
}

api.runtime.onMessage.addListener(({ service, ms }) => {
  if (typeof service === "string" && ms > 0) hold(service, ms);
});
api.runtime.onStartup.addListener(wake);
api.runtime.onInstalled.addListener(wake);
api.alarms.onAlarm.addListener(wake);
api.windows.onRemoved.addListener(wake); // no time to ask whether it was the last one: the browser is ending
