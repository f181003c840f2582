/// The ways in which files store one number.
package enum NumberFormat: Sendable, CaseIterable {
  case bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64
  case float16, bfloat16, float32, float64

  /// The bytes of one number.
  package var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  /// Reads numbers.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - range: Where the numbers are: a multiple of `size`, inside the file.
  ///   - bigEndian: Whether the most significant byte comes first.
  /// - Returns: The numbers, or nil where one does not fit (an unsigned integer from 2⁶³ on).
  package func decode(_ bytes: [UInt8], in range: Range<Int>, bigEndian: Bool) -> Tensor.Elements? {
    func load<Stored: FixedWidthInteger, Kept>(
      _ type: Stored.Type, _ convert: (Stored) -> Kept
    ) -> [Kept] {
      let width = MemoryLayout<Stored>.size
      let count = range.count / width
      return bytes.withUnsafeBytes { raw in
        [Kept](unsafeUninitializedCapacity: count) { buffer, initialised in
          for i in 0..<count {
            let value = raw.loadUnaligned(
              fromByteOffset: range.lowerBound + i * width, as: Stored.self)
            let host = bigEndian ? Stored(bigEndian: value) : Stored(littleEndian: value)
            buffer.initializeElement(at: i, to: convert(host))
          }
          initialised = count
        }
      }
    }
    switch self {
    case .uint8: return .uint8(Array(bytes[range]))
    case .bool: return .uint8(load(UInt8.self) { $0 == 0 ? 0 : 1 })
    case .int8: return .int64(load(Int8.self) { Int64($0) })
    case .uint16: return .int64(load(UInt16.self) { Int64($0) })
    case .int16: return .int64(load(Int16.self) { Int64($0) })
    case .uint32: return .int64(load(UInt32.self) { Int64($0) })
    case .int32: return .int64(load(Int32.self) { Int64($0) })
    case .int64: return .int64(load(Int64.self) { $0 })
    case .uint64:
      let values = load(UInt64.self) { Int64(bitPattern: $0) }
      return values.contains { $0 < 0 } ? nil : .int64(values)
    case .float16: return .float32(load(UInt16.self, Float.init(halfPrecisionBits:)))
    case .bfloat16: return .float32(load(UInt16.self) { Float(bitPattern: UInt32($0) << 16) })
    case .float32: return .float32(load(UInt32.self) { Float(bitPattern: $0) })
    case .float64: return .float64(load(UInt64.self) { Double(bitPattern: $0) })
    }
  }
}

extension Float {
  /// The value of an IEEE 754 binary16 number; Swift's `Float16` is missing on Intel Macs.
  init(halfPrecisionBits bits: UInt16) {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = bits & 0x3FF
    switch exponent {
    case 0: self = sign * Float(fraction) * 0x1p-24
    case 31:
      self.init(
        bitPattern: UInt32(bits & 0x8000) << 16 | 0x7F80_0000 | UInt32(fraction) << 13)
    default:
      self =
        sign * Float(sign: .plus, exponent: exponent - 25, significand: Float(fraction | 0x400))
    }
  }
}

extension Tensor.Elements {
  /// The numbers' bytes, least significant first.
  var littleEndianBytes: [UInt8] {
    func bytes<T, Bits: FixedWidthInteger>(_ values: [T], _ bits: (T) -> Bits) -> [UInt8] {
      let width = MemoryLayout<Bits>.size
      return [UInt8](unsafeUninitializedCapacity: values.count * width) { buffer, count in
        let raw = UnsafeMutableRawBufferPointer(buffer)
        for (i, value) in values.enumerated() {
          raw.storeBytes(of: bits(value).littleEndian, toByteOffset: i * width, as: Bits.self)
        }
        count = values.count * width
      }
    }
    switch self {
    case .uint8(let values): return values
    case .int64(let values): return bytes(values) { $0 }
    case .float32(let values): return bytes(values, \.bitPattern)
    case .float64(let values): return bytes(values, \.bitPattern)
    }
  }
}
