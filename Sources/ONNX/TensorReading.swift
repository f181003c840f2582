import ONNXProto
import TensorFiles

/// Reads the tensors of a model: in the file itself, or in files beside it.
struct TensorReading {
  /// The model's file.
  let path: String
  /// External files, each read once.
  private var files: [String: [UInt8]] = [:]
  /// The places that tensors take of them.
  private var places: [String: [(range: Range<Int>, tensor: String)]] = [:]

  init(path: String) { self.path = path }

  /// A kind of number that is not text.
  static func isNumeric(_ tensor: Onnx_TensorProto) -> Bool {
    (1...16).contains(tensor.dataType) && ![8, 14, 15].contains(tensor.dataType)
  }

  /// Whether a tensor holds floating-point numbers.
  static func isFloating(_ type: Int32) -> Bool { [1, 10, 11, 16].contains(type) }

  /// Reads a tensor.
  ///
  /// - Parameter tensor: As the file has it.
  /// - Returns: Its numbers.
  /// - Throws: ``Fault`` where its shape, type and bytes do not agree.
  mutating func tensor(_ tensor: Onnx_TensorProto) throws(Fault) -> Tensor {
    func fault(_ reason: String) -> Fault { Fault("tensor '\(tensor.name)' \(reason)") }
    guard let format = NumberFormat(onnx: tensor.dataType) else {
      throw fault("has the data type \(tensor.dataType), which cannot be read")
    }
    let shape = tensor.dims.map { Int(clamping: $0) }
    guard let extent = extent(of: shape, elementSize: format.size) else {
      throw fault("has an impossible shape of \(written(shape))")
    }
    let isExternal = tensor.dataLocation == .external
    let bytes: [UInt8]
    let range: Range<Int>
    if isExternal {
      (bytes, range) = try external(tensor, size: extent.bytes)
    } else if let elements = try typed(tensor, format, count: extent.count) {
      return Tensor(shape: shape, elements: elements)
    } else {
      bytes = [UInt8](tensor.rawData)
      range = 0..<bytes.count
    }
    guard range.count == extent.bytes else {
      throw fault(
        "of shape \(written(shape)) needs \(extent.bytes) bytes, and has \(range.count)")
    }
    guard let elements = format.decode(bytes, in: range, bigEndian: false) else {
      throw fault("holds a number beyond 2⁶³")
    }
    return Tensor(shape: shape, elements: elements)
  }

  /// Reads a sparse tensor, with all its zeros.
  ///
  /// - Parameter sparse: As the file has it: values, and their places, each as one number or as one for
  ///   each dimension.
  /// - Returns: Its numbers, dense.
  /// - Throws: ``Fault`` where values, places and shape do not agree.
  mutating func tensor(_ sparse: Onnx_SparseTensorProto) throws(Fault) -> Tensor {
    func fault(_ reason: String) -> Fault {
      Fault("sparse tensor '\(sparse.values.name)' \(reason)")
    }
    let shape = sparse.dims.map { Int(clamping: $0) }
    // A few bytes could ask for any size.
    guard let size = count(of: shape, limit: Conversion.valueLimit) else {
      throw fault("has a shape of \(written(shape)), which is impossible or too large")
    }
    let values = try tensor(sparse.values)
    let places = try tensor(sparse.indices)
    let kept = values.doubles
    guard case .int64(let indices) = places.elements,
      places.shape == [kept.count] || places.shape == [kept.count, shape.count]
    else {
      throw fault("has \(kept.count) values, and places of shape \(written(places.shape))")
    }
    let width = places.shape.count == 2 ? shape.count : 1
    let extents = places.shape.count == 2 ? shape : [size]
    var numbers = [Double](repeating: 0, count: size)
    var isTaken = [Bool](repeating: false, count: size)
    for (entry, value) in kept.enumerated() {
      var place = 0
      for axis in 0..<width {
        let index = indices[entry * width + axis]
        guard index >= 0, index < extents[axis] else {
          throw fault("puts a value at \(index), outside its shape of \(written(shape))")
        }
        place = place * extents[axis] + Int(index)
      }
      guard !isTaken[place] else { throw fault("puts two values at one place") }
      isTaken[place] = true
      numbers[place] = value
    }
    return switch values.elements {
    case .float32: Tensor(shape: shape, elements: .float32(numbers.map(Float.init)))
    case .float64: Tensor(shape: shape, elements: .float64(numbers))
    case .uint8, .int64:
      throw fault("holds whole numbers, which cannot be read")
    }
  }

  /// The numbers of the fields that are not raw bytes; nil where it has none.
  private func typed(
    _ tensor: Onnx_TensorProto, _ format: NumberFormat, count: Int
  ) throws(Fault) -> Tensor.Elements? {
    let elements: Tensor.Elements
    switch format {
    case .float32 where !tensor.floatData.isEmpty: elements = .float32(tensor.floatData)
    case .float64 where !tensor.doubleData.isEmpty: elements = .float64(tensor.doubleData)
    case .int64 where !tensor.int64Data.isEmpty: elements = .int64(tensor.int64Data)
    case .uint32 where !tensor.uint64Data.isEmpty, .uint64 where !tensor.uint64Data.isEmpty:
      elements = .int64(tensor.uint64Data.map { Int64(clamping: $0) })
    case .float16 where !tensor.int32Data.isEmpty, .bfloat16 where !tensor.int32Data.isEmpty:
      // The bits of each number in a whole number of its own.
      let bits = tensor.int32Data.map { UInt16(truncatingIfNeeded: $0) }
      let bytes = bits.flatMap {
        [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
      }
      guard let decoded = format.decode(bytes, in: 0..<bytes.count, bigEndian: false) else {
        return nil
      }
      elements = decoded
    case .bool where !tensor.int32Data.isEmpty, .int8 where !tensor.int32Data.isEmpty,
      .int16 where !tensor.int32Data.isEmpty, .int32 where !tensor.int32Data.isEmpty,
      .uint8 where !tensor.int32Data.isEmpty, .uint16 where !tensor.int32Data.isEmpty:
      elements = .int64(tensor.int32Data.map(Int64.init))
    default: return nil
    }
    guard elements.count == count, tensor.rawData.isEmpty else {
      throw Fault(
        "tensor '\(tensor.name)' of \(count) numbers has \(elements.count)"
          + (tensor.rawData.isEmpty ? "" : ", and as many bytes again"))
    }
    return elements
  }

  /// Where an external tensor's bytes are.
  private mutating func external(
    _ tensor: Onnx_TensorProto, size: Int
  ) throws(Fault) -> ([UInt8], Range<Int>) {
    func fault(_ reason: String) -> Fault { Fault("tensor '\(tensor.name)' \(reason)") }
    var fields: [String: String] = [:]
    for entry in tensor.externalData { fields[entry.key] = entry.value }
    guard let location = fields["location"] else {
      throw fault("is in another file, whose name is missing")
    }
    // A name that leads out of the model's folder could read any file of the machine.
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.isEmpty, !location.contains("\\"), !location.utf8.contains(0),
      parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
    else {
      throw fault(
        "is in a file named '\(location)'; names must be relative, inside the model's folder")
    }
    func number(_ key: String) throws(Fault) -> Int? {
      guard let text = fields[key] else { return nil }
      guard let value = Int(text), value >= 0 else {
        throw fault("has the \(key) '\(text)' in '\(location)'; it must be a whole number from 0")
      }
      return value
    }
    let offset = try number("offset") ?? 0
    let length = try number("length") ?? size
    guard length == size else {
      throw fault("needs \(size) bytes, and claims \(length) in '\(location)'")
    }
    let file: [UInt8]
    if let known = files[location] {
      file = known
    } else {
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      guard isInside(folder + location, folder: folder.isEmpty ? "." : folder) else {
        throw fault("is in '\(location)', a link that leads out of the model's folder")
      }
      do { file = try readFile(folder + location) } catch {
        throw fault("is in another file: \(error)")
      }
      files[location] = file
    }
    let (end, overflow) = offset.addingReportingOverflow(length)
    guard !overflow, end <= file.count else {
      throw fault(
        "claims bytes \(offset) to \(overflow ? Int.max : end) of '\(location)', which has "
          + "\(file.count)")
    }
    let range = offset..<end
    // Sorted, so that only neighbours can overlap.
    var taken = places[location, default: []]
    var place = taken.count
    while place > 0, taken[place - 1].range.lowerBound > offset { place -= 1 }
    for neighbour in [place - 1, place] where taken.indices.contains(neighbour) {
      if taken[neighbour].range.overlaps(range) {
        throw fault("overlaps tensor '\(taken[neighbour].tensor)' in '\(location)'")
      }
    }
    places[location] = nil
    taken.insert((range, tensor.name), at: place)
    places[location] = taken
    return (file, range)
  }
}

extension NumberFormat {
  /// The format of a data type's number in ONNX.
  fileprivate init?(onnx type: Int32) {
    switch type {
    case 1: self = .float32
    case 2: self = .uint8
    case 3: self = .int8
    case 4: self = .uint16
    case 5: self = .int16
    case 6: self = .int32
    case 7: self = .int64
    case 9: self = .bool
    case 10: self = .float16
    case 11: self = .float64
    case 12: self = .uint32
    case 13: self = .uint64
    case 16: self = .bfloat16
    default: return nil
    }
  }
}
