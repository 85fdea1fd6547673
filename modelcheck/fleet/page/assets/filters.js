// The filters of the inventory: which rows are shown, and in which order.
const NONE = "not said";
const FILTERS = {
  label: { says: labelOf },
  family: { says: (row) => textOf(column.family[row]) || NONE },
  licence: { says: (row) => textOf(column.licence[row]) || NONE },
  owner: { says: (row) => ownerOf(row) || NONE },
};
const MOST_OPTIONS = 400;

function options(select, entries) {
  select.replaceChildren(...entries.map(([value, says]) => el("option", { value }, says)));
}

function fillFilters() {
  for (const [name, filter] of Object.entries(FILTERS)) {
    const counts = new Map();
    for (let row = 0; row < total; row += 1) counts.set(filter.says(row), (counts.get(filter.says(row)) || 0) + 1);
    const sorted = [...counts].sort((one, other) => other[1] - one[1] || compare(one[0], other[0]));
    const entries = sorted.slice(0, MOST_OPTIONS).map(([value, number]) => [`=${value}`, `${value} (${count(number)})`]);
    const left = sorted.length - MOST_OPTIONS;
    options(byId(`by-${name}`), [["", left > 0 ? `all (${count(left)} more: search)` : "all"], ...entries]);
  }
  options(byId("by-severity"), [["", "all"], ["error", "errors"], ["warning", "warnings"], ["none", "no errors or warnings"]]);
  options(byId("by-use"), [["", "all"], ["used", "a deployment"], ["unused", "no deployment"], ["parent", "another checkpoint"]]);
  options(byId("sort"), Object.entries(COLUMNS).flatMap(([key, one]) => [[key, one.title], [`-${key}`, `${one.title}, ${one.reverse}`]]));
  fillFindings();
}

function fillFindings() {
  const counts = new Map();
  for (const found of findings) for (const { rule } of found) counts.set(rule, (counts.get(rule) || 0) + 1);
  const areas = new Map();
  for (const rule of [...counts.keys()].sort((one, other) => compare(ruleName(one), ruleName(other)))) {
    const area = ruleName(rule).split("/")[0];
    if (!areas.has(area)) areas.set(area, []);
    areas.get(area).push(rule);
  }
  const groups = [...areas].map(([area, rules]) =>
    el("optgroup", { label: area }, el("option", { value: `${area}/` }, `any of ${area}`),
      rules.map((rule) => el("option", { value: ruleName(rule) }, `${ruleName(rule)} (${count(counts.get(rule))})`))));
  byId("by-finding").replaceChildren(el("option", { value: "" }, "all"), ...groups);
}

const searchable = [];
function textToSearch(row) {
  searchable[row] ??= [names[row], ...nodes[row].parents.map((parent) => names[parent]), textOf(column.problem[row]),
    textOf(column.sub[row]), column.version[row]].filter(Boolean).join("\n").toLowerCase();
  return searchable[row];
}

function chosen() {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = Object.entries(FILTERS).map(([name, filter]) => [filter.says, byId(`by-${name}`).value.slice(1)]);
  const active = wanted.filter(([, value]) => value);
  const [finding, severity, use] = ["finding", "severity", "use"].map((name) => byId(`by-${name}`).value);
  const rows = [];
  for (let row = 0; row < total; row += 1) {
    if (active.every(([says, value]) => says(row) === value) && hasFinding(row, finding, severity) && isUsed(row, use)
      && words.every((word) => textToSearch(row).includes(word))) rows.push(row);
  }
  return rows;
}

function hasFinding(row, finding, severity) {
  if (severity === "none") return !column.errors[row] && !column.warnings[row] && !finding;
  if (!finding) return !severity || column[severity === "error" ? "errors" : "warnings"][row] > 0;
  return findings[row].some(({ rule }) => (finding.endsWith("/") ? ruleName(rule).startsWith(finding) : ruleName(rule) === finding)
    && (!severity || severityOf(rule) === severity));
}

function isUsed(row, use) {
  if (use === "parent") return nodes[row].children.some((child) => !isTree(child));
  return !use || (useCount(row) > 0) === (use === "used");
}
