import Foundation
public import Networks
import ONNXProto
import SwiftProtobuf
public import TensorFiles

/// A network from an ONNX file, as `torch.onnx.export`, tf2onnx and skl2onnx write it.
public struct ONNXModel: Sendable {
  /// The file.
  public let path: String
  /// What wrote it, such as `pytorch 2.9.0`; empty where it does not say.
  public let producer: String
  /// The version of ONNX's operators that it uses.
  public let version: Int
  /// How its output is made: what a loss of logits can take in its place.
  public let ending: Ending
  /// A hash of the file's contents, and of those of the files that it reads tensors from.
  public let fingerprint: String

  private let graph: Graph
  private let exit: Graph.Exit

  /// A network, and what the file says of its weights.
  public struct Imported: Sendable {
    /// The graph; its tensors have the names and the shapes of the file's initialisers.
    public let network: Network
    /// The file's weights, in the layout's order.
    public let weights: [Double]
    /// The shape of the outputs for one sample.
    public let outputShape: [Int]
    /// The operators, in the order of running.
    public let operations: [String]
    /// What became of the graph, line by line.
    public let lines: [String]
  }

  /// Reads and checks a file.
  ///
  /// - Parameter path: The file; external data is looked for beside it.
  /// - Throws: `FileError` where it cannot be read, or is damaged, or no graph that can run.
  public init(path: String) throws(FileError) {
    try self.init(bytes: readFile(path), path: path)
  }

  /// Checks the bytes of a file.
  package init(bytes: [UInt8], path: String) throws(FileError) {
    do {
      try WireFormat.check(bytes)
      let model: Onnx_ModelProto
      do {
        model = try Onnx_ModelProto(serializedBytes: bytes)
      } catch {
        throw Fault("is no ONNX model, or damaged (\(error))")
      }
      graph = try Graph(model, path: path)
      exit = try graph.exit()
      producer = [model.producerName, model.producerVersion].filter { !$0.isEmpty }
        .joined(separator: " ")
      version = Int(clamping: model.opsetImport.first { $0.domain.isEmpty }?.version ?? 0)
      var hash = Fingerprint()
      hash.add(bytes: bytes)
      if model.graph.initializer.contains(where: { $0.dataLocation == .external }) {
        for element in graph.initialisers { hash.add(element.tensor.doubles) }
      }
      fingerprint = hash.text
    } catch let fault as Fault {
      throw .malformed(path: path, reason: fault.reason)
    } catch {
      throw .malformed(path: path, reason: "\(error)")
    }
    self.path = path
    ending = exit.ending
  }

  /// Builds the network.
  ///
  /// An initialiser takes part in training where it holds floating-point numbers, has a dimension,
  /// and a node reads it as a weight: not as a running mean or variance, a setting, or what
  /// standardises the data. One that the exporter numbered (`val_7`, `onnx::Mul_44`) and whose numbers
  /// are all equal is a constant of the exporter's arithmetic.
  ///
  /// - Parameters:
  ///   - inputShape: The shape of the data's samples, for dimensions that the file leaves open.
  ///   - foldsEnding: Whether a last softmax or sigmoid is left to the loss.
  ///   - parameters: Which initialisers may take part in training; the rest are constants.
  /// - Returns: The network, its weights, and what was done.
  /// - Throws: `FileError` that names the node.
  public func network(
    inputShape: [Int], foldsEnding: Bool, parameters: NamePatterns = .all
  ) throws(FileError) -> Imported {
    do {
      return try convert(inputShape, foldsEnding, parameters)
    } catch let fault as Fault {
      throw .malformed(path: path, reason: fault.reason)
    } catch let error as NetworkError {
      throw .malformed(path: path, reason: "the network \(error.reason)")
    } catch {
      throw .malformed(path: path, reason: "\(error)")
    }
  }

  private func convert(
    _ inputShape: [Int], _ foldsEnding: Bool, _ patterns: NamePatterns
  ) throws -> Imported {
    let nodes = graph.nodes(leadingTo: [exit.name])
    guard let first = nodes.first else {
      throw Fault("gives out '\(exit.output)' without computing")
    }
    let read = Set(nodes.flatMap(\.inputs))
    let inputs = graph.inputs.filter { read.contains($0.name) }
    guard let input = inputs.first, inputs.count == 1 else {
      throw Fault(
        inputs.isEmpty
          ? "computes '\(exit.output)' of no input"
          : "has the inputs \(inputs.map { "'\($0.name)'" }.joined(separator: ", ")); one can be fed"
      )
    }
    let (shape, isOpen) = try sampleShape(input, inputShape)
    let trainable = try trainable(patterns)
    var conversion = try Conversion(
      graph, path: path, trainable: trainable, input: input, shape: shape, isOpen: isOpen,
      first: first)
    var output: Signal?
    if foldsEnding, ending != .none, ending != .probabilities {
      try conversion.convert(all: graph.nodes(leadingTo: [exit.logits]))
      output = try conversion.logits(exit)
    }
    let isFolded = output != nil
    if output == nil {
      try conversion.convert(all: nodes)
      output = try conversion.output(exit.name)
    }
    guard var result = output else { throw Fault("has no output") }
    var lines = [
      "model: \(path.split(separator: "/").last ?? ""), "
        + (producer.isEmpty ? "" : "written by \(producer), ") + "operators of version \(version)"
    ]
    if isFolded {
      lines.append("output '\(exit.output)': its last \(ending.rawValue) is left to the loss")
    } else if foldsEnding, ending == .probabilities {
      // softmax(log p) = p where Σp = 1.
      result.value = try conversion.builder.map(result.value, .log)
      lines.append(
        "output '\(exit.output)': probabilities; the loss takes their logarithms as logits")
    } else {
      lines.append("output '\(exit.output)': as it is")
    }
    guard result.shape.first == 1 || result.shape.isEmpty else {
      throw Fault("gives out '\(exit.output)' of shape \(written(result.shape)) for one sample")
    }
    try conversion.checkUses()
    guard !conversion.parameters.isEmpty else {
      throw Fault("has no initialiser that takes part in training")
    }
    let kinds = nodes.reduce(into: [(kind: String, count: Int)]()) { kinds, node in
      if let place = kinds.firstIndex(where: { $0.kind == node.kind }) {
        kinds[place].count += 1
      } else {
        kinds.append((node.kind, 1))
      }
    }
    lines.append(
      "graph: \(nodes.count) nodes (\(kinds.map { "\($0.count) \($0.kind)" }.joined(separator: ", "))), "
        + "\(conversion.foldedNodes) of them computed at once")
    lines += conversion.notes
    let network = try Network(
      conversion.builder, output: result.value,
      summary: "\(path.split(separator: "/").last ?? "")"
        + (isFolded ? ", \(ending.rawValue) in the loss" : ""))
    let weights = try weights(of: network)
    lines += network.layout.entries.map {
      "parameter: \($0.name) \(written($0.shape)), \($0.role.rawValue)"
    }
    let constants = graph.floating.filter {
      read.contains($0) && network.layout.entry(named: $0) == nil
    }
    for name in constants.sorted() {
      lines.append("constant: \(name) \(written(graph.initialisers[name]?.shape ?? []))")
    }
    return Imported(
      network: network, weights: weights, outputShape: Array(result.shape.dropFirst()),
      operations: nodes.map(\.kind), lines: lines)
  }

  /// The shape of one sample: the file's, and the data's where the file leaves it open.
  private func sampleShape(
    _ input: Graph.Port, _ data: [Int]
  ) throws(Fault) -> (shape: [Int], isOpen: Bool) {
    guard let shape = input.shape else { return (data, true) }
    guard let batch = shape.first else {
      throw Fault("takes a lone number, '\(input.name)'; its first dimension should be the batch")
    }
    guard batch == nil || batch == 1 else {
      throw Fault(
        "takes batches of \(batch ?? 0) samples alone; export it with an open first dimension, or "
          + "with one sample")
    }
    let rest = Array(shape.dropFirst())
    guard rest.contains(nil) else { return (rest.compactMap(\.self), batch == nil) }
    guard rest.count == data.count else {
      throw Fault(
        "leaves dimensions of '\(input.name)' open, and the data's shape \(written(data)) does not "
          + "have \(rest.count)")
    }
    return (zip(rest, data).map { $0 ?? $1 }, batch == nil)
  }

  /// The initialisers that may take part in training.
  private func trainable(_ patterns: NamePatterns) throws(Fault) -> Set<String> {
    if let idle = patterns.idle(among: graph.floating) {
      let names = graph.initialisers.names.filter(graph.floating.contains)
      throw Fault(
        "has no tensor of floating-point numbers that '\(idle)' matches (there are "
          + "\(names.joined(separator: ", ")))")
    }
    return graph.floating.filter { name in
      guard let tensor = graph.initialisers[name], !tensor.shape.isEmpty else { return false }
      return patterns.contains(name) && !isArithmetic(name, tensor)
    }
  }

  /// Whether an initialiser is a constant of the exporter's arithmetic.
  private func isArithmetic(_ name: String, _ tensor: Tensor) -> Bool {
    let isNumbered =
      (try? /(val_|onnx::\w+_|const_fold_opt__)\d+/.wholeMatch(in: name)) != nil
    guard isNumbered else { return false }
    let numbers = tensor.doubles
    return numbers.allSatisfy { $0 == numbers.first }
  }

  private func weights(of network: Network) throws(Fault) -> [Double] {
    var weights: [Double] = []
    weights.reserveCapacity(network.layout.count)
    for entry in network.layout.entries {
      let numbers = graph.initialisers[entry.name]?.doubles ?? []
      if let bad = numbers.first(where: { !$0.isFinite }) {
        throw Fault("tensor '\(entry.name)' holds \(bad)")
      }
      weights += numbers
    }
    return weights
  }
}

extension Conversion {
  /// Converts nodes, and says which one an error is about.
  mutating func convert(all nodes: [Graph.Node]) throws {
    for node in nodes {
      do {
        try convert(node)
      } catch let fault as Fault {
        throw Fault("\(node.label): \(fault.reason)")
      } catch let error as NetworkError {
        throw Fault("\(node.label): \(error.reason)")
      }
    }
  }

  /// What goes into the last softmax or sigmoid; nil where it does not run over all outputs.
  func logits(_ exit: Graph.Exit) throws -> Signal? {
    let signal = try output(exit.logits)
    guard exit.ending != .sigmoid else { return signal }
    guard let node = graph.maker(of: exit.name) else { return nil }
    let axis = node.integer("axis", node.version < 13 ? 1 : -1)
    let place = axis < 0 ? axis + signal.shape.count : axis
    guard signal.shape.indices.contains(place) else { return nil }
    let width = node.version < 13 ? signal.shape[place...].reduce(1, *) : signal.shape[place]
    return width == signal.value.count ? signal : nil
  }

  /// A name as what the network gives out.
  func output(_ name: String) throws -> Signal {
    guard case .value(let signal)? = known(name) else {
      throw Fault("gives out '\(name)', which does not depend on the data")
    }
    return signal
  }

  /// Refuses an initialiser that is trained by one node and a constant to another.
  func checkUses() throws(Fault) {
    if let name = frozen.first(where: { parameters[$0] != nil }) {
      throw Fault(
        "uses '\(name)' both as a weight and as a constant; leave it out with --parameters '!\(name)'"
      )
    }
  }
}
