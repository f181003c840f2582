/// A count with its thousands apart, as English sets them: `4,810`.
func grouped(_ count: Int) -> String {
  let digits = Array(String(count.magnitude))
  let groups = digits.indices.map { index in
    let isStart = index > 0 && (digits.count - index).isMultiple(of: 3)
    return (isStart ? "," : "") + String(digits[index])
  }
  return (count < 0 ? "\u{2212}" : "") + groups.joined()
}

/// A network's summary with its activations as papers write them: `64-64-10, ReLU`.
func readable(network summary: String) -> String {
  let names = [
    "relu": "ReLU", "leaky-relu": "leaky ReLU", "elu": "ELU", "gelu": "GELU",
    "gelu-tanh": "GELU by tanh", "silu": "SiLU",
  ]
  return summary.split(separator: ", ").map { names[String($0)] ?? String($0) }
    .joined(separator: ", ")
}
