import CZlib
import Figures
import FuzzLoop
import Images
import Landscape

/// The readers of scenes, pictures and typefaces.
@main enum FuzzScenes {
  static func main() {
    fuzz([
      Reader("scene", throwing: SceneError.self) { bytes in
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        _ = try Scene(yaml: text, path: "p.yaml")
      },
      Reader("png", throwing: ImageError.self) { bytes in
        _ = try Metadata(png: withChecksums(bytes))
      },
      Reader("pixels", throwing: ImageError.self) { bytes in
        // A picture's size is claimed in its header: 2¹⁶ pixels are enough to look for faults.
        guard bytes.count > 24, bytes[16...17].allSatisfy({ $0 == 0 }), bytes[18] == 0,
          bytes[20...22].allSatisfy({ $0 == 0 })
        else { return }
        _ = try Raster(png: withChecksums(bytes))
      },
      Reader("font", throwing: ImageError.self) { bytes in
        let font = try FontFile(bytes)
        for letter in "H x0λ".unicodeScalars { _ = font.glyph(letter) }
      },
    ])
  }
}

/// A PNG file with the checksum of each chunk made right, so that what is inside is reached.
private func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
  var bytes = bytes
  var start = 8
  while start + 12 <= bytes.count {
    let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - start - 12 else { break }
    let end = start + 8 + length
    let sum = bytes[start + 4..<end].withUnsafeBufferPointer {
      crc32(0, $0.baseAddress, UInt32($0.count))
    }
    for byte in 0..<4 { bytes[end + byte] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * byte)) }
    start = end + 4
  }
  return bytes
}
