// What waits on this phone until the server has it: photos, things shared by other apps, the wish to send a piece in.
// Used by pages and by the service worker. Every row carries the key under which the server knows it, so that whoever
// sends it again sends it once.
"use strict";
(() => {
  const usable = Boolean(self.isSecureContext && self.crypto?.subtle);
  const STORES = { photos: "id", wishes: "draft", shared: "id", me: "name" };
  const PATIENCE = 45_000;

  let opening = null;
  const database = async () => {
    opening ??= new Promise((done, failed) => {
      const asked = indexedDB.open("butlang", 1);
      asked.onupgradeneeded = () => {
        for (const [name, keyPath] of Object.entries(STORES)) asked.result.createObjectStore(name, { keyPath });
      };
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
    try { return await opening; } catch (problem) {
      opening = null;
      throw problem;
    }
  };
  const within = async (name, mode, work) => {
    const base = await database();
    return new Promise((done, failed) => {
      const transaction = base.transaction(name, mode, { durability: "strict" });
      const asked = work(transaction.objectStore(name));
      transaction.oncomplete = () => done(asked.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  };
  const put = (name, row) => within(name, "readwrite", (store) => store.put(row));
  const get = (name, key) => within(name, "readonly", (store) => store.get(key));
  const all = (name) => within(name, "readonly", (store) => store.getAll());
  const drop = (name, key) => within(name, "readwrite", (store) => store.delete(key));

  class Refused extends Error {} // the server said no; trying again would not help
  class Stopped extends Error {} // "cut", "login", "working": later it may go

  const ask = async (me, address, { method = "GET", type = "application/json", body, offset } = {}) => {
    const headers = { "Content-Type": type, "X-CSRFToken": me.token, "X-Portal": me.portal, "Accept-Language": me.language };
    if (offset !== undefined) headers["Upload-Offset"] = `${offset}`;
    let answer;
    let said;
    try {
      answer = await fetch(address, { method, headers, body, signal: AbortSignal.timeout?.(PATIENCE) });
      said = await answer.json();
    } catch {
      throw new Stopped("cut");
    }
    if (answer.ok) return said;
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) throw new Stopped("cut");
    if (answer.status === 401 || (answer.status === 403 && said.code !== "not_allowed")) throw new Stopped("login");
    const refused = new Refused(said.detail);
    refused.code = said.code;
    throw refused;
  };

  const announce = (me, row) => ask(me, `/api/v1/pieces/${row.piece}/uploads/`, {
    method: "POST",
    body: JSON.stringify({
      client_key: row.key, kind: "photo", file_name: row.name, size: row.blob.size, sha256: row.digest,
      caption: row.caption, photographer: row.taker || null,
    }),
  });

  const sendPhoto = async (me, row, announced, told) => {
    let upload = announced;
    const address = `/api/v1/pieces/${row.piece}/uploads/${upload.id}/`;
    while (upload.state === "receiving") {
      const body = row.blob.slice(upload.received, upload.received + upload.chunk);
      try {
        upload = await ask(me, address, {
          method: "PATCH", type: "application/octet-stream", body, offset: upload.received,
        });
      } catch (problem) {
        if (problem.code === "upload_differs") throw new Stopped("cut");
        if (problem.code !== "upload_gap") throw problem;
        upload = await ask(me, address);
      }
      told(upload.received);
    }
    if (upload.state !== "processing" && upload.state !== "done") throw new Refused(upload.detail);
  };

  const sendNow = async (me, row, told) => sendPhoto(me, row, await announce(me, row), told);

  // All photos of a draft are announced before the first goes: then the server, too, knows that some are still missing.
  const sendPhotos = async (me, rows, tell) => {
    const refuse = (row, problem) => {
      if (!(problem instanceof Refused)) throw problem;
      return put("photos", { ...row, refused: problem.message });
    };
    const announced = new Map();
    for (const row of rows) {
      try { announced.set(row.id, await announce(me, row)); } catch (problem) { await refuse(row, problem); }
    }
    let done = 0;
    for (const row of rows) {
      const size = row.blob.size;
      const told = (received) => tell({ draft: row.draft, done, total: rows.length, part: size ? received / size : 0 });
      if (announced.has(row.id)) {
        told(0);
        try {
          await sendPhoto(me, row, announced.get(row.id), told);
          await drop("photos", row.id);
        } catch (problem) { await refuse(row, problem); }
      }
      done += 1;
      told(size);
    }
  };

  // The text is what the person saw when they pressed, and nothing happened to the piece since.
  const sendIn = async (me, wish) => {
    const address = `/api/v1/pieces/${wish.piece}/`;
    for (let tries = 0; tries < 4; tries += 1) {
      const now = await ask(me, address);
      if (new Date(now.state_since).getTime() !== new Date(wish.since).getTime()) return now;
      if (now.title !== wish.title || now.body !== wish.body) throw new Refused(wish.changed);
      try {
        return await ask(me, `${address}submit/`, {
          method: "POST", body: JSON.stringify({ version: now.version, pledge: wish.pledge }),
        });
      } catch (problem) {
        if (problem.code === "uploads_waiting") throw new Stopped("working");
        if (problem.code !== "stale_version" && problem.code !== "wrong_state") throw problem;
      }
    }
    throw new Stopped("cut");
  };

  const mine = (me, rows) => rows.filter((row) => row.who === me.who && row.portal === me.portal);

  const sendAll = async (tell) => {
    const sent = [];
    const me = await get("me", "me").catch(() => null); // a browser that keeps nothing sends from its page
    if (!me) return { stopped: "", sent };
    try {
      const rows = mine(me, await all("photos")).filter((row) => row.ready && row.piece && !row.refused);
      for (const draft of new Set(rows.map((row) => row.draft))) {
        await sendPhotos(me, rows.filter((row) => row.draft === draft).sort((a, b) => a.place - b.place), tell);
      }
      const here = new Set(mine(me, await all("photos")).map((row) => row.draft));
      for (const wish of mine(me, await all("wishes"))) {
        if (wish.problem || here.has(wish.draft)) continue;
        tell({ draft: wish.draft, wish: true });
        try {
          const piece = await sendIn(me, wish);
          await drop("wishes", wish.draft);
          sent.push({ draft: wish.draft, piece: wish.piece, title: wish.title, receipt: piece.receipt_number });
        } catch (problem) {
          if (!(problem instanceof Refused)) throw problem;
          await put("wishes", { ...wish, problem: problem.message });
        }
      }
    } catch (problem) {
      if (!(problem instanceof Stopped)) throw problem;
      return { stopped: problem.message, sent };
    }
    return { stopped: "", sent };
  };

  // One sender at a time on this phone, whichever page or worker it is; what it got through it tells the others.
  const others = self.BroadcastChannel ? new BroadcastChannel("butlang") : null;
  const andTell = async (tell) => {
    const done = await sendAll(tell);
    others?.postMessage(done.sent);
    return done;
  };
  let sending = false;
  const send = async (tell = () => {}) => {
    if (sending) return { stopped: "busy", sent: [] };
    sending = true;
    try {
      if (!navigator.locks) return await andTell(tell);
      return await navigator.locks.request("butlang-sending", { ifAvailable: true }, (lock) =>
        lock ? andTell(tell) : { stopped: "busy", sent: [] });
    } finally {
      sending = false;
    }
  };

  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const digestOf = async (blob) => hex(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  const keyOf = (digest) => digest.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

  self.phone = { usable, put, get, all, drop, mine, send, sendNow, others, ask, digestOf, keyOf, Refused, Stopped };
})();
