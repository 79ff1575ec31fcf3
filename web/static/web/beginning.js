// Shows the first sentence while its three answers are typed; the server puts it together in the same way.
"use strict";
(() => {
  const form = document.getElementById("beginning");
  const shown = document.getElementById("sentence");
  if (!form || !shown) return;
  const bare = (name) => form.elements[name].value.trim().replace(/[ .!?…]+$/u, "");
  const lowered = (what) => {
    const [first, next = ""] = what.split(" ");
    const name = first.length > 0 && first === first.toUpperCase() && first !== first.toLowerCase();
    const capital = next && next[0] !== next[0].toLowerCase();
    return name || capital ? what : what.charAt(0).toLowerCase() + what.slice(1);
  };
  const compose = () => {
    const [what, where, who] = ["what", "where", "who"].map(bare);
    let said = [who, who ? lowered(what) : what].filter(Boolean).join(" ");
    const place = where.replace(/^(tại|ở) /iu, "");
    if (where) said = said ? `${said}, tại ${place}` : where;
    shown.hidden = !said;
    shown.querySelector("p").textContent = said ? `${said.charAt(0).toUpperCase()}${said.slice(1)}.` : "";
  };
  form.addEventListener("input", compose);
  compose();
})();
