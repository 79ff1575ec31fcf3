// Photos go to the server in parts: a cut network goes on where it stopped, and choosing the same file again does so
// too. Without this file the form sends them whole.
"use strict";
(() => {
  const form = document.getElementById("photo-form");
  const list = document.getElementById("under-way");

  // While the server works on a photo, look again until it is done.
  const waiting = list?.querySelectorAll("[data-state=processing]").length ?? 0;
  let looks = 0;
  const look = async () => {
    looks += 1;
    try {
      const answer = await fetch(list.dataset.uploads, { headers: { "X-Portal": list.dataset.portal } });
      const rows = answer.ok ? await answer.json() : [];
      if (answer.ok && rows.filter((row) => row.state === "processing").length < waiting
          && !form?.querySelector("input[type=file]").files.length) {
        location.replace(location.pathname);
        return;
      }
    } catch { /* no network: look again */ }
    if (looks < 60) setTimeout(look, looks < 10 ? 1500 : 5000);
  };
  if (waiting) setTimeout(look, 1500);

  if (!form || !globalThis.crypto?.subtle) return;
  const headers = (type) => ({
    "Content-Type": type,
    "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
    "X-Portal": form.dataset.portal,
    "Accept-Language": document.documentElement.lang,
  });
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button");
  const shown = document.getElementById("photo-progress");
  const told = shown.querySelector("p");
  const bar = shown.querySelector("progress");

  const LARGEST = 64 * 1024 * 1024;
  const field = (name, place) => {
    const own = form.elements[`${name}-${place}`];
    return (own ?? form.elements[name])?.value ?? "";
  };
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const keyOf = (digest) => digest.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

  class Refused extends Error {}

  const ask = async (address, method, type, body, more = {}) => {
    const answer = await fetch(address, { method, headers: { ...headers(type), ...more }, body });
    const said = await answer.json();
    if (answer.ok) return said;
    const refused = new Refused(said.detail);
    refused.code = said.code;
    throw refused;
  };

  const send = async (file, place, done, total) => {
    // What is far too large is refused by its size alone; nobody reads it first.
    const digest = file.size > LARGEST ? "" : hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const who = field("who", place);
    const taker = who === "me" ? form.dataset.author : who === "other" ? field("other", place) : null;
    const json = "application/json";
    let upload = await ask(form.dataset.uploads, "POST", json, JSON.stringify({
      client_key: digest ? keyOf(digest) : crypto.randomUUID(), kind: "photo", file_name: file.name, size: file.size, sha256: digest,
      caption: field("caption", place), photographer: taker || null,
    }));
    const address = `${form.dataset.uploads}${upload.id}/`;
    while (upload.state === "receiving") {
      const part = file.slice(upload.received, upload.received + upload.chunk);
      try {
        upload = await ask(address, "PATCH", "application/octet-stream", part, { "Upload-Offset": `${upload.received}` });
      } catch (problem) {
        if (problem.code !== "upload_gap") throw problem;
        upload = await ask(address, "GET", json);
      }
      bar.value = ((done + upload.received) * 100) / total;
    }
  };

  form.addEventListener("submit", async (event) => {
    const files = [...input.files];
    if (!files.length) return;
    event.preventDefault();
    event.stopPropagation();
    const unsaid = files.findIndex((_, place) => !field("who", place) || (field("who", place) === "other" && !field("other", place)));
    shown.hidden = false;
    if (unsaid >= 0) {
      told.textContent = form.dataset.who;
      (form.elements[`who-${unsaid}`]?.[0] ?? form.elements.who?.[0])?.focus();
      return;
    }
    button.disabled = true;
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const wrong = [];
    let done = 0;
    for (const [place, file] of files.entries()) {
      told.textContent = `${form.dataset.sending} ${place + 1}/${files.length}: ${file.name}`;
      try {
        await send(file, place, done, total);
      } catch (problem) {
        if (!(problem instanceof Refused)) {
          told.textContent = form.dataset.cut;
          button.textContent = form.dataset.again;
          button.disabled = false;
          return;
        }
        wrong.push(`${file.name}: ${problem.message}`);
      }
      done += file.size;
    }
    if (wrong.length) {
      told.textContent = wrong.join(" ");
      button.disabled = false;
      if (wrong.length === files.length) return;
      input.value = "";
      setTimeout(() => location.replace(location.pathname), 6000);
      return;
    }
    location.replace(location.pathname);
  });
})();
