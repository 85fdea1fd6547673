// Which nodes of the graph are visible: a focus, what it is made from, and the neighbours of every node that is open.
const FIRST = 6;
const MORE = 20;
const MOST_ANCESTORS = 40;
const lineage = { focus: -1, open: new Map() };

// How many models are made from each node, in any number of steps, and how many repositories use them or it.
const reach = new Map();
function descendants(start) {
  if (reach.has(start)) return reach.get(start);
  const seen = new Set([start]);
  const waiting = [start];
  while (waiting.length) for (const child of nodes[waiting.pop()].children) if (!seen.has(child)) { seen.add(child); waiting.push(child); }
  const trees = [...seen].filter(isTree).length;
  const found = { models: seen.size - 1 - trees, trees };
  reach.set(start, found);
  return found;
}

// The lineages: nodes without parents; of a cycle nobody is without, so the first of it that is met.
function roots() {
  const covered = new Set();
  const found = [];
  const cover = (start) => {
    const waiting = [start];
    while (waiting.length) {
      const node = waiting.pop();
      if (!covered.has(node)) { covered.add(node); waiting.push(...nodes[node].children); }
    }
    found.push(start);
  };
  for (let node = 0; node < models; node += 1) if (!nodes[node].parents.length && nodes[node].children.length) cover(node);
  for (let node = 0; node < models; node += 1) if (nodes[node].children.length && !covered.has(node)) cover(node);
  return found.sort((one, other) => descendants(other).models - descendants(one).models || descendants(other).trees - descendants(one).trees || one - other);
}

// Children in the order in which they are shown: those with the most behind them first.
const orderOf = new Map();
function ordered(node) {
  if (!orderOf.has(node)) {
    const weight = (child) => nodes[child].children.length;
    orderOf.set(node, [...nodes[node].children].sort((one, other) => weight(other) - weight(one) || compare(names[one], names[other])));
  }
  return orderOf.get(node);
}

function visible() {
  const seen = new Set();
  const edges = [];
  const rest = new Map();
  const waiting = [lineage.focus];
  let ancestors = 0;
  const add = (node) => { if (!seen.has(node)) { seen.add(node); waiting.push(node); } };
  seen.add(lineage.focus);
  const up = [lineage.focus];
  while (up.length && ancestors < MOST_ANCESTORS) {
    for (const parent of nodes[up.shift()].parents.slice(0, FIRST)) if (!seen.has(parent)) { ancestors += 1; add(parent); up.push(parent); }
  }
  while (waiting.length) {
    const node = waiting.shift();
    const limit = lineage.open.get(node);
    if (limit === undefined) continue;
    const children = ordered(node);
    children.slice(0, limit).forEach(add);
    const parents = nodes[node].parents;
    parents.slice(0, limit).forEach(add);
    rest.set(node, [children.slice(limit), parents.slice(limit)]);
  }
  for (const [node, sides] of rest) {
    const [below, above] = sides.map((side) => side.filter((other) => !seen.has(other)).length);
    rest.set(node, { hidden: below + above, above: !below });
  }
  for (const node of seen) for (const child of nodes[node].children) if (seen.has(child)) edges.push([node, child]);
  return { seen: [...seen], edges, rest };
}

const hiddenNeighbours = (node, seen) => [...nodes[node].parents, ...nodes[node].children].filter((other) => !seen.has(other)).length;

function kindOf(node) {
  if (isTree(node)) return /^(\/|\w:)/.test(names[node]) && !names[node].includes("://") ? "folder" : "repository";
  if (node >= total && !nodes[node].parents.length) return "not in the store";
  const says = [...new Set(nodes[node].parents.map((parent) => relation.get(linked(parent, node))))];
  return says.length ? says.join(", ") : "no parent named";
}
