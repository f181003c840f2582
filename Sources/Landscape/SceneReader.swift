import Algebra
import Datasets
import Figures
import Geometry
import Networks
import TensorFiles
import Yams

extension Scene {
  /// Reads a scene file.
  ///
  /// - Parameters:
  ///   - path: The file; other files that it names are looked for beside it.
  ///   - seed: Stands in for the scene's seed.
  /// - Throws: `FileError` where it cannot be read, ``SceneError`` where it makes no sense.
  public init(path: String, seed: UInt64? = nil) throws {
    // A scene is a page of text; a megabyte is some other file.
    let bytes = try readFile(path, limit: 1 << 20)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SceneError(path: path, line: nil, reason: "is not a text in UTF-8")
    }
    try self.init(yaml: text, path: path, seed: seed)
  }

  /// Reads a scene.
  ///
  /// - Parameters:
  ///   - yaml: The text.
  ///   - path: The file's path, for messages, for the scene's name and for files beside it.
  ///   - override: Stands in for the scene's seed.
  /// - Throws: ``SceneError`` with the file, the line and the key for everything that is not known or
  ///   out of range.
  public init(yaml: String, path: String, seed override: UInt64? = nil) throws(SceneError) {
    let fields = try SceneFields(
      Self.compose(yaml, path: path), path: path, section: "",
      keys: [
        "title", "data", "network", "initialiser", "loss", "penalty", "training", "weights",
        "slice", "figure", "seed",
      ])
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = file[..<(file.lastIndex(of: ".") ?? file.endIndex)]
    name = stem.isEmpty ? "scene" : String(stem)
    self.path = path
    title = try fields.string("title") ?? name
    // A line; the page has no room for a chapter.
    guard title.count <= 200 else {
      throw fields.fault("title", "has \(title.count) characters; it must have at most 200")
    }
    let ownSeed = try fields.seed("seed") ?? 1
    let seed = override ?? ownSeed
    self.seed = seed
    source = yaml
    data = try DataPlan(fields, seed: seed)
    layers = try readLayers(fields)
    loss = try fields.choice("loss") ?? .crossEntropy
    penalty = try PenaltyPlan(fields)
    training = try Training(fields, seed: seed)
    let initial = try fields.string("initialiser")
    let isFile = [".safetensors", ".npz"].contains { initial?.hasSuffix($0) == true }
    initialWeights = isFile ? initial.map { beside(path, $0) } : nil
    initialiser =
      try (isFile ? nil : fields.choice("initialiser"))
      ?? (training.optimizer.framework == .keras ? .glorot : .pytorch)
    weights = try fields.string("weights").map { beside(path, $0) }
    slice = try SlicePlan(fields)
    figure = try FigurePlan(fields)
  }

  /// The tree of a YAML text.
  private static func compose(_ yaml: String, path: String) throws(SceneError) -> Node {
    // A few aliases of aliases make a tree that no memory holds and no time walks. Depth has a limit
    // in the parser.
    guard yaml.matches(of: /[\s\[{,:]\*\w/).count <= 16 else {
      throw SceneError(path: path, line: nil, reason: "has more than 16 aliases (such as *name)")
    }
    let tree: Node?
    do {
      tree = try Yams.compose(yaml: yaml)
    } catch {
      throw SceneError(path: path, error)
    }
    guard let node = tree else {
      throw SceneError(path: path, line: nil, reason: "is empty; a scene has at least 'data'")
    }
    return node
  }
}

extension SceneError {
  /// What the YAML library found wrong.
  fileprivate init(path: String, _ error: any Error) {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(path: path, line: mark.line, reason: "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let keys = duplicates.map { "'\($0)'" }.sorted()
      self.init(
        path: path, line: context.mark.line, reason: "has a key twice: \(list(keys))")
    case .reader(let problem, _, _, _):
      self.init(path: path, line: nil, reason: "is not YAML: \(problem)")
    default: self.init(path: path, line: nil, reason: "is not YAML: \(error)")
    }
  }
}

/// The path of a file that a scene names: as it stands where absolute, else from the scene's folder.
private func beside(_ scene: String, _ path: String) -> String {
  guard !path.hasPrefix("/"), let slash = scene.lastIndex(of: "/") else { return path }
  return scene[...slash] + path
}

extension Scene.DataPlan {
  fileprivate init(_ scene: SceneFields, seed: UInt64) throws(SceneError) {
    guard let node = scene.node("data") else {
      throw SceneError(
        path: scene.path, line: nil, reason: "has no 'data'; write for example 'data: digits'")
    }
    let sources =
      ["digits", "fashion-mnist"] + SyntheticData.Shape.allCases.map(\.rawValue)
      + ["npz", "csv", "idx"]
    let common = ["source", "samples", "shuffle", "held-out", "standardise", "scale"]
    // 'data: digits' is short for 'data: {source: digits}'.
    if node.scalar != nil {
      let name = try scene.string("data") ?? ""
      if ["npz", "csv", "idx"].contains(name) {
        throw scene.fault("data", "is \(name), which needs files: 'data: {source: \(name), …}'")
      }
      guard sources.contains(name) else {
        let guess = nearest(name, in: sources).map { "; did you mean '\($0)'?" } ?? ""
        throw scene.fault("data", "is '\(name)'\(guess) (there are \(list(sources)))")
      }
      source = name == "digits" ? .digits : name == "fashion-mnist" ? .fashionMNIST() : .digits
      if let shape = SyntheticData.Shape(rawValue: name) {
        source = .synthetic(SyntheticData(shape, seed: seed))
      }
      (samples, shuffle, heldOut, standardise, scale) = (nil, false, 0, false, 1)
      return
    }
    let any = try SceneFields(
      node, path: scene.path, section: "data",
      keys: common + [
        "noise", "classes", "seed", "path", "inputs", "targets", "target", "task", "images",
        "labels", "folder", "part",
      ])
    let name = try any.string("source") ?? ""
    func checked(_ keys: [String]) throws(SceneError) -> SceneFields {
      try SceneFields(node, path: scene.path, section: "data", keys: common + keys)
    }
    func file(_ fields: SceneFields, _ key: String) throws(SceneError) -> String {
      guard let path = try fields.string(key) else {
        throw fields.fault("source", "is \(name), which needs '\(key)'")
      }
      return beside(scene.path, path)
    }
    samples = try any.integer("samples", 1...100_000_000)
    heldOut = try any.integer("held-out", 0...100_000_000) ?? 0
    switch name {
    case "digits":
      _ = try checked([])
      source = .digits
    case "fashion-mnist":
      let fields = try checked(["folder", "part"])
      source = .fashionMNIST(
        folder: try fields.string("folder").map { beside(scene.path, $0) },
        part: try fields.choice("part") ?? .training)
    case "npz":
      let fields = try checked(["path", "inputs", "targets", "task"])
      source = .npz(
        path: try file(fields, "path"), inputs: try fields.string("inputs") ?? "x",
        targets: try fields.string("targets") ?? "y", task: try fields.choice("task"))
    case "csv":
      let fields = try checked(["path", "target", "task"])
      let target = try fields.string("target")
      source = .csv(
        path: try file(fields, "path"),
        target: target.map { Int($0).map { .number($0) } ?? .named($0) } ?? .last,
        task: try fields.choice("task"))
    case "idx":
      let fields = try checked(["images", "labels"])
      source = .idx(images: try file(fields, "images"), labels: try file(fields, "labels"))
    default:
      guard let shape = SyntheticData.Shape(rawValue: name) else {
        guard any.has("source") else {
          throw any.fault("source", "is missing (there are \(list(sources)))")
        }
        let guess = nearest(name, in: sources).map { "; did you mean '\($0)'?" } ?? ""
        throw any.fault("source", "is '\(name)'\(guess) (there are \(list(sources)))")
      }
      let fields = try checked(["noise", "classes", "seed"])
      var synthetic = SyntheticData(shape, seed: try fields.seed("seed") ?? seed)
      // Held-out samples are more, as with files.
      if let samples { synthetic.samples = samples + heldOut }
      if let noise = try fields.number("noise", 0...1e6) { synthetic.noise = noise }
      synthetic.classes = try fields.integer("classes", 2...1000)
      source = .synthetic(synthetic)
      samples = nil
    }
    shuffle = try any.boolean("shuffle") ?? false
    standardise = try any.boolean("standardise") ?? false
    scale = try any.number("scale", 1e-12...1e12) ?? 1
  }
}

/// Reads the layers: `relu`, `dense: 64`, `dense: {units: 64, bias: false}`, `leaky-relu: 0.2`.
private func readLayers(_ scene: SceneFields) throws(SceneError) -> [Layer] {
  guard let sequence = scene.node("network")?.sequence, !sequence.isEmpty else {
    throw SceneError(
      path: scene.path, line: scene.node("network")?.mark?.line,
      reason: "'network' must be a list of layers, such as '- dense: 64'")
  }
  let plain = ["flatten", "skip", "add"]
  let names = ["dense"] + plain + Activation.named.map(\.name)
  var layers: [Layer] = []
  for (index, node) in sequence.enumerated() {
    func fault(_ reason: String) -> SceneError {
      SceneError(path: scene.path, line: node.mark?.line, reason: "'network[\(index)]' \(reason)")
    }
    let name: String
    let argument: Node?
    if let scalar = node.scalar {
      (name, argument) = (scalar.string, nil)
    } else if let mapping = node.mapping, mapping.count == 1, let pair = mapping.first {
      (name, argument) = (pair.key.scalar?.string ?? "?", pair.value)
    } else {
      throw fault("must be a layer, such as 'relu' or 'dense: 64' (there are \(list(names)))")
    }
    func number(_ otherwise: Double) throws(SceneError) -> Double {
      guard let argument else { return otherwise }
      guard let value = argument.scalar.flatMap({ Double($0.string) }), value.isFinite, value >= 0
      else { throw fault("(\(name)) needs a number from 0") }
      return value
    }
    switch (name, argument) {
    case ("dense", let argument?):
      var bias = true
      var units = argument.scalar.flatMap { Int($0.string) }
      if argument.mapping != nil {
        let fields = try SceneFields(
          argument, path: scene.path, section: "network[\(index)].dense", keys: ["units", "bias"])
        units = try fields.integer("units", 1...1_000_000)
        bias = try fields.boolean("bias") ?? true
      }
      guard let units, (1...1_000_000).contains(units) else {
        throw fault("(dense) needs its number of units, 1 to 1000000, such as 'dense: 64'")
      }
      layers.append(.dense(units: units, bias: bias))
    case ("dense", nil): throw fault("needs its number of units, such as 'dense: 64'")
    case ("flatten", nil): layers.append(.flatten)
    case ("skip", nil): layers.append(.skip)
    case ("add", nil): layers.append(.add)
    case ("leaky-relu", _): layers.append(.activation(.leakyReLU(slope: try number(0.01))))
    case ("elu", _): layers.append(.activation(.elu(alpha: try number(1))))
    default:
      guard let named = Activation.named.first(where: { $0.name == name }) else {
        let guess = nearest(name, in: names).map { "; did you mean '\($0)'?" } ?? ""
        throw fault("is '\(name)'\(guess) (there are \(list(names)))")
      }
      guard argument == nil else { throw fault("(\(name)) takes no value") }
      layers.append(.activation(named.activation))
    }
  }
  return layers
}

extension Scene.PenaltyPlan {
  fileprivate init(_ scene: SceneFields) throws(SceneError) {
    let fields = try SceneFields(
      scene.node("penalty"), path: scene.path, section: "penalty",
      keys: ["lambda", "convention", "scope"])
    // λ = 0.01: the value of the question that the program answers.
    values = try fields.parsed("lambda", parseLambdas) ?? [0.01]
    convention = try fields.choice("convention") ?? .lambda
    scope = .all
    guard let node = fields.node("scope") else { return }
    if let mapping = node.mapping {
      var tensors: [(name: String, factor: Double)] = []
      for (key, value) in mapping {
        guard let name = key.scalar?.string,
          let factor = value.scalar.flatMap({ Double($0.string) }),
          factor >= 0, factor.isFinite
        else { throw fields.fault("scope", "must give each tensor a factor from 0") }
        tensors.append((name, factor))
      }
      scope = .tensors(tensors)
    } else if let sequence = node.sequence {
      guard !sequence.isEmpty else {
        throw fields.fault("scope", "names no tensor; for no penalty, write 'lambda: 0'")
      }
      scope = .tensors(sequence.map { ($0.scalar?.string ?? "?", 1) })
    } else {
      switch node.scalar?.string {
      case "all": scope = .all
      case "weights": scope = .weights
      case let name:
        throw fields.fault(
          "scope",
          "is '\(name ?? "")'; it must be all, weights, or a list of tensors such as [0.weight]")
      }
    }
  }
}

extension Training {
  fileprivate init(_ scene: SceneFields, seed: UInt64) throws(SceneError) {
    enum Name: String, CaseIterable {
      case sgd, adam, adamw
    }
    enum Shape: String, CaseIterable {
      case constant, cosine, step
    }
    let fields = try SceneFields(
      scene.node("training"), path: scene.path, section: "training",
      keys: [
        "optimizer", "framework", "learning-rate", "momentum", "nesterov", "betas", "epsilon",
        "decay", "epochs", "batch", "schedule", "step-epochs", "step-factor", "polish",
        "polish-iterations",
      ])
    let framework = try fields.choice("framework", Optimizer.Framework.self) ?? .pytorch
    let name = try fields.choice("optimizer", Name.self) ?? .adam
    var optimizer: Optimizer
    switch name {
    case .sgd:
      optimizer = .sgd(framework)
      optimizer.rule = .sgd(
        momentum: try fields.number("momentum", 0...1) ?? 0,
        nesterov: try fields.boolean("nesterov") ?? false)
    case .adam: optimizer = .adam(framework)
    case .adamw: optimizer = .adamW(framework)
    }
    if case .adam(var beta1, var beta2, var epsilon) = optimizer.rule {
      if fields.has("betas") {
        let betas = fields.node("betas")?.sequence?.compactMap {
          $0.scalar.flatMap { Double($0.string) }
        }
        guard let betas, betas.count == 2, betas.allSatisfy({ (0..<1).contains($0) }) else {
          throw fields.fault("betas", "must be two numbers below 1, such as [0.9, 0.999]")
        }
        (beta1, beta2) = (betas[0], betas[1])
      }
      epsilon = try fields.number("epsilon", 0...1) ?? epsilon
      optimizer.rule = .adam(beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
    let others = name == .sgd ? ["betas", "epsilon"] : ["momentum", "nesterov"]
    if let key = others.first(where: fields.has) {
      throw fields.fault(key, "means nothing to the optimizer \(name.rawValue)")
    }
    if let rate = try fields.number("learning-rate", 0...1e6) { optimizer.learningRate = rate }
    if let decay = try fields.choice("decay", Optimizer.Decay.self) { optimizer.decay = decay }
    let shape = try fields.choice("schedule", Shape.self) ?? .constant
    let schedule: Schedule =
      switch shape {
      case .constant: .constant
      case .cosine: .cosine
      case .step:
        .step(
          epochs: try fields.integer("step-epochs", 1...1_000_000) ?? 30,
          factor: try fields.number("step-factor", 0...1) ?? 0.1)
      }
    if shape != .step, let key = ["step-epochs", "step-factor"].first(where: fields.has) {
      throw fields.fault(key, "needs 'schedule: step'")
    }
    let batch = fields.node("batch")?.scalar?.string == "full"
    self.init(
      optimizer: optimizer,
      // 30 epochs bring the digits to the noise of their mini-batches; the polish does the rest.
      epochs: try fields.integer("epochs", 0...1_000_000) ?? 30,
      batchSize: batch ? nil : try fields.integer("batch", 1...100_000_000) ?? 64,
      schedule: schedule, seed: seed,
      polish: fields.node("polish")?.scalar?.string == "none"
        ? nil : try fields.number("polish", 0...1e6) ?? 1e-5,
      polishIterations: try fields.integer("polish-iterations", 0...1_000_000) ?? 500)
  }
}

extension Scene.SlicePlan {
  fileprivate init(_ scene: SceneFields) throws(SceneError) {
    let fields = try SceneFields(
      scene.node("slice"), path: scene.path, section: "slice",
      keys: [
        "directions", "normalise", "biases", "orthogonal", "centre", "span", "grid", "precision",
      ])
    if let files = fields.node("directions")?.sequence {
      let paths = files.compactMap { $0.scalar?.string }
      guard paths.count == 2 else {
        throw fields.fault("directions", "must be 'random' or two files of weights")
      }
      directions = .files(u: beside(scene.path, paths[0]), v: beside(scene.path, paths[1]))
    } else {
      let name = try fields.string("directions") ?? "random"
      guard name == "random" else {
        throw fields.fault(
          "directions", "is '\(name)'; it must be 'random' or two files of weights")
      }
      directions = .random
    }
    normalisation = try fields.choice("normalise") ?? .filter
    biases = try fields.boolean("biases") ?? false
    orthogonal = try fields.boolean("orthogonal") ?? false
    centre = try fields.string("centre").map { beside(scene.path, $0) }
    (alpha, beta) = try fields.parsed("span", parseSpan) ?? (-1...1, -1...1)
    // 101: odd, so that the centre is a point of the grid, and fine enough for a page.
    (columns, rows) = try fields.parsed("grid", parseGrid) ?? (101, 101)
    precision = try fields.choice("precision") ?? .float32
  }
}

extension Scene.FigurePlan {
  fileprivate init(_ scene: SceneFields) throws(SceneError) {
    let fields = try SceneFields(
      scene.node("figure"), path: scene.path, section: "figure",
      keys: ["size", "dpi", "colormap", "scale", "levels", "theme", "format"])
    width = try fields.parsed("size", Self.parseSize) ?? 89
    dpi = try fields.number("dpi", Self.dpiRange) ?? 300
    colorMap = try fields.parsed("colormap", Self.parseColorMap) ?? .viridis
    (scale, sharing) = try fields.parsed("scale", Self.parseScale) ?? (.automatic, .shared)
    levels = try fields.parsed("levels", Self.parseLevels) ?? .automatic
    dark = try fields.choice("theme", Theme.self) == .dark
    formats = try fields.parsed("format", Self.parseFormats) ?? [.png]
  }
}
