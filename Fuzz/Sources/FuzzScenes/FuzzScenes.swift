import CZlib
import Datasets
import Figures
import FuzzLoop
import Images
import Landscape
import Networks
import TensorFiles

@testable import ONNX

/// The readers of scenes, networks, pictures and typefaces.
@main enum FuzzScenes {
  static func main() {
    fuzz([
      Reader("scene", throwing: SceneError.self) { bytes in
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        _ = try Scene(yaml: text, path: "p.yaml")
      },
      Reader("onnx", throwing: FileError.self) { bytes in
        let model = try ONNXModel(bytes: bytes, path: "p")
        var refusal: FileError?
        // One of these is the shape of each seed's samples.
        for shape in [[4], [3], [6], [1, 8, 8], [8, 8, 1], [2, 8]] {
          for change in [ONNXModel.OutputChange.none, .withoutEnding] {
            do throws(FileError) {
              try run(model.network(inputShape: shape, outputs: change))
            } catch {
              refusal = error
            }
          }
        }
        if let refusal { throw refusal }
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

/// Evaluates a network of small size on two samples, with the Hessian once.
private func run(_ imported: ONNXModel.Imported) {
  let (network, weights) = (imported.network, imported.weights)
  precondition(weights.count == network.layout.count)
  let inputs = network.inputShape.reduce(2, *)
  guard weights.count <= 10_000, inputs <= 10_000, network.outputs <= 1000 else { return }
  let targets = Targets.values(
    [Double](repeating: 0.5, count: 2 * network.outputs), outputs: network.outputs)
  guard
    let data = try? Dataset(
      name: "p", inputShape: network.inputShape,
      inputs: (0..<inputs).map { Double($0 % 7) / 7 }, targets: targets),
    let objective = try? NetworkObjective(network: network, loss: .squaredError, data: data)
  else { return }
  precondition(objective.hessian(at: weights).apply(to: weights).count == weights.count)
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
