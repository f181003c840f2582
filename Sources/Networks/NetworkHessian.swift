import Algebra
import Synchronization

/// The Hessian of a network's base loss at one w, as a linear map: v ↦ H·v.
///
/// Exact, by forward over reverse differentiation (Pearlmutter 1994). The forward and backward passes
/// at w are made once and kept; a product is one tangent pass forward and one backward. Several
/// vectors go through a block of samples one after the other, while what is kept of it is at hand.
///
/// The Gauss-Newton matrix is the same product with all terms left out in which a gradient is
/// carried unchanged past a second derivative of the network.
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

/// What is kept of a network and its samples at one w, in one type, and the products with it.
struct HessianPasses<Element: KernelScalar>: Sendable {
  private let network: Network
  private let loss: Loss
  private let tiles: SampleTiles<Element>
  private let threads: Int
  private let scale: Element
  private let w: [Element]
  /// One linearised pass for each block.
  private let passes: [Unchecked<Pass<Element>>]
  /// Room for tangents, from one product to the next.
  private let spare = SparePasses<Element>()

  var dimension: Int { w.count }

  init(
    _ objective: NetworkObjective, _ tiles: SampleTiles<Element>, at point: [Double],
    gaussNewton: Bool
  ) {
    precondition(point.count == objective.dimension, "a network needs a number for each parameter")
    let (network, loss) = (objective.network, objective.loss)
    let scale = Element(1 / loss.terms(samples: tiles.count, outputs: network.outputs))
    let w = point.map { Element($0) }
    passes = concurrentMap(tiles.blocks.count, threads: objective.threads) { index in
      let block = tiles.blocks[index]
      let pass = Pass<Element>(network, lanes: block.lanes, linearised: true)
      var unused = [Element](repeating: 0, count: w.count)
      w.withUnsafePointers(network) { w in
        unused.withUnsafeMutablePointers(network) { unused in
          pass.forward(block, w)
          pass.backward(block, loss, scale: scale, w, into: unused)
        }
      }
      if gaussNewton {
        // The network's own curvature is what these gradients would multiply.
        for node in network.nodes { pass.gradients[node.output]?.zero() }
      }
      pass.linearise()
      return Unchecked(pass)
    }
    self.network = network
    self.loss = loss
    self.tiles = tiles
    self.threads = objective.threads
    self.scale = scale
    self.w = w
  }

  func products(of block: [[Double]]) -> [[Double]] {
    let vectors = block.map { v in v.map { Element($0) } }
    let groups = BlockGroups(count: passes.count)
    let parts = concurrentMap(groups.count, threads: threads) { group in
      var products = vectors.map { [Element](repeating: 0, count: $0.count) }
      let tangents = spare.take() ?? Pass(network, lanes: SampleTiles<Element>.blockSize)
      defer { spare.put(tangents) }
      for index in groups[group] {
        for vector in vectors.indices {
          addProduct(of: vectors[vector], block: index, tangents, to: &products[vector])
        }
      }
      return products
    }
    return block.indices.map { vector in BlockGroups.sum(parts.map { $0[vector] }) }
  }

  /// Adds one block's part of H·v; `tangents` holds those of its values and gradients.
  private func addProduct(
    of v: [Element], block index: Int, _ tangents: Pass<Element>, to product: inout [Element]
  ) {
    let pass = passes[index].value
    let block = tiles.blocks[index]
    tangents.begin(block)
    w.withUnsafePointers(network) { w in
      v.withUnsafePointers(network) { v in
        product.withUnsafeMutablePointers(network) { product in
          forward(pass, tangents, w, v)
          for tile in tangents.gradients { tile?.zero() }
          if let output = tangents.gradients[network.outputValue] {
            loss.gradientTangent(
              along: tangents.values[network.outputValue], saved: pass.savedLoss,
              valid: block.valid, scale: scale, into: output)
          }
          backward(pass, tangents, w, v, into: product)
        }
      }
    }
  }

  private typealias Parameters = [[UnsafePointer<Element>]]

  private func forward(
    _ pass: Pass<Element>, _ tangents: Pass<Element>, _ w: Parameters, _ v: Parameters
  ) {
    for (index, node) in network.nodes.enumerated() {
      node.operation.tangent(
        of: pass.inputs[index], along: inputTangents(node, tangents), parameters: w[index],
        parameterTangents: v[index], saved: pass.saved[index], into: tangents.values[node.output])
    }
  }

  private func backward(
    _ pass: Pass<Element>, _ tangents: Pass<Element>, _ w: Parameters, _ v: Parameters,
    into product: [[UnsafeMutablePointer<Element>]]
  ) {
    for (index, node) in network.nodes.enumerated().reversed() {
      guard let gradient = pass.gradients[node.output],
        let gradientTangent = tangents.gradients[node.output]
      else { continue }
      node.operation.gradientTangent(
        of: pass.inputs[index], along: inputTangents(node, tangents), parameters: w[index],
        parameterTangents: v[index], saved: pass.saved[index], outputGradient: gradient,
        outputGradientTangent: gradientTangent, into: tangents.inputGradients[index],
        product[index])
    }
  }

  /// The input has no tangent.
  private func inputTangents(_ node: Network.Node, _ tangents: Pass<Element>) -> [Tile<Element>?] {
    node.inputs.map { $0 == 0 ? nil : tangents.values[$0] }
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

/// Passes that no thread uses at the moment.
private final class SparePasses<Element: KernelScalar>: Sendable {
  private let passes = Mutex<[Unchecked<Pass<Element>>]>([])

  func take() -> Pass<Element>? { passes.withLock { $0.popLast() }?.value }

  func put(_ pass: Pass<Element>) {
    let pass = Unchecked(pass)
    passes.withLock { $0.append(pass) }
  }
}

/// A value handed from one thread to another that does not write it at the same time.
private struct Unchecked<Value>: @unchecked Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
