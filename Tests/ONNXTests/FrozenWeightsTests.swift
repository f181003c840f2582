import Algebra
import Networks
import ONNX
import Testing

/// Networks of which a part is not trained: the same function, with fewer parameters.
@Suite struct FrozenWeightsTests {
  /// Which tensors of a network are trained, by their places.
  enum Part: CaseIterable { case first, last, allButFirst, allButLast, everySecond, everyOther }

  static let fixtures =
    ["resnet-torchscript-17", "resnet-dynamo-21", "vgg-dynamo-18", "keras-cnn-18"].map {
      Fixture(name: $0)
    } + [Fixture(name: "line-dynamo-18", loss: .squaredError)]

  @Test(arguments: fixtures, Part.allCases)
  func `Loss, gradient and Hessian are the whole network's, of what is left`(
    _ fixture: Fixture, _ choice: Part
  ) throws {
    let (whole, weights, _) = try fixture.objective()
    let all = whole.network.layout.entries.map(\.name)
    let names =
      switch choice {
      case .first: Array(all.prefix(1))
      case .last: Array(all.suffix(1))
      case .allButFirst: Array(all.dropFirst())
      case .allButLast: Array(all.dropLast())
      case .everySecond: all.indices.filter { $0 % 2 == 0 }.map { all[$0] }
      case .everyOther: all.indices.filter { $0 % 2 == 1 }.map { all[$0] }
      }
    let patterns = NamePatterns(names.joined(separator: ","))
    let (part, left, _) = try fixture.objective(patterns)
    #expect(Set(part.network.layout.entries.map(\.name)) == Set(names))
    // Where each number of the part stands in the whole.
    let places = try part.network.layout.entries.flatMap { entry in
      let own = try #require(whole.network.layout.entries.first { $0.name == entry.name })
      return Array(own.range)
    }
    #expect(left == places.map { weights[$0] })
    let direction = (0..<left.count).map { Double($0 * 37 % 11) / 11 - 0.4 }
    var embedded = [Double](repeating: 0, count: weights.count)
    for (place, value) in zip(places, direction) { embedded[place] = value }
    let (value, gradient) = whole.valueAndGradient(at: weights)
    let (partValue, partGradient) = part.valueAndGradient(at: left)
    #expect(abs(partValue - value) <= 1e-14 * max(1, value))
    let size = max(1, gradient.map(abs).max() ?? 0)
    for (place, g) in zip(places, partGradient) {
      #expect(abs(g - gradient[place]) <= 1e-13 * size)
    }
    for precision in [SamplingOptions.Precision.float64, .float32] {
      let bound = precision == .float64 ? 1e-12 : 1e-4
      let product = whole.hessian(at: weights, precision: precision).apply(to: embedded)
      let partProduct = part.hessian(at: left, precision: precision).apply(to: direction)
      let scale = max(1, product.map(abs).max() ?? 0)
      for (place, x) in zip(places, partProduct) {
        #expect(abs(x - product[place]) <= bound * scale)
      }
    }
  }

  @Test func `A convolution's kernel comes before its bias, as in PyTorch`() throws {
    for (kernel, bias) in [("0.weight", "0.bias"), ("4.weight", "4.bias")] {
      let names = try Fixture(name: "line-dynamo-18", loss: .squaredError).objective().objective
        .network.layout.entries.map(\.name)
      let places = try [kernel, bias].map { try #require(names.firstIndex(of: $0)) }
      #expect(places[1] == places[0] + 1)
    }
  }
}
