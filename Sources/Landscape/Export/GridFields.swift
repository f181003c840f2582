import Geometry
import TensorFiles

/// Fields on the grid of a slice, by name.
struct GridFields: Sendable {
  var alphas: [Double]
  var betas: [Double]
  /// Each with a value at each point, row by row from the lowest β.
  var fields: [(name: String, values: [Double])]
  /// λ whose penalties and total losses are among the fields.
  var lambdas: [Double]

  /// Reads all fields of a file, and adds penalties and total losses.
  ///
  /// - Parameters:
  ///   - path: `.npz` with `alphas`, `betas` and arrays [betas, alphas].
  ///   - lambdas: λ of what is added.
  /// - Throws: `FileError`.
  init(_ path: String, lambdas: [Double]) throws(FileError) {
    let arrays = try NPZ.read(path)
    alphas = try SurfaceFile.axis(arrays, "alphas", path)
    betas = try SurfaceFile.axis(arrays, "betas", path)
    self.lambdas = lambdas
    fields = []
    for element in arrays where element.tensor.shape == [betas.count, alphas.count] {
      fields.append((element.name, element.tensor.doubles))
    }
    guard !fields.isEmpty else {
      throw .malformed(
        path: path,
        reason: "has no array of shape [\(betas.count), \(alphas.count)] (betas, alphas)")
    }
    guard !lambdas.isEmpty else { return }
    let (surface, hasPenalty) = try SurfaceFile.read(path)
    guard hasPenalty || lambdas.allSatisfy({ $0 == 0 }) else {
      throw .malformed(
        path: path,
        reason: "has no array 'penalty', so that no total loss but that of λ = 0 is known")
    }
    for lambda in lambdas {
      let name = lambdaName(lambda)
      fields.append(("penalty_lambda_\(name)", surface.penaltyValues(lambda: lambda)))
      fields.append(("total_lambda_\(name)", surface.total(lambda: lambda)))
    }
  }

  /// A field's values.
  subscript(name: String) -> [Double]? { fields.first { $0.name == name }?.values }

  /// A line for each point, α fastest: numbers as short as exact, `nan`, `inf` and `-inf`.
  var csv: [UInt8] {
    var text = (["alpha", "beta"] + fields.map { quoted($0.name) }).joined(separator: ",") + "\n"
    for (row, beta) in betas.enumerated() {
      for (column, alpha) in alphas.enumerated() {
        text += "\(alpha),\(beta)"
        for field in fields { text += ",\(field.values[row * alphas.count + column])" }
        text += "\n"
      }
    }
    return Array(text.utf8)
  }

  private func quoted(_ name: String) -> String {
    guard name.contains(where: { [",", "\"", "\n", "\r", "\r\n"].contains($0) }) else {
      return name
    }
    return "\"" + name.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }

  /// Coordinates, every field, and λ.
  var arrays: NamedTensors {
    var arrays: NamedTensors = [
      "alphas": Tensor(shape: [alphas.count], alphas), "betas": Tensor(shape: [betas.count], betas),
    ]
    for field in fields {
      arrays[field.name] = Tensor(shape: [betas.count, alphas.count], field.values)
    }
    if !lambdas.isEmpty { arrays["lambdas"] = Tensor(shape: [lambdas.count], lambdas) }
    return arrays
  }
}
