// A layer over pages that work without it: focus on the error summary, one send per press, copying, a slider
// beside its number, a menu that closes, signs left of a long answer, focus and words where htmx replaces a part.
"use strict";
(() => {
  document.documentElement.classList.add("js");

  // Browsers that know autofocus on any element have done it by then.
  const summary = document.getElementById("summary");
  // Whoever has moved on by then is left where they are.
  if (summary) setTimeout(() => document.activeElement === document.body && summary.focus(), 150);

  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) {
      event.preventDefault();
      return;
    }
    if ((event.submitter?.formMethod || event.target.method) !== "post") return;
    event.target.dataset.sent = "1";
    event.target.querySelector("[data-busy]")?.removeAttribute("hidden");
    // Some answers are downloads or come back by the back button: then the form is open again.
    setTimeout(() => {
      delete event.target.dataset.sent;
      event.target.querySelector("[data-busy]")?.setAttribute("hidden", "");
    }, 8000);
    event.submitter?.setAttribute("aria-disabled", "true");
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  });

  const more = document.querySelector(".more");
  if (more) {
    document.addEventListener("click", (event) => more.contains(event.target) || (more.open = false));
    more.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !more.open) return;
      more.open = false;
      more.querySelector("summary").focus();
    });
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      const said = button.parentElement.querySelector("[role=status]");
      if (said) said.textContent = button.dataset.done;
      button.textContent = button.dataset.done;
    });
  }

  // How much room is left in a long answer; without scripts the line says how much there is at all.
  for (const line of document.querySelectorAll("[data-room]")) {
    const answer = document.getElementById(line.dataset.room);
    if (!answer) continue;
    const most = Number(line.dataset.most);
    const tell = () => {
      const left = most - answer.value.length;
      line.textContent = line.dataset.left.replace("0", left.toLocaleString("vi-VN"));
      line.classList.toggle("missing", left < most / 10);
    };
    answer.addEventListener("input", tell);
    tell();
  }

  // Whoever stood in a part of the page that htmx replaces stands in what came instead, and hears what is new.
  const said = document.getElementById("said");
  const QUIET = 5000; // ms between two announcements of something that counts on
  let stood = null;
  let lastSaid = 0;
  document.addEventListener("htmx:beforeSwap", ({ target }) => {
    const here = document.activeElement;
    stood = target.contains(here) ? { id: here.id, href: here.getAttribute("href") } : null;
  });
  document.addEventListener("htmx:afterSwap", ({ target: part }) => {
    const words = part.matches("[data-said]") ? part : part.querySelector("[data-said]");
    if (words && words.textContent !== said.textContent && Date.now() - lastSaid > QUIET) {
      said.textContent = words.textContent;
      lastSaid = Date.now();
    }
    if (!stood || document.activeElement !== document.body) return;
    const again = (each) => (stood.id && each.id === stood.id) || (stood.href && each.getAttribute("href") === stood.href);
    const same = [...part.querySelectorAll("[id], [href]")].find(again);
    if (!same) part.tabIndex = -1;
    (same || part).focus({ preventScroll: true });
    stood = null;
  });

  for (const slider of document.querySelectorAll("[data-slides]")) {
    const number = document.getElementById(slider.dataset.slides);
    slider.parentElement.hidden = false;
    slider.addEventListener("input", () => {
      number.value = slider.value.replace(".", ",");
      number.dispatchEvent(new Event("input", { bubbles: true }));
    });
    number.addEventListener("input", () => {
      const value = Number(number.value.replace(",", "."));
      if (number.value && Number.isFinite(value)) slider.value = value;
    });
  }
})();
