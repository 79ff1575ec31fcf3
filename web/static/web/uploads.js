// Photos go to the server in parts: a cut network goes on where it stopped, by itself when it is back, and after the
// page was closed too. Without this file the form sends them whole.
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
          && !self.photosHere?.rows().length && !form?.querySelector("input[type=file]").files.length) {
        location.replace(location.pathname);
        return;
      }
    } catch { /* no network: look again */ }
    if (looks < 60) setTimeout(look, looks < 10 ? 1500 : 5000);
  };
  if (waiting) setTimeout(look, 1500);

  // What is dropped on the server is dropped here too, or it would be sent again.
  list?.addEventListener("submit", (event) => {
    const key = event.target.dataset.key;
    if (key && self.phone?.usable) phone.drop("photos", `${list.dataset.draft} ${key}`).catch(() => {});
  });

  if (!form || !self.photosHere) return;
  const button = form.querySelector("button:not([type=button])");
  const shown = document.getElementById("photo-progress");
  const told = shown.querySelector("p");
  const bar = shown.querySelector("progress");
  const words = form.dataset;
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  document.addEventListener("phone:sending", ({ detail }) => {
    if (detail.draft !== words.draft || detail.wish) return;
    shown.hidden = false;
    told.textContent = filled(words.sending, { now: Math.min(detail.done + 1, detail.total), total: detail.total });
    bar.value = ((detail.done + detail.part) * 100) / detail.total;
  });

  // Where this phone has no room, the photos go straight from the page.
  const sendFromPage = async () => {
    const me = phoneOutbox.me;
    const rows = photosHere.rows().map(([, row]) => row);
    const wrong = [];
    for (const [place, row] of rows.entries()) {
      told.textContent = filled(words.sending, { now: place + 1, total: rows.length });
      try {
        await phone.sendNow(me, row, (part) => { bar.value = ((place + part / row.blob.size) * 100) / rows.length; });
      } catch (problem) {
        if (!(problem instanceof phone.Refused)) return { stopped: problem.message };
        wrong.push(`${row.name}: ${problem.message}`);
      }
    }
    return { stopped: "", wrong };
  };

  const finish = async ({ stopped, wrong = [] }) => {
    button.disabled = false;
    if (stopped) {
      told.textContent = stopped === "login" ? words.login : words.cut;
      button.textContent = words.again;
      return;
    }
    const refused = wrong.concat((await phone.all("photos").catch(() => []))
      .filter((row) => row.draft === words.draft && row.refused).map((row) => `${row.name}: ${row.refused}`));
    if (!refused.length) {
      location.replace(location.pathname);
      return;
    }
    told.textContent = refused.join(" ");
    if (refused.length < photosHere.rows().length) setTimeout(() => location.replace(location.pathname), 6000);
  };

  form.addEventListener("submit", async (event) => {
    const files = form.querySelector("input[type=file]");
    if (!photosHere.rows().length && !files.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    await photosHere.settled();
    const unsaid = photosHere.unanswered();
    shown.hidden = false;
    if (unsaid !== undefined) {
      told.textContent = words.who;
      photosHere.field(unsaid)?.focus();
      return;
    }
    button.disabled = true;
    const safe = await photosHere.makeReady();
    finish(safe ? await phoneOutbox.send() : await sendFromPage());
  });

  // Sent meanwhile by another page or the network's return: show it.
  document.addEventListener("phone:sent", ({ detail }) => {
    if (detail.drafts.includes(words.draft) && !button.disabled) location.replace(location.pathname);
  });
})();
