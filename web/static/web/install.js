// Offers to put the pages on the phone's first screen: once in a while, never where it is done, never inside other apps.
"use strict";
(() => {
  const place = document.getElementById("install");
  const LATER = "butlang-install-later";
  const MONTH = 30 * 24 * 3600 * 1000;
  if (!place || matchMedia("(display-mode: standalone)").matches || navigator.standalone) return;
  const agent = navigator.userAgent;
  if (/; ?wv\)|Zalo|FBAN|FBAV/i.test(agent) || !/Android|iPhone|iPad/.test(agent)) return;
  try { if (Date.now() - Number(localStorage.getItem(LATER)) < MONTH) return; } catch { return; }
  const apple = /iPhone|iPad/.test(agent);
  place.querySelector("[data-how=apple]").hidden = !apple;
  const how = place.querySelector("[data-how=other]");
  how.hidden = apple;
  place.hidden = false;
  document.getElementById("install-later").addEventListener("click", () => {
    place.hidden = true;
    try { localStorage.setItem(LATER, `${Date.now()}`); } catch { /* it asks again then */ }
  });
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    const button = document.getElementById("install-now");
    how.textContent = place.dataset.ready;
    button.hidden = false;
    button.addEventListener("click", async () => {
      event.prompt();
      await event.userChoice;
      place.hidden = true;
    });
  });
})();
