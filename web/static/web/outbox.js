// Says on every page of a contributor what is only on this phone, and sends it: when a page opens, when the network is
// back, and by the service worker where the browser has one that wakes up.
"use strict";
(() => {
  const place = document.getElementById("on-phone");
  if (!place || !self.phone?.usable) return;
  const words = place.dataset;
  const list = place.querySelector("ul");
  const word = place.querySelector("[role=status]");
  const TEXTS = "butlang-writing:";
  const DELAYS = [5000, 15_000, 45_000, 120_000];
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const alone = words.owner === undefined; // the page without a network: whoever was here last
  let me = alone ? null : { name: "me", who: words.owner, portal: words.portal, token: words.token, language: words.language };

  // What is being written lies in localStorage, which is written at once even when the page is killed.
  const texts = () => {
    const found = [];
    try {
      for (let number = 0; number < localStorage.length; number += 1) {
        const name = localStorage.key(number);
        if (name.startsWith(TEXTS)) found.push(JSON.parse(localStorage.getItem(name)));
      }
    } catch { /* no storage here */ }
    return me ? phone.mine(me, found) : [];
  };
  const textSent = (row) => {
    try {
      const now = localStorage.getItem(TEXTS + row.key);
      if (now && JSON.parse(now).at === row.at) localStorage.removeItem(TEXTS + row.key);
    } catch { /* it is gone */ }
  };
  const sendTexts = async () => {
    if (!navigator.locks) return;
    for (const row of texts().filter((each) => !each.problem)) {
      // A page that is open on it keeps it itself.
      await navigator.locks.request(`butlang-text-${row.key}`, { ifAvailable: true }, async (lock) => {
        if (!lock) return;
        try {
          await phone.ask(me, `/api/v1/drafts/${row.key}/`, { method: "PUT", body: JSON.stringify(row.body) });
          textSent(row);
        } catch (problem) {
          if (!(problem instanceof phone.Refused)) throw problem;
          try { localStorage.setItem(TEXTS + row.key, JSON.stringify({ ...row, problem: problem.message })); } catch { /* full */ }
        }
      });
    }
  };

  const made = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text, ...more });
  const line = (title, tone, state, sentence, ...doings) => {
    const row = document.createElement("li");
    const head = made("p", "");
    head.append(made("b", title || words.untitled));
    const what = made("p", "");
    what.append(made("span", state, { className: `tag ${tone}` }), ` ${sentence}`);
    row.append(head, what);
    if (doings.length) {
      const last = made("p", "", { className: "row" });
      last.append(...doings);
      row.append(last);
    }
    return row;
  };
  const link = (address, text) => made("a", text, { href: address, className: "touch" });

  let under = null; // what is going now
  let received = [];
  let waiting = new Set(); // drafts with photos here
  const note = (photos, sent = []) => {
    const now = new Set(photos.map((row) => row.draft));
    const drafts = [...waiting].filter((draft) => !now.has(draft));
    waiting = now;
    if (drafts.length || sent.length) document.dispatchEvent(new CustomEvent("phone:sent", { detail: { drafts, sent } }));
  };
  const show = async (sent) => {
    if (!me) return;
    const photos = phone.mine(me, await phone.all("photos").catch(() => []));
    const wishes = phone.mine(me, await phone.all("wishes").catch(() => []));
    const rows = [];
    for (const each of received) rows.push(line(each.title, "done", words.received, filled(words.receipt, { number: each.receipt }), link(`/pieces/${each.piece}/`, words.open)));
    for (const each of texts().filter((text) => text.text.title || text.text.body)) {
      rows.push(line(each.text.title || each.text.body.slice(0, 60), "wait", words.here, each.problem || words.text, link(each.address, words.write)));
    }
    for (const draft of new Set(photos.map((row) => row.draft))) {
      if (draft === words.draft) continue; // the page shows them one by one
      const own = photos.filter((row) => row.draft === draft);
      const count = own.length;
      const address = own[0].piece && link(`/send/${own[0].piece}/photos/`, words.see);
      const refused = own.find((row) => row.refused);
      if (under?.draft === draft && !under.wish) rows.push(line(own[0].title, "", words.sending, filled(words.progress, { now: Math.min(under.done + 1, under.total), total: under.total })));
      else if (refused) rows.push(line(own[0].title, "stop", words.refused, `${refused.name}: ${refused.refused}`, address));
      else if (own.every((row) => row.ready)) rows.push(line(own[0].title, "wait", words.here, filled(words.photos, { count }), address));
      else rows.push(line(own[0].title, "wait", words.here, filled(words.open_photos, { count }), address));
    }
    for (const wish of wishes) {
      if (wish.problem) {
        rows.push(line(wish.title, "stop", words.unsent, wish.problem, link(`/send/${wish.piece}/check/`, words.see)));
        continue;
      }
      const stop = made("button", words.stop, { type: "button", className: "as-link" });
      stop.addEventListener("click", async () => {
        await phone.drop("wishes", wish.draft);
        await show();
      });
      rows.push(line(wish.title, "wait", words.unsent, words.wish, stop));
    }
    list.replaceChildren(...rows);
    place.hidden = !rows.length && !word.textContent;
    const none = document.getElementById("none-here");
    if (none) none.hidden = rows.length > 0;
    note(photos, sent);
  };

  let timer = 0;
  let failures = 0;
  const later = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(send, delay);
  };
  const tell = (detail) => {
    under = detail;
    document.dispatchEvent(new CustomEvent("phone:sending", { detail }));
    show();
  };
  const attempt = async () => {
    if (!me || alone) return { stopped: "cut", sent: [] };
    try { await sendTexts(); } catch (problem) {
      if (!(problem instanceof phone.Stopped)) throw problem;
      return { stopped: problem.message, sent: [] };
    }
    return phone.send(tell);
  };
  async function send() {
    clearTimeout(timer);
    const done = await attempt();
    under = null;
    received = received.concat(done.sent);
    word.textContent = done.stopped === "login" ? words.login : "";
    if (done.stopped === "cut") {
      later(DELAYS[Math.min(failures, DELAYS.length - 1)]);
      failures += 1;
    } else failures = 0;
    if (done.stopped === "working" || done.stopped === "busy") later(2500);
    if (done.stopped === "cut") wake();
    await show(done.sent);
    return done;
  }
  const left = async () => (me ? phone.mine(me, await phone.all("photos").catch(() => [])).map((row) => row.draft) : []);

  const wake = async () => {
    try { await (await navigator.serviceWorker.ready).sync.register("butlang"); } catch { /* pages send it then */ }
  };

  // The last button of sending: what is still on this phone goes first, then the piece, and nothing is called sent
  // before the server gave its receipt.
  const form = document.querySelector("form[data-sends]");
  const state = document.getElementById("send-state");
  const say = (text) => {
    state.hidden = false;
    state.querySelector("p").textContent = text;
  };
  let pressed = false;
  const press = async () => {
    const own = phone.mine(me, await phone.all("photos")).filter((row) => row.draft === form.dataset.draft);
    if (own.some((row) => !row.ready || row.refused)) {
      say(filled(words.first, { count: own.length }));
      document.getElementById("send-photos").focus();
      return;
    }
    const asked = form.dataset;
    await phone.put("wishes", {
      draft: asked.draft, piece: asked.piece, who: me.who, portal: me.portal, title: asked.title, body: asked.body,
      since: asked.since, pledge: form.elements.pledge.value, changed: words.changed,
    });
    say(words.going);
    await send();
    const wish = await phone.get("wishes", asked.draft);
    if (wish?.problem) {
      await phone.drop("wishes", asked.draft); // the page itself says what is missing
      form.submit();
    } else if (wish) say(words.wish);
    else location.replace(asked.done); // it shows the receipt, or this page again
  };
  document.addEventListener("phone:sent", ({ detail }) => {
    const own = form && detail.sent.find((each) => each.draft === form.dataset.draft);
    if (own) location.replace(form.dataset.done);
  });
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (pressed) return;
    pressed = true;
    const button = form.querySelector("button");
    button.setAttribute("aria-disabled", "true");
    try { await press(); } catch { form.submit(); } finally {
      pressed = false;
      button.removeAttribute("aria-disabled");
    }
  });

  // Whoever logs out with something unsent is told once; it waits here until they are back.
  for (const out of document.querySelectorAll("form[data-leaves]")) {
    let warned = false;
    out.addEventListener("submit", async (event) => {
      if (out.dataset.clear) return;
      event.preventDefault();
      event.stopPropagation();
      const count = (await left()).length + texts().length;
      if (count && !warned) {
        warned = true;
        word.textContent = words.leaving;
        place.hidden = false;
        place.scrollIntoView();
        return;
      }
      await phone.drop("me", "me").catch(() => {});
      out.dataset.clear = "1";
      out.requestSubmit();
    });
  }

  document.addEventListener("phone:changed", () => show());
  phone.others?.addEventListener("message", ({ data }) => {
    received = received.concat(data);
    show(data);
  });
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) later(500); });
  self.phoneOutbox = { send, me };
  (async () => {
    try {
      if (alone) me = await phone.get("me", "me") ?? null;
      else await phone.put("me", me);
    } catch { /* nothing is kept here, and pages work as before */ }
    await show();
    if (!alone) later(50);
  })();
  if (!alone) navigator.serviceWorker?.register("/sw.js").catch(() => {});
})();
