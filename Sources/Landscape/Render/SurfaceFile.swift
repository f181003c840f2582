import Algebra
public import Geometry
public import TensorFiles

/// A surface in a file that NumPy reads: `surface.npz`.
///
/// `alphas` [nα], `betas` [nβ], `base` [nβ, nα], `accuracy` [nβ, nα] (accuracy, or R² for squared
/// error), `penalty` [6] = ⟨c,c⟩, 2⟨c,u⟩, 2⟨c,v⟩, ⟨u,u⟩, 2⟨u,v⟩, ⟨v,v⟩; Float64. `fingerprint` [1] is
/// a hash of all that the surface depends on, by which a later run knows it again.
public enum SurfaceFile {
  /// Reads a surface, from this program or any other.
  ///
  /// - Parameter path: The file: `.npz` with at least `alphas`, `betas` and `base`.
  /// - Returns: The surface; its penalty is nil where the file has none, so that only λ = 0 can be
  ///   drawn.
  /// - Throws: `FileError` that names the array at fault.
  public static func read(_ path: String) throws(FileError) -> (surface: Surface, hasPenalty: Bool)
  {
    let arrays = try NPZ.read(path)
    let alphas = try axis(arrays, "alphas", path)
    let betas = try axis(arrays, "betas", path)
    func plane(_ name: String) throws(FileError) -> [Double]? {
      guard let array = arrays[name] else { return nil }
      guard array.shape == [betas.count, alphas.count] else {
        throw .malformed(
          path: path,
          reason: "'\(name)' has shape \(array.shape); with \(betas.count) betas and "
            + "\(alphas.count) alphas it must have [\(betas.count), \(alphas.count)]")
      }
      return array.doubles
    }
    guard let base = try plane("base") else {
      throw .malformed(path: path, reason: "has no array 'base'; it has \(list(arrays.names))")
    }
    let scores = try plane("accuracy") ?? []
    var coefficients = [Double](repeating: 0, count: 6)
    if let penalty = arrays["penalty"] {
      coefficients = penalty.doubles
      guard penalty.shape == [6], coefficients.allSatisfy(\.isFinite) else {
        throw .malformed(
          path: path,
          reason: "'penalty' must be six finite numbers: <c,c>, 2<c,u>, 2<c,v>, <u,u>, 2<u,v>, "
            + "<v,v>")
      }
    }
    let surface = Surface(
      grid: Grid(alphas: alphas, betas: betas), base: base, scores: scores,
      penalty: .init(coefficients: coefficients))
    return (surface, arrays["penalty"] != nil)
  }

  /// The surface in a file, where it has a given fingerprint.
  static func read(_ path: String, fingerprint: UInt64) -> Surface? {
    guard fileExists(path), let arrays = try? NPZ.read(path, only: ["fingerprint"]),
      arrays["fingerprint"] == stored(fingerprint)
    else { return nil }
    guard let (surface, hasPenalty) = try? read(path), hasPenalty else { return nil }
    return surface
  }

  /// Writes a surface.
  static func write(
    _ surface: Surface, to path: String, fingerprint: UInt64
  ) throws(FileError) {
    let (columns, rows) = (surface.grid.alphas.count, surface.grid.betas.count)
    var arrays: NamedTensors = [
      "alphas": Tensor(shape: [columns], surface.grid.alphas),
      "betas": Tensor(shape: [rows], surface.grid.betas),
      "base": Tensor(shape: [rows, columns], surface.base),
    ]
    if !surface.scores.isEmpty {
      arrays["accuracy"] = Tensor(shape: [rows, columns], surface.scores)
    }
    arrays["penalty"] = Tensor(shape: [6], surface.penalty.coefficients)
    arrays["fingerprint"] = stored(fingerprint)
    try NPZ.write(arrays, to: path)
  }

  private static func stored(_ fingerprint: UInt64) -> Tensor {
    Tensor(shape: [1], elements: .int64([Int64(bitPattern: fingerprint)]))
  }

  /// Coordinates: at least two, finite and rising.
  static func axis(
    _ arrays: NamedTensors, _ name: String, _ path: String
  ) throws(FileError) -> [Double] {
    guard let array = arrays[name] else {
      throw .malformed(path: path, reason: "has no array '\(name)'; it has \(list(arrays.names))")
    }
    let values = array.doubles
    guard array.shape == [values.count], values.count >= 2, values.allSatisfy(\.isFinite),
      zip(values, values.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw .malformed(
        path: path,
        reason: "'\(name)' must be one row of at least two finite, rising numbers; it has shape "
          + "\(array.shape)")
    }
    return values
  }
}
