extension NetworkBuilder {
  /// What attention may not look at.
  public enum AttentionMask: Sendable, Hashable {
    /// Nothing.
    case none
    /// Keys that come after the query.
    case causal
    /// Numbers added to the scores before the softmax, [queries, keys], such as -infinity.
    case added([Double])
  }

  /// Adds scaled dot-product attention with several heads.
  ///
  /// For each head softmax(QKᵀ/√d + mask)·V with d = width/heads, the heads side by side (Vaswani and
  /// others 2017).
  ///
  /// - Parameters:
  ///   - query: Q [.., queries, width], already projected.
  ///   - key: K [.., keys, width].
  ///   - value: V [.., keys, any width that the heads divide].
  ///   - heads: How many heads share the width.
  ///   - mask: What may not be looked at.
  ///   - scale: What the scores are multiplied by, or nil for 1/√d.
  /// - Returns: [.., queries, width of the values].
  /// - Throws: ``NetworkError`` where the shapes do not go together.
  public mutating func attention(
    query: Value, key: Value, value: Value, heads: Int, mask: AttentionMask = .none,
    scale: Double? = nil
  ) throws(NetworkError) -> Value {
    let rank = query.shape.count
    guard rank >= 2, key.shape.count == rank, value.shape.count == rank,
      query.shape[rank - 1] == key.shape[rank - 1], key.shape[rank - 2] == value.shape[rank - 2]
    else {
      throw fault(
        "needs queries [.., m, width], keys [.., n, width] and values [.., n, any], not "
          + "\(query.shape), \(key.shape) and \(value.shape)")
    }
    guard heads > 0, query.shape[rank - 1] % heads == 0, value.shape[rank - 1] % heads == 0 else {
      throw fault(
        "has \(heads) heads, which do not divide the widths \(query.shape[rank - 1]) and "
          + "\(value.shape[rank - 1])")
    }
    let (queries, keys) = (query.shape[rank - 2], key.shape[rank - 2])
    let width = query.shape[rank - 1] / heads
    let q = try split(query, heads: heads, last: .width)
    let k = try split(key, heads: heads, last: .length)
    let v = try split(value, heads: heads, last: .width)
    let factor = scale ?? 1 / Double(width).squareRoot()
    var scores = try map(try multiply(q, k), .affine(scale: factor, shift: 0))
    let added: [Double]?
    switch mask {
    case .none: added = nil
    case .causal:
      added = (0..<queries).flatMap { q in (0..<keys).map { $0 > q ? -.infinity : 0 } }
    case .added(let numbers): added = numbers
    }
    if let added {
      let isSeen = stride(from: 0, to: added.count, by: keys).allSatisfy { row in
        added[row..<min(row + keys, added.count)].contains { $0.isFinite }
      }
      guard isSeen else { throw fault("has a query whose mask leaves no key to look at") }
      scores = try combine(scores, try constant(added, shape: [queries, keys]), .add)
    }
    let mixed = try multiply(try softmax(scores), v)
    // [.., heads, queries, d] → [.., queries, heads·d].
    let order = Array(0..<rank - 2) + [rank - 1, rank - 2, rank]
    return try reshape(
      try transpose(mixed, order), to: Array(query.shape.dropLast()) + [value.shape[rank - 1]])
  }

  private enum LastDimension {
    case width
    case length
  }

  /// [.., length, heads·d] as [.., heads, length, d] or [.., heads, d, length].
  private mutating func split(
    _ x: Value, heads: Int, last: LastDimension
  ) throws(NetworkError) -> Value {
    let rank = x.shape.count
    let parts = try reshape(x, to: Array(x.shape.dropLast()) + [heads, x.shape[rank - 1] / heads])
    let end = last == .width ? [rank - 1, rank - 2, rank] : [rank - 1, rank, rank - 2]
    return try transpose(parts, Array(0..<rank - 2) + end)
  }
}
