public import Algebra
public import Datasets
import Synchronization

/// The base loss of a network on a data set, as a function of its weights.
///
/// L(w) = mean over samples of loss(network(x; w), y). Sums over samples are taken block by block in
/// a fixed order, so that every value is the same to the bit for any number of threads.
public struct NetworkObjective: Objective {
  /// The network.
  public let network: Network
  /// What its outputs cost.
  public let loss: Loss
  /// The most threads that one evaluation uses.
  public var threads: Int
  /// The most bytes that a Hessian keeps of its passes over the samples; what is beyond is passed
  /// again for every product, to the same bits, in 1.8 times the time.
  ///
  /// 1 GiB: 50,000 samples through two layers of 128 in Float64, and room beside it on a small machine.
  public var hessianMemory = 1 << 30

  /// The samples.
  public let data: Dataset

  let tiles: SampleTiles<Double>
  /// The same samples in Float32, made when they are first asked for.
  private let singleTiles: MadeOnce<SampleTiles<Float>>
  /// Σ(y − ȳ)² over samples and outputs, for R².
  let variation: Double

  /// Joins a network, data and a loss.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - loss: What its outputs cost.
  ///   - data: The samples, of the network's input shape.
  ///   - threads: The most threads that one evaluation uses.
  /// - Throws: ``NetworkError`` where the targets do not fit the network's outputs or the loss.
  public init(
    network: Network, loss: Loss, data: Dataset, threads: Int = 1
  ) throws(NetworkError) {
    func refuse(_ reason: String) -> NetworkError {
      NetworkError(layer: nil, kind: "network", reason: reason)
    }
    guard network.inputShape.reduce(1, *) == data.inputSize else {
      throw refuse("takes samples of shape \(network.inputShape); the data has \(data.inputShape)")
    }
    try network.checkIndices(of: data)
    switch data.targets {
    case .classes(_, let classes):
      guard loss == .crossEntropy else {
        throw refuse("has loss '\(loss.rawValue)', but the data's targets are classes")
      }
      guard network.outputs >= classes else {
        throw refuse("has \(network.outputs) outputs; the data has \(classes) classes")
      }
      variation = 0
    case .values(let values, let outputs):
      guard loss != .crossEntropy else {
        throw refuse(
          "has loss 'cross-entropy', which needs classes; the data's targets are numbers "
            + "(use 'squared-error' or 'binary-cross-entropy')")
      }
      guard network.outputs == outputs else {
        throw refuse(
          "has \(network.outputs) outputs; the data has \(outputs) targets for each sample")
      }
      if loss == .binaryCrossEntropy, let bad = values.first(where: { !(0...1).contains($0) }) {
        throw refuse("has loss 'binary-cross-entropy'; a target of \(bad) is not from 0 to 1")
      }
      variation = Self.variation(of: values, outputs: outputs)
    }
    guard !network.couplesSamples || data.count > 1 else {
      throw refuse("normalises over the batch, which needs at least 2 samples")
    }
    self.network = network
    self.loss = loss
    self.data = data
    self.threads = threads
    tiles = SampleTiles(data, blockSize: network.blockSize)
    singleTiles = MadeOnce { SampleTiles(data, blockSize: network.blockSize) }
  }

  /// The number of samples.
  public var sampleCount: Int { tiles.count }

  /// About how many bytes it takes to evaluate the loss with its derivatives and to minimise it.
  ///
  /// For each thread a pass that holds a block's values, gradients and tangents; 24 vectors of weights,
  /// as L-BFGS with ten pairs keeps; and the samples three times: as they are, and in blocks of both
  /// types. What depends on options beyond these, such as a Krylov space, has limits of its own.
  public var memoryEstimate: Int {
    let features = network.features.reduce(0.0) { $0 + Double($1) }
    let numbers =
      3 * features * Double(tiles.blockSize) * Double(threads) + 24 * Double(dimension)
      + 3 * Double(data.inputs.count)
    return Int(min(numbers * 8, 0x1p62))
  }

  /// The number of parameters.
  public var dimension: Int { network.layout.count }

  /// L(w).
  public func value(at w: [Double]) -> Double { evaluate(at: w).loss }

  /// L(w), and the accuracy or R² at w.
  ///
  /// - Parameter w: `dimension` numbers.
  /// - Returns: The mean loss and the score that ``Loss/scoreName`` names; NaN both where an output
  ///   is NaN.
  public func evaluate(at w: [Double]) -> (loss: Double, score: Double) {
    precondition(w.count == dimension, "a network needs a number for each parameter")
    if network.couplesSamples {
      let passes = StagedPasses(network, tiles, threads: threads)
      w.withUnsafePointers(network) { passes.forward($0) }
      return finish(passes.losses(loss).reduce(into: LossSum(), +=))
    }
    let groups = BlockGroups(count: tiles.blocks.count)
    let sums = concurrentMap(groups.count, threads: threads) { group in
      let pass = Pass<Double>(network, lanes: tiles.blockSize)
      return w.withUnsafePointers(network) { w in
        groups[group].map { index in
          let block = tiles.blocks[index]
          pass.forward(block, w)
          return loss.sum(of: pass.values[network.outputValue], block)
        }
      }
    }
    return finish(sums.flatMap(\.self).reduce(into: LossSum(), +=))
  }

  /// L(w) and ∇L(w).
  public func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double]) {
    let (sum, gradient) = Self.gradient(
      network, loss, tiles, at: w, threads: threads)
    return (finish(sum).loss, gradient)
  }

  /// H(w) = ∇²L(w): the primal passes are made once, here, and shared by all products.
  public func hessian(at w: [Double]) -> any LinearOperator { hessian(at: w, precision: .float64) }

  /// H(w) = ∇²L(w) in the type of one's choice.
  ///
  /// - Parameters:
  ///   - w: `dimension` numbers.
  ///   - precision: In Float32 a product takes half the time, and its error is some 1e-6 of its
  ///     norm: enough for a trace or a spectrum's outline, not for a small eigenvalue.
  /// - Returns: The Hessian as a linear map.
  public func hessian(
    at w: [Double], precision: SamplingOptions.Precision
  ) -> any LinearOperator {
    matrix(.hessian, at: w, precision)
  }

  private func matrix(
    _ kind: CurvatureKind, at w: [Double], _ precision: SamplingOptions.Precision
  ) -> any LinearOperator {
    switch precision {
    case .float64: NetworkHessian.float64(.init(self, tiles, at: w, kind))
    case .float32:
      NetworkHessian.float32(.init(self, singleTiles.value, at: w, kind))
    }
  }

  /// The (generalised) Gauss-Newton matrix JᵀH_zJ at w, positive semidefinite: the Hessian without
  /// the curvature of the network itself (Schraudolph 2002).
  ///
  /// - Parameters:
  ///   - w: `dimension` numbers.
  ///   - precision: As that of ``hessian(at:precision:)``.
  /// - Returns: The matrix as a linear map.
  public func gaussNewton(
    at w: [Double], precision: SamplingOptions.Precision = .float64
  ) -> any LinearOperator {
    matrix(.gaussNewton, at: w, precision)
  }

  /// The empirical Fisher matrix F = (1/C) Σᵢ gᵢgᵢᵀ at w, with gᵢ = ∇ℓᵢ(w) the gradient of sample i's
  /// own loss: the second moment of the gradient's noise, positive semidefinite.
  ///
  /// C counts the samples, and L = (1/C) Σᵢ ℓᵢ: for cross-entropy ℓᵢ = −log pᵢ(yᵢ), and F is the usual
  /// empirical Fisher information. For squared error ℓᵢ = (1/K) Σₖ (zᵢₖ − yᵢₖ)², the mean over the K
  /// outputs, and for binary cross-entropy, too, ℓᵢ is the mean over the outputs; with a sum in place
  /// of the mean F would be K² times as large. Unlike Fisher's own matrix it takes the labels of the
  /// data, not labels drawn from the model, and far from a fit it is no approximation of the Hessian
  /// (Kunstner, Balles and Hennig 2019).
  ///
  /// A product is exact, and keeps no gradient of a sample: a tangent pass gives all gᵢᵀv, a backward
  /// pass the sum of the gᵢ with those as weights.
  ///
  /// - Parameters:
  ///   - w: `dimension` numbers.
  ///   - precision: As that of ``hessian(at:precision:)``.
  /// - Returns: The matrix as a linear map.
  public func empiricalFisher(
    at w: [Double], precision: SamplingOptions.Precision = .float64
  ) -> any LinearOperator {
    matrix(.empiricalFisher, at: w, precision)
  }

  /// The loss and its gradient over the samples of some tiles.
  static func gradient(
    _ network: Network, _ loss: Loss, _ tiles: SampleTiles<Double>, at w: [Double], threads: Int
  ) -> (sum: LossSum, gradient: [Double]) {
    precondition(w.count == network.layout.count, "a network needs a number for each parameter")
    let scale = 1 / loss.terms(samples: tiles.count, outputs: network.outputs)
    if network.couplesSamples {
      let passes = StagedPasses(network, tiles, threads: threads)
      let parts = w.withUnsafePointers(network) { w in
        passes.forward(w)
        return passes.backward(loss, scale: scale, w)
      }
      let sum = passes.losses(loss).reduce(into: LossSum(), +=)
      return (sum, BlockGroups.sum(parts, threads: threads)[0])
    }
    let groups = BlockGroups(count: tiles.blocks.count)
    let parts = concurrentMap(groups.count, threads: threads) { group in
      var sums: [LossSum] = []
      var gradient = [Double](repeating: 0, count: network.layout.count)
      let pass = Pass<Double>(network, lanes: tiles.blockSize)
      w.withUnsafePointers(network) { w in
        gradient.withUnsafeMutablePointers(network) { gradient in
          for index in groups[group] {
            let block = tiles.blocks[index]
            pass.forward(block, w)
            sums.append(loss.sum(of: pass.values[network.outputValue], block))
            pass.backward(block, loss, scale: scale, w, into: gradient)
          }
        }
      }
      return (sums: sums, gradient: gradient)
    }
    // Losses block by block, as ``evaluate(at:)`` adds them.
    let sum = parts.flatMap(\.sums).reduce(into: LossSum(), +=)
    return (sum, BlockGroups.sum(parts.map(\.gradient), threads: threads)[0])
  }

  func finish(_ sum: LossSum) -> (loss: Double, score: Double) {
    let terms = loss.terms(samples: tiles.count, outputs: network.outputs)
    let score = loss == .squaredError ? 1 - sum.loss / variation : sum.correct / terms
    // Answers compared with a number that is not one are neither right nor wrong.
    return (sum.loss / terms, sum.loss.isNaN ? .nan : score)
  }

  private static func variation(of values: [Double], outputs: Int) -> Double {
    var total = CompensatedSum()
    for output in 0..<outputs {
      let column = stride(from: output, to: values.count, by: outputs).map { values[$0] }
      let mean = column.reduce(0, +) / Double(column.count)
      for value in column { total.add((value - mean) * (value - mean)) }
    }
    return total.value
  }
}

/// Blocks in a few runs of neighbours, each summed on its own: enough for the threads of a large
/// machine, few enough that their gradients take little memory; fixed, so that sums are the same
/// for any number of threads.
struct BlockGroups {
  private let blocks: Int
  let count: Int

  init(count blocks: Int) {
    self.blocks = blocks
    count = min(blocks, 16)
  }

  subscript(_ group: Int) -> Range<Int> {
    blocks * group / count..<blocks * (group + 1) / count
  }

  /// Σ of the groups' vectors, in the order of the groups, cut into as many vectors as asked for.
  static func sum<E: KernelScalar>(
    _ parts: [[E]], rows: Int = 1, threads: Int = 1
  ) -> [[Double]] {
    let length = (parts.first?.count ?? 0) / max(rows, 1)
    // Some pieces of each row, so that one long vector, too, keeps the threads busy.
    let pieces = length / 16_384 + 1
    let sums = concurrentMap(rows * pieces, threads: threads) { index in
      let (row, piece) = index.quotientAndRemainder(dividingBy: pieces)
      let first = row * length + length * piece / pieces
      let end = row * length + length * (piece + 1) / pieces
      return [Double](unsafeUninitializedCapacity: end - first) { sum, count in
        count = end - first
        sum.initialize(repeating: 0)
        for part in parts {
          part.withUnsafeBufferPointer { part in
            guard let numbers = part.baseAddress, let sum = sum.baseAddress else { return }
            for i in 0..<(end - first) { sum[i] += Double(numbers[first + i]) }
          }
        }
      }
    }
    return (0..<rows).map { row in
      pieces == 1 ? sums[row] : Array(sums[row * pieces..<(row + 1) * pieces].joined())
    }
  }
}

/// A value made when it is first asked for, and kept.
private final class MadeOnce<Value: Sendable>: Sendable {
  private let kept = Mutex<Value?>(nil)
  private let make: @Sendable () -> Value

  init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  var value: Value {
    kept.withLock { kept in
      if let kept { return kept }
      let value = make()
      kept = value
      return value
    }
  }
}
