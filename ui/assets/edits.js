// Edits on their way to Python: each has a number that grows within its component, and is sent along until Python says that it saw it,
// so that two edits in quick succession are both kept. They go as a trigger: a state would be told once more, and made
// once more, by a browser that comes back to a server that was started again.

let newest = 0;

function outbox() {
  return { pending: [], repeated: new Set(), send: null };
}

function tellEdit(box, op, path, value = null) {
  newest = Math.max(newest + 1, Date.now());
  box.pending.push({ id: newest, op, path, value });
  box.send([...box.pending]);
}

// What is not acknowledged when the page was drawn anew is told once more: its script was ended before it came to it.
function acknowledge(box, seen) {
  newest = Math.max(newest, seen);  // also where the clock was set back since
  box.pending = box.pending.filter((edit) => edit.id > seen);
  const late = box.pending.filter((edit) => !box.repeated.has(edit.id));
  if (!late.length) return;
  for (const edit of late) box.repeated.add(edit.id);
  setTimeout(() => { if (box.pending.length) box.send([...box.pending]); }, 0);
}

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("aria-") || key === "for" || key === "list") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

// Make `nodes` the children of `root`; one that stays is not touched, so that it keeps its focus.
function settle(root, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...root.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, at) => { if (root.children[at] !== node) root.insertBefore(node, root.children[at] ?? null); });
}
