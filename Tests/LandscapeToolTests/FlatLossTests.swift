import Foundation
import Testing

/// Losses without curvature, and matrices with few eigenvectors.
@Suite struct FlatLossTests {
  private static let scene = """
    data: {source: blobs, samples: 30, noise: 0.3}
    network: [{dense: 2}]
    training: {epochs: 1, polish: none}
    slice: {grid: 3}
    figure: {dpi: 40}

    """

  /// Weights of one dense layer from two inputs to two outputs, as safetensors.
  private func write(_ weight: [Float], _ bias: [Float], to folder: Tool.Folder) throws {
    let header =
      #"{"0.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"#
      + #""0.bias":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}}"#
    var data = Data()
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(Data(header.utf8))
    for number in weight + bias {
      withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    try data.write(to: URL(filePath: folder.path + "/w.safetensors"))
  }

  private func spectra(
    _ arguments: String, bias: [Float]
  ) throws -> [[String: Any]] {
    let folder = try Tool.Folder()
    try folder.write(Self.scene, "s.yaml")
    try write([0, 0, 0, 0], bias, to: folder)
    let outcome = try Tool.run(
      ["curvature", "s.yaml", "--weights", "w.safetensors", "--out", "out"]
        + arguments.split(separator: " ").map(String.init), in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(folder.names.contains("out/curvature.png"))
    let json = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(filePath: folder.path + "/out/curvature.json")))
    return try #require((json as? [String: Any])?["spectra"] as? [[String: Any]])
  }

  private func ends(_ spectrum: [String: Any]) throws -> (Double, Double, Double) {
    func first(_ key: String) throws -> Double {
      try #require((spectrum[key] as? [[String: Any]])?.first?["value"] as? Double)
    }
    return (try first("top"), try first("bottom"), try #require(spectrum["trace"] as? Double))
  }

  // So sure of one class that no probability moves: every second derivative is exactly 0.
  @Test(arguments: ["--lambda 0", "--lambda 0 --exact-limit 0"])
  func `A Hessian of nothing but zeros is an answer`(arguments: String) throws {
    let found = try ends(try spectra(arguments, bias: [10_000, 0])[0])
    #expect(found == (0, 0, 0))
  }

  @Test(arguments: ["--lambda 0.5", "--lambda 0.5 --exact-limit 0"])
  func `A penalty alone has its λ for every eigenvalue`(arguments: String) throws {
    let found = try spectra(arguments, bias: [10_000, 0])
    #expect(try ends(found[0]) == (0, 0, 0))
    #expect(try ends(found[1]) == (0.5, 0.5, 3))
  }

  @Test func `Zero weights have curvature like any others`() throws {
    let found = try ends(try spectra("--lambda 0", bias: [0, 0])[0])
    #expect(found.0 > 0 && abs(found.1) < 1e-12 && found.2 > 0)
  }

  @Test(arguments: [
    ("eigen:1,-6", "6"), ("eigen:-6,1", "6"), ("eigen:-2,5", "5"), ("eigen:6,-1", "6"),
  ])
  func `One eigenvector counted from both ends is not two directions`(
    directions: String, rank: String
  ) throws {
    let folder = try Tool.Folder()
    try folder.write(Self.scene, "s.yaml")
    let outcome = try Tool.run(
      [
        "render", "s.yaml", "--lambda", "0", "--data-only", "--directions", directions, "--out",
        "out",
      ],
      in: folder)
    #expect(outcome.code == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains("names one eigenvector twice"))
  }

  @Test func `Two eigenvectors counted from both ends are directions`() throws {
    let folder = try Tool.Folder()
    try folder.write(Self.scene, "s.yaml")
    let outcome = try Tool.run(
      [
        "render", "s.yaml", "--lambda", "0", "--data-only", "--directions", "eigen:1,-1", "--out",
        "out",
      ],
      in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
  }
}
