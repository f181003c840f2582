// Numbers as texts, written as the figures write them.

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

/** A coordinate: a measured number, but 0 where an axis shows it as that. */
function formatOn(axis, value) {
  return format(Math.abs(value) < 1e-4 * (axis.at(-1) - axis[0]) ? 0 : value);
}

/** A λ, as short as exact to three digits: 0, 0.2, 10⁻³, 2×10⁻², 3.16×10⁻⁴. */
function formatLambda(value) {
  const [mantissa, exponent] = value.toExponential(2).split("e");
  const power = Number(exponent);
  const digits = String(Number(mantissa));
  if (value === 0 || (digits === "1" ? power >= 0 && power < 2 : power >= -1 && power < 5))
    return String(Number(value.toPrecision(3)));
  return `${digits === "1" ? "" : `${digits}×`}10${[...String(power)].map((c) => RAISED[c]).join("")}`;
}
