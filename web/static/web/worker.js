// The worker behind the pages: a page for when there is no network, the look of it, and things shared by other apps.
// Nothing that belongs to a person is kept here but what waits in `phone`, and no answer of the server at all.
"use strict";
importScripts(self.shell.phone);
const CACHE = `butlang-${self.shell.version}`;
const SHARED = "/share/";
const MOST_FILES = 20;

addEventListener("install", (event) => {
  const wanted = self.shell.files.map((file) => new Request(file, { credentials: "omit", cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(wanted)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("butlang-") && name !== CACHE);
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => clients.claim()));
});

const offline = async () => {
  let language = "vi";
  try { language = (await phone.get("me", "me"))?.language ?? language; } catch { /* nobody was here */ }
  return await caches.match(self.shell.pages[language] ?? self.shell.pages.vi) ?? Response.error();
};

const keepShared = async (request) => {
  const plain = request.clone();
  try {
    const form = await request.formData();
    const row = {
      id: crypto.randomUUID(),
      title: form.get("title") ?? "",
      text: form.get("text") ?? "",
      url: form.get("url") ?? "",
      files: form.getAll("photos").filter((file) => file.size).slice(0, MOST_FILES),
    };
    await phone.put("shared", row);
    return Response.redirect(`/send/?shared=${row.id}`, 303);
  } catch {
    return fetch(plain); // no room here: the server takes it at once
  }
};

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.method === "POST" && address.pathname === SHARED) event.respondWith(keepShared(request));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(offline));
  else if (request.method === "GET" && self.shell.files.includes(address.pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});

addEventListener("sync", (event) => {
  const again = ({ stopped }) => {
    if (stopped && stopped !== "login") throw new Error(stopped); // the browser asks once more
  };
  if (event.tag === "butlang") event.waitUntil(phone.send().then(again));
});
