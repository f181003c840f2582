import Algebra
import Foundation
import TensorFiles
import Testing

@testable import Landscape

@Suite struct CurvatureTests {
  /// The report of a tiny scene.
  private func report(
    _ replaced: [String: String] = [:], _ change: (inout CurvaturePlan) -> Void = { _ in }
  ) throws -> CurvatureReport {
    let folder = try TemporaryFolder()
    var scene = try tinyScene(replaced)
    (scene.curvature.top, scene.curvature.bottom) = (4, 3)
    change(&scene.curvature)
    let options = RenderOptions(folder: folder.path, threads: 2, command: "test")
    let files = try curvature(scene, options).files
    #expect(files.prefix(2).map { $0.split(separator: ".").last } == ["json", "csv"])
    #expect(files.contains("\(folder.path)/curvature.png"))
    let bytes = try readFile(files[0])
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(CurvatureReport.self, from: Data(bytes))
  }

  private func values(_ records: [CurvatureReport.EigenvalueRecord]) -> [Double] {
    records.map(\.value)
  }

  @Test func penaltyOnEverythingShiftsTheSpectrumByLambda() throws {
    let report = try report(["penalty": "{lambda: [0, 0.01, 0.5]}"])
    #expect(report.spectra.map(\.method) == ["exact", "shifted", "shifted"])
    let base = report.spectra[0]
    for total in report.spectra.dropFirst() {
      for (found, right) in zip(values(total.top), values(base.top)) {
        #expect(found == right + total.lambda)
      }
      let rise = total.lambda * Double(report.dimension)
      #expect(abs(total.trace - base.trace - rise) <= 1e-12 * abs(total.trace))
      let parameters = try #require(total.effectiveParameters)
      #expect(parameters > 0 && parameters < Double(report.dimension))
    }
  }

  @Test func penaltyOnKernelsIsComputedAndDiffers() throws {
    let report = try report(["penalty": "{lambda: 0.5, scope: weights}"])
    let (base, total) = (report.spectra[0], report.spectra[1])
    #expect(total.method == "exact")
    #expect(total.effectiveParameters == nil)
    let differences = zip(values(total.top), values(base.top)).map { abs($0 - $1 - 0.5) }
    #expect((differences.max() ?? 0) > 1e-3)
  }

  @Test func estimatesAgreeWithTheWholeSpectrum() throws {
    let exact = try report().spectra[0]
    let estimate = try report { $0.exactLimit = 0 }.spectra[0]
    #expect(estimate.method == "estimated")
    #expect(estimate.products > 0)
    for (found, right) in zip(estimate.top + estimate.bottom, exact.top + exact.bottom) {
      #expect(found.isConverged)
      #expect(abs(found.value - right.value) <= 1e-9 * (abs(right.value) + 1e-3))
    }
    // With as many products as parameters Hutch++ sums the diagonal, of products in Float32.
    #expect(abs(estimate.trace - exact.trace) <= 1e-6 * abs(exact.trace))
  }

  @Test func blockOfALayerHasItsOwnSpectrum() throws {
    let block = try report { $0.tensors = ["2.weight", "2.bias"] }
    #expect(block.dimension == 15)
    // Softmax leaves one direction of each input and of the bias free.
    #expect((block.spectra[0].bottom.first?.value ?? 1) < 1e-12)
    #expect(block.spectra[0].trace < (try report().spectra[0].trace))
  }

  @Test func gaussNewtonMatrixHasNoNegativeEigenvalues() throws {
    let report = try report { $0.matrix = .gaussNewton }
    #expect(report.spectra[0].negativeEigenvalues == 0)
    #expect((report.spectra[0].bottom.first?.value ?? -1) >= -1e-14)
  }

  @Test func layersBlocksLieWithinTheWholeSpectrum() throws {
    let report = try report { $0.exactLimit = 0 }
    #expect(report.layers.map(\.layer) == ["0", "2"])
    #expect(report.layers.map(\.parameters).reduce(0, +) == report.dimension)
    let base = report.spectra[0]
    for layer in report.layers {
      // Interlacing: a block's eigenvalues lie between the whole matrix's extremes.
      #expect(layer.largest.value <= base.top[0].value * (1 + 1e-9))
      #expect(layer.smallest.value >= base.bottom[0].value - 1e-9)
      let block = try self.report {
        $0.tensors = ["\(layer.layer).weight", "\(layer.layer).bias"]
      }
      let exact = block.spectra[0].top[0].value
      #expect(abs(layer.largest.value - exact) <= 1e-3 * exact)
      #expect(block.layers.isEmpty)
    }
    #expect(try self.report { $0.layers = false }.layers.isEmpty)
  }

  @Test func sliceAlongEigenvectorsHasTheirEigenvalues() throws {
    let report = try report(["slice": "{grid: 3, directions: \"eigen:2,-1\"}"])
    let (base, slice) = (report.spectra[0], try #require(report.slice))
    #expect(abs(slice.matrix[0] - base.top[1].value) <= 1e-9)
    #expect(abs(slice.matrix[2] - base.bottom[0].value) <= 1e-9)
    #expect(abs(slice.matrix[1]) <= 1e-7)
    #expect(abs(slice.uShareInTop - 1) <= 1e-9 && slice.vShareInTop <= 1e-9)
    let random = try #require(try self.report().slice)
    #expect(random.uShareInTop > 0 && random.uShareInTop < 1)
  }

  @Test func eigenvectorsServeAsWeightsAndAsDirections() throws {
    let folder = try TemporaryFolder()
    var scene = try tinyScene()
    (scene.curvature.top, scene.curvature.bottom, scene.curvature.vectors) = (2, 1, true)
    var options = RenderOptions(folder: folder.path, threads: 2, command: "test")
    let files = try curvature(scene, options).files
    let vectors = files.filter { $0.hasSuffix(".safetensors") }
    #expect(vectors.count == 3)
    let first = try Safetensors.read(folder.file("eigenvectors/largest-1.safetensors"))
    #expect(first.tensors.names == ["0.weight", "0.bias", "2.weight", "2.bias"])
    let squares = first.tensors.flatMap { $0.tensor.doubles.map { $0 * $0 } }
    #expect(abs(squares.reduce(0, +) - 1) <= 1e-12)
    let weights = folder.file("weights.safetensors")
    let again = try TemporaryFolder()
    options.folder = again.path
    let result = try curvature(
      try tinyScene([
        "weights": weights,
        "slice": "{grid: 3, directions: [\(vectors[0]), \(vectors[2])]}",
      ]), options)
    #expect(result.lines.contains { $0.contains("in the top 10 eigenvectors lie 100 % of u") })
  }

  @Test func severalLambdasAreDrawnAgainstEachOther() throws {
    let folder = try TemporaryFolder()
    let options = RenderOptions(folder: folder.path, threads: 2, command: "test")
    let scene = try tinyScene(["penalty": "{lambda: [1e-3, 1e-2, 1e-1]}"])
    let files = try curvature(scene, options).files.map { $0.split(separator: "/").last ?? "" }
    #expect(files.contains("curvature-lambda.png") && files.contains("layers.png"))
  }

  @Test func tableHasARowForEachNumber() throws {
    let report = try report()
    let rows = report.csv.split(separator: "\n")
    #expect(rows.first == "objective,lambda,quantity,index,value,error,converged,method")
    #expect(
      rows.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 8 })
    #expect(rows.count { $0.contains(",top,") } == 8)
  }

  @Test func smallMatrixIsAskedForWhatItHas() throws {
    // Three parameters, where ten largest are the default.
    let report = try report {
      $0.tensors = ["2.bias"]
      ($0.top, $0.bottom) = (CurvaturePlan().top, CurvaturePlan().bottom)
    }
    #expect(report.spectra[0].top.count == 3 && report.spectra[0].bottom.count == 3)
    #expect(throws: UsageError.self) {
      try self.report {
        $0.tensors = ["2.bias"]
        $0.top = 4
      }
    }
  }

  @Test func fisherMatrixIsTheMeanOfTheSquaredGradients() throws {
    let ridge = try RidgeScene()
    let scene = try ridge.scene(["curvature": "{matrix: fisher}", "penalty": "{lambda: 0.1}"])
    let folder = try TemporaryFolder()
    let options = RenderOptions(folder: folder.path, threads: 2, command: "test")
    _ = try curvature(scene, options)
    let report = try JSONDecoder.sorted.decode(
      CurvatureReport.self, from: Data(try readFile(folder.file("curvature.json"))))
    // ∇ℓᵢ = 2rᵢ(xᵢ, 1).
    let w = ridge.minimum(lambda: 0.1)
    let rows = (0..<4).map { i in
      (0..<4).map { j in
        zip(ridge.inputs, ridge.targets).reduce(0) { sum, pair in
          let slope = 2 * (dot(pair.0, w) - pair.1)
          return sum + slope * slope * pair.0[i] * pair.0[j] / 24
        }
      }
    }
    let right = try denseSpectrum(of: Matrix(rows: rows)).eigenvalues
    #expect(right[0] > 0)
    let found = report.spectra[0]
    for (value, expected) in zip(values(found.bottom), right) {
      #expect(abs(value - expected) <= 1e-7 * right[3])
    }
    #expect(abs(found.trace - right.reduce(0, +)) <= 1e-7 * right[3])
    #expect(found.negativeEigenvalues == 0)
  }

  @Test func sharpnessOfAQuadraticAtItsMinimumIsItsLargestEigenvalue() throws {
    let ridge = try RidgeScene()
    let scene = try ridge.scene([
      "curvature": "{rho: 0.2, epsilon: 0.01}", "penalty": "{lambda: [0.5]}",
    ])
    let folder = try TemporaryFolder()
    let options = RenderOptions(folder: folder.path, threads: 2, command: "test")
    _ = try curvature(scene, options)
    let report = try JSONDecoder.sorted.decode(
      CurvatureReport.self, from: Data(try readFile(folder.file("curvature.json"))))
    let total = try #require(report.sharpness.last)
    #expect(total.objective == "total" && total.lambda == 0.5)
    let largest = try ridge.eigenvalues(lambda: 0.5)[3]
    #expect(abs(total.sam - 0.2 * 0.2 / 2 * largest) <= 1e-6 * total.sam)
    // At the minimum the gradient says nothing of it.
    #expect(total.samFirstOrder <= total.sam)
    // Keskar's box is worst at a corner: the search finds a good one of the sixteen.
    let w = ridge.minimum(lambda: 0.5)
    let hessian = Matrix(rows: ridge.hessian(lambda: 0.5))
    let worst =
      (0..<16).map { corner in
        let z = (0..<4).map { (corner >> $0 & 1 == 1 ? 1 : -1) * 0.01 * (abs(w[$0]) + 1) }
        return dot(z, hessian.apply(to: z)) / 2
      }.max() ?? 0
    let loss = ridge.base(at: w) + 0.25 * dot(w, w)
    let most = 100 * worst / (1 + loss)
    #expect(total.keskar <= most * (1 + 1e-9) && total.keskar >= 0.9 * most)
    // The base loss is not at its minimum: downhill counts, too.
    let base = try #require(report.sharpness.first)
    #expect(base.objective == "base" && base.sam > 0.2 * 0.2 / 2 * (largest - 0.5))
  }

  @Test func impossibleWishesAreRefused() throws {
    #expect(throws: UsageError.self) { try report { $0.top = 0 } }
    #expect(throws: UsageError.self) { try report { $0.bottom = 1000 } }
    #expect(throws: UsageError.self) { try report { $0.probes = 0 } }
    #expect(throws: UsageError.self) { try report { $0.tensors = ["3.weight"] } }
    #expect(throws: (any Error).self) { try report { $0.samples = 0 } }
    #expect(throws: (any Error).self) { try report { $0.samples = 41 } }
  }
}
