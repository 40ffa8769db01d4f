// Word lists as chips: a click takes a word out or puts it back, typing or pasting adds many at once.
// What is drawn is what Python says; nothing is changed here before it was kept there.

const views = new WeakMap();

function chip(view, list, word) {
  const removed = word.state === "removed";
  const does = view.locked ? word.text : removed ? `Put “${word.text}” back` : `Remove “${word.text}”`;
  const button = element(
    "button",
    { type: "button", className: word.state, "aria-label": does, title: word.title, tabIndex: -1 },
    element("span", { textContent: word.state === "added" ? `+ ${word.text}` : word.text }),
  );
  if (word.count !== null) button.append(element("span", { className: "count", textContent: word.count }));
  button.addEventListener("click", () => {
    tellEdit(view.box, "words", list.path, removed ? { add: [word.text], remove: [] } : { add: [], remove: [word.text] });
  });
  button.dataset.word = word.text;
  return element("li", {}, button);
}

// One stop of the Tab key per list; arrows, Home and End go from chip to chip.
function roam(event) {
  const chips = [...event.currentTarget.querySelectorAll("button")];
  const at = chips.indexOf(event.target);
  const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: chips.length - 1 };
  if (at < 0 || !(event.key in to) || !chips[to[event.key]]) return;
  event.preventDefault();
  chips[to[event.key]].focus();
  chips.forEach((each, place) => { each.tabIndex = place === to[event.key] ? 0 : -1; });
}

function apart(text) {
  return text.split(/[,\n\r]+/).map((word) => word.trim()).filter(Boolean);
}

function adding(view, list) {
  const input = element("input", {
    type: "text", "aria-label": `Add words to ${list.title}`, placeholder: "Add words; commas or lines between several",
    value: list.typed,
  });
  const add = (words) => {
    if (words.length) tellEdit(view.box, "words", list.path, { add: words, remove: [] });
    else if (list.typed) tellEdit(view.box, "forget", list.path);  // what was refused is given up
    input.value = "";
    view.emptied.add(list.id);
    view.ends.add(list.id);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    add(apart(input.value));
  });
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (!/[,\n]/.test(text)) return;
    event.preventDefault();
    add(apart(`${input.value}${text}`));
  });
  const button = element("button", { type: "button", className: "plain", textContent: "Add" });
  button.addEventListener("click", () => add(apart(input.value)));
  return element("div", { className: "adding" }, input, button);
}

function matching(view, list) {
  const select = element("select", { "aria-label": `Matching of ${list.title}` });
  for (const choice of list.matching.choices) {
    const option = element("option", { value: choice.value, textContent: choice.label });
    option.selected = choice.value === list.matching.value;
    select.append(option);
  }
  select.addEventListener("change", () => tellEdit(view.box, "set", list.matching.path, select.value));
  return select;
}

function build(view, list) {
  const root = element("section", { className: `list ${list.tier}`, "aria-label": list.title });
  const head = root.appendChild(element("div", { className: "head" }, element("h3", { textContent: list.title })));
  if (list.matching) head.append(matching(view, list));
  if (list.was) head.append(element("span", { className: "was", textContent: list.was }));
  head.append(element("span", { className: "note", textContent: list.note }));
  if (list.removable) {
    const gone = element("button", { type: "button", className: "plain", textContent: "Remove list" });
    gone.setAttribute("aria-label", `Remove the list ${list.title}`);
    gone.addEventListener("click", () => tellEdit(view.box, "remove", list.removable));
    head.append(gone);
  }
  const words = root.appendChild(element("ul", { className: "words" }));
  for (const word of list.words) words.append(chip(view, list, word));
  const first = words.querySelector("button");
  if (first) first.tabIndex = 0;
  words.addEventListener("keydown", roam);
  root.append(adding(view, list));
  if (list.error) root.append(element("p", { className: "error", role: "alert", textContent: list.error }));
  return root;
}

const ADDER = "";  // no list has this id

function newList(view, adder) {
  const input = element("input", { type: "text", "aria-label": adder.label, placeholder: "name, in small letters" });
  input.value = view.name || adder.typed;
  input.addEventListener("input", () => { view.name = input.value; });
  const button = element("button", { type: "button", className: "plain", textContent: adder.label });
  const add = () => {
    if (!input.value.trim()) return;
    tellEdit(view.box, "add", adder.path, { name: input.value.trim() });
    view.name = input.value = "";
    view.emptied.add(ADDER);
  };
  input.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) add(); });
  button.addEventListener("click", add);
  const root = element("div", { className: "adding" }, input, button);
  const holder = element("div", {}, root);
  if (adder.error) holder.append(element("p", { className: "error", role: "alert", textContent: adder.error }));
  return holder;
}

// A list that did not change keeps its nodes: scroll position, focus and half-typed words stay.
function draw(view, data) {
  const focus = view.root.getRootNode().activeElement;
  const held = focus && { list: focus.closest("[data-list]")?.dataset.list, word: focus.dataset.word, input: focus.tagName === "INPUT" };
  const nodes = data.lists.map((list) => {
    const drawn = JSON.stringify(list);
    const kept = view.drawn.get(list.id);
    if (kept && kept.text === drawn) return kept.node;
    const node = build(view, list);
    node.dataset.list = list.id;
    if (kept) {
      const before = kept.node.querySelector(".words").scrollTop;
      requestAnimationFrame(() => {
        const words = node.querySelector(".words");
        words.scrollTop = view.ends.delete(list.id) ? words.scrollHeight : before;
      });
      const typed = kept.node.querySelector(".adding input").value;
      if (typed) node.querySelector(".adding input").value = typed;
    }
    view.drawn.set(list.id, { text: drawn, node });
    return node;
  });
  if (data.adder) nodes.push(newList(view, data.adder));
  settle(view.root, nodes);
  if (!held || !held.list) return;
  const again = view.root.querySelector(`[data-list="${CSS.escape(held.list)}"]`);
  if (!again) return;
  const target = held.input
    ? again.querySelector(".adding input")
    : [...again.querySelectorAll("[data-word]")].find((each) => each.dataset.word === held.word);
  if (target) target.focus({ preventScroll: true });
}

// What is refused once more changes nothing that is drawn: it goes back into the field that was emptied for it.
function giveBack(view, data) {
  if (view.box.pending.length) return;
  for (const list of data.lists) {
    if (!view.emptied.has(list.id)) continue;
    const input = view.drawn.get(list.id).node.querySelector(".adding input");
    if (!input.value) input.value = list.typed;
  }
  if (data.adder && view.emptied.has(ADDER)) {
    const input = view.root.lastElementChild.querySelector("input");
    if (!input.value) input.value = data.adder.typed;
  }
  view.emptied.clear();
}

export default function ({ data, parentElement, setTriggerValue }) {
  let view = views.get(parentElement);
  if (!view) {
    view = { root: element("div", { className: "lists" }), box: outbox(), drawn: new Map(), ends: new Set(), emptied: new Set(), name: "", last: "" };
    views.set(parentElement, view);
    parentElement.append(view.root);
  }
  view.box.send = (edits) => setTriggerValue("edits", edits);
  acknowledge(view.box, data.seen);
  const now = JSON.stringify([data.lists, data.adder]);
  if (now !== view.last) {
    view.last = now;
    draw(view, data);
  }
  giveBack(view, data);
}
