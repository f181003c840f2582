import Algebra
import Foundation
import Geometry
import Networks
import TensorFiles
import Testing

@testable import Landscape

@Suite struct CurvatureMapsTests {
  private func small(
    _ replaced: [String: String] = [:], points: String = "3x2", tolerance: Double = 1e-6
  ) throws -> Scene {
    var scene = try tinyScene(replaced)
    (scene.curvature.top, scene.curvature.bottom) = (1, 1)
    (scene.curvature.layers, scene.curvature.sharpness) = (false, false)
    try scene.curvature.setMap(points)
    scene.curvature.mapTolerance = tolerance
    return scene
  }

  @discardableResult
  private func mapped(
    _ scene: Scene, in folder: TemporaryFolder, notes: Notes = Notes(), threads: Int = 2
  ) throws -> CurvatureReport {
    var options = RenderOptions(folder: folder.path, threads: threads, command: "test")
    options.others = .replace
    let files = try curvature(scene, options, reporter: notes.reporter).files
    #expect(files.contains(folder.file("curvature-map.npz")))
    return try JSONDecoder.sorted.decode(
      CurvatureReport.self, from: Data(contentsOf: URL(filePath: folder.file("curvature.json"))))
  }

  @Test func `A map holds the ends of the dense spectrum at each point`() throws {
    let folder = try TemporaryFolder()
    let scene = try small()
    let record = try #require(try mapped(scene, in: folder).map)
    let arrays = try NPZ.read(folder.file("curvature-map.npz"))
    func values(_ name: String) throws -> [Double] { try #require(arrays[name]).doubles }
    #expect(try values("alphas") == [-1, 0, 1] && values("betas") == [-1, 1])
    #expect(arrays["lowest"]?.shape == [2, 3])

    let model = try Model(scene, threads: 1)
    let w = try model.network.layout.readWeights(folder.file("weights.safetensors"))
    let slice = try model.slice(around: w).slice
    let (lowest, highest) = (try values("lowest"), try values("highest"))
    let (least, most) = (try values("slice_lowest"), try values("slice_highest"))
    for (row, beta) in [-1.0, 1].enumerated() {
      for (column, alpha) in [-1.0, 0, 1].enumerated() {
        let index = 3 * row + column
        let point = w.indices.map { w[$0] + alpha * slice.u[$0] + beta * slice.v[$0] }
        let hessian = model.objective.hessian(at: point)
        let spectrum = try denseSpectrum(of: hessian).eigenvalues
        let (low, high) = (spectrum[0], spectrum[spectrum.count - 1])
        #expect(abs(lowest[index] - low) <= 1e-6 * high)
        #expect(abs(highest[index] - high) <= 1e-6 * high)
        #expect(try values("critical_decay")[index] == max(0, -lowest[index]))
        #expect(
          abs(try values("ratio")[index] - abs(lowest[index] / highest[index])) <= 1e-12)
        // λ_c on all parameters makes the loss convex there, a hundredth less does not.
        let decay = try values("critical_decay")[index]
        let shifted = spectrum.map { $0 + decay }
        #expect(shifted[0] >= -1e-6 * high)
        if low < -1e-3 { #expect(spectrum[0] + 0.99 * decay < 0) }
        // The curvature in the slice lies within the whole spectrum.
        #expect(least[index] >= low - 1e-9 && most[index] <= high + 1e-9)
        #expect(least[index] <= most[index])
      }
    }
    let decays = try values("critical_decay")
    #expect(record.criticalDecay.least == decays.min() && record.criticalDecay.most == decays.max())
    // 0 is an α, but no β: the centre is no point of the map.
    #expect(record.criticalDecay.centre == nil)
    #expect(record.convexShare == Double(lowest.count { $0 >= 0 }) / 6)
    #expect(record.unconverged == 0 && record.tolerance == 1e-6)
    #expect(record.products == Int(try values("products").reduce(0, +)))
  }

  @Test(arguments: [1e-3, 1e-6])
  func `Softmax regression is convex everywhere, flat directions or not`(tolerance: Double) throws {
    let folder = try TemporaryFolder()
    let scene = try small(["network": "[{dense: 3}]"], points: "5", tolerance: tolerance)
    let record = try #require(try mapped(scene, in: folder).map)
    #expect(record.convexShare == 1 && record.convexShareInSlice == 1)
    #expect(record.criticalDecay == .init(least: 0, most: 0, centre: 0))
  }

  @Test func `A map is the same for any number of threads, and goes on from where it was`() throws {
    let (one, three) = (try TemporaryFolder(), try TemporaryFolder())
    let scene = try small(points: "9")
    try mapped(scene, in: one, threads: 1)
    try mapped(scene, in: three, threads: 3)
    let whole = try one.contents()
    #expect(try three.contents() == whole)
    #expect(!whole.keys.contains { $0.hasSuffix(".partial") })

    // A map of which only the first band of rows is there, as an interruption leaves it.
    let partial = one.file("curvature-map.npz.partial")
    let kept = one.file("kept")
    let options = RenderOptions(folder: one.path, threads: 1, command: "test")
    let spy = Reporter(
      begin: { _, _ in },
      advance: { _ in
        try? FileManager.default.copyItem(atPath: partial, toPath: kept)
      }, note: { _ in })
    _ = try curvature(scene, options, reporter: spy)
    var arrays = try NPZ.read(kept)
    let points = try #require(arrays["points"])
    #expect(points.shape == [36, 8])
    try FileManager.default.moveItem(atPath: kept, toPath: partial)
    try mapped(scene, in: one)
    #expect(try one.contents() == whole)

    // What was kept is what comes out.
    var values = points.doubles
    values[1] = 1234.5
    arrays["points"] = Tensor(shape: points.shape, values)
    try NPZ.write(arrays, to: partial)
    try mapped(scene, in: one)
    let highest = try #require(NPZ.read(one.file("curvature-map.npz"))["highest"]).doubles
    #expect(highest[0] == 1234.5)
    #expect(!FileManager.default.fileExists(atPath: partial))

    // But not of another map.
    try NPZ.write(arrays, to: partial)
    try mapped(small(points: "9", tolerance: 1e-5), in: one)
    #expect(try #require(NPZ.read(one.file("curvature-map.npz"))["highest"]).doubles[0] < 1000)
  }

  @Test func `A map is of the whole Hessian`() throws {
    for change: (inout CurvaturePlan) -> Void in [
      { $0.matrix = .fisher }, { $0.matrix = .gaussNewton }, { $0.tensors = ["0.weight"] },
    ] {
      var scene = try small()
      change(&scene.curvature)
      let error = try #require(throws: UsageError.self) {
        try mapped(scene, in: TemporaryFolder())
      }
      #expect("\(error)".contains("'--map'"))
    }
    var plan = CurvaturePlan()
    for text in ["", "1", "0", "3x", "x3", "-3", "3x1", "1000000"] {
      #expect(throws: UsageError.self, "\(text)") { try plan.setMap(text) }
    }
  }
}
