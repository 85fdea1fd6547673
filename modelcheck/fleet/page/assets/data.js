// The embedded columns, and what follows from them: names, findings, uses and neighbours of each node.
// Nodes: checkpoints (0 to total - 1), models that are named but not in the store, then repositories.
const data = JSON.parse(byId("data").textContent);
const column = data.checkpoints;
const total = column.name.length;
const textOf = (number) => data.texts[number];
const ownerOf = (row) => textOf(column.owner[row]) || "";
const names = column.name.map((name, row) => (column.owner[row] ? `${ownerOf(row)}/${name}` : name)).concat(data.outside);
const models = names.length;
const labelOf = (row) => data.labels[column.label[row]];

const findings = column.name.map(() => []);
for (let at = 0; at < data.findings.length; at += 3) {
  findings[data.findings[at]].push({ rule: data.findings[at + 1], count: data.findings[at + 2] });
}
const ruleName = (number) => data.rules[number][0];
const severityOf = (number) => data.rules[number][1];

const trees = new Map();
const usesOf = new Map();
data.uses.node.forEach((node, use) => {
  const tree = data.uses.tree[use];
  if (!trees.has(tree)) trees.set(tree, models + trees.size);
  if (!usesOf.has(node)) usesOf.set(node, []);
  usesOf.get(node).push(use);
});
for (const tree of trees.keys()) names.push(textOf(tree) || "");
const useCount = (row) => (usesOf.get(row) || []).length;

const nodes = names.map(() => ({ parents: [], children: [] }));
const relation = new Map();
const linked = (parent, child) => `${parent} ${child}`;
function link(parent, child, says) {
  if (relation.has(linked(parent, child))) return;
  relation.set(linked(parent, child), says);
  nodes[parent].children.push(child);
  nodes[child].parents.push(parent);
}
const MADE = "made from it";
const SAYS = new Map([["adapter", "adapter"], ["finetune", "fine-tune"], ["merge", "merge"], ["quantized", "quantized"]]);
for (let at = 0; at < data.edges.length; at += 3) {
  const says = data.relations[data.edges[at + 2]];
  link(data.edges[at], data.edges[at + 1], SAYS.get(says) || MADE);
}
data.uses.node.forEach((node, use) => {
  const purpose = textOf(data.uses.purpose[use]);
  link(node, trees.get(data.uses.tree[use]), purpose === "unknown" ? "uses it" : `uses it (${purpose})`);
});
const isTree = (node) => node >= models;
const numberOf = new Map(names.map((name, node) => [name, node]).reverse());
