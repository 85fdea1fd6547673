// Draws the visible part of a lineage: boxes are buttons in a list, lines are behind them.
const graph = byId("graph");
const drawn = { boxes: [], printed: false };
const isNarrow = () => drawn.printed || graph.clientWidth < 560;
// A lineage starts with its heaviest line open for some steps, so that one sees how far it goes.
const STEPS = 2;
const FEW = 4;

function startAt(node) {
  lineage.focus = node;
  lineage.open = new Map([[node, FIRST]]);
  for (let [next] = ordered(node), step = 0; next !== undefined && !lineage.open.has(next) && step < STEPS; step += 1) {
    lineage.open.set(next, FEW);
    [next] = ordered(next);
  }
  for (const button of byId("roots").querySelectorAll("button")) button.setAttribute("aria-pressed", button.value === String(node));
  drawGraph();
  const box = drawn.boxes.find((one) => one.node === node);
  if (box) graph.scrollTo({ left: Math.max(0, box.x - STEP), top: box.y < graph.clientHeight / 2 ? 0 : box.y - 80 });
}

function drawGraph(focused) {
  if (lineage.focus < 0) return;
  const narrow = isNarrow();
  const shown = visible();
  const { boxes, wide, high } = layout(shown, narrow ? graph.clientWidth - 32 : 0);
  const seen = new Set(shown.seen);
  const at = new Map(boxes.filter((box) => box.node !== undefined).map((box) => [box.node, box]));
  const lines = svg("svg", { width: wide, height: high, "aria-hidden": "true" });
  for (const [parent, child] of shown.edges) {
    lines.append(svg("path", { d: curve(at.get(parent), at.get(child), narrow), class: isTree(child) ? "served" : "", "data-ends": linked(parent, child) }));
  }
  const items = boxes.map((box) => el("li", null, box.node === undefined ? moreBox(box) : nodeBox(box.node, seen)));
  boxes.forEach((box, place) => {
    items[place].firstChild.style.left = `${box.x}px`;
    items[place].firstChild.style.top = `${box.y}px`;
    if (narrow) items[place].firstChild.style.width = `${Math.max(150, wide - box.x)}px`;
  });
  const canvas = el("div", { class: "canvas" }, lines, el("ul", null, items));
  canvas.style.width = `${wide}px`;
  canvas.style.height = `${high}px`;
  graph.replaceChildren(canvas);
  drawn.boxes = boxes;
  describe(lineage.focus);
  if (focused !== undefined) byId(`node-${focused}`)?.focus();
}

function nodeBox(node, seen) {
  const hidden = hiddenNeighbours(node, seen);
  const label = node < total ? labelOf(node) : isTree(node) ? "tree" : "outside";
  const says = [kindOf(node), node < total ? label : null].filter(Boolean);
  const open = lineage.open.has(node);
  const kinds = ["node", label, node === lineage.focus ? "focus" : ""].join(" ");
  const name = `${names[node]}: ${says.join(", ")}${hidden ? `, ${plural(hidden, "neighbour")} not shown` : ""}`;
  return el("button", { type: "button", id: `node-${node}`, class: kinds, title: names[node], "aria-label": name, "aria-expanded": open ? "true" : "false",
    onclick: () => toggle(node), onfocus: () => select(node), onmouseenter: () => light(node), onmouseleave: () => light(-1) },
  el("b", null, shortened(shortName(node))), el("span", null, says.join(" \u00b7 ")),
  hidden ? el("i", { "aria-hidden": "true" }, `+${count(hidden)}`) : null);
}

function moreBox(box) {
  const open = () => { lineage.open.set(box.more, (lineage.open.get(box.more) || FIRST) + MORE); drawGraph(box.more); };
  return el("button", { type: "button", class: "node more", "aria-label": `Show ${MORE} more of the ${plural(box.hidden, "neighbour")} of ${names[box.more]} that are not shown`, onclick: open },
    el("b", null, `${count(box.hidden)} more`));
}

// The last part of a name tells models of one owner apart, and folders; the whole is in the tooltip and in the line above.
function shortName(node) {
  if (isTree(node)) return names[node].replace(/(\.git|\/)$/, "").split("/").slice(-2).join("/");
  return names[node].split("/").pop() || names[node];
}

// Names of one lineage begin alike and end differently: the middle is left out.
function shortened(name) {
  const most = isNarrow() ? 34 : 26;
  return name.length <= most ? name : `${name.slice(0, most / 2 - 1)}\u2026${name.slice(-most / 2)}`;
}

function toggle(node) {
  if (lineage.open.has(node)) lineage.open.delete(node);
  else lineage.open.set(node, FIRST);
  drawGraph(node);
}

function select(node) {
  describe(node);
  light(node);
}

function describe(node) {
  byId("chosen").replaceChildren(el("span", { class: "mono" }, names[node]), " ", el("button", { type: "button", onclick: () => show(node) }, "Details"), " ",
    node === lineage.focus ? "" : el("button", { type: "button", onclick: () => { startAt(node); byId(`node-${node}`)?.focus(); } }, "Start here"));
}

function light(node) {
  for (const path of graph.querySelectorAll("path")) path.classList.toggle("lit", path.dataset.ends.split(" ").includes(String(node)));
}

function moveInGraph(event) {
  const own = drawn.boxes.find((box) => `node-${box.node}` === event.target.id);
  const steps = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  if (!own || !(event.key in steps)) return;
  event.preventDefault();
  const [x, y] = steps[event.key];
  const narrow = isNarrow();
  const ahead = drawn.boxes.filter((box) => box.node !== undefined && (x ? Math.sign(box.x - own.x) === x : Math.sign(box.y - own.y) === y && (narrow || box.x === own.x)));
  const far = (box) => Math.abs(box.x - own.x) * (x ? 1000 : 1) + Math.abs(box.y - own.y);
  const next = ahead.sort((one, other) => far(one) - far(other))[0];
  if (next) byId(`node-${next.node}`).focus();
}
