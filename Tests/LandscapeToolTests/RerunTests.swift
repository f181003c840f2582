import Foundation
import Testing

@Suite struct RerunTests {
  static let runs: [(command: String, figure: String)] = [
    ("render tiny.yaml --lambda 0,0.1 --seed 3 --span -1:2", "row.png"),
    ("render tiny.yaml --format pdf", "lambda-0.01/contour.pdf"),
    ("render tiny.yaml --format svg --theme dark", "lambda-0.01/heatmap.svg"),
    ("render tiny.yaml --retrain --lambda 0.1,1", "lambda-1/parts.png"),
    ("render tiny.yaml --weights w/trained.safetensors", "lambda-0.01/contour.png"),
    (
      "render tiny.yaml --directions w/trained.safetensors,w/trained.safetensors",
      "lambda-0.01/contour.png"
    ),
    ("render tiny.yaml --from w/surface.npz --lambda 0.5", "lambda-0.5/contour.png"),
    (
      "curvature tiny.yaml --map 3 --tensors 0.weight 0.bias --top 2 --no-sharpness",
      "curvature.png"
    ),
    (
      "sweep tiny.yaml --lambda 0.1...1x3 --slices 1 --panels 2 --descent-steps 3", "decay.png"
    ),
    ("render tiny.yaml --figure line --lambda 0,0.1", "line.png"),
    ("compare tiny.yaml other.yaml --lambda 0,0.1", "compare.png"),
    ("render tiny.yaml --directions-count 2", "lambda-0.01/directions.png"),
    ("render tiny.yaml --figure line --to w/trained.safetensors --seed 2", "interpolation.png"),
    ("animate tiny.yaml --lambda 0.1,1 --frames 3 --pixels 120", "animation.png"),
  ]

  @Test(arguments: runs)
  func `A figure makes itself again, byte for byte, without its scene's file`(
    run: (command: String, figure: String)
  ) throws {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny.yaml")
    try folder.write(Tool.scene + "\nseed: 8\n", "other.yaml")
    func tool(_ line: String) throws -> Tool.Outcome {
      try Tool.run(line.split(separator: " ").map(String.init), in: folder)
    }
    let hasFiles = run.command.contains(" w/")
    if hasFiles {
      #expect(try tool("render tiny.yaml --data-only --out w").code == 0)
      try FileManager.default.moveItem(
        atPath: folder.path + "/w/weights.safetensors",
        toPath: folder.path + "/w/trained.safetensors")
    }
    if run.command.contains("--map") {
      let whole = try tool("curvature tiny.yaml --map 3 --out m --no-sharpness")
      #expect(whole.code == 0)
      try FileManager.default.removeItem(atPath: folder.path + "/tiny.yaml")
      let again = try tool("rerun m/map-lowest.png --out n")
      #expect(again.code == 0 && again.output.hasSuffix("the same, byte for byte\n"), "\(again)")
      return
    }
    let made = try tool(run.command + " --out a")
    #expect(made.code == 0, "\(made.errors)")
    for scene in ["tiny", "other"] {
      try FileManager.default.removeItem(atPath: "\(folder.path)/\(scene).yaml")
    }
    let again = try tool(
      "rerun a/\(run.figure) --out b --threads 1" + (hasFiles ? " --files w" : ""))
    #expect(again.code == 0, "\(again.errors)")
    #expect(again.output.hasSuffix("b/\(run.figure): the same, byte for byte\n"), "\(again)")
    #expect(
      FileManager.default.contentsEqual(
        atPath: "\(folder.path)/a/\(run.figure)", andPath: "\(folder.path)/b/\(run.figure)"))
  }

  @Test(arguments: [
    ("render --lambda 0.01", "lambda-0.01/contour.png"),
    ("render --figure line --lambda 0,0.01 --format svg", "line.svg"),
    ("curvature --top 1 --no-sharpness", "curvature.png"),
    ("sweep --lambda 0.1...1x3 --slices 1 --panels 2 --descent-steps 3", "decay.png"),
  ])
  func `A figure of an ONNX model makes itself again, and refuses another model`(
    line: String, figure: String
  ) throws {
    let folder = try Tool.Folder()
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "ONNXTests/Fixtures")
    for folderName in ["in", "other"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/\(folderName)", withIntermediateDirectories: true)
      for (name, copy) in [
        ("mlp-torchscript-17.onnx", "m.onnx"), ("mlp-torchscript-17.npz", "d.npz"),
      ] {
        let file = name.replacing("17.onnx", with: folderName == "other" ? "11.onnx" : "17.onnx")
        try FileManager.default.copyItem(
          atPath: fixtures.appending(path: file).path,
          toPath: "\(folder.path)/\(folderName)/\(copy)")
      }
    }
    func tool(_ line: String) throws -> Tool.Outcome {
      try Tool.run(line.split(separator: " ").map(String.init), in: folder)
    }
    let made = try tool(line + " --model in/m.onnx --data in/d.npz --dpi 40 --out a")
    #expect(made.code == 0, "\(made.errors)")
    let again = try tool("rerun a/\(figure) --files in --out b")
    #expect(again.output.hasSuffix("b/\(figure): the same, byte for byte\n"), "\(again)")
    let other = try tool("rerun a/\(figure) --files other --out c")
    #expect(other.code == 65 && other.errors.contains("is not the file"), "\(other)")
  }

  @Test
  func `What is no figure, or none of ours, or would write elsewhere, is refused in one line`()
    throws
  {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny.yaml")
    try folder.write("<svg xmlns=\"x\"><title>Mine</title></svg>", "other.svg")
    try folder.write("{\"a\": 1}", "other.json")
    func svg(_ command: String, figure: String = "row") -> String {
      "<svg>\n<metadata>landscape:figure: \(figure)\nlandscape:command: \(command)\n"
        + "landscape:scene: \(Tool.scene)</metadata></svg>"
    }
    try folder.write(svg("rm -rf x"), "a.svg")
    try folder.write(svg("landscape batch tiny.yaml"), "b.svg")
    try folder.write(svg("landscape render tiny.yaml --out=/tmp"), "c.svg")
    try folder.write(svg("landscape render tiny.yaml --nosuch"), "d.svg")
    try folder.write(svg("landscape render tiny.yaml", figure: "../x"), "e.svg")
    try folder.write(svg("landscape render 'tiny.yaml"), "f.svg")
    let cases: [(line: String, code: Int32, says: String)] = [
      ("info none.png", 66, "there is no such file"), ("rerun none.png", 66, "no such file"),
      ("info tiny.yaml", 65, "neither PNG, PDF nor SVG"),
      ("info other.svg", 65, "does not say how it was made"),
      ("info other.json", 65, "no file of numbers"), ("rerun a.svg", 65, "none that draws"),
      ("rerun b.svg", 65, "none that draws"), ("rerun c.svg", 65, "none that draws"),
      ("rerun d.svg", 65, "this version cannot run"), ("rerun e.svg", 65, "which figure"),
      ("rerun f.svg", 65, "its command is not one"),
    ]
    for test in cases {
      let outcome = try Tool.run(test.line.split(separator: " ").map(String.init), in: folder)
      #expect(outcome.code == test.code, "\(test.line): \(outcome.errors)")
      #expect(outcome.errors.contains(test.says), "\(test.line): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1 && outcome.output == "")
    }
    #expect(!folder.names.contains("output"))
  }

  @Test func `Weights that have changed are refused before anything is drawn`() throws {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny.yaml")
    func tool(_ line: String) throws -> Tool.Outcome {
      try Tool.run(line.split(separator: " ").map(String.init), in: folder)
    }
    #expect(try tool("train tiny.yaml --out .").code == 0)
    #expect(try tool("render tiny.yaml --weights weights.safetensors --out a").code == 0)
    #expect(try tool("train tiny.yaml --lambda 3 --out . --replace").code == 0)
    let outcome = try tool("rerun a/lambda-0.01/contour.png --out b")
    #expect(outcome.code == 65 && outcome.errors.contains("weights.safetensors: is not the file"))
    #expect(!folder.names.contains("b"))
  }
}
