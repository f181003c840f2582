import Figures

/// A coordinate with three digits at most: `0.02`, `−1`.
func coordinate(_ value: Double) -> String {
  RichText(number: value, significantDigits: 3).plain
}

/// A count with its thousands apart: `4,810`.
func grouped(_ count: Int) -> String {
  var text = ""
  for (place, digit) in String(count.magnitude).reversed().enumerated() {
    if place > 0, place % 3 == 0 { text = "," + text }
    text = "\(digit)" + text
  }
  return count < 0 ? "\u{2212}" + text : text
}
