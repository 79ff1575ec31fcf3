// A file is compared with the hashes of the issued one here, in the browser: it is read, and never sent anywhere.
"use strict";
(() => {
  const part = document.getElementById("check-file");
  if (!part) return;
  const known = part.dataset.hashes.split(" ");
  const input = part.querySelector("input[type=file]");
  const digestLine = part.querySelector("[data-digest]");
  const MOST = 256 * 1024 * 1024;
  part.querySelector("[data-with-script]").hidden = false;

  const say = (result) => {
    for (const each of part.querySelectorAll("[data-result]")) each.hidden = each.dataset.result !== result;
  };
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

  let asked = 0;
  input.addEventListener("change", async () => {
    const turn = ++asked; // a second file may be chosen while the first is still being read
    const file = input.files[0];
    digestLine.hidden = true;
    if (!file) return say("");
    if (!window.crypto?.subtle || file.size > MOST) return say("cannot");
    say("working");
    try {
      const digest = hex(await window.crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
      if (turn !== asked) return;
      digestLine.querySelector("code").textContent = digest;
      digestLine.hidden = false;
      say(known.includes(digest) ? "same" : "differs");
    } catch {
      if (turn === asked) say("cannot");
    }
  });
})();
