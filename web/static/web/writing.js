// Writing: words are counted as docs/dem-chu.md says, what is typed is kept on this phone at once and on the server
// every few seconds. Without this file the buttons below the text do the same when they are pressed.
"use strict";
(() => {
  const form = document.getElementById("writing");
  if (!form) return;
  const body = form.elements.body;
  const title = form.elements.title;
  const status = form.querySelector("[data-status]");
  const counted = form.querySelector("[data-words]");
  const number = form.querySelector("[data-count]");
  const fresh = !form.dataset.key;
  const PAUSE = 3000;
  const HERE = "butlang-writing:"; // one row for each draft

  const words = (text) => text.split(/\s+/u).filter((part) => /[\p{L}\p{N}]/u.test(part)).length;
  const count = () => {
    const many = words(body.value);
    number.textContent = many.toLocaleString("vi");
    counted.classList.toggle("missing", many > Number(form.dataset.most));
  };
  counted.hidden = false;
  body.addEventListener("input", count);
  count();

  let key = form.dataset.key || form.elements.client_key.value;
  const genre = form.dataset.genre || form.elements.genre?.value;
  let version = Number(form.elements.version?.value) || null;
  let piece = form.dataset.piece || "";
  const text = () => ({ title: title.value, body: body.value, event_place: form.elements.event_place.value });
  const content = () => {
    const day = form.elements.event_on.value;
    return {
      ...text(),
      event_on: /^\d{4}-\d\d-\d\d$/.test(day) ? day : null,
      topic: form.elements.topic.value || null,
      leader_activity: form.elements.leader_activity.checked,
      origin: form.elements.origin.value || "original",
      source: form.elements.source.value,
      language: form.elements.language.value || "vi",
    };
  };

  const owner = { who: form.dataset.owner, portal: form.dataset.portal };
  let full = false;
  const remember = () => {
    const body = { genre, ...content() };
    if (version) body.version = version;
    if (fresh && form.elements.author?.value) body.contributor = form.elements.author.value;
    if (fresh && form.elements.practice?.value === "True") body.practice = true;
    const address = piece ? `/send/${piece}/text/` : `${location.pathname}?genre=${genre}`;
    try {
      localStorage.setItem(HERE + key, JSON.stringify({ ...owner, key, genre, fresh: !piece, address, text: text(), body, at: Date.now() }));
      full = false;
    } catch { full = true; }
  };
  const forget = (which = key) => {
    try { localStorage.removeItem(HERE + which); } catch { /* none was kept */ }
  };
  const remembered = () => {
    try {
      const own = JSON.parse(localStorage.getItem(HERE + key));
      if (own) return own.who === owner.who ? own : null;
      if (!fresh) return null;
      const rows = [];
      for (let number = 0; number < localStorage.length; number += 1) {
        const name = localStorage.key(number);
        if (name.startsWith(HERE)) rows.push(JSON.parse(localStorage.getItem(name)));
      }
      return rows.filter((row) => row.fresh && row.genre === genre && row.who === owner.who && row.portal === owner.portal)
        .sort((one, other) => other.at - one.at)[0] ?? null;
    } catch { return null; }
  };

  // What a broken network left on this phone.
  const left = remembered();
  const notice = document.getElementById("left-here");
  if (left && left.text && (left.text.body || left.text.title) && JSON.stringify(left.text) !== JSON.stringify(text())) {
    notice.hidden = false;
    document.getElementById("take-back").addEventListener("click", () => {
      for (const [name, value] of Object.entries(left.text)) form.elements[name].value = value;
      if (fresh) {
        key = left.key;
        form.elements.client_key.value = key;
        hold();
      }
      notice.hidden = true;
      count();
      changed();
    });
    document.getElementById("leave-it").addEventListener("click", () => {
      notice.hidden = true;
      forget(left.key);
    });
  }

  // As long as this page is open on a draft, it alone keeps its text.
  const hold = () => { navigator.locks?.request(`butlang-text-${key}`, { ifAvailable: true }, (lock) => lock && new Promise(() => {})); };
  hold();

  let base = JSON.stringify(content());
  let timer = 0;
  let running = false;
  let stopped = false;

  const headers = () => ({
    "Content-Type": "application/json",
    "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
    "X-Portal": form.dataset.portal,
    "Accept-Language": document.documentElement.lang,
  });
  const say = (words_) => { status.textContent = words_; };

  // Photos that finish meanwhile raise the version too: where the text is still ours, go on with the new one.
  const followed = async () => {
    if (!piece) return false;
    const answer = await fetch(`/api/v1/pieces/${piece}/`, { headers: headers() });
    if (!answer.ok) return false;
    const now = await answer.json();
    const ours = JSON.parse(base);
    const same = now.title === ours.title.trim() && now.body === ours.body.replace(/\r\n/g, "\n").trim();
    if (same) version = now.version;
    return same;
  };

  const keep = async (again = false) => {
    const now = content();
    const wanted = JSON.stringify(now);
    if (running || stopped || wanted === base || (!now.title && !now.body)) return;
    running = true;
    try {
      const said = { genre, ...now };
      if (version) said.version = version;
      if (fresh && form.elements.author?.value) said.contributor = form.elements.author.value;
      if (fresh && form.elements.practice?.value === "True") said.practice = true;
      const answer = await fetch(`/api/v1/drafts/${key}/`, {
        method: "PUT", headers: headers(), body: JSON.stringify(said),
      });
      const told = await answer.json();
      if (answer.ok) {
        ({ version, id: piece } = told);
        base = wanted;
        if (form.elements.version) form.elements.version.value = version;
        if (JSON.stringify(content()) === base) forget();
        say(`${form.dataset.kept} ${new Date().toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit" })}`);
      } else if (answer.status === 409 && told.code === "stale_version") {
        if (!again && await followed()) {
          running = false;
          await keep(true);
          return;
        }
        stopped = true;
        say(form.dataset.other);
      } else {
        say(`${form.dataset.refused}: ${told.detail}`);
      }
    } catch {
      say(full ? form.dataset.full : form.dataset.here);
      timer = setTimeout(keep, 4 * PAUSE);
    } finally {
      running = false;
    }
    if (!stopped && JSON.stringify(content()) !== base && !timer) timer = setTimeout(later, PAUSE);
  };
  const later = () => {
    timer = 0;
    keep();
  };
  const changed = () => {
    remember();
    if (full) say(form.dataset.full);
    clearTimeout(timer);
    timer = setTimeout(later, PAUSE);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  addEventListener("online", later);

  // What another app shared: its words into the empty fields, its photos beside this draft until they are sent.
  const takeShared = async () => {
    const row = await phone.get("shared", form.dataset.shared);
    if (!row) return;
    const said = [row.text, row.url].filter(Boolean).join("\n");
    title.value ||= row.title || said.split("\n")[0].slice(0, 120);
    body.value ||= said;
    for (const [place, blob] of row.files.entries()) {
      await phone.put("photos", {
        ...owner, id: `${key} ${row.id} ${place}`, draft: key, piece, raw: true, name: blob.name, blob, place: Date.now() + place,
        title: title.value, caption: "", by: "", other: "", taker: "", ready: false,
      });
    }
    await phone.drop("shared", row.id);
    count();
    changed();
    document.dispatchEvent(new Event("phone:changed"));
  };
  if (form.dataset.shared && self.phone?.usable) takeShared().catch(() => say(form.dataset.full));
  document.addEventListener("visibilitychange", () => { if (document.hidden) later(); });
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
  });
})();
