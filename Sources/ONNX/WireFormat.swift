/// Walks the fields of a model file before they are read, so that memory stays in proportion.
///
/// Protocol buffers make a record of every field: two bytes can ask for hundreds. Numbers of tensors
/// are kept as they stand; all other fields are counted, and a file with more than a network can need
/// is refused. The walk sees truncation, too, and says where.
struct WireFormat {
  /// The most fields and packed whole numbers in a file.
  ///
  /// An operation has about twenty, and up to seventy where its exporter says where it comes from, so
  /// that there is room for networks of fifteen thousand; a record takes at most a few hundred bytes.
  static let budget = 1 << 20

  /// The messages whose fields matter; others are passed over as text is.
  private enum Message {
    case model, graph, node, attribute, tensor, sparse, value, entry

    /// The message that a field holds.
    func child(_ field: UInt64) -> Message? {
      switch (self, field) {
      case (.model, 7): .graph
      case (.graph, 1): .node
      case (.graph, 5): .tensor
      case (.graph, 11), (.graph, 12), (.graph, 13): .value
      case (.graph, 15), (.attribute, 22): .sparse
      case (.node, 5): .attribute
      case (.attribute, 5), (.sparse, 1), (.sparse, 2): .tensor
      case (.graph, 16), (.node, 9), (.tensor, 16), (.value, 4): .entry
      default: nil
      }
    }

    /// Whether a field may hold many whole numbers in a few bytes each.
    func isPacked(_ field: UInt64) -> Bool {
      switch self {
      case .tensor: [1, 5, 7, 11].contains(field)
      case .attribute: field == 8
      case .sparse: field == 3
      // Shapes: dimensions of some bytes each.
      case .value: field != 1
      default: false
      }
    }
  }

  private let bytes: [UInt8]
  private var position = 0
  private var spent = 0

  /// Walks a file.
  ///
  /// - Parameter bytes: The file.
  /// - Throws: ``Fault`` where it ends early, is no protocol buffer, or has too many fields.
  static func check(_ bytes: [UInt8]) throws(Fault) {
    var walk = WireFormat(bytes: bytes)
    try walk.message(.model, end: bytes.count)
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func message(_ kind: Message, end: Int) throws(Fault) {
    while position < end {
      let start = position
      let tag = try varint(end)
      let field = tag >> 3
      guard field > 0, field < 1 << 29 else { throw broken(start) }
      try spend(1)
      switch tag & 7 {
      case 0: _ = try varint(end)
      case 1: try skip(8, end, start)
      case 5: try skip(4, end, start)
      case 2:
        let length = try varint(end)
        guard length <= UInt64(end - position) else {
          throw Fault(
            "ends early or is no ONNX model: a field at byte \(start) claims \(length) bytes, and "
              + "\(end - position) are left")
        }
        if let child = kind.child(field) {
          try message(child, end: position + Int(length))
        } else {
          if kind.isPacked(field) { try spend(Int(length)) }
          position += Int(length)
        }
      default: throw broken(start)
      }
    }
  }

  private mutating func spend(_ count: Int) throws(Fault) {
    spent += count
    guard spent <= Self.budget else {
      throw Fault(
        "has more than \(Self.budget) fields beside the numbers of its tensors; it is no small "
          + "network, or none")
    }
  }

  private mutating func skip(_ count: Int, _ end: Int, _ start: Int) throws(Fault) {
    guard count <= end - position else { throw broken(start) }
    position += count
  }

  private mutating func varint(_ end: Int) throws(Fault) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else { throw broken(start) }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw broken(start)
  }

  private func broken(_ start: Int) -> Fault {
    Fault("ends early or is no ONNX model: the field at byte \(start) makes no sense")
  }
}
