"use strict";
// Gathers what pages tell and hands it to the agent's host, at most once in EVERY_MIN minutes. The browser may end this
// worker whenever it is at rest: what is held lies in the browser's memory (storage.session), never on the disk, and
// goes with the browser. Before each batch its seconds are taken off, after a failure put back: an end in
// between loses a batch and counts nothing twice.

if (globalThis.importScripts) importScripts("settings.js", "batch.js");

const api = globalThis.browser ?? globalThis.chrome;
const BATCH = "batch";

let turn = Promise.resolve();

/** Do one thing after the other: each reads and writes what is held. */
function inTurn(work) {
  turn = turn.then(work).catch(() => {});
}

async function load() {
  return { held: {}, greeted: false, ...(await api.storage.session.get(["held", "greeted"])) };
}

async function hold(service, ms) {
  const { held } = await load();
  await api.storage.session.set({ held: add(held, service, ms) });
  if (!(await api.alarms.get(BATCH))) await send();
}

/** Send what is whole; nothing, unless the agent was not greeted yet. */
async function send() {
  const { held, greeted } = await load();
  const seconds = wholeSeconds(held);
  if (greeted && !Object.keys(seconds).length) return;
  await api.storage.session.set({ held: without(held, seconds) });
  await api.alarms.create(BATCH, { delayInMinutes: EVERY_MIN });
  if (await tell(seconds)) await api.storage.session.set({ greeted: true });
  else await api.storage.session.set({ held: withAgain((await load()).held, seconds) });
}

async function tell(seconds) {
  try {
    return "accepted" in (await api.runtime.sendNativeMessage(HOST, seconds));
  } catch {
    return false; // no host, or it ended without an answer
  }
}

async function lastWindow() {
  if (!(await api.windows.getAll()).length) await send();
}

api.runtime.onMessage.addListener(({ service, ms }) => {
  if (typeof service === "string" && ms > 0) inTurn(() => hold(service, ms));
});
api.runtime.onStartup.addListener(() => inTurn(send));
api.runtime.onInstalled.addListener(() => inTurn(send));
api.alarms.onAlarm.addListener(() => inTurn(send));
api.windows.onRemoved.addListener(() => inTurn(lastWindow));
