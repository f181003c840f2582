import TensorFiles

/// Signs that an exporter has multiplied batch normalisations into the weights before them: the
/// function is the same, its weights are not the trained network's.
enum FoldedNormalisation {
  /// Finds the normalisations that are folded.
  ///
  /// - Parameters:
  ///   - graph: The file's graph.
  ///   - nodes: Those that the output depends on.
  /// - Returns: What each was called, or the tensor or node that tells of it; none where all signs are
  ///   missing.
  static func names(in graph: Graph, nodes: [Graph.Node]) -> [String] {
    var names: [String] = []
    func add(_ name: String) { if !names.contains(name) { names.append(name) } }
    for node in nodes where node.kind != "BatchNormalization" {
      if let name = rewritten(node) ?? renamed(node, in: graph) { add(name) }
    }
    guard names.isEmpty else { return names }
    // The exporter lists a normalisation of which nothing is left.
    let left = Set(graph.initialisers.names).union(
      graph.initialisers.names.flatMap { graph.record.roots(of: $0) })
    for parameter in graph.record.parameters where parameter.hasSuffix(".weight") {
      let module = String(parameter.dropLast(".weight".count))
      let statistics = ["\(module).running_mean", "\(module).running_var"]
      if statistics.allSatisfy(graph.record.knows),
        !left.contains(parameter), left.isDisjoint(with: statistics)
      {
        add(module)
      }
    }
    return names
  }

  /// What metadata say of a linear node: that it was fused, or that it stands where a normalisation
  /// stood.
  private static func rewritten(_ node: Graph.Node) -> String? {
    guard ["Conv", "ConvTranspose", "Gemm", "MatMul"].contains(node.kind) else { return nil }
    let classes = node.origin.classes.lowercased()
    guard node.origin.rules.contains("FuseBatchNorm") || classes.contains("batchnorm.batchnorm")
    else { return nil }
    // The modules from the outside in, the operation last.
    let modules = node.origin.modules.split(separator: ",").map { part in
      String(part.filter { !" []'\"".contains($0) })
    }.filter { !$0.isEmpty }
    return modules.dropLast().last ?? node.name
  }

  /// What names of tensors say: no exporter gives a convolution's own these.
  private static func renamed(_ node: Graph.Node, in graph: Graph) -> String? {
    func tensor(_ place: Int) -> String? {
      node.input(place).flatMap { graph.floating.contains($0) ? $0 : nil }
    }
    if ["Conv", "ConvTranspose", "Gemm"].contains(node.kind), let bias = tensor(2),
      let weight = tensor(1)
    {
      let isNumbered =
        node.kind != "Gemm"
        && [weight, bias].allSatisfy { name in
          (try? /(onnx::Conv\w*_)?\d+/.wholeMatch(in: name)) != nil
        }
      if isNumbered || bias == "\(weight)_bias" { return node.name }
    }
    return node.inputs.first { name in
      graph.floating.contains(name) && !name.contains("ReadVariableOp")
        && ["batch_norm", "batchnorm", "fused_bn", "bnfusion"].contains {
          name.lowercased().contains($0)
        }
    }
  }
}
