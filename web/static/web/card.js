// Sends the card on by the phone's own way of sharing; without it the picture is downloaded.
"use strict";
(() => {
  const button = document.getElementById("share-card");
  if (!button || !navigator.canShare) return;
  const { picture, name, title, url } = button.dataset;
  const prepared = fetch(picture)
    .then((answer) => answer.blob())
    .then((blob) => new File([blob], name, { type: "image/png" }))
    .catch(() => null);
  prepared.then((file) => { button.hidden = !file || !navigator.canShare({ files: [file] }); });
  button.addEventListener("click", async () => {
    try {
      await navigator.share({ files: [await prepared], title, text: url ? `${title} ${url}` : title });
    } catch { /* the person thought better of it */ }
  });
})();
