"use strict";

// A slice of the total loss, base + λ/2·‖w‖², redrawn for any λ.
// First what is computed (no page needed), then what is drawn, then what the reader does.

// ---- Computed ----

/** Float32 values, little-endian, in base64; whatever is not finite becomes NaN. */
function decodeFloats(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 4 }, (_, i) => {
    const value = view.getFloat32(4 * i, true);
    return Number.isFinite(value) ? value : NaN;
  });
}

/** ‖w‖² at a place of the slice. */
function squaredNorm(p, a, b) {
  return p[0] + p[1] * a + p[2] * b + p[3] * a * a + p[4] * a * b + p[5] * b * b;
}

/** A scale's two directions: value to place (0 to 1 on the colour bar) and back. */
function makeScale({ kind, threshold, lower, upper }) {
  const forth = {
    linear: (v) => v,
    log: (v) => (v > 0 ? Math.log10(v) : v <= 0 ? -Infinity : NaN),
    symlog: (v) => Math.asinh(v / threshold),
  }[kind];
  const back = { linear: (u) => u, log: (u) => 10 ** u, symlog: (u) => Math.sinh(u) * threshold }[kind];
  const [low, high] = [forth(lower), forth(upper)];
  return {
    unit: (v) => (forth(v) - low) / (high - low),
    value: (u) => back(low + u * (high - low)),
  };
}

/** An axis with `factor` steps in place of one. */
function refineAxis(xs, factor) {
  const fine = [];
  for (let i = 0; i + 1 < xs.length; i++)
    for (let k = 0; k < factor; k++) fine.push(xs[i] + ((xs[i + 1] - xs[i]) * k) / factor);
  return fine.concat(xs.slice(-1));
}

/** A grid `factor` times as fine: cubics through the samples, cut to their neighbours' range. */
function refine(values, xs, ys, factor) {
  const [nx, ny] = [xs.length, ys.length];
  const [fx, fy] = [(nx - 1) * factor + 1, (ny - 1) * factor + 1];
  const wide = new Float64Array(fx * ny);
  const fine = new Float64Array(fx * fy);
  for (let j = 0; j < ny; j++) refineLine(values, j * nx, 1, xs, factor, wide, j * fx, 1);
  for (let i = 0; i < fx; i++) refineLine(wide, i, fx, ys, factor, fine, i, fx);
  return fine;
}

function refineLine(from, start, stride, xs, factor, to, first, step) {
  const n = xs.length;
  const sample = (i) => (i < 0 || i >= n ? NaN : from[start + i * stride]);
  for (let i = 0; i + 1 < n; i++) {
    const [before, left, right, after] = [sample(i - 1), sample(i), sample(i + 1), sample(i + 2)];
    const at = first + i * factor * step;
    to[at] = left;
    const width = xs[i + 1] - xs[i];
    const slope = (right - left) / width;
    let [slopeLeft, slopeRight] = [slope, slope];
    let [low, high] = [Math.min(left, right), Math.max(left, right)];
    if (Number.isFinite(before)) {
      const gap = xs[i] - xs[i - 1];
      slopeLeft = (((left - before) / gap) * width + slope * gap) / (gap + width);
      [low, high] = [Math.min(low, before), Math.max(high, before)];
    }
    if (Number.isFinite(after)) {
      const gap = xs[i + 2] - xs[i + 1];
      slopeRight = (((after - right) / gap) * width + slope * gap) / (gap + width);
      [low, high] = [Math.min(low, after), Math.max(high, after)];
    }
    const isCubic = Number.isFinite(left) && Number.isFinite(right);
    const flat = Number.isNaN(left) || Number.isNaN(right) ? NaN : -Infinity;
    for (let k = 1; k < factor; k++) {
      const t = k / factor;
      const s = 1 - t;
      const value =
        s * s * (1 + 2 * t) * left + t * t * (1 + 2 * s) * right +
        width * s * t * (s * slopeLeft - t * slopeRight);
      to[at + k * step] = isCubic ? Math.min(Math.max(value, low), high) : flat;
    }
  }
  to[first + (n - 1) * factor * step] = sample(n - 1);
}

/** Gives every NaN the value of its nearest sample along the grid; tells where they were. */
function fillMissing(values, width) {
  const missing = values.some(Number.isNaN) ? Array.from(values, Number.isNaN) : null;
  if (!missing) return null;
  let front = [...values.keys()].filter((i) => !missing[i]);
  while (front.length) {
    const next = [];
    for (const i of front) {
      const column = i % width;
      for (const k of [column > 0 ? i - 1 : -1, column + 1 < width ? i + 1 : -1, i - width, i + width])
        if (k >= 0 && k < values.length && Number.isNaN(values[k])) {
          values[k] = values[i];
          next.push(k);
        }
    }
    front = next;
  }
  return missing;
}

// The sixteen ways through a cell, then its saddles (5, 10) with their centre above the level.
// Corners: 1 lower left, 2 lower right, 4 upper right, 8 upper left; edges: below, right, above, left.
const WAYS = [
  [], [[0, 3]], [[1, 0]], [[1, 3]], [[2, 1]], [[0, 3], [2, 1]], [[2, 0]], [[2, 3]],
  [[3, 2]], [[0, 2]], [[1, 0], [3, 2]], [[1, 2]], [[3, 1]], [[0, 1]], [[3, 0]], [],
  [[0, 1], [2, 3]], [[3, 0], [1, 2]],
];

/**
 * The contour of a level, by marching squares.
 *
 * A sample at the level or over it is above; outside the grid everything is below, so rings close
 * (to be filled by the even-odd rule). Lines are the rings without what runs along the border or
 * through missing parts. Both are flat lists x₀, y₀, x₁, y₁, …; a closed line repeats its start.
 */
function contour(xs, ys, units, missing, level) {
  const [nx, ny] = [xs.length, ys.length];
  const width = nx + 2;
  // Edge 2k runs from padded sample k to its right neighbour, edge 2k + 1 to its upper one.
  const following = new Int32Array(2 * width * (ny + 2)).fill(-1);
  const starts = [];
  let lower = new Uint8Array(width);
  let upper = new Uint8Array(width);
  const edges = [0, 0, 0, 0];
  for (let j = 0; j <= ny; j++) {
    for (let i = 0; i < nx; i++) upper[i + 1] = j < ny && units[j * nx + i] >= level ? 1 : 0;
    for (let i = 0; i <= nx; i++) {
      let way = lower[i] | (lower[i + 1] << 1) | (upper[i + 1] << 2) | (upper[i] << 3);
      if (way === 0 || way === 15) continue;
      if (way === 5 || way === 10) {
        const k = (j - 1) * nx + i - 1;
        const centre = (units[k] + units[k + 1] + units[k + nx] + units[k + nx + 1]) / 4;
        if (centre >= level) way = way === 5 ? 16 : 17;
      }
      const corner = j * width + i;
      edges[0] = 2 * corner;
      edges[1] = 2 * (corner + 1) + 1;
      edges[2] = 2 * (corner + width);
      edges[3] = 2 * corner + 1;
      for (const [from, to] of WAYS[way]) {
        following[edges[from]] = edges[to];
        starts.push(edges[from]);
      }
    }
    [lower, upper] = [upper, lower];
  }

  const result = { rings: [], lines: [] };
  for (const start of starts) {
    if (following[start] < 0) continue;
    const ring = [];
    const onLevel = [];
    for (let edge = start; following[edge] >= 0; ) {
      const i = ((edge >> 1) % width) - 1;
      const j = Math.floor((edge >> 1) / width) - 1;
      const [k, l] = edge % 2 === 0 ? [i + 1, j] : [i, j + 1];
      if (i < 0 || j < 0 || i >= nx || j >= ny) {
        ring.push(xs[k], ys[l]);
        onLevel.push(false);
      } else if (k >= nx || l >= ny) {
        ring.push(xs[i], ys[j]);
        onLevel.push(false);
      } else {
        const [p, q] = [j * nx + i, l * nx + k];
        const [a, b] = [units[p], units[q]];
        const t = a === -Infinity ? 1 : b === -Infinity ? 0 : (level - a) / (b - a);
        ring.push(xs[i] + (xs[k] - xs[i]) * t, ys[j] + (ys[l] - ys[j]) * t);
        onLevel.push(!missing || !(missing[p] || missing[q]));
      }
      const next = following[edge];
      following[edge] = -1;
      edge = next;
    }
    collect(ring, onLevel, result);
  }
  return result;
}

/** Appends a point that is not the last one again. */
function append(points, x, y) {
  const n = points.length;
  if (n === 0 || points[n - 2] !== x || points[n - 1] !== y) points.push(x, y);
}

function collect(ring, onLevel, result) {
  const points = [];
  for (let i = 0; i < ring.length; i += 2) append(points, ring[i], ring[i + 1]);
  while (points.length > 2 && points[0] === points.at(-2) && points[1] === points.at(-1)) points.length -= 2;
  if (points.length > 4) result.rings.push(points);
  const gap = onLevel.indexOf(false);
  if (gap < 0) {
    if (points.length > 4) result.lines.push(points.concat(points.slice(0, 2)));
    return;
  }
  let run = [];
  for (let n = 0; n < onLevel.length; n++) {
    const i = (gap + n) % onLevel.length;
    if (onLevel[i]) {
      append(run, ring[2 * i], ring[2 * i + 1]);
    } else {
      if (run.length > 2) result.lines.push(run);
      run = [];
    }
  }
  if (run.length > 2) result.lines.push(run);
}

/** The lowest sample, moved to the minimum of a parabola through its neighbours where it has one. */
function gridMinimum(values, xs, ys) {
  const nx = xs.length;
  let lowest = -1;
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i]) && !(lowest >= 0 && values[lowest] <= values[i])) lowest = i;
  if (lowest < 0) return null;
  const [column, row] = [lowest % nx, Math.floor(lowest / nx)];
  const value = values[lowest];
  const found = { alpha: xs[column], beta: ys[row], value, column, row, isOnEdge: false };
  if (column === 0 || row === 0 || column === nx - 1 || row === ys.length - 1) {
    return { ...found, isOnEdge: true };
  }
  const isEven = (axis, i) =>
    Math.abs(axis[i + 1] - 2 * axis[i] + axis[i - 1]) <= 1e-6 * (axis[i + 1] - axis[i]);
  if (!isEven(xs, column) || !isEven(ys, row)) return found;
  const at = (dx, dy) => values[lowest + dy * nx + dx];
  const gx = (at(1, 0) - at(-1, 0)) / 2;
  const gy = (at(0, 1) - at(0, -1)) / 2;
  const hxx = at(1, 0) - 2 * value + at(-1, 0);
  const hyy = at(0, 1) - 2 * value + at(0, -1);
  const hxy = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / 4;
  const determinant = hxx * hyy - hxy * hxy;
  if (!(hxx > 0 && determinant > 1e-12 * hxx * hyy)) return found;
  const x = -(hyy * gx - hxy * gy) / determinant;
  const y = -(hxx * gy - hxy * gx) / determinant;
  if (!(Math.abs(x) <= 1 && Math.abs(y) <= 1)) return found;
  return {
    ...found,
    alpha: xs[column] + (x * (xs[column + 1] - xs[column - 1])) / 2,
    beta: ys[row] + (y * (ys[row + 1] - ys[row - 1])) / 2,
    value: value + (gx * x + gy * y) / 2,
  };
}

/** Multiples of 1, 2, 2.5 or 5 × 10ᵏ inside a range, six or so. */
function niceSteps(low, high) {
  const rough = (high - low) / 6;
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= 0.999 * rough);
  const values = [];
  for (let k = Math.floor(low / step) + 1; k * step < high && values.length < 20; k++)
    values.push(Number((k * step).toPrecision(12)));
  return values;
}

/** Places of the λ slider: 0, a gap, then equal ratios from the first positive λ to the last. */
function makeStops(lambdas) {
  const positive = lambdas.filter((l) => l > 0);
  if (!positive.length) return { count: 0, gap: 0, lambda: () => 0, place: () => 0 };
  const [first, last] = [positive[0], positive.at(-1)];
  const ratio = Math.log(last / first);
  const steps = ratio > 0 ? Math.round(Math.min(400, Math.max(60, 26 * ratio))) : 0;
  const gap = Math.max(1, Math.round(0.08 * steps));
  const values = Array.from({ length: steps + 1 }, (_, k) => first * Math.exp((ratio * k) / steps));
  const place = (l) =>
    l < first / 2 ? 0 : gap + (steps ? Math.round((steps * Math.log(Math.min(Math.max(l, first), last) / first)) / ratio) : 0);
  for (const l of positive) values[place(l) - gap] = l; // what was asked for is met exactly
  return { count: steps + gap, gap, place, lambda: (k) => (k < gap ? 0 : values[k - gap]) };
}

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** A measured number with `digits` significant digits: 0.0210, −3.40, 1.20×10⁻⁵. */
function format(value, digits = 3) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  const text =
    value === 0 ? "0"
    : power >= -3 && power < 5 ? Number(value.toPrecision(digits)).toFixed(Math.max(0, digits - 1 - power))
    : `${mantissa}×10${[...String(power)].map((c) => RAISED[c]).join("")}`;
  return text.replace("-", "−");
}

/** A λ, as short as exact to three digits: 0, 0.02, 10⁻³, 3.16×10⁻⁴. */
function formatLambda(value) {
  const [mantissa, exponent] = value.toExponential(2).split("e");
  const power = Number(exponent);
  const digits = String(Number(mantissa));
  if (value === 0 || (digits === "1" ? power >= 0 && power < 2 : power >= -3 && power < 5))
    return String(Number(value.toPrecision(3)));
  return `${digits === "1" ? "" : `${digits}×`}10${[...String(power)].map((c) => RAISED[c]).join("")}`;
}

/** All that does not change with λ. */
function makeModel(data) {
  const base = decodeFloats(data.base);
  const scale = makeScale(data.scale);
  const [nx, ny] = [data.alphas.length, data.betas.length];
  const factor = Math.max(1, Math.min(4, Math.floor(640 / Math.max(nx, ny))));
  const [xs, ys] = [refineAxis(data.alphas, factor), refineAxis(data.betas, factor)];
  // The base loss is interpolated on the scale, where it is smoothest; the penalty is exact anywhere.
  const units = refine(base.map(scale.unit), data.alphas, data.betas, factor);
  const missing = fillMissing(units, xs.length);
  const norms = (alphas, betas) =>
    Float64Array.from({ length: alphas.length * betas.length }, (_, k) =>
      squaredNorm(data.penalty, alphas[k % alphas.length], betas[Math.floor(k / alphas.length)]));
  const fine = { xs, ys, base: units.map(scale.value), norms: norms(xs, ys), missing };
  const coarse = norms(data.alphas, data.betas);
  const total = (values, squares, lambda) => values.map((v, k) => v + (lambda / 2) * squares[k]);
  return {
    data, base, scale, fine,
    minimum: (lambda) => gridMinimum(total(base, coarse, lambda), data.alphas, data.betas),
    /** The range of the finite totals at the samples. */
    range(lambda) {
      let [low, high] = [Infinity, -Infinity];
      total(base, coarse, lambda).forEach((v) => ([low, high] = [v < low ? v : low, v > high ? v : high]));
      return [low, high];
    },
    units: (lambda) => total(fine.base, fine.norms, lambda).map(scale.unit),
    /** The base loss at any place, straight between the points of the fine grid. */
    baseAt(alpha, beta) {
      const find = (axis, v) => {
        let [low, high] = [0, axis.length - 1];
        while (high - low > 1) {
          const middle = (low + high) >> 1;
          if (axis[middle] <= v) low = middle; else high = middle;
        }
        return low;
      };
      const [i, j] = [find(xs, alpha), find(ys, beta)];
      const [s, t] = [(alpha - xs[i]) / (xs[i + 1] - xs[i]), (beta - ys[j]) / (ys[j + 1] - ys[j])];
      const k = j * xs.length + i;
      const value = (n) => (missing && missing[n] ? NaN : fine.base[n]);
      const mix = (a, b, f) => (f === 0 ? a : f === 1 ? b : a + (b - a) * f);
      return mix(mix(value(k), value(k + 1), s), mix(value(k + xs.length), value(k + xs.length + 1), s), t);
    },
  };
}

// ---- Labels ----

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
 * Places for labels, at most one on a line, so that none touches the frame, another line, a mark or
 * another label. Level, surroundings and straightness count, and where the label was before.
 */
function placeLabels(lines, labels, height, frame, marks, before) {
  const cell = 3;
  const columns = Math.ceil(frame.width / cell) + 1;
  const rows = Math.ceil(frame.height / cell) + 1;
  const owner = new Int16Array(columns * rows); // 0 free, n the n-th line's, −1 several lines'
  const index = (x, y) => {
    const [i, j] = [Math.floor((x - frame.x) / cell), Math.floor((y - frame.y) / cell)];
    return i < 0 || j < 0 || i >= columns || j >= rows ? -1 : j * columns + i;
  };
  lines.forEach((line, n) => {
    for (let s = 0; s <= line.length; s += 1.5) {
      const k = index(...pointAt(line, s));
      if (k >= 0) owner[k] = owner[k] === 0 || owner[k] === n + 1 ? n + 1 : -1;
    }
  });
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
      marks.every((m) => Math.hypot(m[0] - box.x, m[1] - box.y) > w + 8 || Math.abs((m[0] - box.x) * s - (m[1] - box.y) * c) > h + 8);
  };
  const candidates = lines.map((line, n) => {
    const { width } = labels[line.level];
    const cut = width + 6;
    const found = [];
    if (line.length < 3 * width) return found;
    const step = Math.max(0.5 * height, line.length / 400);
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

// ---- Drawn ----

/** Strokes a line but for the stretches under its labels. */
function strokeLine(ctx, line, cuts) {
  const inside = (s) => cuts.some(({ from, to }) =>
    [-line.length, 0, line.length].some((turn) => s + turn > from && s + turn < to));
  const ends = cuts.flatMap(({ from, to }) => [from, to]).map((s) => ((s % line.length) + line.length) % line.length);
  const stops = [...ends.map((s) => [s, ...pointAt(line, s)]),
    ...line.lengths.map((s, i) => [s, line.points[2 * i], line.points[2 * i + 1]])];
  if (ends.length) stops.sort((a, b) => a[0] - b[0]);
  ctx.beginPath();
  ctx.moveTo(stops[0][1], stops[0][2]);
  for (let i = 1; i < stops.length; i++) {
    const [s, x, y] = stops[i];
    if (cuts.length && inside((s + stops[i - 1][0]) / 2)) ctx.moveTo(x, y); else ctx.lineTo(x, y);
  }
  ctx.stroke();
}

/** A line, cross or ring in black on a white edge, to be seen on any colour. */
function strokeCased(ctx, path, width) {
  ctx.lineJoin = ctx.lineCap = "round";
  for (const [style, extra] of [["#fff", 2.4], ["#000", 0]]) {
    ctx.strokeStyle = style;
    ctx.lineWidth = width + extra;
    ctx.stroke(path);
  }
}

/** The slice on its canvas. */
function makePlot(canvas, model) {
  const { data, scale, fine } = model;
  const ctx = canvas.getContext("2d");
  let labelsBefore = [];
  let frame = null;
  const spanX = data.alphas.at(-1) - data.alphas[0];
  const spanY = data.betas.at(-1) - data.betas[0];
  const toX = (alpha) => frame.x + ((alpha - data.alphas[0]) / spanX) * frame.width;
  const toY = (beta) => frame.y + frame.height - ((beta - data.betas[0]) / spanY) * frame.height;
  const onPage = (flat) => flat.map((v, i) => (i % 2 ? toY(v) : toX(v)));

  function layout(width) {
    const small = width < 480;
    const size = small ? 12 : 13;
    ctx.font = `${size}px system-ui, sans-serif`;
    const wide = (marks) => Math.max(0, ...marks.map((m) => ctx.measureText(m.label).width));
    const left = Math.ceil(wide(data.yTicks) + 8 + 1.6 * size);
    const right = small ? 10 : Math.ceil(16 + 14 + 8 + wide(data.barTicks) + 1.8 * size);
    const bottom = Math.ceil(8 + 2.8 * size) + (small ? Math.ceil(18 + 3.4 * size) : 0);
    const ratio = data.hasEqualUnits ? spanY / spanX : 0.8;
    const most = Math.max(240, 0.8 * window.innerHeight);
    const across = Math.max(60, Math.min(width - left - right, most / ratio));
    frame = { x: left, y: 10, width: Math.round(across), height: Math.round(Math.max(60, across * ratio)) };
    return { small, size, width, height: frame.y + frame.height + bottom };
  }

  function drawBar(page, ink, parts) {
    const bar = page.small
      ? { x: frame.x, y: frame.y + frame.height + 8 + 2.8 * page.size + 8, length: frame.width, thick: 14 }
      : { x: frame.x + frame.width + 16, y: frame.y, length: frame.height, thick: 14 };
    const rect = (from, to) => page.small
      ? [bar.x + from * bar.length, bar.y, (to - from) * bar.length, bar.thick]
      : [bar.x, bar.y + (1 - to) * bar.length, bar.thick, (to - from) * bar.length];
    const edges = data.levels.map((l) => Math.min(1, Math.max(0, scale.unit(l.value))));
    parts.forEach((part, i) => {
      ctx.fillStyle = part.color;
      ctx.fillRect(...rect(i ? edges[i - 1] : 0, 1)); // each over the last: no seam
    });
    ctx.strokeStyle = ink;
    ctx.lineWidth = 1;
    ctx.strokeRect(...rect(0, 1));
    const tip = (unit, color, sign) => {
      const [x, y, w, h] = rect(unit, unit);
      ctx.beginPath();
      if (page.small) ctx.moveTo(x, y), ctx.lineTo(x + sign * 8, y + h / 2), ctx.lineTo(x, y + h);
      else ctx.moveTo(x, y), ctx.lineTo(x + w / 2, y - sign * 8), ctx.lineTo(x + w, y);
      ctx.closePath();
      ctx.fillStyle = color;
      ctx.fill();
      ctx.stroke();
    };
    if (data.hasLowerArrow) tip(0, parts[0].color, -1);
    if (data.hasUpperArrow) tip(1, parts.at(-1).color, 1);

    // All ticks are labelled if there is room, else 1 and 5, 1 and 3 or 1 of each decade, else
    // every second, third, ….
    const ticks = data.barTicks;
    const half = (tick) => (page.small ? ctx.measureText(tick.label).width / 2 + 5 : 0.65 * page.size);
    const fits = (some) => some.every((tick, i) =>
      i === 0 || Math.abs(tick.at - some[i - 1].at) >= tick.half + some[i - 1].half);
    const digit = (tick) => tick.value.toExponential()[0];
    const all = ticks.map((tick) => {
      const [x, y] = rect(scale.unit(tick.value), scale.unit(tick.value));
      return { ...tick, x, y, at: page.small ? x : y, half: half(tick) };
    });
    const sets = [all];
    if (data.levels.some((l) => l.isIndex && l.value !== 0))
      for (const digits of ["15", "13", "1"]) sets.push(all.filter((t) => digits.includes(digit(t))));
    for (let k = 2; k <= all.length; k++) sets.push(all.filter((_, i) => i % k === 0));
    const labelled = sets.find((set) => set.length > 1 && fits(set)) ?? [];
    ctx.fillStyle = ink;
    ctx.textAlign = page.small ? "center" : "left";
    ctx.textBaseline = page.small ? "top" : "middle";
    ctx.beginPath();
    for (const { x, y } of all) {
      if (page.small) ctx.moveTo(x, y + bar.thick), ctx.lineTo(x, y + bar.thick + 4);
      else ctx.moveTo(x + bar.thick, y), ctx.lineTo(x + bar.thick + 4, y);
    }
    ctx.stroke();
    for (const { label, x, y } of labelled)
      ctx.fillText(label, page.small ? x : x + bar.thick + 7, page.small ? y + bar.thick + 6 : y);
    if (page.small) {
      ctx.textAlign = "center";
      ctx.fillText(data.valueTitle, bar.x + bar.length / 2, bar.y + bar.thick + 8 + 1.3 * page.size);
    } else {
      upright(data.valueTitle, page.width - 0.9 * page.size, bar.y + bar.length / 2);
    }
  }

  function upright(text, x, y) {
    ctx.save();
    ctx.translate(x, y);
    ctx.rotate(-Math.PI / 2);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(text, 0, 0);
    ctx.restore();
  }

  function drawAxes(page, ink) {
    ctx.strokeStyle = ctx.fillStyle = ink;
    ctx.lineWidth = 1;
    ctx.strokeRect(frame.x, frame.y, frame.width, frame.height);
    const under = frame.y + frame.height;
    ctx.beginPath();
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    for (const tick of data.xTicks) {
      ctx.moveTo(toX(tick.value), under);
      ctx.lineTo(toX(tick.value), under + 5);
      ctx.fillText(tick.label, toX(tick.value), under + 8);
    }
    ctx.fillText(data.xTitle, frame.x + frame.width / 2, under + 8 + 1.4 * page.size);
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    for (const tick of data.yTicks) {
      ctx.moveTo(frame.x, toY(tick.value));
      ctx.lineTo(frame.x - 5, toY(tick.value));
      ctx.fillText(tick.label, frame.x - 8, toY(tick.value));
    }
    ctx.stroke();
    upright(data.yTitle, 0.8 * page.size, frame.y + frame.height / 2);
  }

  /** Hatches the cells of which a corner is missing. */
  function hatch(ratio) {
    const { alphas, betas } = data;
    const nx = alphas.length;
    const area = new Path2D();
    const snap = (v) => Math.round(v * ratio) / ratio; // neighbours share pixel edges: no seam
    for (let j = 0; j + 1 < betas.length; j++)
      for (let i = 0; i + 1 < nx; i++) {
        const k = j * nx + i;
        if (![k, k + 1, k + nx, k + nx + 1].some((n) => Number.isNaN(model.base[n]))) continue;
        const [x, y] = [snap(toX(alphas[i])), snap(toY(betas[j + 1]))];
        area.rect(x, y, snap(toX(alphas[i + 1])) - x, snap(toY(betas[j])) - y);
      }
    ctx.save();
    ctx.clip(area);
    ctx.fillStyle = "#d9d9d9";
    ctx.fillRect(frame.x, frame.y, frame.width, frame.height);
    ctx.strokeStyle = "#767676";
    ctx.lineWidth = 1;
    ctx.beginPath();
    for (let x = 0; x < frame.width + frame.height; x += 6) {
      ctx.moveTo(frame.x + x, frame.y);
      ctx.lineTo(frame.x + x - frame.height, frame.y + frame.height);
    }
    ctx.stroke();
    ctx.restore();
  }

  function draw(lambda, minimum, trail) {
    const ratio = window.devicePixelRatio || 1;
    const page = layout(canvas.parentElement.clientWidth);
    canvas.width = Math.round(page.width * ratio);
    canvas.height = Math.round(page.height * ratio);
    canvas.style.height = `${page.height}px`;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.font = `${page.size}px system-ui, sans-serif`;
    const ink = getComputedStyle(canvas).color;
    const parts = data.parts;

    const units = model.units(lambda);
    const [low, high] = model.range(lambda);
    const levels = data.levels.map((level, i) => ({ ...level, fill: parts[i + 1].color }));
    if (levels.filter((l) => l.value > low && l.value < high).length < 5) {
      // The shared levels leave too little of this λ's shape: more, dashed.
      for (const value of niceSteps(low, high)) {
        if (levels.some((l) => Math.abs(l.value - value) < 1e-9 * Math.abs(value))) continue;
        const part = parts[data.levels.filter((l) => l.value <= value).length];
        levels.push({ value, label: String(value).replace("-", "−"), line: part.line, ink: part.ink, isExtra: true });
      }
    }

    ctx.save();
    ctx.beginPath();
    ctx.rect(frame.x, frame.y, frame.width, frame.height);
    ctx.clip();
    ctx.fillStyle = parts[0].color;
    ctx.fillRect(frame.x, frame.y, frame.width, frame.height);
    const lines = [];
    levels.forEach((level, n) => {
      const found = contour(fine.xs, fine.ys, units, fine.missing, scale.unit(level.value));
      for (const line of found.lines) lines.push(makeLine(onPage(line), n));
      if (!level.fill || !found.rings.length) return;
      ctx.fillStyle = level.fill;
      ctx.beginPath();
      for (const ring of found.rings) {
        const points = onPage(ring);
        ctx.moveTo(points[0], points[1]);
        for (let i = 2; i < points.length; i += 2) ctx.lineTo(points[i], points[i + 1]);
        ctx.closePath();
      }
      ctx.fill("evenodd");
    });

    const size = page.size - 1;
    ctx.font = `${size}px system-ui, sans-serif`;
    const texts = levels.map((l) => ({ value: l.value, width: ctx.measureText(l.label).width }));
    const marks = [...(minimum ? [[minimum.alpha, minimum.beta]] : []), ...data.path.map((p) => p.slice(1))]
      .map(([a, b]) => [toX(a), toY(b)]);
    const labels = placeLabels(lines, texts, 0.75 * size, frame, marks, labelsBefore);
    labelsBefore = labels;
    lines.forEach((line, n) => {
      const level = levels[line.level];
      ctx.strokeStyle = level.line;
      ctx.lineWidth = level.isIndex ? 1.7 : 0.9;
      ctx.setLineDash(level.isExtra ? [5, 3] : []);
      strokeLine(ctx, line, labels.filter((l) => l.line === n));
    });
    ctx.setLineDash([]);
    if (fine.missing) hatch(ratio);
    ctx.textAlign = "center";
    ctx.textBaseline = "alphabetic";
    ctx.lineJoin = "round";
    for (const box of labels) {
      const level = levels[box.level];
      ctx.save();
      ctx.translate(box.x, box.y);
      ctx.rotate(box.angle);
      if (level.halo) {
        ctx.strokeStyle = level.halo;
        ctx.lineWidth = 3;
        ctx.strokeText(level.label, 0, box.height / 2);
      }
      ctx.fillStyle = level.ink;
      ctx.fillText(level.label, 0, box.height / 2);
      ctx.restore();
    }

    const way = (points) => {
      const path = new Path2D();
      points.forEach(([a, b], i) => (i ? path.lineTo(toX(a), toY(b)) : path.moveTo(toX(a), toY(b))));
      return path;
    };
    if (trail.length > 1) strokeCased(ctx, way(trail), 1.4);
    if (data.path.length) {
      ctx.setLineDash([2, 4]);
      strokeCased(ctx, way(data.path.map((p) => p.slice(1))), 1);
      ctx.setLineDash([]);
      for (const [at, alpha, beta] of data.path) {
        const isNow = Math.abs(at - lambda) <= 1e-9 * lambda;
        const ring = new Path2D();
        ring.arc(toX(alpha), toY(beta), isNow ? 5.5 : 3.5, 0, 2 * Math.PI);
        strokeCased(ctx, ring, 1.2);
        ctx.fillStyle = at <= lambda * (1 + 1e-9) ? "#000" : "#fff";
        ctx.fill(ring);
      }
    }
    if (minimum) {
      const [x, y] = [toX(minimum.alpha), toY(minimum.beta)];
      strokeCased(ctx, new Path2D(`M${x - 6} ${y - 6}L${x + 6} ${y + 6}M${x - 6} ${y + 6}L${x + 6} ${y - 6}`), 2);
    }
    ctx.restore();

    ctx.font = `${page.size}px system-ui, sans-serif`;
    drawAxes(page, ink);
    drawBar(page, ink, parts);
    return { hasExtra: levels.some((l) => l.isExtra) };
  }

  return {
    draw,
    place: (alpha, beta) => [toX(alpha), toY(beta)],
    /** The slice's coordinates at a point of the canvas, or null outside the frame. */
    coordinates(x, y) {
      const [s, t] = [(x - frame.x) / frame.width, (frame.y + frame.height - y) / frame.height];
      return s < 0 || s > 1 || t < 0 || t > 1 ? null : [data.alphas[0] + s * spanX, data.betas[0] + t * spanY];
    },
  };
}

// ---- What the reader does ----

function start(data) {
  const byId = (id) => document.getElementById(id);
  const [canvas, slider, play, probe, cross] = ["canvas", "lambda", "play", "probe", "cross"].map(byId);
  const model = makeModel(data);
  const stops = makeStops(data.lambdas);
  const plot = makePlot(canvas, model);
  const last = data.lambdas.at(-1);
  byId("live").hidden = false;
  byId("controls").hidden = stops.count === 0;
  slider.max = stops.count;

  const minima = Array.from({ length: stops.count + 1 }, (_, k) => model.minimum(stops.lambda(k)));
  let [lambda, place, probed, waiting, timer] = [0, 0, null, false, null];

  const text = (parent, name, content) => {
    const child = parent.appendChild(document.createElement(name));
    child.textContent = content;
    return child;
  };
  const say = (id, rows) => {
    const list = byId(id);
    list.replaceChildren();
    for (const [term, value] of rows) {
      const row = list.appendChild(document.createElement("div"));
      text(row, "dt", term);
      text(row, "dd", value);
    }
  };

  function show() {
    waiting = false;
    const minimum = model.minimum(lambda);
    const trail = minima.slice(0, place).filter(Boolean).map((m) => [m.alpha, m.beta]);
    if (minimum) trail.push([minimum.alpha, minimum.beta]);
    const { hasExtra } = plot.draw(lambda, minimum, trail);
    const name = `λ = ${formatLambda(lambda)}`;
    byId("lambda-value").textContent = name;
    slider.setAttribute("aria-valuetext", name);
    const rows = [["λ", formatLambda(lambda)]];
    if (minimum) {
      const square = squaredNorm(data.penalty, minimum.alpha, minimum.beta);
      const cost = (lambda / 2) * square;
      rows.push(
        [`lowest ${data.valueTitle}`, format(minimum.value)], ["base loss there", format(minimum.value - cost)],
        ["penalty there", format(cost)], ["‖w‖ there", format(Math.sqrt(Math.max(0, square)))],
        ["at", `(${format(minimum.alpha)}, ${format(minimum.beta)})`]);
      if (minimum.isOnEdge) rows.push(["note", "on the edge: it may fall further outside"]);
    }
    say("numbers", rows);
    canvas.setAttribute("aria-label", `Contours of the ${data.valueTitle} at ${name}. Arrow keys read values.`);
    const legend = [["✕", "lowest point of this slice, and its way from λ = 0"]];
    if (data.path.length) legend.push(["○", `${data.pathTitle}: filled up to this λ`]);
    if (model.fine.missing) legend.push(["▨", "hatched: no finite loss"]);
    if (hasExtra) legend.push(["╌", "dashed: contours between the colours' levels"]);
    byId("legend").replaceChildren();
    for (const [sign, words] of legend) {
      const item = byId("legend").appendChild(document.createElement("li"));
      text(item, "span", sign).setAttribute("aria-hidden", "true");
      item.append(` ${words}`);
    }
    showProbe();
  }

  function showProbe() {
    cross.hidden = !probed;
    if (!probed) {
      probe.textContent = "Point at the slice, or focus it and use the arrow keys, to read its values.";
      return;
    }
    const [alpha, beta] = probed;
    const base = model.baseAt(alpha, beta);
    const cost = (lambda / 2) * squaredNorm(data.penalty, alpha, beta);
    probe.textContent = `At (${format(alpha)}, ${format(beta)}): ` + (Number.isNaN(base)
      ? "no finite loss" : `base ${format(base)} + penalty ${format(cost)} = total ${format(base + cost)}`);
    const [x, y] = plot.place(alpha, beta);
    cross.style.left = `${x}px`;
    cross.style.top = `${y}px`;
  }

  function redraw() {
    if (!waiting) requestAnimationFrame(show);
    waiting = true;
  }

  function move(to, exact = stops.lambda(to)) {
    [place, lambda] = [to, exact];
    slider.value = to;
    redraw();
  }

  // Between 0 and the first positive λ the slider has no stop, so that both can be told apart.
  slider.addEventListener("input", () => {
    stop();
    const at = Number(slider.value);
    move(at > 0 && at < stops.gap ? (place === 0 ? stops.gap : 0) : at);
  });
  slider.addEventListener("change", () => history.replaceState(null, "", `#lambda=${Number(lambda.toPrecision(6))}`));

  function readFragment() {
    const match = /^#lambda=(.+)$/.exec(location.hash);
    const asked = match ? Number(decodeURIComponent(match[1])) : NaN;
    if (!(asked >= 0)) return false;
    const value = Math.min(asked, last);
    const at = stops.place(value);
    move(at, at === 0 ? 0 : Math.max(value, stops.lambda(stops.gap)));
    return true;
  }
  window.addEventListener("hashchange", readFragment);

  function stop() {
    if (timer !== null) cancelAnimationFrame(timer), clearTimeout(timer);
    timer = null;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  }
  play.addEventListener("click", () => {
    if (timer !== null) return stop();
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
    if (place >= stops.count) move(0);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      // From one λ of the study to the next, nothing moving between.
      const step = () => {
        const next = data.lambdas.map(stops.place).find((k) => k > place);
        if (next === undefined) return stop();
        move(next);
        timer = setTimeout(step, 1500);
      };
      timer = setTimeout(step, 1500);
      return;
    }
    const [began, from] = [performance.now(), place];
    const frame = (now) => {
      const at = from + Math.floor(Math.max(0, now - began) / 25);
      if (at !== place) move(at > 0 && at < stops.gap ? 0 : Math.min(at, stops.count));
      if (at >= stops.count) return stop();
      timer = requestAnimationFrame(frame);
    };
    timer = requestAnimationFrame(frame);
  });

  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    probed = plot.coordinates(event.clientX - box.left, event.clientY - box.top);
    showProbe();
  };
  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("pointerdown", point);
  canvas.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse") (probed = null), showProbe();
  });
  canvas.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (event.key === "Escape") probed = null;
    else if (by) {
      const minimum = model.minimum(lambda);
      const [a, b] = probed ?? (minimum ? [minimum.alpha, minimum.beta] : [data.alphas[0], data.betas[0]]);
      const along = (axis, value, steps) =>
        Math.min(Math.max(value + (steps * (axis.at(-1) - axis[0])) / 50, axis[0]), axis.at(-1));
      probed = [along(data.alphas, a, by[0]), along(data.betas, b, by[1])];
      event.preventDefault();
    } else return;
    showProbe();
  });

  function markSlider() {
    const marks = byId("lambda-marks");
    marks.replaceChildren();
    const room = marks.clientWidth - 16;
    let free = -Infinity;
    const all = [...new Set([0, ...data.lambdas])];
    const isDecade = (l) => Number(l.toExponential(2).split("e")[0]) === 1;
    const chosen = all.length <= 9 ? all : all.filter((l) => l === 0 || l === last || isDecade(l));
    for (const l of chosen) {
      const x = 8 + (room * stops.place(l)) / (stops.count || 1);
      const mark = text(marks, "span", formatLambda(l));
      mark.style.left = `${x}px`;
      const half = mark.firstChild ? mark.offsetWidth / 2 : 0;
      if (x - half < free) mark.textContent = "";
      else free = x + half + 6;
    }
  }

  const everything = () => { markSlider(); redraw(); };
  window.addEventListener("resize", everything);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  // Paper is white whatever the screen is.
  const paper = (isPaper) => { document.documentElement.classList.toggle("paper", isPaper); show(); };
  window.addEventListener("beforeprint", () => paper(true));
  window.addEventListener("afterprint", () => paper(false));
  markSlider();
  if (!readFragment()) move(stops.place(data.lambdas[0]));
  show();
}

if (typeof document !== "undefined") start(JSON.parse(document.getElementById("slice-data").textContent));
