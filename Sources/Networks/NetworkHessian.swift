import Algebra

/// The Hessian of a network's base loss at one w, as a linear map: v ↦ H·v.
///
/// Exact, by forward over reverse differentiation (Pearlmutter 1994). The forward and backward passes
/// at w are made once and kept; a product is one tangent pass forward and one backward.
///
/// The Gauss-Newton matrix is the same product with all terms left out in which a gradient is
/// carried unchanged past a second derivative of the network.
final class NetworkHessian: LinearOperator {
  private let objective: NetworkObjective
  private let w: [Double]
  private let gaussNewton: Bool
  /// One linearised pass for each block; read only once made.
  private nonisolated(unsafe) let passes: [Pass<Double>]

  var dimension: Int { w.count }

  init(_ objective: NetworkObjective, at w: [Double], gaussNewton: Bool) {
    precondition(w.count == objective.dimension, "a network needs a number for each parameter")
    self.objective = objective
    self.w = w
    self.gaussNewton = gaussNewton
    let network = objective.network
    let scale =
      1 / objective.loss.terms(samples: objective.sampleCount, outputs: network.outputs)
    let blocks = objective.tiles.blocks
    let made = concurrentMap(blocks.count, threads: objective.threads) { index in
      let pass = Pass<Double>(network, lanes: blocks[index].lanes, linearised: true)
      var gradient = [Double](repeating: 0, count: network.layout.count)
      pass.forward(blocks[index], w)
      pass.backward(blocks[index], objective.loss, scale: scale, w, into: &gradient)
      if gaussNewton {
        // The network's own curvature is what these gradients would multiply.
        for node in network.nodes { pass.gradients[node.output]?.zero() }
      }
      pass.linearise()
      return Unchecked(pass)
    }
    passes = made.map(\.value)
  }

  func apply(to v: [Double]) -> [Double] {
    precondition(v.count == dimension, "a product needs a vector as long as the parameters")
    let groups = BlockGroups(count: passes.count)
    let parts = concurrentMap(groups.count, threads: objective.threads) { group in
      var product = [Double](repeating: 0, count: dimension)
      for index in groups[group] { addProduct(of: v, block: index, to: &product) }
      return product
    }
    return parts.dropFirst().reduce(into: parts[0]) { total, part in
      for i in total.indices { total[i] += part[i] }
    }
  }

  private func addProduct(of v: [Double], block index: Int, to product: inout [Double]) {
    let network = objective.network
    let pass = passes[index]
    let block = objective.tiles.blocks[index]
    let scale =
      1 / objective.loss.terms(samples: objective.sampleCount, outputs: network.outputs)
    // Tangents of values and of gradients, laid out as a pass of their own.
    let tangents = Pass<Double>(network, lanes: block.lanes)
    func tangent(_ value: Int) -> Tile<Double>? { value == 0 ? nil : tangents.values[value] }
    w.withUnsafeBufferPointer { w in
      v.withUnsafeBufferPointer { v in
        for (node, saved) in zip(network.nodes, pass.saved) {
          node.operation.tangent(
            of: node.inputs.map { pass.values[$0] }, along: node.inputs.map(tangent),
            parameters: pass.pointers(node, w), parameterTangents: pass.pointers(node, v),
            saved: saved, into: tangents.values[node.output])
        }
        for tile in tangents.gradients { tile?.zero() }
        if let output = tangents.gradients[network.outputValue] {
          objective.loss.gradientTangent(
            along: tangents.values[network.outputValue], saved: pass.savedLoss,
            valid: block.valid, scale: scale, into: output)
        }
        product.withUnsafeMutableBufferPointer { product in
          for (node, saved) in zip(network.nodes, pass.saved).reversed() {
            guard let gradient = pass.gradients[node.output],
              let gradientTangent = tangents.gradients[node.output]
            else { continue }
            node.operation.gradientTangent(
              of: node.inputs.map { pass.values[$0] }, along: node.inputs.map(tangent),
              parameters: pass.pointers(node, w), parameterTangents: pass.pointers(node, v),
              saved: saved, outputGradient: gradient, outputGradientTangent: gradientTangent,
              into: node.inputs.map { tangents.gradients[$0] }, pass.pointers(node, product))
          }
        }
      }
    }
  }
}

/// A value handed from one thread to another that does not use it at the same time.
private struct Unchecked<Value>: @unchecked Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
