// Connects the parts. The lineage is drawn when it is first seen.
const MOST_ROOTS = 40;
const PRINTED = 200;
const every = roots();

function listRoots() {
  const word = byId("find").value.trim().toLowerCase();
  const fitting = [];
  if (word) for (let node = 0; node < names.length && fitting.length <= MOST_ROOTS; node += 1) if (names[node].toLowerCase().includes(word)) fitting.push(node);
  const shown = (word ? fitting : every).slice(0, MOST_ROOTS);
  const more = (word ? fitting.length : every.length) > MOST_ROOTS;
  byId("found").textContent = word
    ? (more ? `The first ${MOST_ROOTS} matches` : plural(shown.length, "match", "matches"))
    : every.length ? `${plural(every.length, "lineage")}, the largest first${more ? `; ${MOST_ROOTS} shown` : ""}` : "No checkpoint names a parent, and none is deployed.";
  byId("roots").replaceChildren(...shown.map((node) => el("li", null, el("button", { type: "button", value: node, title: names[node],
    "aria-pressed": node === lineage.focus ? "true" : "false", onclick: () => startAt(node) },
  el("span", { class: "mono" }, isTree(node) ? shortName(node) : names[node]), el("span", { class: "dim" }, isTree(node) ? kindOf(node) : after(node))))));
}

function after(node) {
  const { models: made, trees: using } = descendants(node);
  return [made ? `${count(made)} made from it` : null, using ? plural(using, "repository", "repositories") : null].filter(Boolean).join(", ") || "nothing made from it";
}

function choose(id, value) {
  byId("filters").reset();
  byId(id).value = value;
  update();
  byId("inventory").scrollIntoView();
}

document.addEventListener("click", (event) => {
  const { node, rule, family } = event.target.dataset || {};
  if (node !== undefined && numberOf.has(node)) show(numberOf.get(node));
  if (rule !== undefined) choose("by-finding", rule);
  if (family !== undefined) choose("by-family", `=${family}`);
  if (event.target === dialog) dialog.close();
});
let waiting = 0;
byId("filters").addEventListener("input", () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(update); });
byId("filters").addEventListener("reset", () => setTimeout(update));
byId("filters").addEventListener("submit", (event) => event.preventDefault());
grid.addEventListener("scroll", () => draw(), { passive: true });
grid.addEventListener("keydown", move);
graph.addEventListener("keydown", moveInGraph);
byId("find").addEventListener("input", listRoots);
addEventListener("resize", () => { draw(); drawGraph(); });
addEventListener("beforeprint", () => {
  if (table.rows.length > PRINTED) byId("print-note").textContent = `The first ${PRINTED} of ${count(table.rows.length)} checkpoints are printed.`;
  draw(0, Math.min(table.rows.length, PRINTED));
  drawn.printed = true;
  if (lineage.focus < 0 && every.length) startAt(every[0]);
  else drawGraph();
});
addEventListener("afterprint", () => {
  byId("print-note").textContent = "";
  drawn.printed = false;
  draw();
  drawGraph();
});

fillFilters();
update();
listRoots();
byId("legend").textContent = "Left edge: blue base, green instruct, amber unknown. Dashed box: named by others, not in the store. Dashed line: deployed by. +n: neighbours not shown. Arrow keys move, Enter opens.";
new IntersectionObserver((entries, observer) => {
  if (entries.some((entry) => entry.isIntersecting)) { observer.disconnect(); if (lineage.focus < 0 && every.length) startAt(every[0]); }
}, { rootMargin: "300px" }).observe(graph);
document.documentElement.dataset.ready = "yes";
