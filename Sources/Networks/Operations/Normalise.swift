/// y = γ·x̂ + β with x̂ = (x − μ)·r over groups of each sample: layer, group, instance and root mean
/// square normalisation.
///
/// In a group of n numbers with mean ⟨·⟩: μ = ⟨x⟩ (0 where it is not centred), r = (⟨(x − μ)²⟩ + ε)^(−½).
/// With g = γȳ, and P(a) = a − ⟨a⟩ − x̂⟨x̂a⟩ (without ⟨a⟩ where not centred):
///
/// - gradient: x̄ += r·P(g), γ̄ += Σ x̂ȳ, β̄ += Σ ȳ;
/// - tangent: x̂̇ = r·P(ẋ), ẏ = γx̂̇ + γ̇x̂ + β̇; ṙ = −r²⟨x̂ẋ⟩;
/// - its gradient's tangent, with ġ = γȳ̇ + γ̇ȳ: dx̄/dt += r·P(ġ) + ṙ·P(g) − r·(x̂̇⟨x̂g⟩ + x̂⟨x̂̇g⟩),
///   dγ̄/dt += Σ (x̂ȳ̇ + x̂̇ȳ), dβ̄/dt += Σ ȳ̇.
struct Normalise: Operation {
  var outputFeatures: Int
  /// n: groups are runs of so many rows.
  var size: Int
  /// Whether the mean is taken out.
  var isCentred: Bool
  var epsilon: Double
  /// Which of γ and β there are.
  var scales: AffinePart

  /// x̂, and in the rows after one another r of each group.
  var savedTiles: Int { 2 }
  var isPiecewiseLinear: Bool { false }

  /// μ and r of a group, for each lane.
  @inline(__always)
  private func statistics<E: KernelScalar>(
    _ x: Tile<E>, _ first: Int, mean: UnsafeMutablePointer<E>, inverse: UnsafeMutablePointer<E>
  ) {
    let lanes = x.lanes
    let share = 1 / E(size)
    mean.update(repeating: 0, count: lanes)
    if isCentred {
      for row in first..<first + size {
        let x = x[row]
        for i in 0..<lanes { mean[i] += x[i] }
      }
      for i in 0..<lanes { mean[i] *= share }
    }
    inverse.update(repeating: 0, count: lanes)
    for row in first..<first + size {
      let x = x[row]
      for i in 0..<lanes { inverse[i] += (x[i] - mean[i]) * (x[i] - mean[i]) }
    }
    let epsilon = E(epsilon)
    for i in 0..<lanes { inverse[i] = 1 / (inverse[i] * share + epsilon).squareRoot() }
  }

  /// Runs a body for each group with some rows of room.
  @inline(__always)
  private func eachGroup<E: KernelScalar>(
    _ lanes: Int, room rows: Int, _ body: (_ first: Int, _ room: Tile<E>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: E.self, capacity: rows * lanes) { room in
      guard let base = room.baseAddress else { return }
      for first in stride(from: 0, to: outputFeatures, by: size) {
        body(first, Tile(base: base, rows: rows, lanes: lanes))
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    let (x, lanes) = (x[0], y.lanes)
    eachGroup(lanes, room: 2) { (first: Int, room: Tile<E>) in
      let (mean, inverse) = (room[0], room[1])
      statistics(x, first, mean: mean, inverse: inverse)
      for row in first..<first + size {
        let (x, y) = (x[row], y[row])
        let (scale, shift) = (scales.scale(parameters, row), scales.shift(parameters, row))
        for i in 0..<lanes { y[i] = (x[i] - mean[i]) * inverse[i] * scale + shift }
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    let (x, lanes) = (x[0], outputGradient.lanes)
    let result = inputGradients[0]?.begun()
    let share = 1 / E(size)
    eachGroup(lanes, room: 4) { (first: Int, room: Tile<E>) in
      let (mean, inverse, sum, product) = (room[0], room[1], room[2], room[3])
      statistics(x, first, mean: mean, inverse: inverse)
      sum.update(repeating: 0, count: 2 * lanes)
      for row in first..<first + size {
        let (x, gradient) = (x[row], outputGradient[row])
        let scale = scales.scale(parameters, row)
        for i in 0..<lanes {
          let g = scale * gradient[i]
          sum[i] += g
          product[i] += g * ((x[i] - mean[i]) * inverse[i])
        }
        scales.add(to: parameterGradients, row) { i in
          (gradient[i] * ((x[i] - mean[i]) * inverse[i]), gradient[i])
        } lanes: {
          lanes
        }
      }
      guard let result else { return }
      for i in 0..<lanes {
        sum[i] = isCentred ? sum[i] * share : 0
        product[i] *= share
      }
      for row in first..<first + size {
        let (x, gradient, result) = (x[row], outputGradient[row], result[row])
        let scale = scales.scale(parameters, row)
        for i in 0..<lanes {
          let normal = (x[i] - mean[i]) * inverse[i]
          result[i] += inverse[i] * (scale * gradient[i] - sum[i] - normal * product[i])
        }
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func linearise<E>(of x: [Tile<E>], outputGradient: Tile<E>?, into saved: [Tile<E>]) {
    let (x, normal) = (x[0], saved[0])
    eachGroup(x.lanes, room: 1) { (first: Int, room: Tile<E>) in
      let (mean, inverse) = (room[0], saved[1][first / size])
      statistics(x, first, mean: mean, inverse: inverse)
      for row in first..<first + size {
        let (x, normal) = (x[row], normal[row])
        for i in 0..<room.lanes { normal[i] = (x[i] - mean[i]) * inverse[i] }
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    let (normal, lanes) = (saved[0], outputTangent.lanes)
    let share = 1 / E(size)
    eachGroup(lanes, room: 2) { (first: Int, room: Tile<E>) in
      let (sum, product, inverse) = (room[0], room[1], saved[1][first / size])
      sums(inputTangents[0], normal, first, share, sum, product)
      for row in first..<first + size {
        let (normal, y) = (normal[row], outputTangent[row])
        let (scale, turn) = (
          scales.scale(parameters, row), scales.scaleTangent(parameterTangents, row)
        )
        let shift = scales.shift(parameterTangents, row)
        for i in 0..<lanes { y[i] = normal[i] * turn + shift }
        guard let along = inputTangents[0]?[row] else { continue }
        for i in 0..<lanes {
          y[i] += scale * inverse[i] * (along[i] - sum[i] - normal[i] * product[i])
        }
      }
    }
  }

  /// ⟨a⟩, or 0 where not centred, and ⟨x̂a⟩ over a group; zeros for no a.
  @inline(__always)
  private func sums<E: KernelScalar>(
    _ a: Tile<E>?, _ normal: Tile<E>, _ first: Int, _ share: E,
    _ sum: UnsafeMutablePointer<E>, _ product: UnsafeMutablePointer<E>
  ) {
    let lanes = normal.lanes
    sum.update(repeating: 0, count: lanes)
    product.update(repeating: 0, count: lanes)
    guard let a else { return }
    for row in first..<first + size {
      let (a, normal) = (a[row], normal[row])
      for i in 0..<lanes {
        sum[i] += a[i]
        product[i] += a[i] * normal[i]
      }
    }
    for i in 0..<lanes {
      sum[i] = isCentred ? sum[i] * share : 0
      product[i] *= share
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [GradientSum<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    let (normals, lanes, along) = (saved[0], outputGradientTangent.lanes, inputTangents[0])
    let result = inputGradientTangents[0]?.begun()
    let share = 1 / E(size)
    eachGroup(lanes, room: 8) { (first: Int, room: Tile<E>) in
      let inverse = saved[1][first / size]
      // ⟨ẋ⟩ and ⟨x̂ẋ⟩; of g ⟨g⟩, ⟨x̂g⟩ and ⟨x̂̇g⟩; of ġ ⟨ġ⟩ and ⟨x̂ġ⟩; and x̂̇ of one row.
      let (sum, product) = (room[0], room[1])
      let (g1, gx, gt) = (room[2], room[3], room[4])
      let (h1, hx, turned) = (room[5], room[6], room[7])
      sums(along, normals, first, share, sum, product)
      g1.update(repeating: 0, count: 5 * lanes)
      @inline(__always) func turn(_ row: Int) {
        guard let along = along?[row] else {
          return turned.update(repeating: 0, count: lanes)
        }
        let normal = normals[row]
        for i in 0..<lanes {
          turned[i] = inverse[i] * (along[i] - sum[i] - normal[i] * product[i])
        }
      }
      for row in first..<first + size {
        turn(row)
        let (normal, change, gradient) = (
          normals[row], outputGradientTangent[row], outputGradient?[row]
        )
        let scale = scales.scale(parameters, row)
        for i in 0..<lanes {
          h1[i] += scale * change[i]
          hx[i] += scale * change[i] * normal[i]
        }
        if let gradient {
          let scaleTangent = scales.scaleTangent(parameterTangents, row)
          for i in 0..<lanes {
            let g = scale * gradient[i]
            g1[i] += g
            gx[i] += g * normal[i]
            gt[i] += g * turned[i]
            h1[i] += scaleTangent * gradient[i]
            hx[i] += scaleTangent * gradient[i] * normal[i]
          }
          scales.add(to: parameterGradientTangents, row) { i in
            (change[i] * normal[i] + gradient[i] * turned[i], change[i])
          } lanes: {
            lanes
          }
        } else {
          scales.add(to: parameterGradientTangents, row) { i in
            (change[i] * normal[i], change[i])
          } lanes: {
            lanes
          }
        }
      }
      guard let result else { return }
      for i in 0..<lanes {
        g1[i] = isCentred ? g1[i] * share : 0
        h1[i] = isCentred ? h1[i] * share : 0
        gx[i] *= share
        gt[i] *= share
        hx[i] *= share
      }
      for row in first..<first + size {
        let (normal, change, result) = (normals[row], outputGradientTangent[row], result[row])
        let scale = scales.scale(parameters, row)
        for i in 0..<lanes {
          result[i] += inverse[i] * (scale * change[i] - h1[i] - normal[i] * hx[i])
        }
        guard let gradient = outputGradient?[row] else { continue }
        turn(row)
        let scaleTangent = scales.scaleTangent(parameterTangents, row)
        for i in 0..<lanes {
          // ṙ/r = −r⟨x̂ẋ⟩.
          let bend = inverse[i] * product[i] * (scale * gradient[i] - g1[i] - normal[i] * gx[i])
          result[i] +=
            inverse[i]
            * (scaleTangent * gradient[i] - bend - turned[i] * gx[i] - normal[i] * gt[i])
        }
      }
    }
  }
}
