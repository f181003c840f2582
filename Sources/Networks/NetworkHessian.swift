import Algebra
import Synchronization

/// The Hessian of a network's base loss at one w, as a linear map: v ↦ H·v.
///
/// Exact, by forward over reverse differentiation (Pearlmutter 1994). The forward and backward passes
/// at w are made once and kept; a product is one tangent pass forward and one backward. Several
/// vectors go through a block of samples one after the other, while what is kept of it is at hand.
///
/// The Gauss-Newton matrix is the same product with all terms left out in which a gradient is
/// carried unchanged past a second derivative of the network; the empirical Fisher matrix has, in
/// place of the loss's second derivative, the square of its first.
enum NetworkHessian: LinearOperator {
  // Two cases rather than a parameter: behind `any LinearOperator` the compiler would not make
  // the inner loops for the type.
  case float64(HessianPasses<Double>)
  case float32(HessianPasses<Float>)

  var dimension: Int {
    switch self {
    case .float64(let passes): passes.dimension
    case .float32(let passes): passes.dimension
    }
  }

  func apply(to v: [Double]) -> [Double] { apply(toBlock: [v])[0] }

  func apply(toBlock block: [[Double]]) -> [[Double]] {
    precondition(
      block.allSatisfy { $0.count == dimension },
      "a product needs vectors as long as the parameters")
    return switch self {
    case .float64(let passes): passes.products(of: block)
    case .float32(let passes): passes.products(of: block)
    }
  }
}

/// A symmetric matrix that says how a loss is curved at one w.
enum CurvatureKind {
  /// H = ∇²L.
  case hessian
  /// (1/C) Σ JᵢᵀHᵢJᵢ: Jᵢ the outputs' Jacobian, Hᵢ the second derivative of sample i's loss.
  case gaussNewton
  /// (1/C) Σ gᵢgᵢᵀ: gᵢ the gradient of sample i's loss.
  case empiricalFisher
}

/// What is kept of a network and its samples at one w, in one type, and the products with it.
struct HessianPasses<Element: KernelScalar>: Sendable {
  private let network: Network
  private let loss: Loss
  private let tiles: SampleTiles<Element>
  private let threads: Int
  private let scale: Element
  private let kind: CurvatureKind
  private let w: [Element]
  /// One linearised pass for each block; where samples are coupled, all of them together.
  private let passes: [Unchecked<Pass<Element>>]
  private let staged: StagedPasses<Element>?
  /// Room for tangents and for sums, from one product to the next.
  private let spareTangents = Spare<Unchecked<Pass<Element>>>()
  private let spareSums = Spare<[Element]>()
  private let spareStagedTangents = Spare<Unchecked<[Pass<Element>]>>()

  var dimension: Int { w.count }

  init(
    _ objective: NetworkObjective, _ tiles: SampleTiles<Element>, at point: [Double],
    _ kind: CurvatureKind
  ) {
    precondition(point.count == objective.dimension, "a network needs a number for each parameter")
    let (network, loss) = (objective.network, objective.loss)
    let scale = Element(1 / loss.terms(samples: tiles.count, outputs: network.outputs))
    let w = point.map { Element($0) }
    if network.couplesSamples {
      let all = StagedPasses(network, tiles, threads: objective.threads, linearised: true)
      w.withUnsafePointers(network) { w in
        all.forward(w)
        _ = all.backward(loss, scale: scale, w)
      }
      all.linearise(gradients: kind == .hessian)
      staged = all
    } else {
      staged = nil
    }
    let blocks = network.couplesSamples ? 0 : tiles.blocks.count
    passes = concurrentMap(blocks, threads: objective.threads) { index in
      let block = tiles.blocks[index]
      let pass = Pass<Element>(network, lanes: block.lanes, linearised: true)
      var unused = [Element](repeating: 0, count: w.count)
      w.withUnsafePointers(network) { w in
        unused.withUnsafeMutablePointers(network) { unused in
          pass.forward(block, w)
          pass.backward(block, loss, scale: scale, w, into: unused)
        }
      }
      pass.linearise(gradients: kind == .hessian)
      return Unchecked(pass)
    }
    self.network = network
    self.loss = loss
    self.tiles = tiles
    self.threads = objective.threads
    self.scale = scale
    self.kind = kind
    self.w = w
  }

  func products(of block: [[Double]]) -> [[Double]] {
    if let staged { return block.map { product(of: $0, staged) } }
    let vectors = block.flatMap { v in v.map { Element($0) } }
    let groups = BlockGroups(count: passes.count)
    let parts = concurrentMap(groups.count, threads: threads) { group in
      sums(of: vectors, groups[group])
    }
    defer { for part in parts { spareSums.put(part) } }
    return BlockGroups.sum(parts, rows: block.count, threads: threads)
  }

  /// The product of one vector, where the samples are coupled.
  private func product(of v: [Double], _ staged: StagedPasses<Element>) -> [Double] {
    let tangents = spareStagedTangents.take() ?? Unchecked(staged.tangentPasses())
    defer { spareStagedTangents.put(tangents) }
    let parts = w.withUnsafePointers(network) { w in
      v.map { Element($0) }.withUnsafePointers(network) { v in
        staged.product(kind, loss, scale: scale, w, along: v, tangents.value)
      }
    }
    return BlockGroups.sum(parts, threads: threads)[0]
  }

  /// The products of some vectors, one after the other, with the blocks' part of H.
  private func sums(of vectors: [Element], _ blocks: Range<Int>) -> [Element] {
    var sums = spareSums.take { $0.count == vectors.count } ?? []
    if sums.isEmpty {
      sums = Array(repeating: 0, count: vectors.count)
    } else {
      sums.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    }
    let tangents =
      spareTangents.take()?.value ?? Pass(network, lanes: SampleTiles<Element>.blockSize)
    defer { spareTangents.put(Unchecked(tangents)) }
    w.withUnsafePointers(network) { w in
      vectors.withUnsafeBufferPointer { vectors in
        sums.withUnsafeMutableBufferPointer { sums in
          guard let v = vectors.baseAddress, let sum = sums.baseAddress else { return }
          let pairs = stride(from: 0, to: vectors.count, by: dimension).map {
            (v: network.pointers(v + $0), product: network.pointers(sum + $0))
          }
          for index in blocks {
            for pair in pairs {
              addProduct(w, pair.v, block: index, tangents, to: pair.product)
            }
          }
        }
      }
    }
    return sums
  }

  /// Adds one block's part of H·v; `tangents` holds those of its values and gradients.
  private func addProduct(
    _ w: [[UnsafePointer<Element>]], _ v: [[UnsafePointer<Element>]], block index: Int,
    _ tangents: Pass<Element>, to product: [[UnsafeMutablePointer<Element>]]
  ) {
    let pass = passes[index].value
    let block = tiles.blocks[index]
    tangents.layOut(lanes: block.lanes)
    for (index, node) in network.nodes.enumerated() {
      node.operation.tangent(
        of: pass.inputs[index], along: tangents.inputTangents[index], parameters: w[index],
        parameterTangents: v[index], saved: pass.saved[index], into: tangents.values[node.output])
    }
    pass.lossTangent(
      kind, loss, scale: scale, samples: tiles.count, valid: block.valid, tangents: tangents)
    for (index, node) in network.nodes.enumerated().reversed() {
      guard let gradientTangent = tangents.gradients[node.output] else { continue }
      node.operation.gradientTangent(
        of: pass.inputs[index], along: tangents.inputTangents[index], parameters: w[index],
        parameterTangents: v[index], saved: pass.saved[index],
        outputGradient: kind == .hessian ? pass.gradients[node.output] : nil,
        outputGradientTangent: gradientTangent, into: tangents.inputGradients[index],
        product[index])
    }
  }
}

extension Pass {
  /// Turns the tangents of the outputs into those of their gradients.
  func lossTangent(
    _ kind: CurvatureKind, _ loss: Loss, scale: Element, samples: Int, valid: Int,
    tangents: Pass<Element>
  ) {
    let along = tangents.values[network.outputValue]
    guard let gradient = gradients[network.outputValue],
      let gradientTangent = tangents.gradients[network.outputValue]
    else { return }
    if kind == .empiricalFisher {
      // ∂ℓᵢ/∂zᵢ is the number of samples times the gradient of the mean.
      Element.Loops.rankOne(
        gradient, along: along, scale: Element(samples), into: gradientTangent)
    } else {
      loss.gradientTangent(
        along: along, saved: savedLoss, valid: valid, scale: scale, into: gradientTangent)
    }
  }
}

extension Array where Element: KernelScalar {
  /// Where the parameters of each node of a network begin.
  func withUnsafePointers<R>(
    _ network: Network, _ body: ([[UnsafePointer<Element>]]) -> R
  ) -> R {
    withUnsafeBufferPointer { body($0.baseAddress.map(network.pointers) ?? []) }
  }

  /// Where the parameters of each node of a network begin, to be written.
  mutating func withUnsafeMutablePointers<R>(
    _ network: Network, _ body: ([[UnsafeMutablePointer<Element>]]) -> R
  ) -> R {
    withUnsafeMutableBufferPointer { body($0.baseAddress.map(network.pointers) ?? []) }
  }
}

/// What no thread uses at the moment.
private final class Spare<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])

  func take(where fits: (Value) -> Bool = { _ in true }) -> Value? {
    values.withLock { values in
      guard let value = values.popLast(), fits(value) else { return nil }
      return value
    }
  }

  func put(_ value: Value) { values.withLock { $0.append(value) } }
}

/// A value handed from one thread to another that does not write it at the same time.
struct Unchecked<Value>: @unchecked Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
