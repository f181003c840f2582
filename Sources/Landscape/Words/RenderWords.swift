import Algebra
import Figures
import Geometry

/// What is said of the figures of a run: captions that tell how they were made, and descriptions with
/// the numbers that can be read off them.
struct RenderWords: Sendable {
  private let scene: Scene
  private let summary: Summary
  private let views: [SurfaceView]

  /// Takes what a run found.
  init(_ scene: Scene, _ summary: Summary, _ views: [SurfaceView]) {
    self.scene = scene
    self.summary = summary
    self.views = views
  }

  /// What the reader must know of the model and the protocol.
  var sentence: String {
    guard let data = summary.data else { return summary.protocolName }
    let path = summary.slices.first?.path.map {
      "; the checkpoints, projected, lie up to \(RichText(measured: $0.farthest).plain) off it"
    }
    return "\(data.name): \(summary.protocolName)\(path ?? "")\(scene.penalty.scope.caption)"
  }

  // MARK: - Captions

  /// What is plotted, protocol, directions, normalisation, grid and λ.
  ///
  /// - Parameters:
  ///   - kind: How it is drawn, such as `Filled contours`.
  ///   - lambda: λ, or nil for all.
  ///   - given: λ as it was given.
  /// - Returns: Sentences.
  func caption(_ kind: String, lambda: Double?, given: Double?) -> String {
    var text = subject(kind, lambda)
    if let lambda {
      if lambda != 0 { text += " at λ = \(parameter(lambda))" }
    } else {
      text += " at λ = \(list(summary.lambdas.map { parameter($0.lambda) }))"
    }
    text += " over the slice w + αu + βv: \(summary.protocolName)."
    if let slice = slice(given) { text += " " + directions(slice) + "." }
    let isMarked = summary.lambdas.contains {
      $0.minimum != nil && (lambda == nil || $0.lambda == lambda)
    }
    return text + " The ring is the slice's centre"
      + (isMarked ? ", the cross the lowest point of the grid." : ".")
  }

  /// How it is drawn, and what, where the former does not say it.
  private func subject(_ kind: String, _ lambda: Double?) -> String {
    kind.contains(" of ") ? kind : "\(kind) of \(lossName(lambda))"
  }

  private func lossName(_ lambda: Double?) -> String {
    lambda == 0 ? "the base loss L(w)" : "the total loss L(w) + ½λ‖w‖²"
  }

  private func slice(_ given: Double?) -> Summary.SliceRecord? {
    guard let given else { return summary.slices.first }
    return summary.lambdas.first { $0.given == given }.map { summary.slices[$0.slice] }
  }

  /// Directions, their lengths, and the grid.
  func directions(_ slice: Summary.SliceRecord) -> String {
    var text: String
    switch slice.directions {
    case "random":
      let normalisation = slice.normalisation ?? "none"
      text =
        (normalisation == "none"
          ? "Random directions" : "\(normalisation.capitalised)-normalised random directions")
        + " (\(scene.slice.biases ? "biases too" : "biases fixed")"
        + (slice.seed.map { ", seed \($0)" } ?? "") + ")"
    case "files": text = "Directions from files"
    case "unknown": text = "Directions not known"
    default:
      text = "Directions: \(slice.directions)"
      if slice.directionEigenvalues != nil { text += " of the base loss's Hessian" }
      if let found = slice.directionEigenvalues {
        text += ", μ = \(list(found.map { number($0.value) }))"
      }
    }
    if scene.slice.orthogonal, slice.uNorm != nil { text += ", made orthogonal" }
    if let u = slice.uNorm, let v = slice.vNorm {
      text += ", ‖u‖ = \(number(u)), ‖v‖ = \(number(v))"
      if let cosine = slice.cosine { text += ", cos(u, v) = \(number(cosine))" }
    }
    text += "; \(slice.columns) × \(slice.rows) points, \(ranges(slice))"
    if let precision = slice.precision { text += ", \(precision)" }
    return text
  }

  private func ranges(_ slice: Summary.SliceRecord) -> String {
    func range(_ ends: [Double]) -> String { ends.map(coordinate).joined(separator: " to ") }
    let (alpha, beta) = (range(slice.alphaRange), range(slice.betaRange))
    return alpha == beta ? "α and β from \(alpha)" : "α from \(alpha), β from \(beta)"
  }

  // MARK: - Descriptions

  /// What can be seen, with its numbers.
  ///
  /// - Parameters:
  ///   - kind: How it is drawn.
  ///   - lambda: λ, or nil for all.
  ///   - given: λ as it was given.
  /// - Returns: Sentences.
  func description(_ kind: String, lambda: Double?, given: Double?) -> String {
    var text = subject(kind, lambda)
    if let lambda, lambda != 0 { text += " at λ = \(parameter(lambda))" }
    if let slice = slice(given) {
      text += " over a slice of weight space, \(ranges(slice))"
    }
    text += ". \(sentence). "
    if let record = summary.lambdas.first(where: { $0.given == given }) {
      return text + (kind == Self.partsKind ? parts(record) : relief(record))
    }
    return text + trend
  }

  /// Range, lowest point, and how the loss rises around it.
  private func relief(_ record: Summary.LambdaRecord) -> String {
    let surface = views[record.slice].surface
    let relief = Relief(surface.total(lambda: record.lambda), on: surface.grid)
    return relief?.sentences ?? "No point has a finite loss."
  }

  /// How the figure of a loss's parts is drawn.
  static let partsKind = "Contours of the base loss, the penalty ½λ‖w‖² and the total loss"

  private func parts(_ record: Summary.LambdaRecord) -> String {
    let surface = views[record.slice].surface
    let parts = [
      ("Base loss", surface.base), ("Penalty", surface.penaltyValues(lambda: record.lambda)),
      ("Total loss", surface.total(lambda: record.lambda)),
    ]
    return parts.map { name, values in
      let relief = Relief(values, on: surface.grid)
      return relief.map { "\(name): \($0.range)." } ?? "\(name): nowhere finite."
    }.joined(separator: " ")
  }

  /// How the lowest point changes with λ.
  private var trend: String {
    let ordered = summary.lambdas.sorted { $0.lambda < $1.lambda }
    let found = ordered.compactMap { record in
      record.minimum.map { (lambda: record.lambda, minimum: $0) }
    }
    guard let first = found.first, let last = found.last else { return "No loss is finite." }
    let shown = found.count <= 8 ? found : spread(8, over: found.count).map { found[$0] }
    let values = shown.map { entry in
      "\(number(entry.minimum.total)) at (\(coordinate(entry.minimum.alpha)), "
        + "\(coordinate(entry.minimum.beta))) for λ = \(parameter(entry.lambda))"
    }
    return
      "Lowest point: \(values.joined(separator: "; ")). From λ = \(parameter(first.lambda)) to "
      + "\(parameter(last.lambda)) the lowest loss goes from \(number(first.minimum.total)) to "
      + "\(number(last.minimum.total)), and ‖w‖ there from \(number(first.minimum.penalisedNorm)) to "
      + "\(number(last.minimum.penalisedNorm))."
  }
}

/// The shape of a sampled loss in a few numbers.
struct Relief: Sendable, Equatable {
  /// The lowest point of the grid, and the highest.
  var lowest: Place
  var highest: Place
  /// The value at the coordinates' origin, where it is a point of the grid.
  var origin: Double?
  /// The least and the greatest value along the grid's edge.
  var edge: ClosedRange<Double>?
  /// Whether the lowest point lies on the edge.
  var isLowestOnEdge: Bool
  /// Points without a finite value, and all points.
  var diverged: Int
  var count: Int

  /// A point of the grid and its value.
  struct Place: Sendable, Equatable {
    var alpha: Double
    var beta: Double
    var value: Double
  }

  /// Measures values; nil where none is finite.
  init?(_ values: [Double], on grid: Grid) {
    let columns = grid.alphas.count
    let finite = values.indices.filter { values[$0].isFinite }
    func place(_ index: Int) -> Place {
      Place(
        alpha: grid.alphas[index % columns], beta: grid.betas[index / columns],
        value: values[index])
    }
    guard let low = finite.min(by: { values[$0] < values[$1] }),
      let high = finite.max(by: { values[$0] < values[$1] })
    else { return nil }
    func isOnEdge(_ index: Int) -> Bool {
      [0, columns - 1].contains(index % columns)
        || [0, grid.betas.count - 1].contains(index / columns)
    }
    (lowest, highest) = (place(low), place(high))
    if let column = grid.alphas.firstIndex(of: 0), let row = grid.betas.firstIndex(of: 0) {
      origin = values[row * columns + column]
    }
    let rim = finite.filter(isOnEdge).map { values[$0] }
    if let least = rim.min(), let most = rim.max() { edge = least...most }
    isLowestOnEdge = isOnEdge(low)
    diverged = values.count - finite.count
    count = values.count
  }

  /// The lowest and the highest value, and where.
  var range: String {
    guard lowest.value < highest.value else {
      return "\(RichText(constant: lowest.value).plain) everywhere"
    }
    func at(_ place: Place) -> String { "(\(coordinate(place.alpha)), \(coordinate(place.beta)))" }
    return "from \(number(lowest.value)) at (α, β) = \(at(lowest)) to \(number(highest.value)) at "
      + at(highest)
  }

  /// As a reader is told.
  var sentences: String {
    let notFinite = "\(diverged) of \(count) points"
    guard lowest.value < highest.value else {
      let value = "The loss is \(RichText(constant: lowest.value).plain)"
      return diverged == 0
        ? "\(value) everywhere."
        : "\(value) wherever it is finite; at \(notFinite) it is not (hatched)."
    }
    var text = "The loss runs \(range)."
    if let origin, origin.isFinite, origin != lowest.value {
      text += " At the centre it is \(number(origin))."
    }
    if isLowestOnEdge {
      text += " The lowest point is on the picture's edge: outside, the loss may fall further."
    } else if let edge {
      text +=
        " From the lowest point it rises toward the edge, where it is between "
        + "\(number(edge.lowerBound)) and \(number(edge.upperBound))."
    }
    if diverged > 0 { text += " At \(notFinite) it is not finite (hatched)." }
    return text
  }
}

extension String {
  /// With a capital letter first.
  var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
