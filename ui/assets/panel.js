// Draws the HTML of one panel and, when it changes, changes only the nodes that differ:
// scroll positions, selected text, focus and opened details stay as the reader left them.

function sameKind(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName;
}

function matchAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    // What the reader opened stays open.
    if (!fresh.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function match(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    // A longer text is appended to, so that a selection in it survives the stream.
    if (fresh.data.startsWith(old.data)) old.appendData(fresh.data.slice(old.data.length));
    else if (old.data !== fresh.data) old.data = fresh.data;
  } else if (old.nodeType === Node.ELEMENT_NODE) {
    matchAttributes(old, fresh);
    matchChildren(old, fresh);
  }
}

function matchChildren(old, fresh) {
  const wanted = [...fresh.childNodes];
  wanted.forEach((node, at) => {
    const present = old.childNodes[at];
    if (!present) old.appendChild(node);
    else if (sameKind(present, node)) match(present, node);
    else old.replaceChild(node, present);
  });
  while (old.childNodes.length > wanted.length) old.removeChild(old.lastChild);
}

// As the clipboard's old way does it, which works over plain HTTP from afar, too.
function copyBySelection(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("nothing was copied");
}

async function copy(button) {
  const link = button.getAttribute("data-copy-link");
  const text = link === null ? button.getAttribute("data-copy") : new URL(link, document.baseURI).href;
  const label = button.textContent;
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else copyBySelection(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = text; // no clipboard here at all: the text itself can be selected
    return;
  }
  setTimeout(() => { button.textContent = label; }, 1500);
}

const roots = new WeakMap();

// A link that stands for a choice on this page is told to the page; with a modifier key it stays a link.
function pick(event, root) {
  const chosen = event.target.closest("[data-pick]");
  if (!chosen || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (event.detail > 1) return; // the second half of a double click chooses nothing that the first did not
  root.tell("picked", chosen.getAttribute("data-pick"));
}

export default function ({ data, parentElement, setTriggerValue }) {
  let root = roots.get(parentElement);
  if (!root) {
    root = document.createElement("div");
    roots.set(parentElement, root);
    root.className = "panel-root";
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-copy], [data-copy-link]");
      if (button) copy(button);
      pick(event, root);
    });
    parentElement.appendChild(root);
  }
  root.tell = setTriggerValue;
  if (root.drawn === data.html) return;
  root.drawn = data.html;
  const fresh = document.createElement("template");
  fresh.innerHTML = data.html;
  matchChildren(root, fresh.content);
}
