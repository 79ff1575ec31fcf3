// What a page says about itself: how much too wide, which targets are too small, what was refused. Called with
// {target, inline}: the least height of a button, and of a line that holds a link, in CSS pixels.
({ target, inline }) => {
  const wrong = [];
  const root = document.documentElement;
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const named = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 140);

  const wide = root.scrollWidth - root.clientWidth;
  if (wide > 0) {
    const edge = root.clientWidth;
    const inScroller = (element) => element.closest(".scroll, .paper-frame, [data-scrolls]");
    const guilty = [...document.body.querySelectorAll("*")].filter(
      (each) => each.getBoundingClientRect().right > edge + 1 && !inScroller(each),
    );
    wrong.push(`${wide} px too wide: ${guilty.slice(-2).map(named).join(" | ")}`);
  }

  // A label is pressed as well as the box in it; a link inside a sentence is as high as its line.
  const unseen = (box) => box.width <= 1 || box.height <= 1;
  for (const each of document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=button]")) {
    if (!shown(each) || each.type === "hidden" || each.closest(".skip, [inert]")) continue;
    const box = (each.closest("label") || each).getBoundingClientRect();
    if (unseen(box)) continue;
    const style = getComputedStyle(each);
    if (each.tagName === "A" && style.display === "inline") {
      const line = parseFloat(style.lineHeight);
      if (line < inline) wrong.push(`line of ${line} px: ${named(each)}`);
      // Alone in its paragraph it is no link inside a sentence: then it, or its cell, is to be hit by a finger.
      const around = each.closest("p, li, dd, td, th, figcaption, legend, h2, h3, div, section");
      const alone = around && around.innerText.trim() === each.innerText.trim() && !around.matches("h1, h2, h3");
      if (alone && box.height < target - 0.5) wrong.push(`alone, ${Math.floor(box.height)} px: ${named(each)}`);
      continue;
    }
    if (box.height < target - 0.5) wrong.push(`${Math.floor(box.height)} px high: ${named(each)}`);
    else if (box.width < target - 0.5) wrong.push(`${Math.floor(box.width)} px broad: ${named(each)}`);
  }
  return { wrong, title: document.title, heading: document.querySelector("h1")?.innerText ?? "" };
}
