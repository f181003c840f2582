import Datasets

/// y = rows of a table, by indices that are data; the parameter is the table [tokens, width].
///
/// Linear in the table, and constant in the indices.
struct Embed: Operation {
  /// How many rows the table has, and how long they are.
  var tokens: Int
  var width: Int
  /// How many indices a sample has.
  var indices: Int
  /// Which features of the network's input they are, but for constants.
  var inputFeatures: [Int]

  var outputFeatures: Int { indices * width }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    let (x, table) = (x[0], parameters[0])
    for place in 0..<indices {
      let tokens = x[place]
      for column in 0..<width {
        let y = y[place * width + column]
        for lane in 0..<x.lanes { y[lane] = table[Int(tokens[lane]) * width + column] }
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    // The indices are whole numbers: nothing changes with them.
    _ = inputGradients[0]?.begun()
    let (x, sums) = (x[0], parameterGradients[0])
    for place in 0..<indices {
      let tokens = x[place]
      for column in 0..<width {
        let gradient = outputGradient[place * width + column]
        for lane in 0..<x.lanes { sums[Int(tokens[lane]) * width + column] += gradient[lane] }
      }
    }
  }

  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    value(of: x, parameters: parameterTangents, into: outputTangent)
  }

  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [GradientSum<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    gradient(
      of: x, parameters: parameters, outputGradient: outputGradientTangent,
      into: inputGradientTangents, parameterGradientTangents)
  }
}

extension NetworkBuilder {
  /// Adds the rows of a table that the input's numbers name.
  ///
  /// ``NetworkObjective`` refuses data whose numbers are not whole, or beyond the table.
  ///
  /// - Parameters:
  ///   - indices: The network's input, or a rearrangement of it.
  ///   - table: [tokens, width].
  /// - Returns: The rows, [.., width].
  /// - Throws: ``NetworkError`` for indices that are computed, and a table that is no matrix.
  public mutating func embed(
    _ indices: Value, table: Parameter
  ) throws(NetworkError) -> Value {
    guard table.shape.count == 2 else {
      throw fault("needs a table [tokens, width], not one of shape \(table.shape)")
    }
    let (tokens, width) = (table.shape[0], table.shape[1])
    guard tokens <= 1 << 24 else {
      throw fault("has a table of \(tokens) tokens; Float32 counts to \(1 << 24)")
    }
    guard let origins = origins(of: indices.index) else {
      throw fault("needs indices that are the network's input, or some of it, not computed")
    }
    var features: [Int] = []
    for origin in origins {
      switch origin {
      case .input(let feature): features.append(feature)
      case .constant(let number):
        guard number == number.rounded(), (0..<Double(tokens)).contains(number) else {
          throw fault("has the constant index \(number) for a table of \(tokens) tokens")
        }
      }
    }
    return try append(
      Embed(tokens: tokens, width: width, indices: indices.count, inputFeatures: features),
      of: [indices], [table], shape: indices.shape + [width])
  }

  /// What a number is where nothing computes it.
  private enum Origin {
    case input(feature: Int)
    case constant(Double)
  }

  /// Where the numbers of a value come from; nil where they are computed.
  private func origins(of value: Int) -> [Origin]? {
    if value == 0 { return (0..<features[0]).map { .input(feature: $0) } }
    guard let node = nodes.first(where: { $0.output == value }) else { return nil }
    if let constant = node.operation as? Constant { return constant.numbers.map { .constant($0) } }
    // Whole numbers of a table's size stay as they are where fractions or high bits are cut off.
    if let map = node.operation as? Map {
      switch map.function {
      case .truncate, .wrap: return origins(of: node.inputs[0])
      default: return nil
      }
    }
    guard let table = node.operation as? Rearrange else { return nil }
    var result = [Origin](repeating: .constant(table.filling), count: table.outputFeatures)
    for run in table.runs {
      guard let source = origins(of: node.inputs[run.input]) else { return nil }
      for i in 0..<run.count { result[run.target + i] = source[run.source + i] }
    }
    return result
  }
}

extension Network {
  /// Refuses data whose numbers do not name rows of the tables that they look up.
  func checkIndices(of data: Dataset) throws(NetworkError) {
    for node in nodes {
      guard let embed = node.operation as? Embed else { continue }
      for sample in 0..<data.count {
        let input = data.input(sample)
        for feature in embed.inputFeatures {
          let number = input[input.startIndex + feature]
          guard number == number.rounded(), (0..<Double(embed.tokens)).contains(number) else {
            throw NetworkError(
              layer: nil, kind: node.label,
              reason: "needs whole numbers from 0 to \(embed.tokens - 1); "
                + "sample \(sample) has \(number) at \(feature)")
          }
        }
      }
    }
  }
}
