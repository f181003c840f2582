// A slice of the total loss, base + λ/2·‖w‖², for any λ; no page is needed here.

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
  const holes = missing ? [...missing.keys()].filter((k) => missing[k]) : [];
  const fine = { xs, ys, base: units.map(scale.value), norms: norms(xs, ys), missing, holes };
  const coarse = norms(data.alphas, data.betas);
  const total = (values, squares, lambda) => {
    const sum = new Float64Array(values.length);
    for (let k = 0; k < sum.length; k++) sum[k] = values[k] + (lambda / 2) * squares[k];
    return sum;
  };
  return {
    data, base, scale, fine,
    minimum: (lambda) => gridMinimum(total(base, coarse, lambda), data.alphas, data.betas),
    /** The range of the finite totals at the samples. */
    range(lambda) {
      let [low, high] = [Infinity, -Infinity];
      for (const value of total(base, coarse, lambda)) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
      return [low, high];
    },
    total: (lambda) => total(fine.base, fine.norms, lambda),
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
