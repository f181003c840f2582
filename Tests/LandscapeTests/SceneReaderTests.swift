import Algebra
import Datasets
import Figures
import Foundation
import Networks
import TensorFiles
import Testing

@testable import Landscape

@Suite struct SceneReaderTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    var yaml: String
    var line: Int?
    /// What the message must hold.
    var says: [String]

    init(_ yaml: String, _ line: Int?, _ says: String...) {
      (self.yaml, self.line, self.says) = (yaml, line, says)
    }

    var testDescription: String { String(yaml.prefix(120)) }
  }

  static let network = "network:\n  - dense: 4\n  - relu\n  - dense: 10\n"

  static let faults: [Fault] = [
    // Unknown keys, at each level.
    Fault("data: digits\n\(network)penalti: {}\n", 6, "'penalti'", "did you mean 'penalty'?"),
    Fault("data: {source: digits, sample: 3}\n\(network)", 1, "'sample' in 'data'", "'samples'"),
    Fault("data: {source: digits, noise: 1}\n\(network)", 1, "'noise' in 'data'"),
    Fault("data: {source: sine, path: a}\n\(network)", 1, "'path' in 'data'"),
    Fault(
      "data: digits\nnetwork:\n  - dense: {unit: 3}\n", 3, "'unit' in 'network[0].dense'", "'units'"
    ),
    Fault(
      "data: digits\nnetwork:\n  - batchnorm: {statistics: runing}\n", 3, "'runing'", "'running'"),
    Fault("data: digits\nnetwork:\n  - layernorm: 3\n", 3, "(layernorm) takes no value"),
    Fault("data: digits\nnetwork:\n  - dropout: 1\n", 3, "(dropout) needs its rate"),
    Fault("data: digits\nnetwork:\n  - attention\n", 3, "(attention) needs its heads"),
    Fault("data: digits\nnetwork:\n  - embedding: 5\n", 3, "(embedding) takes no value"),
    Fault("data: digits\nnetwork:\n  - conv: 8\n", 3, "needs its channels and its kernel"),
    Fault("data: digits\nnetwork:\n  - conv\n", 3, "such as 'conv: {channels: 8, kernel: 3}'"),
    Fault(
      "data: digits\nnetwork:\n  - conv: {channels: 8, kernal: 3}\n", 3,
      "'kernal' in 'network[0].conv'", "'kernel'"),
    Fault(
      "data: digits\nnetwork:\n  - conv: {channels: 8, kernel: [3, 0]}\n", 3,
      "'network[0].conv.kernel' must be a whole number from 1"),
    Fault("data: digits\nnetwork:\n  - maxpool\n", 3, "(maxpool) needs its kernel"),
    Fault("data: digits\nnetwork:\n  - avgpool: {stride: 2}\n", 3, "needs its kernel"),
    Fault("data: digits\nnetwork:\n  - reshape: [1, a]\n", 3, "(reshape) needs a shape"),
    Fault("data: digits\nnetwork:\n  - skip: 3\n", 3, "(skip) takes a list of layers"),
    Fault(
      "data: digits\nnetwork:\n  - skip: [{dense: 0}]\n", 3, "'network[0].skip[0]' (dense)"),
    Fault("data: digits\nnetwork:\n  - dens: 3\n", 3, "'network[0]' is 'dens'", "'dense'"),
    Fault("data: digits\n\(network)penalty:\n  lamda: 1\n", 7, "'lamda' in 'penalty'", "'lambda'"),
    Fault(
      "data: digits\n\(network)training:\n  epoch: 1\n", 7, "'epoch' in 'training'", "'epochs'"),
    Fault("data: digits\n\(network)slice:\n  gird: 1\n", 7, "'gird' in 'slice'", "'grid'"),
    Fault(
      "data: digits\n\(network)figure:\n  themes: dark\n", 7, "'themes' in 'figure'", "'theme'"),
    // What is missing.
    Fault("", nil, "is empty"), Fault("# a comment\n", nil, "is empty"),
    Fault(network, nil, "has no 'data'"),
    Fault("data: digits\n", nil, "'network' must be a list"),
    Fault("data: digits\nnetwork: []\n", 2, "'network' must be a list"),
    Fault("data: {samples: 3}\n\(network)", 1, "'data.source' is missing"),
    Fault("data: {source: npz}\n\(network)", 1, "npz, which needs 'path'"),
    Fault("data: {source: idx, images: a}\n\(network)", 1, "idx, which needs 'labels'"),
    Fault("data: csv\n\(network)", 1, "csv, which needs files"),
    Fault("data: digits\nnetwork:\n  - dense\n", 3, "needs its number of units"),
    // Wrong kinds.
    Fault("hello\n", 1, "must hold keys and values"),
    Fault("- a\n- b\n", 1, "must hold keys and values"),
    Fault("data: [digits]\n\(network)", 1, "'data' must hold keys and values"),
    Fault("data: digits\n\(network)penalty: 0.01\n", 6, "'penalty' must hold keys and values"),
    Fault("data: digits\n\(network)title: [a]\n", 6, "'title' must be a text"),
    Fault("data: digits\n\(network)penalty: {lambda: {a: 1}}\n", 6, "'penalty.lambda'"),
    Fault("data: digits\n\(network)penalty: {lambda: abc}\n", 6, "'abc'", "number from 0"),
    Fault("data: digits\n\(network)training: {epochs: 1.5}\n", 6, "not a whole number"),
    Fault("data: digits\n\(network)training: {batch: fll}\n", 6, "not a whole number"),
    Fault("data: digits\n\(network)training: {polish: nun}\n", 6, "not a number"),
    Fault("data: digits\n\(network)slice: {biases: maybe}\n", 6, "must be true or false"),
    Fault("data: digits\n\(network)seed: -1\n", 6, "not a whole number from 0"),
    Fault("data: digits\nnetwork:\n  - relu: 3\n  - dense: 10\n", 3, "takes no value"),
    Fault("data: digits\nnetwork:\n  - [relu]\n", 3, "must be a layer"),
    Fault("data: digits\nnetwork:\n  - elu: x\n  - dense: 10\n", 3, "needs a number"),
    // Out of range.
    Fault("data: digits\n\(network)penalty: {lambda: -1}\n", 6, "'-1'"),
    Fault("data: digits\n\(network)training: {epochs: -1}\n", 6, "from 0 to 1000000"),
    Fault("data: digits\n\(network)training: {betas: [0.9, 1]}\n", 6, "two numbers below 1"),
    Fault("data: digits\n\(network)training: {betas: [0.9]}\n", 6, "two numbers below 1"),
    Fault("data: digits\n\(network)slice: {grid: 1}\n", 6, "from 2 to 10001"),
    Fault("data: digits\n\(network)slice: {span: 1:-1}\n", 6, "lower end first"),
    Fault("data: digits\n\(network)figure: {dpi: 1e9}\n", 6, "from 10.0 to 2400.0"),
    Fault("data: digits\n\(network)figure: {size: 3}\n", 6, "from 50 to 1000"),
    Fault("data: digits\nnetwork:\n  - dense: 0\n", 3, "1 to 1000000"),
    Fault("data: digits\nnetwork:\n  - dense: 9999999\n", 3, "1 to 1000000"),
    Fault("data: {source: digits, samples: 0}\n\(network)", 1, "from 1"),
    Fault("data: {source: digits, scale: nan}\n\(network)", 1, "not a number"),
    Fault(
      "data: digits\ntitle: \(String(repeating: "t", count: 201))\n\(network)", 2, "at most 200"),
    // Names that are not known.
    Fault("data: digts\n\(network)", 1, "did you mean 'digits'?"),
    Fault("data: {source: sprials}\n\(network)", 1, "did you mean 'spirals'?"),
    Fault("data: digits\nloss: cross-entrop\n\(network)", 2, "did you mean 'cross-entropy'?"),
    Fault("data: digits\ninitialiser: xavier\n\(network)", 2, "pytorch"),
    Fault("data: digits\n\(network)training: {optimizer: adan}\n", 6, "did you mean 'adam'?"),
    Fault("data: digits\n\(network)training: {framework: tensorflow}\n", 6, "keras"),
    Fault("data: digits\n\(network)slice: {normalise: filtre}\n", 6, "did you mean 'filter'?"),
    Fault("data: digits\n\(network)slice: {precision: float16}\n", 6, "float32, float64"),
    Fault("data: digits\n\(network)slice: {directions: pca}\n", 6, "'random'", "two files"),
    Fault("data: digits\n\(network)slice: {directions: [a]}\n", 6, "'random'", "two files"),
    Fault("data: digits\n\(network)slice: {directions: eigen:1}\n", 6, "eigen:1,2"),
    Fault("data: digits\n\(network)slice: {directions: \"eigen:0,1\"}\n", 6, "eigen:1,2"),
    Fault("data: digits\n\(network)slice: {directions: [eigen:2, 2]}\n", 6, "eigen:1,2"),
    Fault("data: digits\n\(network)curvature: {top: 0}\n", 6, "'curvature.top'", "from 1"),
    Fault("data: digits\n\(network)curvature: {matrix: hesian}\n", 6, "did you mean 'hessian'?"),
    Fault("data: digits\n\(network)curvature: {map: 1}\n", 6, "'curvature.map'", "from 2"),
    Fault("data: digits\n\(network)curvature: {rho: -1}\n", 6, "'curvature.rho'"),
    Fault("data: digits\n\(network)curvature: {prob: 1}\n", 6, "did you mean 'probes'?"),
    Fault("data: digits\n\(network)figure: {colormap: virdis}\n", 6, "did you mean 'viridis'?"),
    Fault("data: digits\n\(network)figure: {format: [png, gif]}\n", 6, "'gif'"),
    Fault("data: digits\n\(network)penalty: {scope: biases}\n", 6, "all, weights, or a list"),
    Fault("data: digits\n\(network)penalty: {scope: []}\n", 6, "names no tensor"),
    Fault("data: digits\n\(network)penalty: {scope: {0.weight: -1}}\n", 6, "a factor from 0"),
    // Keys that would mean nothing.
    Fault("data: digits\n\(network)training: {momentum: 0.9}\n", 6, "means nothing"),
    Fault(
      "data: digits\n\(network)training: {optimizer: sgd, betas: [0, 0]}\n", 6, "means nothing"),
    Fault("data: digits\n\(network)training: {step-epochs: 3}\n", 6, "needs 'schedule: step'"),
    // Not YAML, or more of it than a scene is.
    Fault("data: [digits\n\(network)", 2, "is not YAML"),
    Fault("data:\n\tsource: digits\n", 2, "is not YAML"),
    Fault("data: digits\n\0\n", nil, "is not YAML"),
    Fault("data: digits\n---\ndata: digits\n", 2, "is not YAML"),
    Fault("data: digits\ndata: digits\n\(network)", 1, "has a key twice: 'data'"),
    Fault(
      "data: digits\n\(network)penalty:\n  lambda: 1\n  lambda: 2\n", 7, "has a key twice: 'lambda'"
    ),
    Fault("data: *nothing\n\(network)", 1, "is not YAML"),
    Fault(String(repeating: "[", count: 100_000), 1, "is not YAML"),
    Fault(String(repeating: "[\n#]\n", count: 100_000), nil, "is not YAML"),
    Fault(String(repeating: "- ", count: 100_000) + "x", 1, "is not YAML"),
    Fault(
      (0..<1300).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"), nil,
      "is not YAML"),
    Fault(
      "data: digits\n\(network)training: &t {epochs: 1}\nslice: {<<: *t}\n", 7, "unknown key '<<'"),
  ]

  @Test(arguments: faults)
  func `A fault names the file, the line, the key and what would be right`(fault: Fault) throws {
    let error = try #require(throws: SceneError.self) {
      try Scene(yaml: fault.yaml, path: "folder/broken.yaml")
    }
    #expect(error.path == "folder/broken.yaml")
    if let line = fault.line { #expect(error.line == line, "\(error)") }
    for part in fault.says { #expect(error.reason.contains(part), "\(error)") }
    let place = error.line.map { ":\($0): " } ?? ": "
    #expect(error.description == "folder/broken.yaml\(place)\(error.reason)")
  }

  @Test(.timeLimit(.minutes(1)))
  func `Aliases of aliases end at once, in values and in keys`() {
    var lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    for i in 1..<30 { lines.append("a\(i): &a\(i) [*a\(i - 1),*a\(i - 1),*a\(i - 1)]") }
    for end in ["", "? *a29\n: 1\n"] {
      #expect(throws: SceneError.self) {
        try Scene(yaml: lines.joined(separator: "\n") + "\n" + end, path: "a.yaml")
      }
    }
  }

  @Test(arguments: ["", "~", "null", "Null", "NULL"])
  func `A key without a value is as if it were absent`(nothing: String) throws {
    let yaml = "data: digits\n\(Self.network)"
    let plain = try Scene(yaml: yaml, path: "s.yaml")
    for key in [
      "weights", "penalty", "training", "slice", "figure", "checkpoints", "title", "seed",
    ] {
      let scene = try Scene(yaml: yaml + "\(key): \(nothing)\n", path: "s.yaml")
      #expect(scene.weights == nil && scene.checkpoints.isEmpty, "\(key)")
      #expect(scene.title == plain.title && scene.penalty.values == plain.penalty.values)
      #expect(scene.seed == plain.seed && scene.slice == plain.slice)
    }
    let layers = try Scene(
      yaml: "data: digits\nnetwork: [{dense: 4}, {relu: \(nothing)}]\n", path: "s.yaml")
    #expect(layers.layers == [.dense(units: 4, bias: true), .activation(.relu)])
    #expect(throws: SceneError.self) { try Scene(yaml: "\(nothing)\n", path: "s.yaml") }
    // In quotes it is a text like any other.
    let quoted = try Scene(yaml: yaml + "title: \"\(nothing)\"\n", path: "s.yaml")
    #expect(quoted.title == nothing)
  }

  @Test(
    arguments: [("true", true), ("True", true), ("TRUE", true), ("Yes", true), ("On", true)]
      + [("false", false), ("False", false), ("FALSE", false), ("NO", false), ("Off", false)])
  func `Truth is read in every spelling that YAML has`(text: String, value: Bool) throws {
    let scene = try Scene(
      yaml: "data: digits\n\(Self.network)slice: {biases: \(text)}\n", path: "s.yaml")
    #expect(scene.slice.biases == value)
  }

  @Test(arguments: [
    ("12", 12), ("+12", 12), ("0x1F", 31), ("0o17", 15), ("1e3", 1000), ("20.0", 20),
  ])
  func `Whole numbers are read as YAML writes them`(text: String, value: Int) throws {
    let scene = try Scene(
      yaml: "data: digits\nnetwork: [{dense: \(text)}]\ntraining: {epochs: \(text)}\n",
      path: "s.yaml")
    #expect(scene.training.epochs == value)
    #expect(scene.layers == [.dense(units: value, bias: true)])
  }

  @Test(arguments: ["1.5", "1e30", "nan", "1_000", "0x", "9223372036854775808", ""])
  func `What is no whole number is refused`(text: String) {
    #expect(throws: SceneError.self) {
      try Scene(
        yaml: "data: digits\n\(Self.network)training: {epochs: '\(text)'}\n", path: "s.yaml")
    }
  }

  @Test func `A byte order mark and Windows' line ends are no part of a scene`() throws {
    let yaml = "data: digits\r\n\(Self.network)title: >\r\n  A long\r\n  title\r\n"
    let scene = try Scene(yaml: "\u{FEFF}" + yaml, path: "s.yaml")
    #expect(scene.title == "A long title")
    #expect(try Scene(yaml: yaml, path: "s.yaml").title == scene.title)
  }

  @Test func `An anchor and its alias are the same value`() throws {
    let scene = try Scene(
      yaml: "data: &d digits\ntitle: *d\n\(Self.network)", path: "a.yaml")
    #expect(scene.title == "digits" && scene.data.source == .digits)
  }

  @Test func `Files that are no scene are refused by their kind`() throws {
    let folder = try TemporaryFolder()
    func message(_ bytes: [UInt8]) throws -> String {
      let path = folder.file("a.yaml")
      try Data(bytes).write(to: URL(filePath: path))
      do { _ = try Scene(path: path) } catch { return "\(error)" }
      return "read"
    }
    #expect(try message([0x64, 0x3A, 0xFF, 0xFE]).hasSuffix("is not a text in UTF-8"))
    #expect(try message(Array(repeating: 0x23, count: 1_100_000)).contains("1048576"))
    #expect(try message([]).hasSuffix("is empty; a scene has at least 'data'"))
    #expect(throws: FileError.self) { try Scene(path: folder.file("none.yaml")) }
    #expect(throws: FileError.self) { try Scene(path: folder.path) }
    // A megabyte of comment is still a scene.
    let text = "data: digits\n\(Self.network)#" + String(repeating: "x", count: 1_000_000)
    #expect(try message(Array(text.utf8)) == "read")
  }

  @Test(arguments: [
    ("a.yaml", "a"), ("x/my.scene.yaml", "my.scene"), ("b.yml", "b"), (".yaml", "scene"),
    ("x/λ=0.01.yaml", "λ=0.01"),
  ])
  func `A scene is called as its file, without the last extension`(path: String, name: String)
    throws
  {
    let scene = try tinyScene(path: path)
    #expect(scene.name == name && scene.title == name && scene.path == path)
  }

  @Test func `Files are looked for beside the scene, unless their path is absolute`() throws {
    let scene = try tinyScene(
      ["weights": "w.npz", "slice": "{centre: /c.npz, directions: [u.npz, d/v.npz]}"],
      path: "some/where/a.yaml")
    #expect(scene.weights == "some/where/w.npz")
    #expect(scene.slice.centre == "/c.npz")
    #expect(scene.slice.directions == .files(u: "some/where/u.npz", v: "some/where/d/v.npz"))
  }

  @Test func `Generators make held-out samples besides those asked for, as files give them`() throws
  {
    for source in ["spirals", "digits"] {
      var scene = try tinyScene([
        "data": "{source: \(source), samples: 100, held-out: 20}", "network": "[{dense: 10}]",
      ])
      if source == "spirals" { scene.layers = [.dense(units: 2, bias: true)] }
      let model = try Model(scene, threads: 1)
      #expect(model.objective.sampleCount == 100 && model.heldOut?.sampleCount == 20)
    }
  }

  @Test func `Faults that show with the data name the scene's file`() throws {
    for (part, text, says) in [
      ("network", "[{dense: 2}]", "2 outputs"), ("network", "[skip, {dense: 3}]", "'add'"),
      ("loss", "squared-error", "targets are classes"),
      ("penalty", "{scope: [0.wieght]}", "did you mean '0.weight'?"),
    ] {
      let scene = try tinyScene([part: text])
      let error = try #require(throws: SceneError.self) { try check(scene) }
      #expect(error.path == "tiny.yaml" && error.reason.contains(says), "\(error)")
    }
  }

  @Test func `Flags replace parts, and say which of them is wrong`() throws {
    var scene = try tinyScene()
    for (part, text) in [
      (Scene.Override.lambda, "0,1.0"), (.grid, "5x7"), (.span, "-1:2"), (.precision, "float64"),
      (.size, "full"), (.font, "a.otf"), (.dpi, "72"), (.colormap, "inferno"), (.scale, "log"),
      (.levels, "1,2"),
      (.format, "pdf,svg"), (.theme, "dark"), (.figure, "surface,sheets"), (.azimuth, "-30"),
      (.elevation, "40"),
    ] { try scene.set(part, text) }
    #expect(scene.penalty.values == [0, 1] && scene.slice.columns == 5 && scene.slice.rows == 7)
    #expect(scene.slice.alpha == -1...2 && scene.slice.precision == .float64)
    #expect(scene.figure.page == .full && scene.figure.dpi == 72 && scene.figure.dark)
    #expect(scene.figure.kinds == [.surface, .sheets])
    #expect(scene.figure.azimuth == -30 && scene.figure.elevation == 40)
    #expect(scene.figure.scale == .log && scene.figure.formats == [.pdf, .svg])
    for part in Scene.Override.allCases {
      let error = try #require(throws: UsageError.self) { try scene.set(part, "~") }
      #expect(error.reason.hasPrefix("'--\(part.rawValue)' "), "\(error)")
    }
  }
}
