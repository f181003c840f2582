import Figures
import Foundation
import Geometry
import Images
import TensorFiles
import Testing

@testable import Landscape

@Suite struct FigureRecordTests {
  /// Two files for each figure: the numbers that an alt text must have are checked against the surface.
  @Test func `Captions say how, descriptions what is seen, with the surface's own numbers`() throws
  {
    let folder = try TemporaryFolder()
    try run(try tinyScene(["slice": "{grid: 11x9}"]), in: folder)
    let record = try FigureRecord(folder.file("lambda-0.01/contour.png"))
    let caption = try #require(record.texts["landscape:caption"])
    for part in [
      "total loss", "λ = 10⁻²", "in its own slice", "Filter-normalised", "seed 1", "11 × 9 points",
      "float32", "2-4-3, tanh", "27 parameters", "blobs, 40 samples",
      try #require(record.texts["landscape:data"]),
    ] { #expect(caption.contains(part), "\(part) is not in: \(caption)") }

    let (surface, _) = try SurfaceFile.read(folder.file("surface.npz"))
    let total = surface.total(lambda: 0.01)
    let low = try #require(total.indices.min { total[$0] < total[$1] })
    let place =
      "(\(coordinate(surface.grid.alphas[low % 11])), "
      + "\(coordinate(surface.grid.betas[low / 11])))"
    let description = try #require(record.texts["Description"])
    #expect(
      description.contains("from \(number(total[low])) at (α, β) = \(place)"), "\(description)")
    #expect(description.contains("to \(number(try #require(total.max()))) at"))

    let tex = try String(contentsOfFile: folder.file("lambda-0.01/contour.tex"), encoding: .utf8)
    #expect(tex.contains("\\caption{\(latex(caption))}") && tex.contains("\\Description{"))
    #expect(tex.contains("\\includegraphics[width=252.28bp]{lambda-0.01/contour.png}"))
    #expect(tex.contains("\\label{fig:tiny-lambda-0-01-contour}"))
  }

  @Test(arguments: ["png", "pdf", "svg"])
  func `Every format gives the same texts back`(format: String) throws {
    let folder = try TemporaryFolder()
    let title = "\"A, landscape: <b> & (c) \\\\ d’\""
    let scene = try tinyScene([
      "figure": "{dpi: 40, format: [png, pdf, svg]}", "title": title,
    ])
    try run(scene, in: folder) { $0.command = "landscape render tiny.yaml --span '-1:2, 3'" }
    let record = try FigureRecord(folder.file("lambda-0.01/parts.\(format)"))
    let png = try FigureRecord(folder.file("lambda-0.01/parts.png"))
    #expect(record.values == png.values)
    #expect(record.texts["landscape:scene"] == scene.source)
    #expect(try record.words() == ["landscape", "render", "tiny.yaml", "--span", "-1:2, 3"])
    let info = try FileInfo(folder.file("lambda-0.01/parts.\(format)"))
    let json = try JSONSerialization.jsonObject(with: Data(info.json().utf8)) as? [String: String]
    #expect(json?["figure"] == "lambda-0.01/parts" && json?["seed"] == "1")
    #expect(info.lines.contains("lambda: 0.01"))
  }

  @Test func `Files of numbers say what they hold`() throws {
    let folder = try TemporaryFolder()
    try run(try tinyScene(), in: folder)
    let summary = try FileInfo(folder.file("summary.json"))
    #expect(summary.lines.contains("command: test"))
    #expect(summary.lines.contains { $0.hasPrefix("λ = 0.01: at the centre ") })
    let surface = try FileInfo(folder.file("surface.npz"))
    #expect(surface.lines[0] == "alphas: 3 from -1.0 to 1.0")
    #expect(surface.lines[2].hasPrefix("base: The loss runs from "))
  }

  @Test(arguments: ["png", "pdf", "svg"])
  func `A figure that is cut short anywhere is refused or still tells the truth`(format: String)
    throws
  {
    let folder = try TemporaryFolder()
    try run(try tinyScene(["figure": "{dpi: 20, format: [\(format)]}"]), in: folder)
    let path = folder.file("lambda-0.01/contour.\(format)")
    let bytes = try readFile(path)
    let whole = try FigureRecord(path).values
    let cuts = stride(from: 0, to: bytes.count, by: max(1, bytes.count / 97))
    for cut in cuts {
      try AtomicFile.write(Array(bytes[..<cut]), to: folder.file("cut"))
      do {
        let values = try FigureRecord(folder.file("cut")).values
        #expect(format == "svg" && whole.merging(values) { $1 } == whole)
      } catch {
        #expect("\(error)".hasPrefix(folder.file("cut") + ": "))
      }
    }
  }

  @Test func `Files that were changed under their names are refused with both hashes`() throws {
    let folder = try TemporaryFolder()
    try run(try tinyScene(), in: folder) { $0.dataOnly = true }
    let weights = folder.file("weights.safetensors")
    let scene = try tinyScene(["weights": weights])
    let other = try TemporaryFolder()
    try run(scene, in: other)
    let record = try FigureRecord(other.file("lambda-0.01/contour.png"))
    let read = try record.scene(named: "tiny.yaml", in: "/")
    #expect(read.source == scene.source)
    // A figure from anybody reads no file outside the folder that it is given.
    #expect {
      try record.scene(named: "tiny.yaml", in: other.path)
    } throws: { "\($0)".contains("outside of") }
    try run(read, in: other)
    try run(try tinyScene(["seed": "2"]), in: folder) { ($0.dataOnly, $0.fresh) = (true, true) }
    #expect {
      try run(read, in: other)
    } throws: { error in
      "\(error)".hasPrefix(weights)
        && "\(error)".contains("is not the file that the figure was made of")
    }
  }
}
