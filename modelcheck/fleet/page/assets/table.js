// The inventory as a grid. Only the rows that can be seen exist; the others are room.
// How sure the verdict is; of an undecided one, the probability of instruct.
function percent(row) {
  const p = column.p[row];
  if (p === null) return "";
  if (labelOf(row) === "unknown") return ` ${Math.round(p / 10)} % instruct`;
  return ` ${((labelOf(row) === "base" ? 1000 - p : p) / 10).toFixed(1)} %`;
}

const wrong = (row) => column.errors[row] * 1e6 + column.warnings[row];
const COLUMNS = {
  name: { title: "Name", reverse: "Z to A", key: (row) => row, cell: nameCell },
  label: { title: "Verdict", reverse: "reversed", key: (row) => column.label[row] * 2000 - (column.p[row] ?? 0),
    cell: (row) => [badge(labelOf(row)), el("span", { class: "dim" }, percent(row))] },
  family: { title: "Family", reverse: "Z to A", key: FILTERS.family.says, cell: (row) => textOf(column.family[row]) || dash() },
  licence: { title: "Licence", reverse: "Z to A", key: FILTERS.licence.says, cell: (row) => textOf(column.licence[row]) || dash() },
  findings: { title: "Findings", reverse: "fewest first", key: (row) => -wrong(row), cell: findingsCell },
  uses: { title: "Uses", reverse: "fewest first", key: (row) => -useCount(row), class: "n", cell: (row) => count(useCount(row)) },
  bytes: { title: "Size", reverse: "smallest first", key: (row) => -column.bytes[row], class: "n", cell: (row) => size(column.bytes[row]) },
};
const table = { rows: [], active: -1, sort: "name" };
const grid = byId("grid");
const body = byId("rows");
const dash = () => el("span", { class: "dim" }, "\u2013");

function nameCell(row) {
  const owner = column.owner[row] ? ownerOf(row) : null;
  return [owner && el("span", { class: "owner" }, owner), el("span", { class: "own" }, owner ? `/${column.name[row]}` : column.name[row])];
}

function findingsCell(row) {
  const parts = [["error", column.errors[row]], ["warning", column.warnings[row]]].filter(([, number]) => number);
  const shown = parts.map(([kind, number], place) => [place ? " " : null, el("span", { class: kind }, plural(number, kind))]);
  return shown.length ? shown.flat() : dash();
}

function drawHead() {
  byId("columns").replaceChildren(...Object.entries(COLUMNS).map(([key, one]) => {
    const sorted = table.sort.replace("-", "") === key;
    const order = sorted ? (table.sort.startsWith("-") ? "descending" : "ascending") : null;
    const says = `${one.title}${sorted ? (order === "ascending" ? " \u2193" : " \u2191") : ""}`;
    return el("div", { role: "columnheader", class: `c-${key} ${one.class || ""}`, "aria-sort": order },
      el("button", { type: "button", title: `Sort by ${one.title.toLowerCase()}`, onclick: () => sortBy(key) }, says));
  }));
}

function sortBy(key) {
  byId("sort").value = table.sort === key ? `-${key}` : key;
  update();
  [...byId("columns").children][Object.keys(COLUMNS).indexOf(key)].firstChild.focus();
}

function update() {
  table.sort = byId("sort").value || "name";
  const { key } = COLUMNS[table.sort.replace("-", "")];
  const direction = table.sort.startsWith("-") ? -1 : 1;
  const keys = new Map();
  table.rows = chosen();
  for (const row of table.rows) keys.set(row, key(row));
  table.rows.sort((one, other) => direction * compare(keys.get(one), keys.get(other)) || one - other);
  table.active = -1;
  const all = table.rows.length === total;
  byId("shown").textContent = all ? plural(total, "checkpoint") : `${count(table.rows.length)} of ${plural(total, "checkpoint")}`;
  for (const select of byId("filters").querySelectorAll("select")) select.classList.toggle("set", select.id !== "sort" && select.value !== "");
  grid.setAttribute("aria-rowcount", table.rows.length + 1);
  grid.scrollTop = 0;
  drawHead();
  draw();
}

const rowHeight = () => parseFloat(getComputedStyle(grid).getPropertyValue("--row")) * parseFloat(getComputedStyle(document.documentElement).fontSize);

function draw(first, last) {
  const height = rowHeight();
  const from = first ?? Math.max(0, Math.floor(grid.scrollTop / height) - 8);
  const to = last ?? Math.min(table.rows.length, from + Math.ceil(grid.clientHeight / height) + 16);
  body.style.height = `${Math.max(table.rows.length, 3) * height}px`;
  const made = [];
  for (let place = from; place < to; place += 1) made.push(drawRow(place, height));
  if (!table.rows.length) made.push(el("p", { class: "empty" }, total ? "No checkpoint fits these filters." : "The store has no checkpoints."));
  body.replaceChildren(...made);
  const active = document.getElementById(`row-${table.active}`);
  if (active) grid.setAttribute("aria-activedescendant", active.id);
  else grid.removeAttribute("aria-activedescendant");
}

function drawRow(place, height) {
  const row = table.rows[place];
  const active = place === table.active;
  const cells = Object.entries(COLUMNS).map(([key, one]) => el("div", { role: "gridcell", class: `c-${key} ${one.class || ""}` }, one.cell(row)));
  cells[0].title = names[row];
  cells[0].classList.add("mono");
  const made = el("div", { role: "row", id: `row-${place}`, class: active ? "row active" : "row", "aria-rowindex": place + 2,
    "aria-selected": active ? "true" : "false", onclick: () => { table.active = place; draw(); showDetails(row); } }, cells);
  made.style.top = `${place * height}px`;
  made.style.height = `${height}px`;
  return made;
}

function move(event) {
  const height = rowHeight();
  const page = Math.max(1, Math.floor(grid.clientHeight / height) - 2);
  const last = table.rows.length - 1;
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (event.target !== grid || last < 0) return;
  if (event.key !== "Enter" && !(event.key in steps)) return;
  event.preventDefault(); // of Enter, too: it would press the button that the dialog puts the focus on
  if (event.key === "Enter") {
    if (table.active >= 0) showDetails(table.rows[table.active]);
    return;
  }
  table.active = Math.max(0, Math.min(last, Math.max(table.active, -1) + steps[event.key]));
  const head = grid.querySelector(".grid-head").offsetHeight;
  const top = table.active * height;
  if (top < grid.scrollTop) grid.scrollTop = top;
  if (top + height > grid.scrollTop + grid.clientHeight - head) grid.scrollTop = top + height - grid.clientHeight + head;
  draw();
}
