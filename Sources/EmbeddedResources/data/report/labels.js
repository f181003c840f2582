// Labels on contours. A shorter twin of ContourLabels in the module Figures.

/** A polyline on the page with its lengths. */
function makeLine(points, level) {
  const lengths = [0];
  for (let i = 2; i < points.length; i += 2)
    lengths.push(lengths.at(-1) + Math.hypot(points[i] - points[i - 2], points[i + 1] - points[i - 1]));
  const n = points.length;
  const closed = n > 4 && points[0] === points[n - 2] && points[1] === points[n - 1];
  return { points, lengths, level, closed, length: lengths.at(-1) };
}

/** The point at a distance from a line's start; round and round on a closed one. */
function pointAt({ points, lengths, closed, length }, s) {
  const at = closed ? ((s % length) + length) % length : Math.min(Math.max(s, 0), length);
  let [low, high] = [0, lengths.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lengths[middle] <= at) low = middle; else high = middle;
  }
  const t = (at - lengths[low]) / (lengths[high] - lengths[low] || 1);
  const [i, j] = [2 * low, 2 * high];
  return [points[i] + (points[j] - points[i]) * t, points[i + 1] + (points[j + 1] - points[i + 1]) * t];
}

/**
 * Places for labels, at most one on a line, so that none touches the frame, another line, a mark, a
 * way, a blocked point or another label. Straightness, slope and surroundings count, and where the
 * label was before.
 */
function placeLabels(lines, labels, height, frame, marks, ways, blocked, before) {
  const cell = 3;
  const columns = Math.ceil(frame.width / cell) + 1;
  const rows = Math.ceil(frame.height / cell) + 1;
  const owner = new Int16Array(columns * rows); // 0 free, n the n-th line's, −1 several lines'
  const index = (x, y) => {
    const [i, j] = [Math.floor((x - frame.x) / cell), Math.floor((y - frame.y) / cell)];
    return i < 0 || j < 0 || i >= columns || j >= rows ? -1 : j * columns + i;
  };
  const occupy = (line, id) => {
    for (let s = 0; s <= line.length; s += 1.5) {
      const k = index(...pointAt(line, s));
      if (k >= 0) owner[k] = owner[k] === 0 || owner[k] === id ? id : -1;
    }
  };
  lines.forEach((line, n) => occupy(line, n + 1));
  for (const way of ways) occupy(way, -1);
  for (const [x, y] of blocked) {
    const k = index(x, y);
    if (k >= 0) owner[k] = -1;
  }
  const isFree = (box, n) => {
    const [c, s] = [Math.cos(box.angle), Math.sin(box.angle)];
    const [w, h] = [box.width / 2 + 2, box.height / 2 + 2];
    for (let u = -w; u <= w; u += (2 * w) / Math.ceil((2 * w) / cell))
      for (let v = -h; v <= h; v += (2 * h) / Math.ceil((2 * h) / cell)) {
        const k = index(box.x + u * c - v * s, box.y + u * s + v * c);
        if (k < 0 || (owner[k] !== 0 && owner[k] !== n + 1)) return false;
      }
    const reach = Math.abs(w * c) + Math.abs(h * s) + 3;
    const rise = Math.abs(w * s) + Math.abs(h * c) + 3;
    return box.x - reach > frame.x && box.x + reach < frame.x + frame.width &&
      box.y - rise > frame.y && box.y + rise < frame.y + frame.height &&
      marks.every(([x, y]) =>
        Math.abs((x - box.x) * c + (y - box.y) * s) > w + 8 ||
        Math.abs((y - box.y) * c - (x - box.x) * s) > h + 8);
  };
  const candidates = lines.map((line, n) => {
    const { width } = labels[line.level];
    const cut = width + 6;
    const found = [];
    if (line.length < 3 * width) return found;
    const step = Math.max(height, line.length / 150);
    for (let s = line.closed ? 0 : cut / 2; s < (line.closed ? line.length : line.length - cut / 2); s += step) {
      const [from, to] = [pointAt(line, s - cut / 2), pointAt(line, s + cut / 2)];
      const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
      const chord = Math.hypot(dx, dy);
      if (chord < 0.85 * cut) continue;
      let [sagitta, mean] = [0, 0];
      for (let k = 1; k < 8; k++) {
        const p = pointAt(line, s + cut * (k / 8 - 0.5));
        const off = ((p[0] - from[0]) * dy - (p[1] - from[1]) * dx) / chord;
        sagitta = Math.max(sagitta, Math.abs(off));
        mean += off / 7;
      }
      if (sagitta > 0.4 * height) continue;
      let angle = Math.atan2(dy, dx);
      if (angle > Math.PI / 2) angle -= Math.PI;
      if (angle <= -Math.PI / 2) angle += Math.PI;
      const x = (from[0] + to[0]) / 2 + (mean * dy) / chord;
      const y = (from[1] + to[1]) / 2 - (mean * dx) / chord;
      const box = { x, y, width, height, angle, line: n, level: line.level, from: s - cut / 2, to: s + cut / 2 };
      if (!isFree(box, n)) continue;
      const tilt = angle / (Math.PI / 2);
      const near = before.filter((b) => b.value === labels[line.level].value)
        .map((b) => Math.hypot(b.x - x, b.y - y));
      box.cost = (2 * sagitta) / height + 1.2 * tilt * tilt + (near.length ? Math.min(1, Math.min(...near) / 60) : 0);
      found.push(box);
    }
    return found;
  });
  const placed = [];
  const choose = (own) => {
    let [best, least] = [null, Infinity];
    for (const n of own)
      for (const box of candidates[n]) {
        let cost = box.cost;
        for (const other of placed) {
          const distance = Math.hypot(other.x - box.x, other.y - box.y);
          cost += distance < (other.width + box.width) / 2 + 6 ? Infinity : (14 / distance) ** 2;
        }
        if (cost < least) [best, least] = [box, cost];
      }
    if (!best) return;
    placed.push(best);
    candidates[best.line] = [];
  };
  const byLevel = labels.map((_, level) => [...lines.keys()].filter((n) => lines[n].level === level));
  const count = (own) => own.reduce((sum, n) => sum + candidates[n].length, 0);
  for (const own of byLevel.sort((a, b) => count(a) - count(b))) choose(own);
  // A second branch that is long is hard to follow to its label elsewhere.
  lines.forEach((line, n) => {
    if (line.length > frame.width && !placed.some((b) => b.line === n)) choose([n]);
  });
  return placed.map((box) => ({ ...box, value: labels[box.level].value }));
}
