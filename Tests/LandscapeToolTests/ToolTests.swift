import Foundation
import Testing

/// The program that was built beside these tests, run as a user runs it.
struct Tool {
  struct Outcome {
    var code: Int32
    var output: String
    var errors: String
  }

  /// Where it is: beside the test bundle.
  static let path: String? = {
    var places = [Bundle.main.bundleURL, URL(filePath: CommandLine.arguments[0])]
    places += Bundle.allBundles.map(\.bundleURL)
    for place in places {
      var folder = place
      for _ in 0..<4 {
        let candidate = folder.appending(path: "landscape").path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder),
          !isFolder.boolValue
        {
          return candidate
        }
        folder.deleteLastPathComponent()
      }
    }
    return nil
  }()

  /// A folder of its own for each test, gone afterwards.
  final class Folder {
    let path: String

    init() throws {
      let url = FileManager.default.temporaryDirectory.appending(path: "landscape-\(UUID())")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: URL(filePath: path + "/" + name))
    }

    /// All files and folders below.
    var names: [String] {
      ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []).sorted()
    }
  }

  /// Starts the program; its output goes to files, so that no pipe fills.
  static func start(
    _ arguments: [String], in folder: Folder, environment: [String: String]? = nil
  ) throws -> Process {
    let process = Process()
    if let environment { process.environment = environment }
    process.executableURL = URL(filePath: try #require(path, "the program is not built"))
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder.path)
    for name in ["stdout", "stderr"] { try folder.write("", name) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: folder.path + "/stdout"))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: folder.path + "/stderr"))
    try process.run()
    return process
  }

  static func finish(_ process: Process, in folder: Folder) throws -> Outcome {
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      defer { try? FileManager.default.removeItem(atPath: folder.path + "/" + name) }
      return try String(contentsOf: URL(filePath: folder.path + "/" + name), encoding: .utf8)
    }
    #expect(process.terminationReason == .exit)
    return Outcome(
      code: process.terminationStatus, output: try text("stdout"), errors: try text("stderr"))
  }

  static func run(
    _ arguments: [String], in folder: Folder, environment: [String: String]? = nil
  ) throws -> Outcome {
    try finish(start(arguments, in: folder, environment: environment), in: folder)
  }

  static let scene = """
    title: Tiny
    data: {source: blobs, samples: 60, noise: 0.3}
    network: [{dense: 4}, tanh, {dense: 2}]
    training: {epochs: 2, polish: none}
    slice: {grid: 5}
    figure: {dpi: 40}

    """
}

@Suite struct ToolTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var code: Int32
    var says: [String]

    init(_ line: String, _ code: Int32, _ says: String...) {
      arguments = line.split(separator: " ").map(String.init)
      (self.code, self.says) = (code, says)
    }

    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let cases: [Case] = [
    // Wrong usage.
    Case("render --data digits", 64, "'--data' goes with '--model'"),
    Case("render --model none.onnx", 64, "needs '--data'"), Case("check", 64, "--model"),
    Case("render --model none.onnx --data digits", 66, "none.onnx", "no such file"),
    Case("check --model text.onnx --data digits", 65, "text.onnx", "no ONNX model"),
    Case("sweep --model text.onnx --data no.data", 65, "'data' is 'no.data'"),
    Case("rendr", 64, "rendr"), Case("render --nosuch", 64, "--nosuch"),
    Case("render --lambda -1", 64, "'-1'", "number from 0"),
    Case("render -l -.5", 64, "'-.5'", "number from 0"),
    Case("render --lambda -inf", 64, "'-inf'", "number from 0"),
    Case("render --seed -1", 64, "'-1'", "--seed"),
    Case("render --grid -3", 64, "'-3'", "'--grid'"),
    Case("render --threads -3", 64, "'--threads' is -3"),
    Case("render --lambda=-1", 64, "'-1'", "number from 0"),
    Case("render --lambda 0...1 x 3", 64, "'--lambda'", "above 0"),
    Case("render --lambda", 64, "--lambda"), Case("render --grid 1", 64, "'--grid'", "10001"),
    Case("render --grid 9x", 64, "'--grid'"), Case("render --span 1:0", 64, "'--span'"),
    Case("render --span 0", 64, "'--span'"), Case("render --seed -1", 64, "--seed"),
    Case("render --threads 0", 64, "--threads", "1 to 1024"),
    Case("render --size 3", 64, "'--size'", "50 to 1000"), Case("render --dpi 0", 64, "'--dpi'"),
    Case("render --dpi nan", 64, "'--dpi'"),
    Case("render --colormap virdis", 64, "did you mean 'viridis'?"),
    Case("render --format gif", 64, "'gif'", "png, pdf, svg"),
    Case("render --scale lgo", 64, "'--scale'"),
    Case("render --levels 3,2", 64, "'--levels'"), Case("render --theme grey", 64, "light, dark"),
    Case("render --precision half", 64, "float32, float64"),
    Case("render --train-lambda 0.1,1", 64, "'--train-lambda' takes one value"),
    Case("render --train-lambda 0,1", 64, "'--train-lambda'", "write 0.1"),
    Case("render --lambda 0,01", 64, "'--lambda'", "decimals with a point"),
    Case("render --retrain --train-lambda 1", 64, "leave out '--train-lambda'"),
    Case("render --retrain --weights w.npz", 64, "leave out '--weights'"),
    Case("render --train-lambda 1 --weights w.npz", 64, "leave out '--train-lambda'"),
    Case("render --from s.npz --grid 3", 64, "leave out '--grid'"),
    Case("render --from s.npz --fresh", 64, "leave out '--fresh'"),
    Case("render --from s.npz --retrain", 64, "leave out '--retrain'"),
    Case("train --lambda 0.1,1", 64, "one λ"), Case("train --weights w.npz", 64, "--weights"),
    Case("curvature tiny.yaml --weights w.npz --train-lambda 1", 64, "'--train-lambda' trains"),
    Case("sweep tiny.yaml", 64, "at least two λ", "--lambda"),
    Case("sweep tiny.yaml --lambda 0.1,1 --slices 0", 64, "'--slices' is 0", "1 to 100"),
    Case("sweep tiny.yaml --lambda 0.1,1 --panels 13", 64, "'--panels' is 13", "2 to 12"),
    Case("sweep tiny.yaml --lambda 0.1,1 --probes 1000000000", 64, "'--probes'", "10000"),
    Case("sweep tiny.yaml --lambda 0.1,1 --tolerance 0", 64, "'--tolerance'"),
    Case("sweep tiny.yaml --lambda 1,1e300", 64, "'--lambda'", "1e100"),
    Case("animate tiny.yaml --lambda 1", 64, "two λ above 0"),
    Case("animate tiny.yaml --lambda 0.1,1 --frames 1", 64, "'--frames'", "2 to 100000"),
    Case("animate tiny.yaml --lambda 0.1,1 --fps 0", 64, "'--fps'", "1 to 1000"),
    Case("animate tiny.yaml --lambda 0.1,1 --format mov", 64, "'mov'", "apng, gif"),
    Case("animate tiny.yaml --frames-only --format gif", 64, "leave out one"),
    Case("animate tiny.yaml --plane decay --train-lambda 1", 64, "leave out '--train-lambda'"),
    Case("animate tiny.yaml --plane deacy", 64, "scene", "decay"),
    Case("curvature tiny.yaml --map 1", 64, "'--map'"),
    Case("curvature tiny.yaml --map 3 --matrix fisher", 64, "leave out '--matrix'"),
    Case("curvature tiny.yaml --map-tolerance 2", 64, "'--map-tolerance'", "0.5"),
    Case("curvature tiny.yaml --top 0", 64, "'--top' is 0"),
    Case("curvature tiny.yaml --tensors 0.wieght", 64, "did you mean '0.weight'?"),
    Case("render tiny.yaml --directions-count 1", 64, "2 to 24"),
    Case("render tiny.yaml --directions-count 2 --directions eigen", 64, "random directions"),
    Case("render tiny.yaml --to x.npz", 64, "add '--figure line'"),
    Case("render tiny.yaml --figure line --retrain", 64, "leave out '--retrain'"),
    Case("render tiny.yaml --figure surfaces", 64, "did you mean 'surface'?"),
    Case("render tiny.yaml --figure line --to none.npz", 66, "none.npz"),
    Case("render --weights w.npz --checkpoints run", 64, "leave out '--weights'"),
    Case("render --retrain --checkpoints run", 64, "leave out '--checkpoints'"),
    Case("render --from s.npz --checkpoints run", 64, "leave out '--checkpoints'"),
    Case("render --from s.npz --export csv", 64, "leave out '--export'"),
    Case("render tiny.yaml --directions path", 64, "needs 'checkpoints'"),
    Case("render tiny.yaml --directions plane:b", 64, "plane:b,c with two files"),
    Case("animate tiny.yaml --checkpoints run --span 1", 64, "leave out '--span'"),
    Case("export s.npz", 64, "--to"), Case("export s.npz --to xls", 64, "'xls'", "csv, npz, vts"),
    Case("export s.npz --to csv --height base", 64, "'--height' is for '--to vts'"),
    Case("export none.npz --to csv", 66, "none.npz"),
    Case("completions", 64, "<shell>"), Case("completions powershell", 64, "bash, zsh, fish"),
    Case("check", 64, "<scene>"),
    // Wrong data.
    Case("check broken.yaml", 65, "broken.yaml:3: unknown key 'lamda' in 'penalty'", "'lambda'"),
    Case("render broken.yaml", 65, "broken.yaml:3:"), Case("check text.yaml", 65, "text.yaml"),
    Case("render --from text.yaml", 65, "text.yaml"),
    Case("render tiny.yaml --weights text.yaml", 65, "text.yaml"),
    Case("render tiny.yaml --dpi 2400 --size 1000", 65, "cannot be drawn", "dpi"),
    Case("check nodata.yaml", 66, "none.npz: cannot be read: there is no such file"),
    // Missing input.
    Case("render digit", 66, "did you mean 'digits'?"), Case("check none.yaml", 66, "none.yaml"),
    Case("scenes nosuch", 66, "nosuch"), Case("render --from none.npz", 66, "none.npz"),
    Case("render tiny.yaml --weights none.npz", 66, "none.npz"),
    // Output that cannot be written.
    Case("render tiny.yaml --out /dev/null/x", 73, "/dev/null/x: cannot be written"),
    Case("render tiny.yaml --out tiny.yaml", 73, "tiny.yaml: cannot be written"),
    Case("train tiny.yaml --out /proc/nosuch", 73, "/proc/nosuch: cannot be written"),
  ]

  @Test(arguments: cases)
  func `What cannot be done ends with its code and one clear message`(test: Case) throws {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny.yaml")
    try folder.write("data: digits\npenalty:\n  lamda: 1\nnetwork: [{dense: 10}]\n", "broken.yaml")
    try folder.write("data: {source: npz, path: none.npz}\nnetwork: [{dense: 2}]\n", "nodata.yaml")
    try folder.write("\u{1B}[31mnot a scene, nor anything else\n", "text.yaml")
    try folder.write("\u{1B}[31mno model, either\n", "text.onnx")
    let outcome = try Tool.run(test.arguments, in: folder)
    #expect(outcome.code == test.code, "\(outcome.errors)")
    for part in test.says { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
    #expect(!outcome.errors.contains("\u{1B}"))
    if test.code != 64 {
      let lines = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == 2 && lines[0].hasPrefix("landscape: ") && lines[1] == "")
    }
    #expect(!folder.names.contains { $0.hasSuffix(".tmp") })
  }

  @Test func `Weights of another network are refused with every mismatch, in three lines`()
    throws
  {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny.yaml")
    let other = Tool.scene.replacingOccurrences(of: "{dense: 4}, tanh", with: "{dense: 3}")
    try folder.write(other, "other.yaml")
    #expect(try Tool.run(["train", "other.yaml", "--out", "."], in: folder).code == 0)
    let outcome = try Tool.run(
      ["render", "tiny.yaml", "--weights", "weights.safetensors"], in: folder)
    #expect(outcome.code == 65)
    #expect(
      outcome.errors == """
        landscape: weights.safetensors: the weights do not fit the network:
          missing: '2.weight' [2, 4], '2.bias' [2]
          not in the network: '1.weight' [2, 3], '1.bias' [2]; wrong shape: '0.weight' has shape \
        [3, 2], not [4, 2], '0.bias' has shape [3], not [4]; certain, as a map: names: \
        {2.bias: 1.bias}; open: '2.weight'

        """)
  }

  @Test func `Help and version go to standard output, and name every subcommand`() throws {
    let folder = try Tool.Folder()
    let help = try Tool.run(["--help"], in: folder)
    #expect(help.code == 0 && help.errors == "")
    for name in ["render", "curvature", "train", "info", "rerun", "scenes", "check", "completions"]
    {
      #expect(help.output.contains("  \(name)  "))
      let own = try Tool.run([name, "--help"], in: folder)
      #expect(own.code == 0 && own.output.contains("USAGE: landscape \(name)"))
    }
    let flags = try Tool.run(["render", "--help"], in: folder).output
    for flag in [
      "lambda", "grid", "span", "seed", "out", "size", "dpi", "colormap", "threads", "weights",
      "train-lambda", "retrain", "fresh", "data-only", "from", "layout", "format", "precision",
      "scale", "levels", "theme", "explain", "model", "data", "loss", "parameters",
    ] { #expect(flags.contains("--\(flag)"), "--\(flag)") }
    let version = try Tool.run(["--version"], in: folder)
    #expect(version.code == 0 && version.output.split(separator: ".").count == 3)
  }

  @Test
  func
    `A piped run prints the names of its files, and on errors its numbers and what it uses again`()
    throws
  {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny.yaml")
    for isSecond in [false, true] {
      let outcome = try Tool.run(["render", "tiny.yaml", "--lambda", "0,0.1"], in: folder)
      #expect(outcome.code == 0)
      let notes = outcome.errors.split(separator: "\n").map { $0.prefix { $0 != ":" } }
      #expect(notes == (isSecond ? ["weights", "surface"] : []) + ["slice", "λ = 0", "λ = 0.1"])
      let files = outcome.output.split(separator: "\n").map(String.init)
      #expect(
        files
          == ["summary.json", "surface.npz", "weights.safetensors"].map { "output/tiny/" + $0 }
          + ["0", "0.1"].flatMap { lambda in
            ["contour", "heatmap", "parts"].flatMap { name in
              ["png", "tex"].map { "output/tiny/lambda-\(lambda)/\(name).\($0)" }
            }
          } + ["output/tiny/row.png", "output/tiny/row.tex"])
      for file in files { #expect(folder.names.contains(file)) }
    }
  }

  @Test func `Flags reach the scene, and the command that is kept makes the run again`() throws {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny scene.yaml")
    let arguments = [
      "render", "tiny scene.yaml", "--lambda", "1e-2...1", "x", "3", "--span", "-1:2", "--grid",
      "5x4",
      "--seed", "7", "--format", "svg", "--theme", "dark", "--layout", "--out", "a", "--threads",
      "1",
      "--precision", "float64", "--train-lambda", "0.5",
      "--figure", "contour,parts,surface", "--azimuth", "-30",
    ]
    #expect(try Tool.run(arguments, in: folder).code == 0)
    let data = try Data(contentsOf: URL(filePath: folder.path + "/a/summary.json"))
    let summary = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let lambdas = try #require(summary["lambdas"] as? [[String: Any]]).map {
      $0["lambda"] as? Double
    }
    #expect(lambdas == [0.01, 0.1, 1])
    let slice = try #require((summary["slices"] as? [[String: Any]])?.first)
    #expect(
      slice["alphaRange"] as? [Double] == [-1, 2] && slice["betaRange"] as? [Double] == [-1, 2])
    #expect(slice["columns"] as? Int == 5 && slice["rows"] as? Int == 4)
    #expect(slice["seed"] as? Int == 7 && slice["precision"] as? String == "float64")
    #expect(slice["trainedAtLambda"] as? Double == 0.5)
    for name in ["contour.svg", "contour.layout.json", "parts.svg", "surface.svg"] {
      #expect(folder.names.contains("a/lambda-0.1/\(name)"))
    }
    #expect(!folder.names.contains { $0.hasSuffix(".png") })

    let command = try #require(summary["command"] as? String)
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = [
      "-c", "landscape() { \"$PROGRAM\" \"$@\" --layout --out b >stdout; }; \(command)",
    ]
    shell.environment = ["PROGRAM": try #require(Tool.path)]
    shell.currentDirectoryURL = URL(filePath: folder.path)
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
    for name in folder.names where name.hasPrefix("a/") && name.contains(".") {
      let other = "b" + name.dropFirst()
      guard !name.hasSuffix("lambda-0.01"), !name.hasSuffix("lambda-0.1") else { continue }
      #expect(
        FileManager.default.contentsEqual(
          atPath: folder.path + "/" + name, andPath: folder.path + "/" + other),
        "\(name)")
    }
  }

  @Test func `Scenes are listed with a line each, printed whole, and checked`() throws {
    let folder = try Tool.Folder()
    let list = try Tool.run(["scenes"], in: folder)
    let lines = list.output.split(separator: "\n")
    #expect(list.code == 0 && lines.count == 9)
    for (line, name) in zip(lines, ["digits", "spirals", "sine", "fashion", "rescaled", "resnet"]) {
      #expect(line.hasPrefix(name + "  ") && line.count > name.count + 12)
    }
    let text = try Tool.run(["scenes", "sine"], in: folder).output
    try folder.write(text, "mine.yaml")
    let check = try Tool.run(["check", "mine.yaml"], in: folder)
    #expect(check.code == 0 && check.errors == "")
    #expect(check.output.contains("1-32-32-1") && check.output.contains("200 samples"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `Completions know every subcommand and flag`(shell: String) throws {
    let folder = try Tool.Folder()
    let outcome = try Tool.run(["completions", shell], in: folder)
    #expect(outcome.code == 0)
    for word in ["render", "train", "scenes", "check", "completions", "train-lambda", "colormap"] {
      #expect(outcome.output.contains(word))
    }
  }

  @Test func `A video without ffmpeg ends with 69 and says what is missing`() throws {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny.yaml")
    let outcome = try Tool.run(
      "animate tiny.yaml --lambda 0.1,1 --frames 2 --pixels 100 --format mp4 --out a"
        .split(separator: " ").map(String.init), in: folder, environment: ["PATH": ""])
    #expect(outcome.code == 69)
    #expect(outcome.errors.contains("ffmpeg") && outcome.output == "")
    #expect(!folder.names.contains { $0.hasSuffix(".mp4") || $0.hasSuffix(".tmp") })
  }

  @Test func `A sweep prints its verdicts and files, and its command makes it again`() throws {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny.yaml")
    let flags =
      "--slices 1 --panels 2 --descent-steps 3 --tolerance 0.001 --probes 2 --steps 5 "
      + "--trace-products 6"
    let outcome = try Tool.run(
      "sweep tiny.yaml --lambda 0.1,1 \(flags) --out a".split(separator: " ").map(String.init),
      in: folder)
    #expect(outcome.code == 0)
    let lines = outcome.output.split(separator: "\n")
    #expect(
      lines.prefix(5).allSatisfy {
        [": holds. ", ": fails. ", ": mixed. ", ": undecided. "].contains(where: $0.contains)
      })
    for file in lines.dropFirst(5) { #expect(folder.names.contains(String(file)), "\(file)") }
    let data = try Data(contentsOf: URL(filePath: folder.path + "/a/sweep.json"))
    let report = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let command = try #require(report["command"] as? String)
    for flag in ["--lambda 0.1,1", "--slices 1", "--panels 2", "--descent-steps 3", "--steps 5"] {
      #expect(command.contains(flag), "\(command)")
    }
    let again = try Tool.run(
      command.split(separator: " ").dropFirst().map(String.init) + ["--out", "b"], in: folder)
    #expect(again.code == 0)
    for name in folder.names where name.hasPrefix("a/") && name.contains(".") {
      let other = "b" + name.dropFirst()
      #expect(
        FileManager.default.contentsEqual(
          atPath: folder.path + "/" + name, andPath: folder.path + "/" + other), "\(name)")
    }
  }

  @Test func `Training prints what it reached and the file`() throws {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny.yaml")
    let outcome = try Tool.run(["train", "tiny.yaml", "--lambda", "0.1", "--out", "t"], in: folder)
    #expect(outcome.code == 0 && outcome.errors == "")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("λ 0.1: total loss "))
    #expect(lines[1].hasPrefix("‖∇L‖ ") && lines[2] == "t/weights.safetensors")
  }

  @Test func `A surface is drawn by its own name`() throws {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny.yaml")
    #expect(
      try Tool.run(["render", "tiny.yaml", "--data-only", "--out", "a"], in: folder).code == 0)
    let outcome = try Tool.run(["render", "--from", "a/surface.npz", "--dpi", "40"], in: folder)
    #expect(outcome.code == 0 && outcome.output.hasPrefix("output/surface/summary.json\n"))
    let data = try Data(contentsOf: URL(filePath: folder.path + "/output/surface/summary.json"))
    let summary = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(summary["title"] as? String == "surface.npz")
  }

  /// Long enough on any machine that an interruption comes within training, or within sampling.
  ///
  /// What it has left is another study's, and stays; where it has left nothing, the folder is free.
  @Test(arguments: [
    ("epochs: 100000", "grid: 5", "long"), ("epochs: 0", "grid: 3001", "long-2"),
  ])
  func `An interruption ends with 130, leaves no temporary file, and the next run goes on`(
    training: String, slice: String, next: String
  ) throws {
    let folder = try Tool.Folder()
    func scene(_ training: String, _ slice: String) -> String {
      """
      data: {source: spirals, samples: 2000}
      network: [{dense: 64}, tanh, {dense: 64}, tanh, {dense: 2}]
      training: {polish: none, \(training)}
      slice: {\(slice)}

      """
    }
    try folder.write(scene(training, slice), "long.yaml")
    for delay in [0.3, 1.0] {
      let process = try Tool.start(["render", "long.yaml", "--data-only"], in: folder)
      // At work, the program has made its folder.
      for _ in 0..<600 where !folder.names.contains("output/long") {
        Thread.sleep(forTimeInterval: 0.05)
      }
      Thread.sleep(forTimeInterval: delay)
      process.interrupt()
      let outcome = try Tool.finish(process, in: folder)
      #expect(outcome.code == 130 && outcome.output == "" && !outcome.errors.contains("\u{1B}"))
      #expect(!folder.names.contains { $0.hasSuffix(".tmp") })
      #expect(
        !folder.names.contains { $0.hasSuffix("surface.npz") || $0.hasSuffix("summary.json") })
    }
    try folder.write(scene("epochs: 1", "grid: 5"), "long.yaml")
    #expect(try Tool.run(["render", "long.yaml", "--data-only"], in: folder).code == 0)
    #expect(folder.names.contains("output/\(next)/surface.npz"))
  }

  @Test func `Interruptions at any moment leave whole files or none`() throws {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny.yaml")
    let arguments = ["render", "tiny.yaml", "--lambda", "0,0.1,1", "--dpi", "100", "--fresh"]
    let clock = ContinuousClock()
    var reference = Tool.Outcome(code: 0, output: "", errors: "")
    let whole = try clock.measure { reference = try Tool.run(arguments, in: folder) }
    #expect(reference.code == 0)
    func contents() -> [String: Data?] {
      Dictionary(
        uniqueKeysWithValues: folder.names.filter { !$0.hasSuffix("runs.json") }.map {
          ($0, try? Data(contentsOf: URL(filePath: folder.path + "/" + $0)))
        })
    }
    let before = contents()
    for part in 1...8 {
      let process = try Tool.start(arguments, in: folder)
      Thread.sleep(forTimeInterval: whole / .seconds(1) * Double(part) / 9)
      process.interrupt()
      process.waitUntilExit()
      // Before the program listens, the system ends it.
      #expect([0, 2, 130].contains(process.terminationStatus))
      for name in ["stdout", "stderr"] {
        try FileManager.default.removeItem(atPath: folder.path + "/" + name)
      }
      // Equal runs write equal files, so that every file is there whole.
      #expect(contents() == before)
    }
  }
}
