"use strict";

// Grids, refined and cut by levels. Twins of Relief and Contour in the module Figures.

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
 * The contours of increasing levels, by marching squares.
 *
 * A sample at the level or over it is above; outside the grid everything is below, so rings close
 * (to be filled by the even-odd rule). Lines are the rings without what runs along the border or
 * through missing parts. Both are flat lists x₀, y₀, x₁, y₁, …; a closed line repeats its start.
 * Between samples the places that `unit` gives values are taken for straight.
 */
function contours(xs, ys, values, missing, levels, unit) {
  const [nx, ny] = [xs.length, ys.length];
  const width = nx + 2;
  // How many levels each sample, and the padding around all, is at or over.
  const bands = new Uint8Array(width * (ny + 2));
  let band = 0;
  for (let j = 0; j < ny; j++)
    for (let i = 0; i < nx; i++) {
      const value = values[j * nx + i];
      while (band < levels.length && value >= levels[band]) band++;
      while (band > 0 && value < levels[band - 1]) band--;
      bands[(j + 1) * width + i + 1] = band;
    }
  // The cells that each level runs through, with its way through them.
  const cells = levels.map(() => []);
  for (let j = 0; j <= ny; j++)
    for (let i = 0; i <= nx; i++) {
      const corner = j * width + i;
      const [a, b] = [bands[corner], bands[corner + 1]];
      const [d, c] = [bands[corner + width], bands[corner + width + 1]];
      if (a === b && b === c && c === d) continue;
      const high = Math.max(a, b, c, d);
      for (let l = Math.min(a, b, c, d); l < high; l++)
        cells[l].push(corner, (a > l) | ((b > l) << 1) | ((c > l) << 2) | ((d > l) << 3));
    }
  // Edge 2k runs from padded sample k to its right neighbour, edge 2k + 1 to its upper one.
  const following = new Int32Array(2 * bands.length).fill(-1);
  return levels.map((level, l) => contour(xs, ys, values, missing, unit, unit(level), cells[l], following));
}

/** One level's contour; leaves `following` as it was, all −1. */
function contour(xs, ys, values, missing, unit, level, cells, following) {
  const [nx, ny] = [xs.length, ys.length];
  const width = nx + 2;
  const starts = [];
  for (let n = 0; n < cells.length; n += 2) {
    let [corner, way] = [cells[n], cells[n + 1]];
    if (way === 5 || way === 10) {
      const k = (Math.floor(corner / width) - 1) * nx + (corner % width) - 1;
      const sum = unit(values[k]) + unit(values[k + 1]) + unit(values[k + nx]) + unit(values[k + nx + 1]);
      if (sum / 4 >= level) way = way === 5 ? 16 : 17;
    }
    const edges = [2 * corner, 2 * (corner + 1) + 1, 2 * (corner + width), 2 * corner + 1];
    for (const [from, to] of WAYS[way]) {
      following[edges[from]] = edges[to];
      starts.push(edges[from]);
    }
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
        const [a, b] = [unit(values[p]), unit(values[q])];
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
