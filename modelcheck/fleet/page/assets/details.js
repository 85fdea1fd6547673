// Everything that the store says of one checkpoint, in a dialog.
const dialog = byId("details");
const MOST_LISTED = 50;

function showDetails(row) {
  const facts = [
    ["Verdict", [badge(labelOf(row)), column.p[row] === null ? "" : ` probability of instruct ${(column.p[row] / 1000).toFixed(3)}`]],
    ["More", textOf(column.sub[row])],
    ["Family", textOf(column.family[row])],
    ["Licence", textOf(column.licence[row]) || "not said"],
    ["Access", column.flags[row] & 2 ? "gated: not all files could be read" : null],
    ["Chat template", column.flags[row] & 1 ? "yes" : "none found"],
    ["Stop tokens", textOf(column.stops[row])],
    ["Files", column.files[row] ? `${count(column.files[row])}, ${size(column.bytes[row]) || "size not known"}` : "none read: judged by its name"],
    ["Version", column.version[row]],
    ["Judged", [textOf(column.judged[row]), textOf(column.source[row]) ? ` (${textOf(column.source[row])})` : ""]],
    ["Probe", textOf(column.probe[row])],
    ["Problem", textOf(column.problem[row])],
  ].filter(([, value]) => value);
  const found = findings[row].map(({ rule, count: number }) =>
    el("li", null, severityOf(rule) === "unknown" ? badge("not installed") : badge(severityOf(rule)), " ", el("code", null, ruleName(rule)),
      number > 1 ? ` \u00d7 ${count(number)}` : "", data.rules[rule][2] ? el("div", { class: "dim" }, data.rules[rule][2]) : null));
  const places = (usesOf.get(row) || []).map((use) => el("li", { class: "mono" }, placeOf(use)));
  const made = nodes[row].children.filter((child) => !isTree(child));
  open(names[row], [
    el("dl", null, facts.map(([name, value]) => [el("dt", null, name), el("dd", null, value)])),
    list("Findings", found),
    list("Made from", nodes[row].parents.map((parent) => el("li", null, nodeLink(parent), how(parent, row)))),
    list("Made from it", made.map((child) => el("li", null, nodeLink(child), how(row, child)))),
    list("Deployed at", places),
    nodes[row].parents.length || nodes[row].children.length ? lineageButton(row) : null,
  ]);
}

function showOther(node) {
  const uses = isTree(node) ? [] : usesOf.get(node) || [];
  open(names[node], [
    el("p", null, isTree(node) ? "A repository or folder with deployment files." : "This model is named by others; it is not in the store."),
    isTree(node) ? list("Models", nodes[node].parents.map((parent) => el("li", null, nodeLink(parent)))) : null,
    list("Deployed at", uses.map((use) => el("li", { class: "mono" }, placeOf(use)))),
    lineageButton(node),
  ]);
}

const show = (node) => (node < total ? showDetails(node) : showOther(node));

function placeOf(use) {
  const { uses } = data;
  const says = [textOf(uses.engine[use]), textOf(uses.purpose[use]), textOf(uses.revision[use]) ? `at ${textOf(uses.revision[use])}` : "at no fixed revision"];
  if (uses.likely[use]) says.push("looks like a model");
  const rules = uses.rules[use].map(ruleName);
  return [`${textOf(uses.tree[use])}: ${textOf(uses.path[use])}${uses.line[use] ? `:${uses.line[use]}` : ""} `,
    el("span", { class: "dim" }, says.filter(Boolean).join(", "), rules.length ? `; ${rules.join(", ")}` : "")];
}

function open(title, content) {
  dialog.replaceChildren(el("button", { type: "button", class: "close", onclick: () => dialog.close() }, "Close"),
    el("h2", { id: "details-title", class: "mono" }, title), ...content.filter(Boolean));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

function list(title, items) {
  if (!items.length) return null;
  const left = items.length - MOST_LISTED;
  return el("section", null, el("h3", null, `${title} (${count(items.length)})`),
    el("ul", null, items.slice(0, MOST_LISTED), left > 0 ? el("li", { class: "dim" }, `${count(left)} more`) : null));
}

function how(parent, child) {
  const says = relation.get(linked(parent, child));
  return says === MADE ? "" : ` (${says})`;
}

const nodeLink = (node) => el("button", { type: "button", class: "link mono", onclick: () => show(node) }, names[node]);

function lineageButton(node) {
  const go = () => { dialog.close(); startAt(node); byId("lineage").scrollIntoView(); };
  return el("p", null, el("button", { type: "button", onclick: go }, "Show its lineage"));
}
