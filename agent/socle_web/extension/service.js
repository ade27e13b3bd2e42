"use strict";
// Whose page this is: the rule of socle_core.catalogue.pages, in the browser's language.

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/** The id of the service of a page, null for none. `place`: a Location or URL. */
function serviceOf(place, catalogue) {
  const isFile = place.protocol === "file:";
  const found = isFile ? firstThatFits(catalogue.files, pathOf(place)) : longestSuffix(catalogue.domains, place.hostname);
  if (found === null && (isFile || LOCAL_HOSTS.includes(place.hostname))) {
    const menu = new URLSearchParams(place.search).get("primtuxmenu");
    return menu === null ? null : firstThatFits(catalogue.primtuxmenu, menu);
  }
  return found;
}

function longestSuffix(domains, host) {
  for (let suffix = host.replace(/\.$/, ""); suffix; suffix = suffix.replace(/^[^.]*\.?/, "")) {
    if (Object.hasOwn(domains, suffix)) return domains[suffix];
  }
  return null;
}

/** `patterns`: pairs of a pattern, in which only * is special, and a service; the first that fits wins. */
function firstThatFits(patterns, name) {
  const found = patterns.find(([pattern]) => asExpression(pattern).test(name));
  return found === undefined ? null : found[1];
}

function asExpression(pattern) {
  const literals = pattern.split("*").map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${literals.join(".*")}$`, "s");
}

function pathOf(place) {
  try {
    return decodeURIComponent(place.pathname);
  } catch {
    return place.pathname; // a stray % in a file's name
  }
}
