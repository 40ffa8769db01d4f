// Fields of a document in dense rows: a slider with its number, a choice, a text. Bounds and values come from Python;
// a value that Python refused stays where it was typed, with the reason below, until it is mended or taken back.

const STEPS = 1000;
const views = new WeakMap();

// A slider's place, 0 to 1, for a value: logarithmic where the bounds span thousands, finer near zero where they are wide.
const SCALES = {
  linear: { place: (v, low, high) => (v - low) / (high - low), value: (p, low, high) => low + p * (high - low) },
  log: {
    place: (v, low, high) => Math.log1p(v - low) / Math.log1p(high - low),
    value: (p, low, high) => low + Math.expm1(p * Math.log1p(high - low)),
  },
  cubic: {
    place: (v, low, high) => (Math.cbrt(v / Math.max(-low, high)) + 1) / 2,
    value: (p, low, high) => (2 * p - 1) ** 3 * Math.max(-low, high),
  },
};

function rounded(row, value) {
  if (row.whole) return Math.round(value);
  const digits = Math.abs(value) >= 10 ? 0 : 2;
  return Number(value.toFixed(digits));
}

function numberOf(text) {
  return text.trim() === "" ? null : Number(text);
}

function numberRow(view, row, root) {
  const { low, high } = row;
  const slider = element("input", { type: "range", min: 0, max: STEPS, "aria-label": `${row.spoken}, slider` });
  const number = element("input", { type: "number", step: "any", "aria-label": row.spoken });
  const scale = SCALES[row.scale];
  number.value = row.shown ?? "";
  number.placeholder = row.optional ? "off" : "";
  slider.value = Math.round(STEPS * scale.place(row.shown ?? low, low, high));
  slider.addEventListener("input", () => { number.value = rounded(row, scale.value(slider.value / STEPS, low, high)); });
  slider.addEventListener("change", () => tellEdit(view.box, "set", row.path, numberOf(number.value)));
  number.addEventListener("change", () => tellEdit(view.box, "set", row.path, numberOf(number.value)));
  root.append(slider, number, element("span", { className: "bounds", textContent: row.bounds }));
}

function choiceRow(view, row, root) {
  const select = element("select", { "aria-label": row.spoken });
  for (const choice of row.choices) {
    const option = element("option", { value: choice.value, textContent: choice.label });
    option.selected = choice.value === (row.shown ?? "");
    select.append(option);
  }
  select.addEventListener("change", () => tellEdit(view.box, "set", row.path, select.value === "" ? null : select.value));
  root.append(select);
}

function textRow(view, row, root) {
  const area = element("textarea", { className: `wide ${row.prose ? "prose" : ""}`, "aria-label": row.spoken, rows: 1, spellcheck: false });
  area.value = row.shown ?? "";
  area.addEventListener("change", () => tellEdit(view.box, "set", row.path, row.optional && area.value === "" ? null : area.value));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.blur();
  });
  root.append(area);
}

const DRAW = { number: numberRow, choice: choiceRow, text: textRow };

function plain(text, label, act) {
  const button = element("button", { type: "button", className: "plain", textContent: text, "aria-label": label });
  button.addEventListener("click", act);
  return button;
}

function under(view, row) {
  const line = element("div", { className: "under" });
  if (row.error) line.append(element("span", { className: "error", role: "alert", textContent: row.error }));
  if (row.was) line.append(element("span", { className: "was", textContent: row.was }));
  if (row.error || row.was) {
    const undo = () => tellEdit(view.box, row.error ? "forget" : "revert", row.path);
    line.append(plain("Undo", `Undo ${row.spoken}`, undo));
  }
  return line;
}

function buildRow(view, row) {
  const root = element("div", { className: `row ${row.error ? "refused" : ""} ${row.was ? "changed" : ""}` });
  root.dataset.row = row.path.join("/");
  root.append(element("span", { className: "label", textContent: row.label }));
  DRAW[row.kind](view, row, root);
  if (row.removable) {
    const gone = plain("Remove", `Remove ${row.spoken}`, () => tellEdit(view.box, "remove", row.removable));
    gone.classList.add("end");
    root.append(gone);
  }
  if (row.error || row.was) root.append(under(view, row));
  return root;
}

function buildAdder(view, adder) {
  const root = element("div", { className: "adder" });
  const name = element(adder.names.length ? "select" : "input", { "aria-label": `${adder.label}, name` });
  if (adder.names.length) for (const each of adder.names) name.append(element("option", { value: each, textContent: each }));
  else if (!adder.named) name.hidden = true;
  else name.placeholder = "name, in small letters";
  if (adder.named && adder.typed.name) name.value = adder.typed.name;
  root.append(name);
  const text = element("textarea", { rows: 1, "aria-label": `${adder.label}, text`, placeholder: adder.text ?? "", hidden: adder.text === null });
  text.value = adder.typed.text ?? "";
  if (adder.text !== null) root.append(text);
  root.append(plain(adder.label, adder.label, () => {
    if (adder.named && !name.value.trim()) return;
    tellEdit(view.box, "add", adder.path, { name: name.value.trim(), text: text.value });
    root.dataset.told = "";
  }));
  if (adder.error) root.append(element("span", { className: "error", role: "alert", textContent: adder.error }));
  return root;
}

function buildGroup(view, group) {
  const root = element("section", { className: "group", "aria-label": group.title });
  const head = root.appendChild(element("header", {}, element("h3", { textContent: group.title })));
  if (group.note) head.append(element("span", { className: "note", textContent: group.note }));
  const buttons = element("span", { className: "buttons" });
  if (group.up) buttons.append(plain("Move up", `Move ${group.title} up`, () => tellEdit(view.box, "up", group.up)));
  if (group.removable) {
    buttons.append(plain(group.removal, `${group.removal}: ${group.title}`, () => tellEdit(view.box, "remove", group.removable)));
  }
  if (buttons.children.length) head.append(buttons);
  if (group.error) root.append(element("p", { className: "error", role: "alert", textContent: group.error }));
  for (const row of group.rows) root.append(buildRow(view, row));
  for (const adder of group.adders) root.append(buildAdder(view, adder));
  return root;
}

// What was half typed for a new part stays when its group is drawn anew, unless it was told meanwhile.
function carryOver(from, to) {
  for (const adder of from.querySelectorAll(".adder:not([data-told])")) {
    for (const field of adder.querySelectorAll("input, textarea")) {
      const again = [...to.querySelectorAll(".adder input, .adder textarea")]
        .find((each) => each.getAttribute("aria-label") === field.getAttribute("aria-label"));
      if (again && field.value) again.value = field.value;
    }
  }
}

// A group that did not change keeps its nodes; in one that did, the focus goes back to the same control.
function draw(view, data) {
  const focus = view.root.getRootNode().activeElement;
  const held = focus && { row: focus.closest("[data-row]")?.dataset.row, label: focus.getAttribute("aria-label") };
  const nodes = data.groups.map((group) => {
    const drawn = JSON.stringify(group);
    const kept = view.drawn.get(group.id);
    if (kept && kept.text === drawn) return kept.node;
    const node = buildGroup(view, group);
    if (kept) carryOver(kept.node, node);
    view.drawn.set(group.id, { text: drawn, node });
    return node;
  });
  settle(view.root, nodes);
  if (!held || !held.row) return;
  const again = view.root.querySelector(`[data-row="${CSS.escape(held.row)}"]`);
  const target = again && [...again.querySelectorAll("[aria-label]")].find((each) => each.getAttribute("aria-label") === held.label);
  if (target) target.focus({ preventScroll: true });
}

export default function ({ data, parentElement, setTriggerValue }) {
  let view = views.get(parentElement);
  if (!view) {
    view = { root: element("div", { className: "groups" }), box: outbox(), drawn: new Map(), last: "" };
    views.set(parentElement, view);
    parentElement.append(view.root);
  }
  view.box.send = (edits) => setTriggerValue("edits", edits);
  acknowledge(view.box, data.seen);
  const now = JSON.stringify(data.groups);
  if (now === view.last) return;
  view.last = now;
  draw(view, data);
}
