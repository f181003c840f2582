import ONNXProto

/// What a file's metadata say of its tensors: PyTorch's newer exporter writes which are parameters, and
/// which are buffers that no optimiser touches.
struct ExporterRecord: Sendable {
  /// What a tensor is to the network that was exported.
  enum Kind: Sendable {
    case parameter
    /// A module's buffer, or a tensor that the program made: no optimiser knows it.
    case buffer
  }

  /// By the names of the file or of the network that was exported.
  private var kinds: [String: Kind] = [:]
  /// What tensors were computed of, when the exporter folded constants.
  private var sources: [String: [String]] = [:]
  /// The parameters of the network that was exported, in its order, where the file lists them.
  private(set) var parameters: [String] = []

  init() {}

  init(_ graph: Onnx_GraphProto) {
    for (name, entries) in graph.valueInfo.map({ ($0.name, $0.metadataProps) })
      + graph.initializer.map({ ($0.name, $0.metadataProps) })
    {
      let facts = Self.entries(entries)
      if let kind = facts["pkg.torch.export.graph_signature.InputSpec.kind"].flatMap(Self.kind) {
        kinds[name] = kind
      }
      if let made = facts["pkg.onnxscript.optimizer.folded_from"] {
        sources[name] = Self.names(made)
      }
    }
    let facts = Self.entries(graph.metadataProps)
    readSignature(facts["pkg.torch.export.ExportedProgram.graph_signature"] ?? "")
  }

  /// Reads lines such as `p_fc_weight: PARAMETER target='fc.weight'`.
  private mutating func readSignature(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 3, words[0].hasSuffix(":"), let kind = Self.kind(String(words[1])),
        let target = words.first(where: { $0.hasPrefix("target='") }), target.hasSuffix("'")
      else { continue }
      let name = String(target.dropFirst("target='".count).dropLast())
      if kinds[name] == nil { kinds[name] = kind }
      if kind == .parameter { parameters.append(name) }
    }
  }

  private static func kind(_ text: String) -> Kind? {
    switch text {
    case "PARAMETER": .parameter
    case "BUFFER", "CONSTANT_TENSOR": .buffer
    default: nil
    }
  }

  /// The names in a list such as `['a.weight', 'val_1']`.
  private static func names(_ text: String) -> [String] {
    text.split(separator: ",").map { part in
      String(part.filter { !" []'\"".contains($0) })
    }
  }

  /// Metadata by key.
  static func entries(_ entries: [Onnx_StringStringEntryProto]) -> [String: String] {
    Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
  }

  /// What a tensor is; nil where the file does not say.
  func kind(of name: String) -> Kind? {
    if let kind = kinds[name] { return kind }
    let kinds = roots(of: name).compactMap { self.kinds[$0] }
    return kinds.contains(.parameter) ? .parameter : kinds.first
  }

  /// The tensors of the exported network that one was computed of; none where it stands as it was.
  func roots(of name: String) -> [String] {
    var roots: [String] = []
    var seen: Set<String> = [name]
    var open = sources[name] ?? []
    while let next = open.popLast() {
      guard seen.insert(next).inserted else { continue }
      if let deeper = sources[next], kinds[next] == nil {
        open += deeper
      } else {
        roots.append(next)
      }
    }
    return roots.sorted()
  }

  /// Whether the network that was exported had a tensor of a name.
  func knows(_ name: String) -> Bool { kinds[name] != nil }
}
