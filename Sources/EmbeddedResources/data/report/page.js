// What the reader does: the slider, the play button, pointing at the slice.

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

  const where = (alpha, beta) => `(${formatOn(data.alphas, alpha)}, ${formatOn(data.betas, beta)})`;

  function show() {
    waiting = false;
    const minimum = model.minimum(lambda);
    const trail = trailTo(minima.slice(0, place), minimum);
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
        ["at", where(minimum.alpha, minimum.beta)]);
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
    probe.textContent = `At ${where(alpha, beta)}: ` + (Number.isNaN(base)
      ? "no finite loss" : `base ${format(base)} + penalty ${format(cost)} = total ${format(base + cost)}`);
    const [x, y] = plot.place(alpha, beta);
    cross.style.left = `${x}px`;
    cross.style.top = `${y}px`;
  }

  /** The way of the minimum, no finer than the grid that it is known on. */
  function trailTo(before, now) {
    if (!now) return [];
    const cell = (axis) => (axis.at(-1) - axis[0]) / (axis.length - 1);
    const [da, db] = [cell(data.alphas), cell(data.betas)];
    const isFar = (p, q) => Math.hypot((p.alpha - q.alpha) / da, (p.beta - q.beta) / db) >= 1.5;
    const kept = [];
    for (const m of before) if (m && (!kept.length || isFar(m, kept.at(-1))) && isFar(m, now)) kept.push(m);
    return [...kept, now].map((m) => [m.alpha, m.beta]);
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
  }
  play.addEventListener("click", () => {
    if (timer !== null) return stop();
    play.textContent = "Pause";
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
    // The λ of the study, or decades where there are many.
    const first = data.lambdas.find((l) => l > 0) ?? 0;
    const decades = Array.from({ length: 30 }, (_, k) => Number(`1e${k - 20}`));
    const shown = data.lambdas.length < 10 ? data.lambdas : decades.filter((l) => l >= first && l <= last);
    for (const l of new Set([0, ...shown])) {
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
