// The slice on a canvas.

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
    const right = small ? Math.max(10, Math.ceil(wide(data.barTicks.slice(-1)) / 2) + 2) : Math.ceil(16 + 14 + 8 + wide(data.barTicks) + 1.8 * size);
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
    const half = (tick) => (page.small ? ctx.measureText(tick.label).width / 2 + 5 : 0.65 * page.size);
    const fits = (some) => some.every((tick, i) =>
      i === 0 || Math.abs(tick.at - some[i - 1].at) >= tick.half + some[i - 1].half);
    const digit = (tick) => tick.value.toExponential()[0];
    const all = data.barTicks.map((tick) => {
      const [x, y] = rect(scale.unit(tick.value), scale.unit(tick.value));
      return { ...tick, x, y, at: page.small ? x : y, half: half(tick) };
    });
    const sets = [all];
    if (data.levels.some((l) => l.isIndex && l.value !== 0))
      for (const digits of ["15", "13", "1"]) sets.push(all.filter((t) => digits.includes(digit(t))));
    for (let k = 2; k <= all.length; k++) sets.push(all.filter((_, i) => i % k === 0));
    const labelled = sets.find((set) => set.length > Math.min(1, all.length - 1) && fits(set)) ?? [];
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
      ctx.fillText(data.valueTitle, bar.x + bar.length / 2, bar.y + bar.thick + 8 + 1.3 * page.size, bar.length);
    } else {
      upright(data.valueTitle, page.width - 0.9 * page.size, bar.y + bar.length / 2, page.height);
    }
  }

  /** Text that reads upward, squeezed if it is longer than there is room. */
  function upright(text, x, y, room) {
    ctx.save();
    ctx.translate(x, y);
    ctx.rotate(-Math.PI / 2);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(text, 0, 0, room);
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
    ctx.fillText(data.xTitle, frame.x + frame.width / 2, under + 8 + 1.4 * page.size, frame.width);
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    for (const tick of data.yTicks) {
      ctx.moveTo(frame.x, toY(tick.value));
      ctx.lineTo(frame.x - 5, toY(tick.value));
      ctx.fillText(tick.label, frame.x - 8, toY(tick.value));
    }
    ctx.stroke();
    upright(data.yTitle, 0.8 * page.size, frame.y + frame.height / 2, frame.height);
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

    const [low, high] = model.range(lambda);
    const levels = data.levels.map((level, i) => ({ ...level, fill: parts[i + 1].color }));
    if (levels.filter((l) => l.value > low && l.value < high).length < 5) {
      // The shared levels leave too little of this λ's shape: more, dashed.
      for (const value of niceSteps(low, high)) {
        if (levels.some((l) => Math.abs(l.value - value) < 1e-9 * Math.abs(value))) continue;
        const part = parts[data.levels.filter((l) => l.value <= value).length];
        levels.push({ value, label: String(value).replace("-", "−"), line: part.line, ink: part.ink, isExtra: true });
      }
      levels.sort((a, b) => a.value - b.value);
    }

    ctx.save();
    ctx.beginPath();
    ctx.rect(frame.x, frame.y, frame.width, frame.height);
    ctx.clip();
    ctx.fillStyle = parts[0].color;
    ctx.fillRect(frame.x, frame.y, frame.width, frame.height);
    const lines = [];
    const values = levels.map((l) => l.value);
    const cut = contours(fine.xs, fine.ys, model.total(lambda), fine.missing, values, scale.unit);
    levels.forEach((level, n) => {
      const found = cut[n];
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
    const path = data.path.map((p) => p.slice(1));
    const marks = [...(minimum ? [[minimum.alpha, minimum.beta]] : []), ...path]
      .map(([a, b]) => [toX(a), toY(b)]);
    const ways = [trail, path].filter((way) => way.length > 1).map((way) => makeLine(onPage(way.flat())));
    const { xs, ys } = fine;
    const blocked = fine.holes.map((k) => [toX(xs[k % xs.length]), toY(ys[Math.floor(k / xs.length)])]);
    const labels = placeLabels(lines, texts, 0.75 * size, frame, marks, ways, blocked, labelsBefore);
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
      const line = new Path2D();
      points.forEach(([a, b], i) => (i ? line.lineTo(toX(a), toY(b)) : line.moveTo(toX(a), toY(b))));
      return line;
    };
    if (trail.length > 1) strokeCased(ctx, way(trail), 1.4);
    if (data.path.length) {
      ctx.setLineDash([2, 4]);
      strokeCased(ctx, way(path), 1);
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
    ctx.restore();
    if (minimum) {
      const [x, y] = [toX(minimum.alpha), toY(minimum.beta)];
      strokeCased(ctx, new Path2D(`M${x - 6} ${y - 6}L${x + 6} ${y + 6}M${x - 6} ${y + 6}L${x + 6} ${y - 6}`), 2);
    }

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
