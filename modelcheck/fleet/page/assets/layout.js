// Places for the visible nodes, left to right by how many steps they are from a root; in a narrow window an indented list.
const STEP = 264;
const LINE = 62;
const INDENT = 20;

function layers(seen, edges) {
  const parents = new Map(seen.map((node) => [node, []]));
  for (const [parent, child] of edges) parents.get(child).push(parent);
  const depth = new Map();
  const onPath = new Set();
  const measure = (node) => {
    if (depth.has(node)) return depth.get(node);
    onPath.add(node);
    const above = parents.get(node).filter((parent) => !onPath.has(parent)).map(measure);
    onPath.delete(node);
    depth.set(node, above.length ? Math.max(...above) + 1 : 0);
    return depth.get(node);
  };
  seen.forEach(measure);
  return { depth, parents };
}

// Each node stands right of one of its deepest parents, at its height or at the next free line of its layer.
// `narrow` is the width to fill with one box a line, 0 to draw from left to right.
function layout({ seen, edges, rest }, narrow) {
  const { depth, parents } = layers(seen, edges);
  const below = new Map(seen.map((node) => [node, []]));
  const tops = [];
  for (const node of seen) {
    const above = parents.get(node).find((parent) => depth.get(parent) === depth.get(node) - 1);
    if (above === undefined) tops.push(node);
    else below.get(above).push(node);
  }
  const boxes = [];
  const free = [];
  const put = (box, level, from) => {
    const lane = narrow ? 0 : level;
    boxes.push(Object.assign(box, { x: level * (narrow ? INDENT : STEP), y: Math.max(free[lane] || 0, from) }));
    free[lane] = box.y + LINE;
  };
  const place = (node, from) => {
    const box = { node };
    put(box, depth.get(node), from);
    for (const child of below.get(node)) place(child, box.y);
    const { hidden, above } = rest.get(node) || { hidden: 0 };
    if (hidden) put({ more: node, hidden }, Math.max(0, depth.get(node) + (above && !narrow ? -1 : 1)), box.y);
  };
  for (const node of tops) place(node, 0);
  if (!narrow) level(boxes, parents, free);
  const right = Math.max(...boxes.map((box) => box.x));
  return { boxes, wide: narrow ? Math.max(narrow, right + 150) : right + 216, high: Math.max(...free.filter(Boolean)) };
}

// What several nodes lead to stands in their middle; the others of its layer make room, in their order.
function level(boxes, parents, free) {
  const at = new Map(boxes.map((box) => [box.node, box]));
  free.forEach((_, lane) => {
    const layer = boxes.filter((box) => box.x === lane * STEP);
    const middle = (box) => {
      const above = parents.get(box.node) || [];
      return above.length > 1 ? above.reduce((sum, parent) => sum + at.get(parent).y, 0) / above.length : box.y;
    };
    let next = 0;
    for (const [box, wanted] of layer.map((box) => [box, middle(box)]).sort((one, other) => one[1] - other[1])) {
      box.y = Math.max(next, wanted);
      next = box.y + LINE;
    }
    free[lane] = next;
  });
}

function curve(from, to, narrow) {
  const [boxWidth, middle] = [216, 25];
  if (narrow) return `M${from.x + 8} ${from.y + 50}V${to.y + middle}H${to.x}`;
  const [x, y, x2, y2] = [from.x + boxWidth, from.y + middle, to.x, to.y + middle];
  const half = Math.max(24, (x2 - x) / 2);
  return `M${x} ${y}C${x + half} ${y} ${x2 - half} ${y2} ${x2} ${y2}`;
}
