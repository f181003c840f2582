import Networks

extension Operator {
  /// Operators that move numbers and change none.
  static let movements: [Operator] = [
    Operator("Transpose") { conversion in
      let x = try conversion.needed(0)
      let order = conversion.node.integers("perm") ?? Array(x.shape.indices.reversed())
      if case .weight(var weight) = x, order == [1, 0], weight.shape.count == 2 {
        weight.shape.reverse()
        weight.isTransposed.toggle()
        return [.weight(weight)]
      }
      return [try conversion.transpose(x, order)]
    },
    Operator("Concat") { try $0.concatenate() },
    Operator("Split") { try $0.split() },
    Operator("Slice") { try $0.slice() },
    Operator("Gather", "by constant indices, or as an embedding of the data's") {
      try $0.gather()
    },
    Operator("Expand") { try $0.expand() },
    Operator("Tile", "with constant repeats") { try $0.tile() },
    Operator("Pad", "with a constant, by reflection or with the edge") { try $0.pad() },
  ]
}

extension Conversion {
  /// Dimensions in another order.
  mutating func transpose(_ x: Term, _ order: [Int]) throws -> Term {
    guard order.sorted() == Array(x.shape.indices) else {
      throw Fault("permutes \(written(x.shape)) by \(written(order))")
    }
    let steps = Shape.steps(x.shape)
    let shape = order.map { x.shape[$0] }
    let marks = x.isBatch
    return try arrange(
      x,
      Arrangement(
        sources: Shape.offsets(shape, steps: order.map { steps[$0] }),
        of: x.shape.reduce(1, *), shape: shape, isBatch: order.map { marks[$0] }))
  }

  /// Some entries of x along an axis.
  private mutating func take(_ x: Term, axis: Int, _ entries: [Int], as inner: [Int]) throws -> Term
  {
    let steps = Shape.steps(x.shape)
    let shape = x.shape[..<axis] + inner + x.shape[(axis + 1)...]
    guard let size = count(of: Array(shape), limit: Self.valueLimit) else {
      throw Fault("makes a shape of \(written(Array(shape)))")
    }
    let isWhole = entries == Array(0..<x.shape[axis]) && inner.count == 1
    var marks = x.isBatch
    if !isWhole { try keepSamplesApart(marks, [axis]) }
    marks.replaceSubrange(axis...axis, with: isWhole ? [marks[axis]] : inner.map { _ in false })
    var sources: [Int?] = []
    sources.reserveCapacity(size)
    for start in Shape.offsets(Array(x.shape[..<axis]), steps: Array(steps[..<axis])) {
      for entry in entries {
        let first = start + entry * steps[axis]
        for place in 0..<steps[axis] { sources.append(first + place) }
      }
    }
    return try arrange(
      x,
      Arrangement(
        sources: sources, of: x.shape.reduce(1, *), shape: Array(shape), isBatch: marks))
  }

  fileprivate mutating func concatenate() throws -> [Term] {
    let terms = try node.inputs.indices.map { try needed($0) }
    guard let first = terms.first else { throw Fault("has no inputs") }
    let axis = try axis(node.integer("axis", 0), rank: first.shape.count)
    var shape = first.shape
    shape[axis] = 0
    for term in terms {
      var other = term.shape
      guard other.count == shape.count else {
        throw Fault("joins shapes \(written(first.shape)) and \(written(other))")
      }
      shape[axis] += other[axis]
      other[axis] = shape[axis]
      guard other == shape else {
        throw Fault("joins shapes \(written(first.shape)) and \(written(term.shape))")
      }
    }
    guard terms.count > 1 else { return [first] }
    let constants = terms.compactMap {
      if case .constant(let constant) = $0 { constant } else { nil }
    }
    if constants.count == terms.count, axis == 0 {
      let grows = constants.contains { $0.isBatch != nil }
      return [
        .constant(
          Constant(
            shape: shape, numbers: constants.flatMap(\.numbers),
            isBatch: grows
              ? constants.flatMap { constant in
                constant.numbers.indices.map { constant.grows($0) }
              } : nil,
            isWhole: constants.allSatisfy(\.isWhole)))
      ]
    }
    let signals = try terms.map { try signal($0) }
    var isBatch = shape.map { _ in false }
    for signal in signals {
      try keepSamplesApart(signal.isBatch, [axis])
      isBatch = joined(isBatch, signal.isBatch)
    }
    return [
      .value(
        Signal(
          value: try builder.concatenate(signals.map(\.value), axis: axis), isBatch: isBatch,
          isTrained: signals.contains(where: \.isTrained)))
    ]
  }

  fileprivate mutating func split() throws -> [Term] {
    let x = try needed(0)
    let axis = try axis(node.integer("axis", 0), rank: x.shape.count)
    let extent = x.shape[axis]
    let given = node.version < 13 ? node.integers("split") : try integers(1)
    let parts: [Int]
    if let given {
      parts = given
    } else {
      let count = node.integer("num_outputs", node.outputs.count)
      guard (1...max(1, extent)).contains(count) else {
        throw Fault("splits \(extent) entries into \(count) parts")
      }
      let size = (extent + count - 1) / count
      parts = (0..<count).map { min(size, extent - $0 * size) }
    }
    guard parts.allSatisfy({ (1...extent).contains($0) }), parts.count <= extent,
      parts.reduce(0, +) == extent
    else { throw Fault("splits \(extent) entries into \(written(parts))") }
    var start = 0
    return try parts.map { part in
      defer { start += part }
      return try take(x, axis: axis, Array(start..<start + part), as: [part])
    }
  }

  fileprivate mutating func slice() throws -> [Term] {
    var x = try needed(0)
    // Until version 10 the ends are attributes.
    guard let starts = try integers(1) ?? node.integers("starts"),
      let ends = try integers(2) ?? node.integers("ends"), starts.count == ends.count
    else { throw Fault("lacks its starts or ends") }
    let axes = try integers(3) ?? node.integers("axes") ?? Array(starts.indices)
    let steps = try integers(4) ?? starts.map { _ in 1 }
    guard axes.count == starts.count, steps.count == starts.count else {
      throw Fault("has \(starts.count) starts for \(axes.count) axes and \(steps.count) steps")
    }
    for (place, given) in axes.enumerated() {
      let axis = try axis(given, rank: x.shape.count)
      let (extent, step) = (x.shape[axis], steps[place])
      guard step != 0 else { throw Fault("has a step of 0") }
      func clamped(_ index: Int) -> Int {
        let index = index < 0 ? index + extent : index
        return step > 0 ? min(max(index, 0), extent) : min(max(index, -1), extent - 1)
      }
      // An end before the first entry, as backward slices have, stays before it.
      let end = ends[place] < -extent ? (step > 0 ? 0 : -1) : clamped(ends[place])
      let entries = Array(stride(from: clamped(starts[place]), to: end, by: step))
      // Of a shape nothing may be left; of a value something must.
      if entries.isEmpty, case .value = x { throw Fault("leaves nothing of axis \(axis)") }
      x = try take(x, axis: axis, entries, as: [entries.count])
    }
    return [x]
  }

  fileprivate mutating func gather() throws -> [Term] {
    let x = try needed(0)
    guard !x.shape.isEmpty else { throw Fault("takes entries of a lone number") }
    let axis = try axis(node.integer("axis", 0), rank: x.shape.count)
    if case .value(let indices) = try needed(1) {
      guard case .weight(let table) = x, axis == 0, table.shape.count == 2, !table.isTransposed
      else { throw Fault("looks up computed indices in what is no table of weights") }
      let parameter = try parameter(table, role: .kernel, fanIn: 1, fanOut: table.shape[1])
      return [
        .value(
          Signal(
            value: try builder.embed(indices.value, table: parameter),
            isBatch: indices.isBatch + [false], isTrained: true))
      ]
    }
    guard let indices = try constant(1) else { throw Fault("lacks its indices") }
    let extent = x.shape[axis]
    let entries = indices.integers.map { $0 < 0 ? $0 + extent : $0 }
    guard entries.allSatisfy((0..<extent).contains) else {
      throw Fault("takes an entry that axis \(axis) of \(written(x.shape)) does not have")
    }
    return [try take(x, axis: axis, entries, as: indices.shape)]
  }

  fileprivate mutating func expand() throws -> [Term] {
    let x = try needed(0)
    guard let target = try constant(1) else { throw Fault("lacks its shape") }
    guard let shape = Shape.broadcast(x.shape, target.integers),
      let size = count(of: shape, limit: Self.limit), size > 0
    else { throw Fault("broadcasts \(written(x.shape)) to \(written(target.integers))") }
    let marks = target.isBatch ?? target.numbers.map { _ in false }
    return [
      try arrange(
        x,
        Arrangement(
          sources: Shape.sources(of: shape, in: x.shape), of: x.shape.reduce(1, *), shape: shape,
          isBatch: joined(joined(x.isBatch, marks), shape.map { _ in false })))
    ]
  }

  fileprivate mutating func tile() throws -> [Term] {
    var x = try needed(0)
    guard let repeats = try constant(1), repeats.numbers.count == x.shape.count else {
      throw Fault("lacks a repeat for each dimension")
    }
    for (axis, times) in repeats.integers.enumerated() where times != 1 {
      guard (1...Self.limit).contains(times),
        count(of: [times] + x.shape, limit: Self.limit) != nil
      else { throw Fault("repeats axis \(axis) \(times) times") }
      let entries = (0..<times).flatMap { _ in 0..<x.shape[axis] }
      x = try take(x, axis: axis, entries, as: [entries.count])
    }
    return [x]
  }

  fileprivate mutating func pad() throws -> [Term] {
    let x = try needed(0)
    let rank = x.shape.count
    guard let given = try integers(1) ?? node.integers("pads") else {
      throw Fault("lacks its pads")
    }
    let axes = try integers(3).map { try $0.map { try axis($0, rank: rank) } } ?? Array(0..<rank)
    guard given.count == 2 * axes.count else {
      throw Fault("has \(given.count) pads for \(axes.count) axes")
    }
    let value = try constant(2)?.scalar ?? node.number("value", 0)
    let mode = node.text("mode", "constant")
    // Which entry of x each entry of the result is, axis by axis.
    var entries = x.shape.map { extent in Array(0..<extent).map(Optional.some) }
    for (place, axis) in axes.enumerated() {
      let (before, after, extent) = (given[place], given[place + axes.count], x.shape[axis])
      guard (-extent...1 << 20).contains(before), (-extent...1 << 20).contains(after),
        extent + before + after > 0
      else { throw Fault("pads axis \(axis) of \(written(x.shape)) by \(before) and \(after)") }
      entries[axis] = try (-before..<extent + after).map { index -> Int? in
        if (0..<extent).contains(index) { return index }
        switch mode {
        case "constant": return nil
        case "edge": return min(max(index, 0), extent - 1)
        case "reflect":
          let mirrored = index < 0 ? -index : 2 * (extent - 1) - index
          guard (0..<extent).contains(mirrored) else {
            throw Fault("reflects axis \(axis) of \(written(x.shape)) beyond its end")
          }
          return mirrored
        default: throw Fault("pads with mode '\(mode)'")
        }
      }
    }
    let shape = entries.map(\.count)
    guard count(of: shape, limit: Self.limit) != nil else {
      throw Fault("pads \(written(x.shape)) to \(written(shape))")
    }
    let marks = x.isBatch
    try keepSamplesApart(marks, x.shape.indices.filter { x.shape[$0] != shape[$0] })
    let steps = Shape.steps(x.shape)
    var sources: [Int?] = [0]
    for axis in x.shape.indices {
      sources = sources.flatMap { start in
        entries[axis].map { entry in
          if let start, let entry { start + entry * steps[axis] } else { nil }
        }
      }
    }
    return [
      try arrange(
        x,
        Arrangement(
          sources: sources, of: x.shape.reduce(1, *), shape: shape, isBatch: marks, filling: value))
    ]
  }
}
