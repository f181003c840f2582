/// An operator that can be converted: a row of the table that the documentation shows, too.
public struct Operator: Sendable {
  /// ONNX's name, such as `MatMul`.
  public let name: String
  /// Its domain; empty for ONNX's own operators.
  public let domain: String
  /// What holds for it here, beyond ONNX's specification; empty where nothing does.
  public let note: String

  let convert: @Sendable (inout Conversion) throws -> [Term]

  init(
    _ name: String, domain: String = "", _ note: String = "",
    _ convert: @escaping @Sendable (inout Conversion) throws -> [Term]
  ) {
    (self.name, self.domain, self.note, self.convert) = (name, domain, note, convert)
  }

  /// All operators that can be converted, by name.
  public static let all: [Operator] =
    (linear + convolution + normalisation + elementwise + steps + softmaxes + reductions + movements
    + shapes + classical)
    .sorted { ($0.domain, $0.name) < ($1.domain, $1.name) }

  private static let table = Dictionary(
    uniqueKeysWithValues: all.map { ("\($0.domain).\($0.name)", $0) })

  /// The operator of a name.
  static func named(_ name: String, domain: String) -> Operator? { table["\(domain).\(name)"] }

  /// The operators as a table in Markdown.
  public static var documentation: String {
    let rows = all.map { operation in
      let name = operation.domain.isEmpty ? operation.name : "\(operation.domain).\(operation.name)"
      return "| `\(name)` | \(operation.note) |"
    }
    return (["| operator | what holds for it |", "|---|---|"] + rows).joined(separator: "\n")
  }
}
