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
  const HERE = "butlang-writing";

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

  const remember = () => {
    try { localStorage.setItem(HERE, JSON.stringify({ key, genre, text: text() })); } catch { /* a full phone */ }
  };
  const forget = () => {
    try { localStorage.removeItem(HERE); } catch { /* none was kept */ }
  };
  const remembered = () => {
    try { return JSON.parse(localStorage.getItem(HERE)); } catch { return null; }
  };

  // What a broken network left on this phone.
  const left = remembered();
  const notice = document.getElementById("left-here");
  if (left && left.text && (left.text.body || left.text.title) && (fresh ? left.genre === genre : left.key === key)
      && JSON.stringify(left.text) !== JSON.stringify(text())) {
    notice.hidden = false;
    document.getElementById("take-back").addEventListener("click", () => {
      for (const [name, value] of Object.entries(left.text)) form.elements[name].value = value;
      if (fresh) {
        key = left.key;
        form.elements.client_key.value = key;
      }
      notice.hidden = true;
      count();
      changed();
    });
    document.getElementById("leave-it").addEventListener("click", () => {
      notice.hidden = true;
      forget();
    });
  }

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
        forget();
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
      say(form.dataset.here);
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
    clearTimeout(timer);
    timer = setTimeout(later, PAUSE);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  addEventListener("online", later);
  document.addEventListener("visibilitychange", () => { if (document.hidden) later(); });
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
  });
})();
