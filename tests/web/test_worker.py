"""The worker: batches, failures, ends at any moment. Its browser is a stand-in of a few lines."""

from __future__ import annotations

from typing import Any

from web import javascript

BROWSER = """
const HOST = "socle.web", EVERY_MIN = 1;
const memory = given.memory, alarms = new Set(given.alarms), sent = [], listeners = {};
const listen = (name) => ({ addListener: (listener) => { listeners[name] = listener; } });
const pause = () => new Promise((done) => setTimeout(done, 5));
globalThis.browser = {
  storage: { session: { get: async () => ({ ...memory }), set: async (values) => { Object.assign(memory, values); } } },
  alarms: {
    get: async (name) => (alarms.has(name) ? { name } : undefined),
    create: async (name) => { alarms.add(name); },
    onAlarm: listen("alarm"),
  },
  runtime: {
    sendNativeMessage: async (host, seconds) => {
      sent.push(seconds);
      await pause();
      if (given.answer === null) throw new Error("no host");
      return given.answer;
    },
    onMessage: listen("message"), onStartup: listen("startup"), onInstalled: listen("installed"),
  },
  windows: { onRemoved: listen("removed") },
};
"""
ACT = """
return (async () => {
  for (const [name, argument] of given.events) {
    if (name === "alarm") alarms.delete("batch");
    await Promise.all([listeners[name](argument), pause()]);
    await pause();
  }
  await pause();
  return { sent, memory, alarms: [...alarms] };
})();
"""


def worker(*events: tuple[str, object], **more: Any) -> dict[str, Any]:
    """What a worker has sent and keeps after these events."""
    given = {"events": events, "memory": {}, "alarms": [], "answer": {"accepted": {}}, **more}
    source = (javascript.FOLDER / "worker.js").read_text()
    found: dict[str, Any] = javascript.run(["batch.js"], f"{BROWSER}\n{source}\n{ACT}", given)
    return found


def page(service: str, ms: float) -> tuple[str, object]:
    """What a page tells."""
    return ("message", {"service": service, "ms": ms})


def test_a_browser_says_hello() -> None:
    """At its start the agent is greeted once, with nothing counted."""
    after = worker(("startup", None), ("alarm", None))
    assert after["sent"] == [{}]
    assert after["memory"]["greeted"]


def test_seconds_wait_for_the_minute() -> None:
    """A batch is sent when the last one is a minute old, with all that was told since."""
    after = worker(("startup", None), page("lumni", 10_400), page("lumni", 5_700), page("arte", 900), ("alarm", None))
    assert after["sent"] == [{}, {"lumni": 16}]
    assert after["memory"]["held"] == {"lumni": 100, "arte": 900}
    assert after["alarms"] == ["batch"]


def test_nothing_counted_sends_nothing() -> None:
    """A browser in which no page of the catalogue was in front leaves the agent asleep."""
    after = worker(("alarm", None), ("alarm", None), memory={"greeted": True, "held": {"lumni": 900}})
    assert after["sent"] == []
    assert after["alarms"] == []


def test_after_a_failure_all_is_sent_again() -> None:
    """Without host or agent, or when the agent refuses, seconds are kept and sent with the next batch."""
    for answer in (None, {"error": "the agent does not answer"}):
        after = worker(page("lumni", 5000), page("lumni", 2000), ("alarm", None), answer=answer)
        assert after["sent"] == [{"lumni": 5}, {"lumni": 7}]
        assert after["memory"] == {"held": {"lumni": 7000}, "greeted": False}


def test_a_worker_that_was_ended_goes_on() -> None:
    """What the worker before it held is in the browser's memory."""
    after = worker(page("lumni", 2500), memory={"held": {"lumni": 1500}, "greeted": True}, alarms=["batch"])
    assert after["sent"] == []
    assert after["memory"]["held"] == {"lumni": 4000}


def test_a_closing_window_sends_at_once() -> None:
    """The browser may be ending: there is no later."""
    after = worker(("startup", None), page("lumni", 6000), ("removed", 1))
    assert after["sent"] == [{}, {"lumni": 6}]


def test_what_no_page_of_ours_would_say_is_ignored() -> None:
    """Only an id and milliseconds are taken."""
    after = worker(("message", {"service": 5, "ms": 1}), page("lumni", -1), ("message", {"service": "x"}))
    assert after["sent"] == []
    assert after["memory"] == {}
