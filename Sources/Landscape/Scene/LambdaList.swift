import RealModule

/// Reads the λ of a scene or a command line.
///
/// `0.01` is one value, `0,1e-4,1e-2` several (a decimal comma, as in `0,01`, is refused), and `1e-5...1e-1 x 13` thirteen that divide the range
/// evenly on a log axis; parts may be mixed, as in `0,1e-4...1e-1 x 4`.
///
/// - Parameter text: What was written.
/// - Returns: At least one value, each from 0 to 1e100, in the order written; a value
///   repeated counts once.
/// - Throws: ``ParsingError`` that says what is wrong with which part.
func parseLambdas(_ text: String) throws(ParsingError) -> [Double] {
  var values: [Double] = []
  let parts = text.split(separator: ",", omittingEmptySubsequences: false)
  if parts.count == 2, parts[0] == "0", !parts[1].isEmpty, parts[1].allSatisfy(\.isASCIIDigit),
    parts[1].first != "0"
  {
    throw ParsingError(
      reason: "is '\(text)', which may be 0.\(parts[1]) or the two values 0 and \(parts[1]); write "
        + "0.\(parts[1]), or 0,\(parts[1]).0 for two values")
  }
  for part in parts {
    let part = String(part).trimmed
    if part.first == "0", part.dropFirst().first?.isASCIIDigit == true {
      throw ParsingError(
        reason: "is '\(text)', with '\(part)' in it; write decimals with a point, such as 0.01")
    }
    guard let dots = part.split(separator: "...").asPair else {
      values.append(try parseLambda(part))
      continue
    }
    guard let (end, number) = dots.1.split(separator: "x").asPair,
      let count = Int(number.trimmed), (2...1000).contains(count)
    else {
      throw ParsingError(
        reason: "has the range '\(part)'; write it as 1e-5...1e-1 x 13, with 2 to 1000 values")
    }
    let (from, to) = (try parseLambda(dots.0.trimmed), try parseLambda(end.trimmed))
    guard from > 0, to > 0 else {
      throw ParsingError(
        reason: "has the range '\(part)', which a log axis cannot divide: both ends must be above "
          + "0 (put 0 beside it: 0,\(part))")
    }
    let step = Double.log(to / from) / Double(count - 1)
    values += (0..<count).map { i in
      switch i {
      case 0: from
      case count - 1: to
      default: rounded(from * Double.exp(step * Double(i)))
      }
    }
  }
  var seen = Set<Double>()
  return values.filter { seen.insert($0).inserted }
}

/// Names a λ for folders and lists: as short as exact, `0`, `0.01`, `1e-05`.
///
/// - Parameter lambda: The value.
/// - Returns: Its name.
func lambdaName(_ lambda: Double) -> String {
  let text = String(lambda)
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

private func parseLambda(_ text: String) throws(ParsingError) -> Double {
  // Beyond 1e100 the penalty and what is drawn of it leave the range of numbers.
  guard let value = Double(text), (0...1e100).contains(value) else {
    throw ParsingError(
      reason: "has '\(text)'; it must be a number from 0 to 1e100, such as 0.01 or 1e-3")
  }
  return value == 0 ? 0 : value
}

/// To twelve digits: the middle of 1e-3...1e-1 is 0.01 to the bit.
private func rounded(_ value: Double) -> Double {
  let scale = Double.pow(10, 11 - Double.log10(value).rounded(.down))
  let result = (value * scale).rounded() / scale
  return result.isFinite && result > 0 ? result : value
}

extension StringProtocol {
  /// Without spaces at the ends.
  var trimmed: String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isWholeNumber }
}

extension Array {
  /// Its two elements, where there are just two.
  fileprivate var asPair: (Element, Element)? { count == 2 ? (self[0], self[1]) : nil }
}
