// A textarea over a backdrop that shows the same text with its matched words marked.
// The textarea owns the text: Python learns of it after a pause, and replaces it only by a `fill` with a new id,
// so that no rerun, redraw or reconnect takes away what was typed.

const PAUSE_MS = 150;
const LONG_PAUSE_MS = 600;
const LONG_TEXT = 20000;
const TALLEST_PX = 300;

function build(parent) {
  const root = document.createElement("div");
  root.className = "editor";
  const backdrop = root.appendChild(document.createElement("div"));
  backdrop.className = "backdrop";
  backdrop.setAttribute("aria-hidden", "true");
  const area = root.appendChild(document.createElement("textarea"));
  area.setAttribute("aria-describedby", "matched");
  area.spellcheck = false; // red waves would be taken for marks
  const matched = root.appendChild(document.createElement("p"));
  matched.id = "matched";
  matched.className = "spoken";
  parent.appendChild(root);
  return { root, backdrop, area, matched, marks: [], text: "", filled: null, timer: 0, frame: 0 };
}

// Offsets of Python count code points, those of JavaScript UTF-16 units: they differ behind every astral character.
function toUnits(text, marks) {
  if (!/[\ud800-\udfff]/.test(text)) return marks;
  const units = [0];
  for (const character of text) units.push(units[units.length - 1] + character.length);
  return marks.map((mark) => ({ ...mark, start: units[mark.start], end: units[mark.end] }));
}

// Until Python has looked again, marks move with the text around them; one that was edited goes.
function carry(marks, before, after) {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const shift = after.length - before.length;
  return marks.flatMap((mark) => {
    if (mark.end <= head) return [mark];
    if (mark.start < before.length - tail) return [];
    return [{ ...mark, start: mark.start + shift, end: mark.end + shift }];
  });
}

function paint(editor) {
  const { backdrop, area, marks } = editor;
  const text = area.value;
  const pieces = [];
  let at = 0;
  for (const { start, end, kind, title } of marks) {
    if (start < at || end > text.length) continue;
    pieces.push(document.createTextNode(text.slice(at, start)));
    const mark = document.createElement("mark");
    mark.className = kind;
    mark.title = title;
    mark.textContent = text.slice(start, end);
    pieces.push(mark);
    at = end;
  }
  // The trailing space gives a last empty line its height.
  if (marks.length) pieces.push(document.createTextNode(`${text.slice(at)} `));
  backdrop.replaceChildren(...pieces);
  backdrop.scrollTop = area.scrollTop;
}

function grow(editor) {
  const { area } = editor;
  const scrolled = area.scrollTop;
  if (area.value.length > LONG_TEXT) {
    area.style.height = `${TALLEST_PX}px`; // measuring a long text takes longer than a keystroke may
    return;
  }
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, TALLEST_PX)}px`;
  area.scrollTop = scrolled;
}

function tell(editor) {
  clearTimeout(editor.timer);
  editor.timer = 0;
  if (editor.told === editor.area.value) return;
  editor.told = editor.area.value;
  editor.setStateValue("text", editor.area.value);
}

function changed(editor) {
  editor.marks = carry(editor.marks, editor.text, editor.area.value);
  editor.text = editor.area.value;
  editor.remember();
  grow(editor);
  cancelAnimationFrame(editor.frame);
  editor.frame = requestAnimationFrame(() => paint(editor));
  clearTimeout(editor.timer);
  editor.timer = setTimeout(() => tell(editor), editor.text.length > LONG_TEXT ? LONG_PAUSE_MS : PAUSE_MS);
}

function write(editor, text) {
  editor.area.value = text;
  editor.text = editor.told = text;
  editor.marks = [];
  grow(editor);
}

function listen(editor) {
  const { area, backdrop } = editor;
  area.addEventListener("input", () => changed(editor));
  area.addEventListener("scroll", () => { backdrop.scrollTop = area.scrollTop; });
  area.addEventListener("blur", () => { if (editor.timer) tell(editor); });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    clearTimeout(editor.timer);
    editor.timer = 0;
    editor.told = area.value;
    editor.setTriggerValue("send", area.value);
  });
}

const editors = new WeakMap();

// What was typed last in this tab, by editor: a page that is left within the pause has not told Python yet.
const memory = new Map();

// The server was started again under this tab: it knows nothing of what was typed, and fills in what it finds logged.
function isNews(data, session, text) {
  return session !== undefined && session !== data.session && text !== "";
}

function firstText(data) {
  const kept = memory.get(data.name);
  if (isNews(data, kept?.session, kept?.text)) return kept.text;
  const replaced = data.fill !== null && data.fill !== kept?.fill;
  return kept === undefined || replaced ? data.text : kept.text;
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let editor = editors.get(parentElement);
  const fresh = !editor;
  if (fresh) {
    editor = build(parentElement);
    editors.set(parentElement, editor);
    listen(editor);
  }
  editor.setStateValue = setStateValue;
  editor.setTriggerValue = setTriggerValue;
  editor.area.setAttribute("aria-label", data.label);
  editor.area.placeholder = data.placeholder;
  editor.root.classList.toggle("low", data.low);
  if (fresh) {
    write(editor, firstText(data));
    if (editor.text !== data.text) {
      editor.told = data.text;
      tell(editor);
    }
  }
  const news = !fresh && isNews(data, editor.session, editor.area.value);
  editor.session = data.session;
  if (news && editor.area.value !== data.text) {
    editor.told = data.text;
    tell(editor);
  }
  if (data.fill !== null && data.fill !== editor.filled) {
    if (!fresh && !news) {
      clearTimeout(editor.timer);
      editor.timer = 0;
      write(editor, data.text);
    }
    editor.filled = data.fill;
  }
  editor.remember = () =>
    memory.set(data.name, { session: editor.session, fill: editor.filled, text: editor.area.value });
  editor.remember();
  // Marks of a text that has been typed over meanwhile are not drawn: the next look is under way.
  if (data.text === editor.area.value) {
    editor.marks = toUnits(data.text, data.marks);
    editor.matched.textContent = data.spoken;
  }
  paint(editor);
  if (fresh) requestAnimationFrame(() => grow(editor));
}
