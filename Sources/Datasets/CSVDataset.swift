import TensorFiles

extension DatasetSource {
  /// Reads a table: one column is the target, the others are the features, but for a first one
  /// without a name (or called `Unnamed: 0`): the index that pandas writes.
  ///
  /// The targets look like classes where they are exactly the whole numbers 0 to k − 1, each at least
  /// once, k at least 2 and fewer than the samples; all else is regression.
  func readCSV(_ path: String, _ column: Column) throws(FileError) -> Numbers {
    let table = try CSV.read(path)
    let columns = table.columnCount
    let target = try index(of: column, in: table, path: path)
    let first = table.columnNames?.first.map { String($0.trimmed) }
    let hasIndex = (first == "" || first == "Unnamed: 0") && target != 0
    let features = (hasIndex ? 1..<columns : 0..<columns).filter { $0 != target }
    guard !features.isEmpty else {
      throw .malformed(
        path: path,
        reason: "it has one column"
          + (hasIndex ? " beside an index" : "") + "; features and a target are needed")
    }
    var inputs: [Double] = []
    inputs.reserveCapacity(table.rowCount * features.count)
    var targets: [Double] = []
    targets.reserveCapacity(table.rowCount)
    for row in 0..<table.rowCount {
      let start = row * columns
      for feature in features { inputs.append(table.values[start + feature]) }
      targets.append(table.values[start + target])
    }
    var dataset = try about(path) { () throws(DatasetError) in
      try Dataset(
        name: fileName(path), inputShape: [features.count], inputs: inputs,
        targets: .values(targets, outputs: 1))
    }
    dataset.notes = table.notes.map { "\(fileName(path)): \($0)" }
    if hasIndex {
      dataset.notes.append(
        "\(fileName(path)): the first column, without a name, is taken as pandas' index and left out; "
          + "give it a name to have it as a feature")
    }
    return Numbers(
      data: dataset, task: Self.looksLikeClasses(targets) ? .classification : .regression)
  }

  private static func looksLikeClasses(_ targets: [Double]) -> Bool {
    guard let greatest = targets.max(), let least = targets.min(), least == 0, greatest >= 1,
      greatest + 1 < Double(targets.count), greatest < Double(Targets.maximumClassCount)
    else { return false }
    var isPresent = [Bool](repeating: false, count: Int(greatest) + 1)
    for value in targets {
      guard let label = Int(exactly: value), isPresent.indices.contains(label) else { return false }
      isPresent[label] = true
    }
    return isPresent.allSatisfy { $0 }
  }

  private func index(
    of column: Column, in table: CSV.Table, path: String
  ) throws(FileError) -> Int {
    switch column {
    case .last: return table.columnCount - 1
    case .number(let number):
      guard number >= 1, number <= table.columnCount else {
        throw .malformed(
          path: path, reason: "it has columns 1 to \(table.columnCount), and no column \(number)")
      }
      return number - 1
    case .named(let name):
      guard let names = table.columnNames else {
        throw .malformed(
          path: path, reason: "it has no header line to find column '\(name)' in; give its number")
      }
      let matches = names.indices.filter { names[$0].trimmed == name.trimmed }
      guard let match = matches.first else {
        let known = names.map { "'\($0.trimmed)'" }.joined(separator: ", ")
        throw .malformed(path: path, reason: "no column is named '\(name)'; there are \(known)")
      }
      guard matches.count == 1 else {
        throw .malformed(path: path, reason: "\(matches.count) columns are named '\(name)'")
      }
      return match
    }
  }
}

extension String {
  /// The text without spaces around it, which header lines often have after a comma.
  fileprivate var trimmed: Substring {
    let start = self.drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return start[...last]
  }
}
