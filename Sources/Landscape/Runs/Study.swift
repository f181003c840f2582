import Algebra
import Datasets
import Geometry
import Networks
import TensorFiles

/// What a run is about: two runs of one study differ at most in which figures they draw, and how.
struct Study: Sendable {
  /// What the run makes, such as `render` or `curvature`; each has files of its own.
  var part: String
  /// A hash of all that its numbers depend on.
  var key: String
  /// The weights that it is about; runs about others do not share its folder.
  var weights: String
  /// What is sampled into `surface.npz`; nil where that is not touched.
  var surface: String?
  /// Trained weights that it uses, by their files' names in its folder, each with its fingerprint.
  var trained: [(name: String, fingerprint: String)] = []
  /// A file that it is sure to write, by which results are known that nobody has listed.
  var mainFile: String
}

extension Study {
  /// A study of a scene.
  ///
  /// - Parameters:
  ///   - part: What is made.
  ///   - model: Data, network, penalty; its scene has slice and λ.
  ///   - lambdas: λ that networks are trained at.
  ///   - folders: Where each one's weights are kept, below the run's folder; empty for itself.
  ///   - samples: Whether the slice is sampled into `surface.npz`.
  ///   - details: What else the numbers depend on.
  ///   - mainFile: A file that is sure to be written.
  /// - Throws: `FileError` where a file that the scene names cannot be read.
  init(
    _ part: String, _ model: Model, trainedAt lambdas: [Double], in folders: [String] = [""],
    samples: Bool, details: String = "", mainFile: String
  ) throws {
    let scene = model.scene
    let inputs = try InputHash.of(scene.inputs).map(\.text)
    if scene.takesWeights {
      var hash = Fingerprint()
      for input in inputs { hash.add(input) }
      hash.add("\(scene.weightNames)")
      weights = hash.text
    } else {
      trained = try zip(folders, lambdas).map { folder, lambda in
        ("\(folder)weights.safetensors", try model.trainingKey(lambda: lambda))
      }
      weights = trained.map(\.fingerprint).joined(separator: " ")
    }
    var hash = model.fingerprint
    hash.add(weights)
    for input in inputs { hash.add(input) }
    // Files count by their hashes, wherever they lie.
    var plan = scene.slice
    plan.centre = nil
    if case .random = plan.directions {} else { plan.directions = .random }
    let kind = "\(scene.slice.directions)".prefix { $0 != "(" }
    var numbers = ""
    if case .eigen(let u, let v) = scene.slice.directions { numbers = "\(u) \(v)" }
    hash.add("\(plan) \(kind) \(numbers) \(scene.seed)")
    hash.add("\(scene.reparametrisation.map { "\($0)" } ?? "")")
    hash.add(model.penalty.mask)
    surface = samples ? hash.text : nil
    hash.add(scene.penalty.values)
    hash.add(scene.penalty.convention.rawValue)
    hash.add(model.heldOut?.data.fingerprint ?? "")
    hash.add("\(part) \(details)")
    (self.part, key, self.mainFile) = (part, hash.text, mainFile)
  }

  /// A study of what is hashed already.
  init(_ part: String, of hashes: [String], weights: String, mainFile: String) {
    var hash = Fingerprint()
    for text in hashes { hash.add(text) }
    (self.part, key, self.mainFile) = (part, hash.text, mainFile)
    self.weights = weights
  }
}
