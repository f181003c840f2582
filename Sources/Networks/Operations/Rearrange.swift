/// Each row of y is a row of an input, or a constant: transposition, slices, padding, broadcasting
/// and concatenation, of tables made once.
struct Rearrange: LinearOperation {
  /// Rows that follow one another in an input and in y.
  struct Run: Sendable {
    var input: Int
    var source: Int
    var target: Int
    var count: Int
  }

  var outputFeatures: Int
  private(set) var runs: [Run] = []
  /// Rows that read no input.
  private(set) var filled: [Int] = []
  /// What they hold.
  var filling: Double

  /// Makes the runs: for each row of y the input and its row, or nil for the filling.
  init(_ sources: [(input: Int, row: Int)?], filling: Double = 0) {
    outputFeatures = sources.count
    self.filling = filling
    for (target, source) in sources.enumerated() {
      guard let source else {
        filled.append(target)
        continue
      }
      if let last = runs.last, last.input == source.input, last.target + last.count == target,
        last.source + last.count == source.row
      {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(input: source.input, source: source.row, target: target, count: 1))
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func apply<E>(_ x: [Tile<E>?], constants: Bool, into y: Tile<E>) {
    for run in runs {
      let count = run.count * y.lanes
      if let x = x[run.input] {
        y[run.target].update(from: x[run.source], count: count)
      } else {
        y[run.target].update(repeating: 0, count: count)
      }
    }
    for row in filled { y[row].update(repeating: constants ? E(filling) : 0, count: y.lanes) }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func applyTransposed<E>(_ y: Tile<E>, into x: [GradientSum<E>?]) {
    let sums = x.map { $0?.begun() }
    for run in runs {
      guard let sum = sums[run.input]?[run.source] else { continue }
      E.Loops.add(y[run.target], sum, count: run.count * y.lanes, into: sum)
    }
  }
}

extension NetworkBuilder {
  /// Adds y with numbers taken from x at given places.
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - sources: For each number of y, in row-major order, its place in x; nil for the filling.
  ///   - shape: The shape of y.
  ///   - filling: What a place of nil holds.
  /// - Returns: y.
  /// - Throws: ``NetworkError`` where a place is not in x, or their count is not the shape's.
  public mutating func rearrange(
    _ x: Value, sources: [Int?], shape: [Int], filling: Double = 0
  ) throws(NetworkError) -> Value {
    try check(shape)
    guard shape.reduce(1, *) == sources.count else {
      throw fault("gives \(sources.count) places the shape \(shape)")
    }
    if let bad = sources.compactMap(\.self).first(where: { !(0..<x.count).contains($0) }) {
      throw fault("takes number \(bad) of a value of shape \(x.shape)")
    }
    return try append(
      Rearrange(sources.map { $0.map { (0, $0) } }, filling: filling), of: [x], shape: shape)
  }

  /// Adds y = x with its dimensions in another order, as NumPy's `transpose`.
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - permutation: For each dimension of y the dimension of x.
  /// - Returns: y.
  /// - Throws: ``NetworkError`` where it is no permutation.
  public mutating func transpose(
    _ x: Value, _ permutation: [Int]
  ) throws(NetworkError) -> Value {
    guard permutation.sorted() == Array(x.shape.indices) else {
      throw fault("permutes the dimensions of \(x.shape) by \(permutation)")
    }
    let (shape, steps) = (permutation.map { x.shape[$0] }, Shape.steps(x.shape))
    let sources = Shape.offsets(shape, steps: permutation.map { steps[$0] })
    return try rearrange(x, sources: sources, shape: shape)
  }

  /// Adds y with some entries of x along one axis, as NumPy's `take`.
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - axis: The axis; -1 is the last.
  ///   - indices: Which entries, in order; a negative one counts from the end.
  /// - Returns: y.
  /// - Throws: ``NetworkError`` for an axis or index that x does not have.
  public mutating func gather(
    _ x: Value, axis: Int, indices: [Int]
  ) throws(NetworkError) -> Value {
    let axis = try self.axis(axis, of: x.shape)
    let extent = x.shape[axis]
    if let bad = indices.first(where: { !(-extent..<extent).contains($0) }) {
      throw fault("takes entry \(bad) along axis \(axis) of shape \(x.shape)")
    }
    var shape = x.shape
    shape[axis] = indices.count
    try check(shape)
    let inner = Shape.steps(x.shape)[axis]
    let outer = x.count / (inner * extent)
    let sources = (0..<outer).flatMap { block in
      indices.flatMap { index in
        let first = (block * extent + (index < 0 ? index + extent : index)) * inner
        return first..<first + inner
      }
    }
    return try rearrange(x, sources: sources, shape: shape)
  }

  /// Adds y = x from one entry along an axis up to another, as NumPy's `x[from:to:step]`.
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - axis: The axis; -1 is the last.
  ///   - start: The first entry.
  ///   - end: The entry before which it ends; -1 ends a backward slice after entry 0.
  ///   - step: From one entry to the next; not 0.
  /// - Returns: y.
  /// - Throws: ``NetworkError`` where nothing is left, or more is asked for than x has.
  public mutating func slice(
    _ x: Value, axis: Int, from start: Int, to end: Int, by step: Int = 1
  ) throws(NetworkError) -> Value {
    let axis = try self.axis(axis, of: x.shape)
    guard step != 0, (0..<x.shape[axis]).contains(start), (-1...x.shape[axis]).contains(end),
      (end - start) * step.signum() > 0
    else {
      throw fault("slices \(start)..<\(end) by \(step) along axis \(axis) of shape \(x.shape)")
    }
    return try gather(x, axis: axis, indices: Array(stride(from: start, to: end, by: step)))
  }

  /// Adds y = x with a constant around it.
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - before: How many entries come before x along each dimension.
  ///   - after: How many come after it.
  ///   - filling: What they hold.
  /// - Returns: y.
  /// - Throws: ``NetworkError`` where the counts are not x's dimensions', or negative.
  public mutating func pad(
    _ x: Value, before: [Int], after: [Int], filling: Double = 0
  ) throws(NetworkError) -> Value {
    guard before.count == x.shape.count, after.count == x.shape.count,
      (before + after).allSatisfy({ 0...1 << 31 ~= $0 })
    else { throw fault("pads shape \(x.shape) by \(before) and \(after)") }
    let shape = x.shape.indices.map { before[$0] + x.shape[$0] + after[$0] }
    try check(shape)
    var sources = [Int?](repeating: nil, count: shape.reduce(1, *))
    let steps = Shape.steps(shape)
    let first = zip(before, steps).reduce(0) { $0 + $1.0 * $1.1 }
    for (source, target) in Shape.offsets(x.shape, steps: steps, from: first).enumerated() {
      sources[target] = source
    }
    return try rearrange(x, sources: sources, shape: shape, filling: filling)
  }

  /// Adds y = x broadcast to a shape, as NumPy's `broadcast_to`.
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - shape: A shape that x goes with.
  /// - Returns: y.
  /// - Throws: ``NetworkError`` where it does not.
  public mutating func expand(_ x: Value, to shape: [Int]) throws(NetworkError) -> Value {
    guard Shape.broadcast(x.shape, shape) == shape else {
      throw fault("broadcasts shape \(x.shape) to \(shape)")
    }
    try check(shape)
    return try rearrange(x, sources: Shape.sources(of: shape, in: x.shape), shape: shape)
  }

  /// Adds the values one after the other along an axis.
  ///
  /// - Parameters:
  ///   - values: Of shapes that differ along the axis alone.
  ///   - axis: The axis; -1 is the last.
  /// - Returns: The joined value.
  /// - Throws: ``NetworkError`` where the shapes do not fit.
  public mutating func concatenate(
    _ values: [Value], axis: Int
  ) throws(NetworkError) -> Value {
    guard let first = values.first else { throw fault("joins no values") }
    let axis = try self.axis(axis, of: first.shape)
    var shape = first.shape
    shape[axis] = 0
    for value in values {
      var other = value.shape
      guard other.count == shape.count else {
        throw fault("joins shapes \(first.shape) and \(value.shape) along axis \(axis)")
      }
      shape[axis] += other[axis]
      other[axis] = shape[axis]
      guard other == shape else {
        throw fault("joins shapes \(first.shape) and \(value.shape) along axis \(axis)")
      }
    }
    try check(shape)
    let inner = Shape.steps(shape)[axis]
    let outer = shape[..<axis].reduce(1, *)
    var sources: [(input: Int, row: Int)?] = []
    for block in 0..<outer {
      for (input, value) in values.enumerated() {
        let size = value.shape[axis] * inner
        sources += (block * size..<(block + 1) * size).map { (input, $0) }
      }
    }
    return try append(Rearrange(sources), of: values, shape: shape)
  }
}
