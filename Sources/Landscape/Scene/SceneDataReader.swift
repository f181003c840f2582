import Datasets
import Yams

extension Scene.DataPlan {
  init(_ scene: SceneFields, seed: UInt64) throws(SceneError) {
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
