import Foundation
import Testing

/// What does not depend on where the program runs, and what does.
@Suite struct EnvironmentTests {
  private static let scene = """
    data: {source: blobs, samples: 120, noise: 0.4}
    network: [{dense: 8}, tanh, {dense: 2}]
    training: {epochs: 3, polish: none}
    penalty: {lambda: [0, 0.01], scope: weights}
    slice: {grid: 5}

    """

  /// The program's own environment, changed.
  private static func environment(_ changes: [String: String]) -> [String: String] {
    ProcessInfo.processInfo.environment.merging(changes) { $1 }
  }

  /// All numbers of one run, file by file.
  private func results(_ arguments: [String], _ changes: [String: String]) throws -> [String: Data]
  {
    let folder = try Tool.Folder()
    try folder.write(Self.scene, "scene.yaml")
    let outcome = try Tool.run(
      arguments + ["--out", "out"], in: folder, environment: Self.environment(changes))
    #expect(outcome.code == 0, "\(outcome.errors)")
    let names = folder.names.filter { name in
      ["json", "csv", "npz", "safetensors"].contains { name.hasSuffix($0) }
    }
    #expect(!names.isEmpty)
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, try Data(contentsOf: URL(filePath: folder.path + "/" + $0)))
      })
  }

  @Test(arguments: [
    ["render", "scene.yaml", "--data-only"], ["curvature", "scene.yaml", "--exact-limit", "0"],
    ["curvature", "scene.yaml"],
  ])
  func `No linear algebra library's choices are in the results`(arguments: [String]) throws {
    let usual = try results(arguments, [:])
    for changes in [
      ["OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "1"],
      ["OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "4"],
      ["OPENBLAS_CORETYPE": "Zen"], ["OPENBLAS_CORETYPE": "SkylakeX", "OMP_NUM_THREADS": "4"],
    ] {
      let found = try results(arguments, changes)
      #expect(found.keys.sorted() == usual.keys.sorted())
      for (name, bytes) in usual { #expect(found[name] == bytes, "\(name) under \(changes)") }
    }
  }

  /// The numbers of the summary's Hessians, in order.
  private func hessianNumbers(_ summary: Data) throws -> [Double] {
    let json = try #require(
      try JSONSerialization.jsonObject(with: summary) as? [String: Any])
    let totals = try #require(json["lambdas"] as? [[String: Any]])
    let records = totals.compactMap { $0["hessian"] as? [String: Any] }
    #expect(!records.isEmpty)
    return records.flatMap { record in
      ["largest", "smallest", "trace"].compactMap { record[$0] as? Double }
    }
  }

  @Test
  func `Instruction sets agree to a millionth where no long search multiplies their roundings`()
    throws
  {
    var found: [[Double]] = []
    for name in ["portable", "AVX2", "AVX-512"] {
      let folder = try Tool.Folder()
      try folder.write(Self.scene, "scene.yaml")
      let outcome = try Tool.run(
        ["render", "scene.yaml", "--data-only", "--out", "out"], in: folder,
        environment: Self.environment(["LANDSCAPE_KERNELS": name]))
      // A processor that lacks it says so; the portable form is always there.
      if outcome.code == 64, name != "portable" { continue }
      #expect(outcome.code == 0, "\(outcome.errors)")
      found.append(
        try hessianNumbers(
          Data(contentsOf: URL(filePath: folder.path + "/out/summary.json"))))
    }
    for other in found {
      #expect(other.count == found[0].count)
      for (a, b) in zip(other, found[0]) { #expect(abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1)) }
    }
  }

  @Test(arguments: ["AVX9", "avx2", "AVX-512 ", "\u{1B}[31m"])
  func `Kernels that there are not are refused in one line`(name: String) throws {
    let folder = try Tool.Folder()
    let outcome = try Tool.run(
      ["scenes"], in: folder, environment: Self.environment(["LANDSCAPE_KERNELS": name]))
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains("LANDSCAPE_KERNELS") && outcome.errors.contains("portable"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(!outcome.errors.contains("\u{1B}"))
  }

  @Test func `An empty name of kernels asks for nothing`() throws {
    let folder = try Tool.Folder()
    let outcome = try Tool.run(
      ["scenes"], in: folder, environment: Self.environment(["LANDSCAPE_KERNELS": ""]))
    #expect(outcome.code == 0)
  }
}
