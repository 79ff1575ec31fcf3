// A layer over pages that work without it: focus on the error summary, one send per press, copying, a slider
// beside its number, a menu that closes.
"use strict";
(() => {
  document.documentElement.classList.add("js");

  // Browsers that know autofocus on any element have done it by then.
  const summary = document.getElementById("summary");
  if (summary) setTimeout(() => document.activeElement === summary || summary.focus(), 150);

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
