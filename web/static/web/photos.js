// Photos: a small view, a caption and "who took it" for each chosen file; shrunk on the phone before sending.
// Without this file one caption and one photographer go to all chosen photos.
"use strict";
(() => {
  const form = document.getElementById("photo-form");
  const input = form?.querySelector("input[type=file]");
  if (!input || typeof DataTransfer === "undefined" || typeof createImageBitmap === "undefined") return;
  const shared = document.getElementById("photo-all");
  const rows = document.getElementById("photo-rows");
  const LONGEST = 2048;
  const SMALL = 1_500_000;

  // The camera's capture time stands in the EXIF block, which drawing loses: carry the block over, turned upright.
  const exifOf = (bytes) => {
    const view = new DataView(bytes);
    if (view.byteLength < 12 || view.getUint16(0) !== 0xffd8) return null;
    for (let at = 2; at + 4 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
      if (view.getUint16(at) !== 0xffe1 || view.getUint32(at + 4) !== 0x45786966) continue;
      const block = bytes.slice(at, at + 2 + view.getUint16(at + 2));
      const exif = new DataView(block);
      const little = exif.getUint16(10) === 0x4949;
      const first = 10 + exif.getUint32(14, little);
      for (let entry = 0; entry < exif.getUint16(first, little); entry += 1) {
        const place = first + 2 + entry * 12;
        if (exif.getUint16(place, little) === 0x0112) exif.setUint16(place + 8, 1, little);
      }
      return block;
    }
    return null;
  };

  const shrunk = async (file, picture) => {
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    if (file.size < SMALL && scale === 1) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!drawn || drawn.size >= file.size) return file;
    let exif = null;
    try { exif = exifOf(await file.slice(0, 262144).arrayBuffer()); } catch { /* a broken block is left behind */ }
    const parts = exif ? [drawn.slice(0, 2), exif, drawn.slice(2)] : [drawn];
    return new File(parts, file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
  };

  const row = (place, file, picture) => {
    const section = document.createElement("section");
    section.className = "new-photo photo-fields";
    if (picture) {
      const canvas = document.createElement("canvas");
      canvas.width = 320;
      canvas.height = Math.round((320 * picture.height) / picture.width);
      canvas.setAttribute("aria-hidden", "true");
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      section.append(canvas);
    }
    const heading = document.createElement("h3");
    heading.textContent = file.name;
    section.append(heading);
    const fields = shared.cloneNode(true);
    fields.removeAttribute("id");
    for (const part of fields.querySelectorAll("[id], [for], [name], [aria-describedby]")) {
      for (const name of ["id", "for", "name", "aria-describedby"]) {
        if (part.hasAttribute(name)) part.setAttribute(name, `${part.getAttribute(name)}-${place}`);
      }
    }
    fields.hidden = false;
    section.append(...fields.children);
    return section;
  };

  input.addEventListener("change", async () => {
    const files = new DataTransfer();
    rows.replaceChildren();
    shared.hidden = input.files.length > 0;
    for (const part of shared.querySelectorAll("input, select")) part.disabled = shared.hidden;
    let place = 0;
    for (const file of [...input.files]) {
      let picture = null;
      try { picture = await createImageBitmap(file, { imageOrientation: "from-image" }); } catch { /* the server says why */ }
      files.items.add(picture ? await shrunk(file, picture) : file);
      rows.append(row(place, file, picture));
      for (const part of rows.lastChild.querySelectorAll("input, select")) part.disabled = false;
      picture?.close();
      place += 1;
    }
    input.files = files.files;
  });
})();
