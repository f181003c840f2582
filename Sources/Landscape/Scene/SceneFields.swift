import Yams

/// The keys of one mapping of a scene: read by name, checked against the names there are.
///
/// A key that is not known is an error and never ignored: a typing error must not pass in silence.
struct SceneFields {
  let path: String
  /// The mapping's place in the scene, such as `penalty`; empty at the top.
  let section: String
  private let values: [String: Node]
  private let mark: Mark?

  /// Takes a mapping apart.
  ///
  /// - Parameters:
  ///   - node: The mapping; nil is an empty one.
  ///   - path: The scene's file, for messages.
  ///   - section: The mapping's place in the scene.
  ///   - keys: All keys that it may have.
  /// - Throws: ``SceneError`` for another kind of node, and for unknown keys.
  init(_ node: Node?, path: String, section: String, keys: [String]) throws(SceneError) {
    self.path = path
    self.section = section
    mark = node?.mark
    var values: [String: Node] = [:]
    if let node {
      guard let mapping = node.mapping else {
        throw SceneError(
          path: path, line: node.mark?.line,
          reason:
            "\(section.isEmpty ? "a scene" : "'\(section)'") must hold keys and values; it may "
            + "have \(list(keys))")
      }
      for (key, value) in mapping {
        let name = key.scalar?.string ?? "?"
        guard keys.contains(name) else {
          let place = section.isEmpty ? "" : " in '\(section)'"
          let guess = nearest(name, in: keys).map { "; did you mean '\($0)'?" } ?? ""
          throw SceneError(
            path: path, line: key.mark?.line,
            reason: "unknown key '\(name)'\(place)\(guess) (there are \(list(keys)))")
        }
        // A key without a value, or 'null', is as if it were absent.
        if !value.isNull { values[name] = value }
      }
    }
    self.values = values
  }

  /// The node of a key.
  func node(_ key: String) -> Node? { values[key] }

  /// Whether a key is there.
  func has(_ key: String) -> Bool { values[key] != nil }

  /// A text; the line ends of a block (`|` and `>`) are no part of it.
  func string(_ key: String) throws(SceneError) -> String? {
    guard let node = values[key] else { return nil }
    guard let scalar = node.scalar else { throw fault(key, "must be a text") }
    guard [.literal, .folded].contains(scalar.style) else { return scalar.string }
    return String(scalar.string.reversed().drop(while: \.isNewline).reversed())
  }

  /// A number in a range.
  func number(
    _ key: String, _ range: ClosedRange<Double> = -1e300...1e300
  ) throws(SceneError) -> Double? {
    guard let text = try string(key) else { return nil }
    guard let value = Double(text), value.isFinite else {
      throw fault(key, "is '\(text)', not a number" + decimalCommaHint(text))
    }
    guard range.contains(value) else {
      throw fault(key, "is \(text); it must be from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A whole number in a range.
  func integer(_ key: String, _ range: ClosedRange<Int>) throws(SceneError) -> Int? {
    guard let text = try string(key) else { return nil }
    guard let value = wholeNumber(text) else {
      throw fault(key, "is '\(text)', not a whole number")
    }
    guard range.contains(value) else {
      throw fault(key, "is \(value); it must be from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A seed: a whole number from 0.
  func seed(_ key: String) throws(SceneError) -> UInt64? {
    guard let text = try string(key) else { return nil }
    guard let value = UInt64(text) else {
      throw fault(key, "is '\(text)', not a whole number from 0 to \(UInt64.max)")
    }
    return value
  }

  /// True or false.
  func boolean(_ key: String) throws(SceneError) -> Bool? {
    guard let text = try string(key) else { return nil }
    switch text {
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return true
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return false
    default: throw fault(key, "is '\(text)'; it must be true or false")
    }
  }

  /// One of the named cases of a type.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Choice.Type = Choice.self
  ) throws(SceneError) -> Choice? where Choice.RawValue == String {
    guard let text = try string(key) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let guess = nearest(text, in: names).map { "; did you mean '\($0)'?" } ?? ""
    throw fault(key, "is '\(text)'\(guess) (there are \(list(names)))")
  }

  /// A value that a parser makes of a text, with the parser's own complaint.
  func parsed<Value>(
    _ key: String, _ parse: (String) throws(ParsingError) -> Value
  ) throws(SceneError) -> Value? {
    guard let node = values[key] else { return nil }
    let text: String
    if let sequence = node.sequence {
      let words = sequence.map { $0.scalar?.string ?? "?" }
      // With a space, so that the list [0, 5] is no decimal comma.
      text = words.joined(separator: words.count == 2 && words[0] == "0" ? ", " : ",")
    } else if let scalar = node.scalar {
      text = scalar.string
    } else {
      throw fault(key, "must be a value or a list of values")
    }
    do throws(ParsingError) { return try parse(text) } catch { throw fault(key, error.reason) }
  }

  /// What is wrong with a key's value.
  func fault(_ key: String, _ reason: String) -> SceneError {
    SceneError(
      path: path, line: (values[key]?.mark ?? mark)?.line,
      reason: "'\(section.isEmpty ? key : "\(section).\(key)")' \(reason)")
  }
}

/// A whole number as YAML's core schema writes it: `12`, `+12`, `0x1F`, `0o17`; also `1e3` and `20.0`,
/// which are whole as well.
func wholeNumber(_ text: String) -> Int? {
  if text.hasPrefix("0x") { return Int(text.dropFirst(2), radix: 16) }
  if text.hasPrefix("0o") { return Int(text.dropFirst(2), radix: 8) }
  return Int(text) ?? Double(text).flatMap(Int.init(exactly:))
}

/// What to do about a number written `0,5`; empty where it is none.
func decimalCommaHint(_ text: String) -> String {
  let parts = text.split(separator: ",", omittingEmptySubsequences: false)
  let isDecimal = parts.count == 2 && parts.allSatisfy { Double($0) != nil }
  return isDecimal ? "; write decimals with a point" : ""
}

/// A text that does not say what it should.
struct ParsingError: Error {
  /// What it is, and what it should be: to be put after the name of what it is about.
  var reason: String
}

/// The name that was probably meant: at most two changes away, or a third of its letters.
///
/// - Parameters:
///   - name: What was written.
///   - names: What there is.
/// - Returns: The nearest name, or nil where none is near.
func nearest(_ name: String, in names: [String]) -> String? {
  let name = Array(name.lowercased().prefix(64))
  let ranked = names.map { ($0, distance(name, Array($0.lowercased()))) }
  guard let best = ranked.min(by: { $0.1 < $1.1 }) else { return nil }
  return best.1 <= max(2, name.count / 3) ? best.0 : nil
}

/// Names as a sentence lists them.
func list(_ names: [String]) -> String { names.joined(separator: ", ") }

/// How many letters must be put in, left out or changed (Levenshtein).
private func distance(_ a: [Character], _ b: [Character]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var previous = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      (previous, row[j + 1]) = (
        row[j + 1], min(row[j] + 1, row[j + 1] + 1, previous + (x == y ? 0 : 1))
      )
    }
  }
  return row[b.count]
}
