import Algebra
import RealModule

/// Small data sets made by a formula: points in the plane in classes, or a curve to fit.
///
/// Samples lie evenly along the formula's curve, one class after the other in turn (sample i has
/// class i mod k), and normal noise is added to every coordinate. So classes are as even as can be,
/// nothing but the noise depends on the seed, and without noise the formula is met exactly.
public struct SyntheticData: Sendable, Equatable {
  /// The formulas; t runs evenly over (0, 1) within a class.
  public enum Shape: String, Sendable, CaseIterable {
    /// Arms of a spiral, one a class: t · (cos φ, sin φ), φ = 2π(t + class/classes).
    case spirals
    /// Two half circles that reach into each other: (cos πt, sin πt) and (1 − cos πt, ½ − sin πt),
    /// as scikit-learn's `make_moons`.
    case moons
    /// Circles around the origin, one a class, of radius (class + 1)/classes.
    case rings
    /// Clouds around points evenly on the unit circle, one a class.
    case blobs
    /// The corners (±1, ±1); class 1 where the signs differ. Four samples without noise are the
    /// textbook problem.
    case xor
    /// Regression: y = sin x for x evenly in (−π, π), the noise on y alone.
    case sine
  }

  /// The formula.
  public var shape: Shape
  /// How many samples.
  public var samples: Int
  /// The standard deviation of the noise.
  public var noise: Double
  /// How many classes; nil where the shape leaves no choice, and 2 otherwise.
  public var classes: Int?
  /// Chooses the noise.
  public var seed: UInt64

  /// Describes a data set.
  ///
  /// - Parameters:
  ///   - shape: The formula.
  ///   - samples: How many samples. 200 by default: enough to see the shape in a scatter plot, and
  ///     quick to train on.
  ///   - noise: The standard deviation of the noise. 0.1 by default: visible, and small against
  ///     the distance of the classes, which is ½ or more for two of them.
  ///   - classes: How many classes, for spirals, rings and blobs; nil means 2.
  ///   - seed: Chooses the noise. 0 by default, as good as any.
  public init(
    _ shape: Shape, samples: Int = 200, noise: Double = 0.1, classes: Int? = nil, seed: UInt64 = 0
  ) {
    self.shape = shape
    self.samples = samples
    self.noise = noise
    self.classes = classes
    self.seed = seed
  }

  /// The most samples that are made: a typing error should not fill the memory.
  public static let maximumSamples = 10_000_000

  /// Makes the samples.
  ///
  /// - Returns: Inputs of shape `[2]` and classes, or of shape `[1]` and one value for `sine`.
  /// - Throws: `DatasetError.impossible` where a number makes no sense: fewer samples than classes,
  ///   a negative noise, classes where the shape leaves no choice.
  public func make() throws(DatasetError) -> Dataset {
    let classes = try checked()
    var source = RandomSource(seed: seed, purpose: shape.rawValue)
    var inputs: [Double] = []
    var labels: [Int] = []
    var values: [Double] = []
    for sample in 0..<samples {
      let label = sample % classes
      let position = sample / classes
      let members = (samples - label + classes - 1) / classes
      let t = (Double(position) + 0.5) / Double(members)
      if shape == .sine {
        let x = (2 * t - 1) * Double.pi
        inputs.append(x)
        values.append(Double.sin(x) + noise * source.normal())
      } else {
        let point = point(t, label: label, classes: classes, sample: sample)
        inputs.append(point.x + noise * source.normal())
        inputs.append(point.y + noise * source.normal())
        labels.append(shape == .xor ? [0, 1, 1, 0][sample % 4] : label)
      }
    }
    return try Dataset(
      name: shape.rawValue, inputShape: [shape == .sine ? 1 : 2], inputs: inputs,
      targets: shape == .sine
        ? .values(values, outputs: 1) : .classes(labels, count: classes))
  }

  /// The point without noise.
  private func point(
    _ t: Double, label: Int, classes: Int, sample: Int
  ) -> (x: Double, y: Double) {
    let share = Double(label) / Double(classes)
    func circle(_ radius: Double, _ turns: Double) -> (x: Double, y: Double) {
      (radius * Double.cos(2 * .pi * turns), radius * Double.sin(2 * .pi * turns))
    }
    switch shape {
    case .spirals: return circle(t, t + share)
    case .moons:
      let (x, y) = circle(1, t / 2)
      return label == 0 ? (x, y) : (1 - x, 0.5 - y)
    case .rings: return circle(share + 1 / Double(classes), t)
    case .blobs: return circle(1, share)
    case .xor: return (sample & 1 == 0 ? -1 : 1, sample & 2 == 0 ? -1 : 1)
    case .sine: return (t, 0)
    }
  }

  /// Checks the numbers, and says how many classes there are (1 for regression).
  private func checked() throws(DatasetError) -> Int {
    func fail(_ reason: String) -> DatasetError {
      .impossible(name: shape.rawValue, reason: reason)
    }
    let count: Int
    switch shape {
    case .spirals, .rings, .blobs: count = classes ?? 2
    case .moons, .xor:
      guard classes == nil || classes == 2 else { throw fail("it has 2 classes, no other number") }
      count = 2
    case .sine:
      guard classes == nil else { throw fail("it is for regression, without classes") }
      count = 1
    }
    guard count >= 1, count <= Targets.maximumClassCount, shape == .sine || count >= 2 else {
      throw fail("\(count) classes are not possible (2 to \(Targets.maximumClassCount))")
    }
    guard samples >= count, samples <= Self.maximumSamples else {
      throw fail("\(samples) samples are not possible (\(count) to \(Self.maximumSamples))")
    }
    guard noise >= 0, noise.isFinite else {
      throw fail("the noise is \(noise); a standard deviation is 0 or more")
    }
    return count
  }
}
