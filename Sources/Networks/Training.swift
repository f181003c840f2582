public import Algebra
import RealModule

/// How a network is trained: first an optimiser over mini-batches, then a polish over all samples.
public struct Training: Sendable, Hashable {
  /// How the learning rate changes from epoch to epoch.
  public enum Schedule: Sendable, Hashable {
    /// It does not.
    case constant
    /// η·½(1 + cos(πt/T)) in epoch t of T (Loshchilov and Hutter 2017).
    case cosine
    /// Times `factor` after every `epochs` epochs.
    case step(epochs: Int, factor: Double)

    /// What the learning rate is multiplied by.
    func factor(epoch: Int, of epochs: Int) -> Double {
      switch self {
      case .constant: 1
      case .cosine: 0.5 * (1 + Double.cos(.pi * Double(epoch) / Double(max(epochs, 1))))
      case .step(let every, let factor): Double.pow(factor, epoch / max(every, 1))
      }
    }
  }

  /// The rule for a step.
  public var optimizer: Optimizer
  /// Passes over the samples.
  public var epochs: Int
  /// Samples in a mini-batch, or nil for all of them; at least 2 where it is normalised over.
  public var batchSize: Int?
  /// How the learning rate changes.
  public var schedule: Schedule
  /// Decides the order of the samples.
  public var seed: UInt64
  /// ‖∇L‖ to polish to with L-BFGS over all samples, or nil for no polish.
  public var polish: Double?
  /// The most L-BFGS steps.
  public var polishIterations: Int

  /// Makes a plan.
  public init(
    optimizer: Optimizer, epochs: Int, batchSize: Int?, schedule: Schedule = .constant,
    seed: UInt64 = 0, polish: Double? = nil, polishIterations: Int = 500
  ) {
    self.optimizer = optimizer
    self.epochs = epochs
    self.batchSize = batchSize
    self.schedule = schedule
    self.seed = seed
    self.polish = polish
    self.polishIterations = polishIterations
  }
}

/// What training made.
public struct TrainedWeights: Sendable {
  /// The weights at the end.
  public var weights: [Double]
  /// The total loss that mini-batches had on average, for each epoch.
  public var history: [Double]
  /// The weights before the first epoch and after each that was asked for, after the last, and up to
  /// 32 of the polish, its end among them; empty where none were asked for.
  public var path: [[Double]] = []
  /// How many epochs each point of the path has behind it.
  public var pathEpochs: [Int] = []
  /// How many steps of the polish each point of the path has behind it.
  public var pathPolishSteps: [Int] = []
  /// How the polish ended, where there was one.
  public var polish: Minimum?
}

/// Training that left the finite numbers.
public struct TrainingError: Error, CustomStringConvertible {
  /// The epoch, counted from 1, in which it happened.
  public var epoch: Int
  /// η at that epoch.
  public var learningRate: Double

  /// One line: when, and what to try.
  public var description: String {
    "training diverged in epoch \(epoch) at learning rate \(learningRate); "
      + "try a lower learning rate"
  }
}

extension NetworkObjective {
  /// Trains from some weights on the total loss L_base + (λ/2)‖w‖²_S.
  ///
  /// - Parameters:
  ///   - start: The weights to begin with.
  ///   - training: How.
  ///   - penalty: ‖·‖²_S.
  ///   - lambda: λ.
  ///   - interval: After how many epochs to keep the weights for the path; nil for no path.
  ///   - progress: Told how far it has come, from 0 to 1, and what it is doing.
  /// - Returns: The trained weights.
  /// - Throws: ``TrainingError`` when the loss is no longer finite.
  public func train(
    from start: [Double], _ training: Training, penalty: Penalty, lambda: Double,
    keepingPathEvery interval: Int? = nil,
    progress: (_ fraction: Double, _ stage: String) -> Void = { _, _ in }
  ) throws(TrainingError) -> TrainedWeights {
    let decay = penalty.mask.map { lambda * $0 }
    let batch = min(max(training.batchSize ?? sampleCount, 1), sampleCount)
    var w = start
    var state = OptimizerState(training.optimizer, count: dimension)
    var source = RandomSource(seed: training.seed, purpose: "order of samples")
    var result = TrainedWeights(weights: w, history: [], polish: nil)
    func keep(_ w: [Double], after epoch: Int, polishSteps: Int = 0) {
      guard interval != nil else { return }
      result.path.append(w)
      result.pathEpochs.append(epoch)
      result.pathPolishSteps.append(polishSteps)
    }
    keep(w, after: 0)
    for epoch in 0..<max(training.epochs, 0) {
      progress(Double(epoch) / Double(training.epochs), "training")
      let rate =
        training.optimizer.learningRate
        * training.schedule.factor(epoch: epoch, of: training.epochs)
      let order = batch < sampleCount ? source.permutation(sampleCount) : []
      var sum = 0.0
      for range in miniBatches(of: batch) {
        let part = order.isEmpty ? tiles : SampleTiles(data, order: order[range])
        // A few blocks are done sooner than threads are woken.
        let (loss, gradient) = Self.gradient(
          network, self.loss, part, at: w, threads: part.blocks.count < 4 ? 1 : threads)
        sum +=
          loss.loss / self.loss.terms(samples: part.count, outputs: network.outputs)
          * Double(part.count)
        state.step(&w, gradient, learningRate: rate, decay: decay)
      }
      let mean = sum / Double(sampleCount) + lambda / 2 * penalty.squaredNorm(w)
      guard mean.isFinite, w.allSatisfy(\.isFinite) else {
        throw TrainingError(epoch: epoch + 1, learningRate: rate)
      }
      result.history.append(mean)
      let isKept = (epoch + 1) % max(interval ?? 1, 1) == 0 || epoch + 1 == training.epochs
      if isKept { keep(w, after: epoch + 1) }
    }
    if let tolerance = training.polish {
      let total = PenalisedObjective(self, penalty: penalty, lambda: lambda)
      var way = ThinnedPath(most: interval == nil ? 0 : 31)
      let minimum = minimise(
        total, from: w, gradientTolerance: tolerance, maxIterations: training.polishIterations
      ) { iteration, _ in
        progress(Double(iteration) / Double(max(training.polishIterations, 1)), "polishing")
        return true
      } visit: { iteration, w in
        if iteration > 0 { way.add(w, after: iteration) }
      }
      w = minimum.point
      result.polish = minimum
      for (step, w) in way.points where step < minimum.iterations {
        keep(w, after: max(training.epochs, 0), polishSteps: step)
      }
      keep(w, after: max(training.epochs, 0), polishSteps: max(minimum.iterations, 1))
    }
    result.weights = w
    return result
  }
}

extension NetworkObjective {
  /// The mini-batches of an epoch.
  ///
  /// Where they are normalised over, no sample stands alone: the last one joins those before it.
  func miniBatches(of size: Int) -> [Range<Int>] {
    let size = network.couplesSamples ? max(size, 2) : size
    var batches = stride(from: 0, to: sampleCount, by: size).map {
      $0..<min($0 + size, sampleCount)
    }
    if network.couplesSamples, let last = batches.last, last.count == 1, batches.count > 1 {
      batches.removeLast()
      batches[batches.count - 1] = batches[batches.count - 1].lowerBound..<sampleCount
    }
    return batches
  }
}

/// Points of a path whose length is not known beforehand: every one, then every second, every fourth …
/// so that there are never more than so many.
private struct ThinnedPath {
  let most: Int
  private(set) var points: [(step: Int, weights: [Double])] = []
  private var interval = 1

  init(most: Int) { self.most = most }

  mutating func add(_ weights: [Double], after step: Int) {
    guard most > 0, step.isMultiple(of: interval) else { return }
    points.append((step, weights))
    while points.count > most {
      interval *= 2
      points.removeAll { !$0.step.isMultiple(of: interval) }
    }
  }
}
