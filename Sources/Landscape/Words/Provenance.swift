import Algebra
import Datasets
import Geometry
import Networks
import TensorFiles

/// What figures are made of: for their captions, and so that they can be made again.
struct Provenance: Sendable {
  /// A sentence or two for captions.
  var facts = ""
  /// Texts for the files.
  var entries: [(key: String, text: String)] = []

  /// Nothing is known.
  init() {}

  /// Of a scene's model.
  ///
  /// - Parameter model: The model.
  /// - Throws: `FileError` where a file that the scene names cannot be read any more.
  init(_ model: Model) throws {
    facts = "Network \(Self.facts(model)); landscape \(Version.current)."
    entries = try Self.entries(model)
  }

  /// Of several scenes' models: what the second and later scenes are made of, and they themselves, has
  /// their place after its name, as in `landscape:scene-2`.
  ///
  /// - Parameter models: The models.
  /// - Throws: `FileError` where a file that a scene names cannot be read any more.
  init(_ models: [Model]) throws {
    facts =
      models.map { "\($0.scene.name): network \(Self.facts($0)). " }.joined()
      + "landscape \(Version.current)."
    for (index, model) in models.enumerated() {
      entries += try Self.entries(model).map { (Self.key($0.key, place: index + 1), $0.text) }
      if index > 0 {
        entries.append((Self.key("landscape:scene", place: index + 1), model.scene.source))
      }
    }
  }

  /// What a text of a file's scene is called.
  static func key(_ key: String, place: Int) -> String { place > 1 ? "\(key)-\(place)" : key }

  private static func facts(_ model: Model) -> String {
    let (scene, data) = (model.scene, model.objective.data)
    let scope = scene.penalty.scope
    return "\(model.network.summary), \(grouped(model.network.layout.count)) parameters, "
      + "\(model.loss.rawValue) on \(data.name), \(grouped(data.count)) samples (hash \(data.fingerprint)); "
      + "‖w‖ over \(scope == .all ? "all parameters" : scope == .weights ? "kernels" : scope.text); "
      + "seed \(scene.seed)"
  }

  private static func entries(_ model: Model) throws -> [(key: String, text: String)] {
    let files = try InputHash.of(model.scene.inputs)
    let inputs = files.map(\.text).joined(separator: "\n")
    return [("landscape:data", model.objective.data.fingerprint)]
      + (files.isEmpty ? [] : [("landscape:inputs", inputs)])
  }

  /// Of a surface in a file.
  ///
  /// - Parameter surface: What the file holds, whoever wrote it.
  init(_ surface: Surface) {
    facts = "Surface from a file; landscape \(Version.current)."
    entries = [
      ("landscape:data", "unknown"),
      ("landscape:inputs", InputHash(surface).text),
    ]
  }
}

/// What a file that a run reads must hash to, by the part it plays.
struct InputHash: Sendable, Equatable {
  /// Such as `weights`.
  var role: String
  /// XXH64 of the file's bytes.
  var hash: String

  /// A surface's numbers.
  init(_ surface: Surface) {
    var hash = Fingerprint()
    for numbers in [
      surface.grid.alphas, surface.grid.betas, surface.base, surface.scores,
      surface.penalty.coefficients,
    ] { hash.add(numbers) }
    self.init(role: "surface", hash: hash.text)
  }

  init(role: String, hash: String) { (self.role, self.hash) = (role, hash) }

  /// As figures carry it.
  var text: String { "\(role) \(hash)" }

  /// Hashes files.
  static func of(_ files: [(role: String, path: String)]) throws(FileError) -> [InputHash] {
    var hashes: [InputHash] = []
    for (role, path) in files {
      var hash = Fingerprint()
      hash.add(bytes: try readFile(path))
      hashes.append(InputHash(role: role, hash: hash.text))
    }
    return hashes
  }
}

extension Scene {
  /// All files that a run reads: data, weights and letters.
  var files: [String] {
    let samples =
      switch data.source {
      case .npz(let path, _, _, _): [path]
      case .csv(let path, _, _): [path]
      case .idx(let images, let labels): [images, labels]
      case .fashionMNIST(let folder, _): [folder].compactMap(\.self)
      case .digits, .synthetic: [String]()
      }
    return samples + inputs.map(\.path) + checkpoints + [figure.font].compactMap(\.self)
  }

  /// The files of weights that a run reads, by their parts; data have a hash of their own.
  var inputs: [(role: String, path: String)] {
    var inputs: [(role: String, path: String)] = []
    for (role, path) in [
      ("weights", weights), ("initialiser", weights == nil ? initialWeights : nil),
      ("centre", slice.centre), ("model", model?.path),
    ] {
      if let path { inputs.append((role, path)) }
    }
    switch slice.directions {
    case .files(let u, let v): inputs += [("u", u), ("v", v)]
    case .plane(let b, let c): inputs += [("b", b), ("c", c)]
    case .line(let b): inputs.append(("b", b))
    case .random, .eigen, .path: break
    }
    // A folder counts by the files in it; one that cannot be listed is refused where it is read.
    let files = (try? Checkpoints.files(checkpoints)) ?? checkpoints
    return inputs + files.map { ("checkpoint", $0) }
  }
}
