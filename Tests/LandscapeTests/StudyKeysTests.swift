import Foundation
import Testing

@testable import Landscape

/// Every key of `sweep` and `curvature` changes what comes out: none is read and ignored.
@Suite struct StudyKeysTests {
  private static let sweepBase = "slices: 1, panels: 2, descent-steps: 5, tolerance: 1e-4"

  @Test(arguments: [
    "slices: 2, panels: 2, descent-steps: 5, tolerance: 1e-4",
    "slices: 1, panels: 3, descent-steps: 5, tolerance: 1e-4",
    "slices: 1, panels: 2, descent-steps: 1, tolerance: 1e-4",
    "slices: 1, panels: 2, descent-steps: 0, tolerance: 1e-4",
    "slices: 1, panels: 2, descent-steps: 5, tolerance: 1e-3",
    "\(sweepBase), persistence: 0.2", "\(sweepBase), steps: 3",
  ])
  func `Keys of the sweep change its numbers`(keys: String) throws {
    func records(_ keys: String) throws -> [SweepRecord] {
      try swept(
        tinyScene(["sweep": "{\(keys)}", "penalty": "{lambda: [1e-2, 1e-1, 1]}"])
      ).report.lambdas
    }
    #expect(try records(keys) != records(Self.sweepBase))
  }

  @Test(arguments: ["trace-products: 6", "probes: 2"])
  func `Keys of estimates change the numbers of networks too large for exact ones`(key: String)
    throws
  {
    // Of 27 parameters fewer are looked at in three steps of a probe than an exact spectrum needs.
    let base = "\(Self.sweepBase), steps: 3"
    func records(_ keys: String) throws -> [SweepRecord] {
      try swept(
        tinyScene(["sweep": "{\(keys)}", "penalty": "{lambda: [1e-2, 1e-1, 1]}"])
      ).report.lambdas
    }
    #expect(try records("\(base), \(key)") != records(base))
  }

  @Test(arguments: [
    "matrix: gauss-newton", "matrix: fisher", "tensors: [0.weight]", "samples: 20", "top: 2",
    "bottom: 2", "layers: false", "vectors: true", "sharpness: false", "rho: 0.1", "epsilon: 0.01",
    "map: 3", "exact-limit: 0",
  ])
  func `Keys of the curvature change its report`(keys: String) throws {
    #expect(try report("") != report(keys))
  }

  @Test(arguments: [
    ("exact-limit: 0", "trace-products: 12"), ("exact-limit: 0", "probes: 3"),
    ("exact-limit: 0", "steps: 7"), ("map: 3", "map-tolerance: 0.3"),
  ])
  func `Keys of estimates and maps change them`(before: String, key: String) throws {
    #expect(try report(before) != report("\(before), \(key)"))
  }

  private func report(_ keys: String) throws -> [String: Data] {
    let folder = try TemporaryFolder()
    let options = RenderOptions(folder: folder.path, threads: 2, command: "test")
    var scene = try tinyScene(["curvature": "{\(keys)}"])
    scene.source = ""
    _ = try curvature(scene, options)
    return try folder.contents().filter {
      $0.key.hasSuffix(".json") || $0.key.hasSuffix("safetensors")
    }
  }

  @Test func `Counts out of their range are refused, in a scene and in a plan`() throws {
    for (name, path, range) in CurvaturePlan.counts {
      for wrong in [range.lowerBound - 1, range.upperBound + 1, .min, .max] {
        #expect(throws: SceneError.self) { try tinyScene(["curvature": "{\(name): \(wrong)}"]) }
        var plan = CurvaturePlan()
        plan[keyPath: path] = wrong
        let error = try #require(throws: UsageError.self) { try plan.validate(dimension: 27) }
        #expect("\(error)".contains("'--\(name)' is \(wrong)"), "\(error)")
      }
    }
    for path in [\CurvaturePlan.rho, \.epsilon, \.mapTolerance] {
      for wrong in [0, -1, .nan, .infinity] {
        var plan = CurvaturePlan()
        plan[keyPath: path] = wrong
        #expect(throws: UsageError.self) { try plan.validate(dimension: 27) }
      }
    }
    var plan = CurvaturePlan()
    plan.mapTolerance = 0.6
    #expect(throws: UsageError.self) { try plan.validate(dimension: 27) }
    for key in [
      "matrix: hesian", "rho: 0", "epsilon: -1", "map: 1", "map-tolerance: 0", "samples: 0",
      "persistance: 1",
    ] {
      #expect(throws: SceneError.self) { try tinyScene(["curvature": "{\(key)}"]) }
    }
    for key in ["persistence: 2", "tolerance: 0", "slice: 3"] {
      #expect(throws: SceneError.self) { try tinyScene(["sweep": "{\(key)}"]) }
    }
  }
}
