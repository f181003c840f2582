import EmbeddedResources
import TensorFiles

/// The scenes that the program carries: the files of the folder `scenes`.
public enum BuiltInScenes {
  /// Their names, in the order of their listing.
  public static var names: [String] {
    (0..<embedded_resource_count()).compactMap { index in
      embedded_resource_at(index).name.flatMap { name(of: String(cString: $0)) }
    }
  }

  /// The text of a scene.
  ///
  /// - Parameter name: One of ``names``.
  /// - Returns: YAML, or nil where there is no such scene.
  public static func text(_ name: String) -> String? {
    let resource = embedded_resource_named("scenes/\(name).yaml")
    guard resource.bytes != nil else { return nil }
    return String(
      decoding: UnsafeBufferPointer(start: resource.bytes, count: resource.count), as: UTF8.self)
  }

  /// A scene by its name, or by its file.
  ///
  /// - Parameters:
  ///   - argument: A name, or a path: what has a slash or ends in `.yaml` or `.yml`.
  ///   - seed: Stands in for the scene's seed.
  /// - Returns: The scene.
  /// - Throws: `FileError` for a file that cannot be read or a name that is not known, ``SceneError``
  ///   for a scene that makes no sense.
  public static func scene(_ argument: String, seed: UInt64? = nil) throws -> Scene {
    if isSceneFile(argument) {
      return try Scene(path: argument, seed: seed)
    }
    guard let text = text(argument) else {
      let guess = nearest(argument, in: names).map { "; did you mean '\($0)'?" } ?? ""
      throw FileError.unreadable(
        path: argument,
        reason: "there is no scene of that name\(guess) (there are \(list(names)), or give the "
          + "path of a .yaml file)")
    }
    return try Scene(yaml: text, path: "\(argument).yaml", seed: seed)
  }

  private static func name(of resource: String) -> String? {
    guard resource.hasPrefix("scenes/"), resource.hasSuffix(".yaml") else { return nil }
    return String(resource.dropFirst("scenes/".count).dropLast(".yaml".count))
  }
}

/// Whether a scene is named by its file: what has a slash or ends in `.yaml` or `.yml`.
func isSceneFile(_ argument: String) -> Bool {
  argument.contains("/") || argument.hasSuffix(".yaml") || argument.hasSuffix(".yml")
}
