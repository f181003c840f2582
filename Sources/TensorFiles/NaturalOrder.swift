/// Whether one name stands before another as people count: `epoch2` before `epoch10`.
///
/// Runs of the digits 0 to 9 compare as numbers of any length, all else by its UTF-8 bytes. Names
/// that differ in leading zeros alone compare by their bytes, so that the order is total.
///
/// - Parameters:
///   - a: A name.
///   - b: Another.
/// - Returns: Whether a stands before b.
public func naturallyPrecedes(_ a: String, _ b: String) -> Bool {
  var (x, y) = (a.utf8[...], b.utf8[...])
  while let first = x.first, let second = y.first {
    if isDigit(first), isDigit(second) {
      let (m, n) = (number(&x), number(&y))
      if m.count != n.count { return m.count < n.count }
      if !m.elementsEqual(n) { return m.lexicographicallyPrecedes(n) }
    } else if first != second {
      return first < second
    } else {
      x.removeFirst()
      y.removeFirst()
    }
  }
  if x.isEmpty != y.isEmpty { return x.isEmpty }
  return a.utf8.lexicographicallyPrecedes(b.utf8)
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

/// Takes a number's digits off the front, and returns them without leading zeros.
private func number(_ text: inout Substring.UTF8View) -> Substring.UTF8View {
  let digits = text.prefix(while: isDigit)
  text = text[digits.endIndex...]
  return digits.drop { $0 == 0x30 }
}
