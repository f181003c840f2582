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
  /// The output that is taken.
  public let output: String
  /// All outputs that could be.
  public let outputs: [String]
  /// The last function of its output, as the graph has it.
  public let ending: Ending
  /// Whether its output is a product or a sum with a bias, so that nothing confines its numbers.
  public let isLinear: Bool
  /// What a classifier of scikit-learn calls its classes, in the order of its outputs; nil where the
  /// file does not say, or holds names.
  public let classLabels: [Int]?
  /// A hash of the file's contents, and of those of the files that it reads tensors from.
  public let fingerprint: String

  private let graph: Graph
  private let exit: Graph.Exit

  /// What is made of the outputs for a loss of logits.
  public enum OutputChange: Sendable, Hashable {
    /// Nothing.
    case none
    /// The last softmax or sigmoid is left to the loss.
    case withoutEnding
    /// log p: what a softmax makes p of, where Σp = 1.
    case logarithm
    /// log p − log(1 − p): what a sigmoid makes p of.
    case logit
    /// l − log(1 − eˡ): the logit of a probability whose logarithm is l.
    case logitOfLogarithm
    /// ½z: what a softmax over −½z and ½z makes of two scores −z and z is the sigmoid of z.
    case halved
  }

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
    /// What was taken as a weight and what was not, and why: a line for each tensor of floating-point
    /// numbers.
    public let explanation: [String]
    /// Batch normalisations that the exporter has folded into the weights, as far as the file tells:
    /// the network's function is the trained one's, and its weights are not.
    public let foldedNormalisations: [String]
  }

  /// Reads and checks a file.
  ///
  /// - Parameters:
  ///   - path: The file; external data is looked for beside it.
  ///   - output: The output to take; nil for the first of floating-point numbers.
  /// - Throws: `FileError` where it cannot be read, or is damaged, or no graph that can run.
  public init(path: String, output: String? = nil) throws(FileError) {
    try self.init(bytes: readFile(path), path: path, output: output)
  }

  /// Checks the bytes of a file.
  package init(bytes: [UInt8], path: String, output: String? = nil) throws(FileError) {
    do {
      try WireFormat.check(bytes)
      let model: Onnx_ModelProto
      do {
        model = try Onnx_ModelProto(serializedBytes: bytes)
      } catch {
        throw Fault("is no ONNX model, or damaged (\(error))")
      }
      graph = try Graph(model, path: path)
      exit = try graph.exit(output)
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
    self.output = exit.output
    outputs = graph.choices.map(\.name)
    ending = exit.ending
    isLinear = exit.isLinear
    classLabels = graph.classLabels
  }

  /// Builds the network.
  ///
  /// Which tensors take part in training is decided by, in this order: patterns that name a tensor in
  /// full; what the exporter says of parameters and buffers in the file's metadata; patterns that hold a
  /// part of its name; which node reads it, and whether a weight has met the data before; its name and
  /// its numbers. Tensors that hold the same numbers are one.
  ///
  /// - Parameters:
  ///   - inputShape: The shape of the data's samples, for dimensions that the file leaves open.
  ///   - change: What is made of the outputs.
  ///   - parameters: Which initialisers may take part in training; the rest are constants.
  /// - Returns: The network, its weights, and what was done.
  /// - Throws: `FileError` that names the node.
  public func network(
    inputShape: [Int], outputs change: OutputChange = .none, parameters: NamePatterns = .all
  ) throws(FileError) -> Imported {
    do {
      return try convert(inputShape, change, parameters)
    } catch let fault as Fault {
      throw .malformed(path: path, reason: fault.reason)
    } catch let error as NetworkError {
      throw .malformed(path: path, reason: "the network \(error.reason)")
    } catch {
      throw .malformed(path: path, reason: "\(error)")
    }
  }

  private func convert(
    _ inputShape: [Int], _ change: OutputChange, _ patterns: NamePatterns
  ) throws -> Imported {
    let base = change == .withoutEnding ? self.graph.taking(exit.shortcuts) : self.graph
    let own = base.nodes(leadingTo: [exit.name])
    let choice = try WeightChoice(
      base, nodes: own, patterns: patterns, producer: producer, path: path)
    let ties = try Ties(choice, producer: producer)
    let (graph, trainable) = (ties.graph, ties.trained)
    let nodes = graph.nodes(leadingTo: [exit.name])
    guard !nodes.isEmpty else { throw Fault("gives out '\(exit.output)' without computing") }
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
    var conversion = try Conversion(
      graph, path: path, trainable: trainable, input: input, shape: shape, isOpen: isOpen,
      nodes: nodes)
    try conversion.convert(all: nodes)
    var result = try conversion.output(exit.name)
    result.value = try conversion.changed(result.value, change)
    var lines = [
      "model: \(path.split(separator: "/").last ?? ""), "
        + (producer.isEmpty ? "" : "written by \(producer), ") + "operators of version \(version)"
    ]
    guard result.shape.first == 1 || result.shape.isEmpty else {
      throw Fault("gives out '\(exit.output)' of shape \(written(result.shape)) for one sample")
    }
    try conversion.checkUses()
    guard !conversion.parameters.isEmpty else {
      let names = choice.verdicts.map(\.name)
      throw Fault(
        "has no tensor that takes part in training"
          + (names.isEmpty
            ? "" : "; name one with --parameters (there are \(WeightChoice.list(names)))"))
    }
    if let name = choice.named.sorted().first(where: {
      trainable.contains($0) && conversion.parameters[$0] == nil
    }) {
      throw Fault("cannot train '\(name)', which --parameters names: no node takes it as a weight")
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
        + (change == .withoutEnding ? ", \(ending.rawValue) in the loss" : ""))
    let weights = try weights(of: network, in: graph)
    lines += network.layout.entries.map {
      "parameter: \($0.name) \(written($0.shape)), \($0.role.rawValue)"
    }
    let folded = FoldedNormalisation.names(in: self.graph, nodes: own)
    if !folded.isEmpty {
      lines.append(
        "weights: batch normalisation is folded into them (\(WeightChoice.list(folded))): the loss is "
          + "the trained network's, but ‖w‖, λ and curvature are those of other weights; export without "
          + "folding, as the page 'Bringing a model' shows")
    }
    lines += (ties.notes + choice.notes).map { "weights: \($0)" }
    let constants = graph.floating.filter {
      read.contains($0) && network.layout.entry(named: $0) == nil
    }
    for name in constants.sorted() {
      lines.append("constant: \(name) \(written(graph.initialisers[name]?.shape ?? []))")
    }
    return Imported(
      network: network, weights: weights, outputShape: Array(result.shape.dropFirst()),
      operations: nodes.map(\.kind), lines: lines,
      explanation: choice.verdicts.map { verdict in
        verdict.line + (ties.keepers[verdict.name].map { "; tied to '\($0)'" } ?? "")
      }, foldedNormalisations: folded)
  }

  /// The shape of one sample: the file's, and the data's where the file leaves it open.
  ///
  /// Data go in as they stand: in the input's own shape, but for dimensions of 1, or all in a row on one
  /// of the two sides. Any other shape with as many numbers would be read in a wrong order.
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
    func fits(_ a: [Int?], _ b: [Int]) -> Bool {
      a.count == b.count && zip(a, b).allSatisfy { $0 == nil || $0 == $1 }
    }
    if rest.contains(nil) {
      guard rest.count == data.count else {
        throw Fault(
          "leaves dimensions of '\(input.name)' open, and the data's shape \(written(data)) does not "
            + "have \(rest.count)")
      }
      guard fits(rest, data) else { throw misfit(input, rest, data) }
      return (data, batch == nil)
    }
    let own = rest.compactMap(\.self)
    let (size, count) = (own.reduce(1, *), data.reduce(1, *))
    let isRow = own.filter { $0 > 1 }.count <= 1 || data.filter { $0 > 1 }.count <= 1
    guard own.filter({ $0 > 1 }) == data.filter({ $0 > 1 }) || isRow && size == count else {
      throw misfit(input, rest, data)
    }
    return (own, batch == nil)
  }

  /// Says that data do not have the input's shape, and which transposition would give it.
  private func misfit(_ input: Graph.Port, _ own: [Int?], _ data: [Int]) -> Fault {
    let shape = "[" + own.map { $0.map(String.init) ?? "any" }.joined(separator: ", ") + "]"
    let order = order(of: data, as: own)
    return Fault(
      "takes samples of shape \(shape) as '\(input.name)'; the data's samples have shape "
        + "\(written(data))"
        + (order.map {
          ", which has to be transposed: in NumPy x.transpose("
            + ([0] + $0.map { $0 + 1 }).map(String.init).joined(separator: ", ") + ")"
        } ?? ""))
  }

  /// An order of dimensions in which one shape is another; nil where there is none.
  private func order(of data: [Int], as own: [Int?]) -> [Int]? {
    guard own.count == data.count, own.count <= 6 else { return nil }
    func search(_ chosen: [Int]) -> [Int]? {
      guard chosen.count < own.count else { return chosen }
      // From the last one on, so that channels go to the front and the rest keep their order.
      for axis in data.indices where !chosen.contains(axis) {
        guard own[chosen.count] == nil || own[chosen.count] == data[axis] else { continue }
        if let found = search(chosen + [axis]) { return found }
      }
      return nil
    }
    return search([])
  }

  private func weights(of network: Network, in graph: Graph) throws(Fault) -> [Double] {
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

  /// The outputs as a loss of logits takes them.
  fileprivate mutating func changed(
    _ value: NetworkBuilder.Value, _ change: ONNXModel.OutputChange
  ) throws -> NetworkBuilder.Value {
    switch change {
    case .none, .withoutEnding: return value
    case .logarithm: return try builder.map(value, .log)
    case .halved: return try builder.map(value, .affine(scale: 0.5, shift: 0))
    case .logit:
      let rest = try builder.map(value, .affine(scale: -1, shift: 1))
      return try builder.combine(
        builder.map(value, .log), builder.map(rest, .log), .subtract)
    case .logitOfLogarithm:
      let rest = try builder.map(builder.map(value, .exp), .affine(scale: -1, shift: 1))
      return try builder.combine(value, builder.map(rest, .log), .subtract)
    }
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
