"use strict";

/** Adds up the time for which something holds, in milliseconds of a clock that is handed in. */
class Stopwatch {
  /** `longest`: what one stretch between two looks may add; a longer one was a frozen page or a sleeping machine. */
  constructor(longest) {
    this.ms = 0;
    this.longest = longest;
    this.since = null;
  }

  /** Until `now` it was as told before; from `now` on it holds, or does not. */
  look(now, holds) {
    if (this.since !== null) this.ms += Math.min(Math.max(now - this.since, 0), this.longest);
    this.since = holds ? now : null;
  }

  /** Hand over what was added up, and begin again. */
  take() {
    const ms = this.ms;
    this.ms = 0;
    return ms;
  }
}
