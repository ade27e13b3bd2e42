"use strict";
// What is held until the agent takes it: milliseconds by service. Pure: each function returns a new object.

/** An hour of one service is kept while nobody takes it. */
const MOST_KEPT_MS = 3_600_000;

function add(held, service, ms) {
  return { ...held, [service]: Math.min((held[service] ?? 0) + ms, MOST_KEPT_MS) };
}

/** The whole seconds in it, without the services that have none. */
function wholeSeconds(held) {
  const seconds = Object.entries(held).map(([service, ms]) => [service, Math.floor(ms / 1000)]);
  return Object.fromEntries(seconds.filter(([, s]) => s > 0));
}

/** What is left once these seconds are taken. */
function without(held, seconds) {
  return Object.fromEntries(Object.entries(held).map(([service, ms]) => [service, ms - 1000 * (seconds[service] ?? 0)]));
}

/** The same with seconds that were taken and are given back. */
function withAgain(held, seconds) {
  return Object.entries(seconds).reduce((all, [service, s]) => add(all, service, 1000 * s), held);
}
