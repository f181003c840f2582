import Algebra
import Foundation
import Geometry
import Networks
import TensorFiles
import Testing

@testable import Landscape

@Suite struct RenderLineTests {
  static let sections = [
    "data": "{source: moons, samples: 40, held-out: 20}",
    "network": "[{dense: 5}, tanh, {dense: 2}]", "penalty": "{lambda: [0.1, 0, 1]}",
    "slice": "{grid: 21, precision: float64}",
  ]

  func drawn(
    _ scene: Scene, _ end: LineEnd = .direction, in folder: TemporaryFolder
  ) throws -> LineReport {
    let options = RenderOptions(folder: folder.path, threads: 2, command: "test")
    let files = try renderLine(scene, end, options)
    for file in files { #expect(fileExists(file)) }
    let bytes = try readFile(try #require(files.first))
    return try JSONDecoder().decode(LineReport.self, from: Data(bytes))
  }

  func columns(_ folder: TemporaryFolder, _ name: String) throws -> [String: [Double]] {
    let text = try String(contentsOfFile: folder.file(name), encoding: .utf8)
    let rows = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    return try Dictionary(
      uniqueKeysWithValues: rows[0].enumerated().map { index, name in
        (name, try rows.dropFirst().map { try #require(Double($0[index])) })
      })
  }

  @Test func `Every λ has base plus penalty, and the model's curvature is the line's own`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene(Self.sections)
    let report = try drawn(scene, in: folder)
    let table = try columns(folder, "line.csv")
    let model = try Model(scene, threads: 1)
    let weights = try model.network.layout.readWeights(folder.file("weights.safetensors"))
    let direction = try model.slice(around: weights).slice.u
    func at(_ alpha: Double) -> [Double] { zip(weights, direction).map { $0 + alpha * $1 } }
    let alphas = try #require(table["alpha"])
    #expect(alphas.count == 21 && alphas.contains(0) && report.points == 21)
    for (index, alpha) in alphas.enumerated() {
      let base = model.objective.value(at: at(alpha))
      let square = dot(at(alpha), at(alpha))
      #expect(abs(table["base"]![index] - base) < 1e-12 * max(1, base))
      #expect(abs(table["total_0.1"]![index] - base - 0.05 * square) < 1e-11 * max(1, square))
      let kept = try #require(model.heldOut).evaluate(at: at(alpha))
      #expect(abs(table["held_out_base"]![index] - kept.loss) < 1e-12 * max(1, kept.loss))
      #expect(abs(table["held_out_score"]![index] - kept.score) < 1e-12)
    }
    #expect(table["total_0"] == table["base"])
    // Central differences of the total loss at λ = 1.
    func total(_ alpha: Double) -> Double {
      model.objective.value(at: at(alpha)) + 0.5 * dot(at(alpha), at(alpha))
    }
    let h = 1e-3
    let found = try #require(report.lambdas.last)
    #expect(abs(found.slope - (total(h) - total(-h)) / (2 * h)) < 1e-5)
    let second = (total(h) - 2 * total(0) + total(-h)) / (h * h)
    #expect(abs(found.secondDerivative - second) < 1e-4 * max(1, abs(second)))
    // S is all parameters: by length, λ adds exactly λ.
    #expect(abs(found.curvature - found.baseCurvature - 1) < 1e-12)
  }

  @Test func `Between two models both are on the line, and the barrier is what rises above it`()
    throws
  {
    let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
    var sections = Self.sections
    sections["slice"] = "{grid: 14, precision: float64, span: \"-0.25:1.25\"}"
    let scene = try tinyScene(sections)
    let model = try Model(scene, threads: 1)
    let other = model.network.layout.count
    let target = (0..<other).map { Double($0 % 3) - 1 }
    let path = second.file("other.safetensors")
    try model.network.layout.writeWeights(target, to: path, metadata: [:])
    let report = try drawn(scene, .weights(path: path), in: first)
    #expect(report.direction == "to those of other.safetensors at α = 1")
    let caption = try String(contentsOfFile: first.file("interpolation.tex"), encoding: .utf8)
    #expect(caption.contains("Barrier, the most by which"))
    let table = try columns(first, "interpolation.csv")
    let alphas = try #require(table["alpha"])
    #expect(alphas.count == 16 && alphas == alphas.sorted())
    let last = try #require(alphas.firstIndex(of: 1))
    let loss = model.objective.value(at: target)
    #expect(abs(table["base"]![last] - loss) < 1e-12 * max(1, loss))
    let zero = try #require(alphas.firstIndex(of: 0))
    for record in report.lambdas {
      let total = table["total_\(lambdaName(record.lambda))"]!
      let barrier = (zero...last).map {
        total[$0] - (1 - alphas[$0]) * total[zero] - alphas[$0] * total[last]
      }.max()
      #expect(record.barrier == barrier)
    }
    // A file of a run says what it was trained at.
    let own = try drawn(scene, .weights(path: first.file("weights.safetensors")), in: second)
    #expect(own.direction == "to those trained at λ = 10⁻¹ (weights.safetensors) at α = 1")
    #expect(LineReport.Record.barrier([0, 0.5, 1], [1, 3, 2]) == 1.5)
    #expect(LineReport.Record.barrier([0, 0.5, 1], [1, .nan, 2]) == nil)
    #expect(LineReport.Record.barrier([0.25, 0.5, 1], [1, 3, 2]) == nil)
  }

  @Test func `The figure has the λ, their models, held-out samples and the score`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene(Self.sections)
    var options = RenderOptions(folder: folder.path, threads: 2, command: "test")
    options.layout = true
    let files = try renderLine(scene, .direction, options)
    #expect(
      files.map { String($0.dropFirst(folder.path.count + 1)) } == [
        "line.json", "line.csv", "weights.safetensors", "line.png", "line.tex", "line.layout.json",
      ])
    let text = try String(contentsOfFile: folder.file("line.layout.json"), encoding: .utf8)
    for name in [
      "λ = 0", "λ = 10⁻¹", "λ = 1", "quadratic model at α = 0", "base loss and accuracy",
      "the same, held out",
    ] {
      #expect(text.contains("\"name\" : \"\(name)\""), "\(name)")
    }
  }
}
