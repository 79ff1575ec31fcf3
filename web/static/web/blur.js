// Areas drawn on a photo with finger or mouse, noted in thousandths. Without this file they are typed in percent.
"use strict";
(() => {
  const stage = document.getElementById("blur");
  const note = document.querySelector("#blur-form [name=drawn]");
  if (!stage || !note) return;
  const again = document.getElementById("blur-again");
  let areas = [];
  let drawing = null;
  again.hidden = false;

  const place = (event) => {
    const frame = stage.getBoundingClientRect();
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most) * 1000 / most);
    return [within(event.clientX - frame.left, frame.width), within(event.clientY - frame.top, frame.height)];
  };
  const show = ({ box, from, to }) => {
    const [left, top] = [Math.min(from[0], to[0]), Math.min(from[1], to[1])];
    const [width, height] = [Math.abs(from[0] - to[0]), Math.abs(from[1] - to[1])];
    Object.assign(box.style, { left: `${left / 10}%`, top: `${top / 10}%`, width: `${width / 10}%`, height: `${height / 10}%` });
    return [left, top, width, height];
  };
  stage.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const box = document.createElement("span");
    box.className = "area";
    stage.append(box);
    drawing = { box, from: place(event), to: place(event) };
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    drawing.to = place(event);
    show(drawing);
  });
  const finish = () => {
    if (!drawing) return;
    const area = show(drawing);
    if (area[2] < 5 || area[3] < 5) drawing.box.remove();
    else areas.push(area);
    drawing = null;
    note.value = areas.map((each) => each.join(",")).join(";");
  };
  stage.addEventListener("pointerup", finish);
  stage.addEventListener("pointercancel", finish);
  again.addEventListener("click", () => {
    areas = [];
    note.value = "";
    for (const box of stage.querySelectorAll(".area")) box.remove();
  });
})();
