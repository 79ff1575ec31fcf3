// Photos: a small view, a caption and "who took it" for each chosen file; shrunk on the phone, and kept on it until the
// server has them. Without this file one caption and one photographer go to all chosen photos.
"use strict";
(() => {
  const form = document.getElementById("photo-form");
  const input = form?.querySelector("input[type=file]");
  if (!input || typeof DataTransfer === "undefined" || typeof createImageBitmap === "undefined") return;
  const shared = document.getElementById("photo-all");
  const rows = document.getElementById("photo-rows");
  const words = form.dataset;
  const LONGEST = 2048;
  const SMALL = 1_500_000;
  const LARGEST = 64 * 1024 * 1024; // far more than the server takes: refused by its size, nobody reads it first
  const kept = self.phone?.usable && words.draft;
  let next = 0;

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

  const named = (name, place) => form.elements[`${name}-${place}`];
  const said = (place) => {
    const who = named("who", place)?.value ?? "";
    const other = named("other", place)?.value ?? "";
    return { caption: named("caption", place)?.value ?? "", by: who, other, taker: who === "me" ? words.author : who === "other" ? other : "" };
  };
  const whole = (answer) => Boolean(answer.by) && (answer.by !== "other" || Boolean(answer.other));

  const section = (place, name, picture, status) => {
    const made = document.createElement("section");
    made.className = "new-photo photo-fields";
    made.dataset.place = place;
    if (picture) {
      const canvas = document.createElement("canvas");
      canvas.width = 320;
      canvas.height = Math.round((320 * picture.height) / picture.width);
      canvas.setAttribute("aria-hidden", "true");
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      made.append(canvas);
    }
    const heading = document.createElement("h3");
    heading.textContent = name;
    made.append(heading);
    if (status) {
      const line = document.createElement("p");
      line.className = "row";
      const tag = document.createElement("span");
      tag.className = "tag wait";
      tag.textContent = status;
      const away = document.createElement("button");
      away.type = "button";
      away.className = "as-link";
      away.dataset.away = "";
      away.textContent = words.drop;
      const which = document.createElement("span");
      which.className = "unseen";
      which.textContent = ` ${name}`;
      away.append(which);
      line.append(tag, away);
      made.append(line);
    }
    const fields = shared.cloneNode(true);
    for (const part of fields.querySelectorAll("[id], [for], [name], [aria-describedby]")) {
      for (const attribute of ["id", "for", "name", "aria-describedby"]) {
        if (part.hasAttribute(attribute)) part.setAttribute(attribute, `${part.getAttribute(attribute)}-${place}`);
      }
    }
    for (const part of fields.querySelectorAll("input, select")) part.disabled = false;
    made.append(...fields.children);
    return made;
  };
  const seen = async (file) => {
    try { return await createImageBitmap(file, { imageOrientation: "from-image" }); } catch { return null; /* the server says why */ }
  };
  const together = () => {
    shared.hidden = rows.children.length > 0;
    for (const part of shared.querySelectorAll("input, select")) part.disabled = shared.hidden;
    input.required = false;
  };

  if (!kept) {
    input.addEventListener("change", async () => {
      const files = new DataTransfer();
      rows.replaceChildren();
      for (const [place, file] of [...input.files].entries()) {
        const picture = await seen(file);
        files.items.add(picture ? await shrunk(file, picture) : file);
        rows.append(section(place, file.name, picture));
        picture?.close();
      }
      together();
      input.files = files.files;
    });
    return;
  }

  // From here on: a phone that keeps. `held` are the rows of this draft that the server has not, by their place.
  const held = new Map();
  const hold = async (row) => {
    try {
      await phone.put("photos", row);
      return true;
    } catch { return false; /* no room: it stays in this page alone */ }
  };
  const show = async (row, safe) => {
    const place = next;
    next += 1;
    held.set(place, row);
    const picture = row.blob.size > LARGEST ? null : await seen(row.blob);
    const made = section(place, row.name, picture, row.refused || (safe ? words.here : words.full));
    picture?.close();
    rows.append(made);
    named("caption", place).value = row.caption;
    for (const choice of made.querySelectorAll("input[type=radio]")) choice.checked = choice.value === row.by;
    if (named("other", place)) named("other", place).value = row.other;
    together();
  };
  const add = async (file, at) => {
    const picture = file.size > LARGEST ? null : await seen(file);
    const small = picture ? await shrunk(file, picture) : file;
    picture?.close();
    const digest = small.size > LARGEST ? "" : await phone.digestOf(small);
    const key = digest ? phone.keyOf(digest) : crypto.randomUUID();
    if ([...held.values()].some((row) => row.key === key)) return true;
    const row = {
      id: `${words.draft} ${key}`, draft: words.draft, piece: words.piece, portal: words.portal, who: words.owner, key, digest,
      title: words.title, name: file.name || words.unnamed, blob: small, place: at, caption: "", by: "", other: "", taker: "", ready: false,
    };
    const safe = await hold(row);
    await show(row, safe);
    return safe;
  };
  const note = async (place) => {
    const row = { ...held.get(place), ...said(place) };
    held.set(place, row);
    await hold(row);
  };

  let adding = Promise.resolve();
  const choose = async () => {
    const files = [...input.files];
    input.value = "";
    const begun = Date.now();
    for (const [place, file] of files.entries()) await add(file, begun + place);
    navigator.storage?.persist?.().catch(() => false);
    document.dispatchEvent(new Event("phone:changed"));
  };
  input.addEventListener("change", () => { adding = adding.then(choose); });
  rows.addEventListener("change", (event) => {
    const place = Number(event.target.closest("section")?.dataset.place);
    if (held.has(place)) note(place);
  });
  rows.addEventListener("click", async (event) => {
    const made = event.target.closest("[data-away]")?.closest("section");
    if (!made) return;
    const place = Number(made.dataset.place);
    await phone.drop("photos", held.get(place).id).catch(() => {});
    held.delete(place);
    made.remove();
    together();
    input.focus();
    document.dispatchEvent(new Event("phone:changed"));
  });

  const restored = (async () => {
    const left = phone.mine({ who: words.owner, portal: words.portal }, await phone.all("photos").catch(() => []));
    for (const row of left.filter((each) => each.draft === words.draft).sort((a, b) => a.place - b.place)) {
      if (row.raw) {
        if (await add(new File([row.blob], row.name, { type: row.blob.type }), row.place)) await phone.drop("photos", row.id);
        continue;
      }
      if (row.piece !== words.piece) await hold(Object.assign(row, { piece: words.piece }));
      await show(row, true);
    }
  })();

  // For the file that sends: what is here, what is not answered yet, and that all may go now.
  self.photosHere = {
    settled: async () => {
      await restored;
      await adding;
    },
    rows: () => [...held.entries()],
    unanswered: () => [...held.keys()].find((place) => !whole(said(place))),
    field: (place) => named("who", place)?.[0],
    makeReady: async () => {
      let safe = true;
      for (const place of held.keys()) {
        const row = { ...held.get(place), ...said(place), ready: true, refused: "" };
        held.set(place, row);
        safe = await hold(row) && safe;
      }
      return safe;
    },
  };
})();
