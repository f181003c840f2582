import Figures
import Foundation

/// Something of everything: nested fills, lines, dashes, an image, a clip, texts turned and haloed.
func sampler() -> Drawing {
  let cells = (0..<12).map { UInt32($0 * 0x15_0B_07) & 0xFFFFFF }
  return Drawing(
    width: 144, height: 108,
    elements: [
      .fill(circle(x: 40, y: 40, radius: 30), Color(red: 0.2, green: 0.3, blue: 0.6)),
      .fill(circle(x: 42, y: 38, radius: 18), Color(red: 0.3, green: 0.7, blue: 0.5)),
      .image(
        Raster(width: 4, height: 3, pixels: cells), Rectangle(x: 80, y: 12, width: 40, height: 30)),
      .clip(
        rectangle(x: 80, y: 50, width: 30, height: 30),
        [.stroke(circle(x: 80, y: 50, radius: 20), Stroke(.black, width: 1.5, dash: [4, 2]))]),
      .stroke(
        Path([.move(Point(5, 80)), .curve(Point(40, 60), Point(90, 110), Point(139, 84))]),
        Stroke(Color(red: 0.7, green: 0.1, blue: 0.1), width: 0.75, roundCaps: true)),
      .text(
        Text(
          runs: [
            Text.Run("L(w) + ½λ‖w‖², λ = 10", size: 9, offset: 0),
            Text.Run("−3", size: 6, offset: 106, raise: 3.4),
          ], origin: Point(8, 100))),
      .text(
        Text(
          runs: [Text.Run("0.5", size: 7, oblique: true, offset: 0)], origin: Point(30, 45),
          angle: 0.4, color: .black, halo: Stroke(.white, width: 2))),
    ])
}

func rectangle(x: Double, y: Double, width: Double, height: Double) -> Path {
  Path([
    .move(Point(x, y)), .line(Point(x + width, y)), .line(Point(x + width, y + height)),
    .line(Point(x, y + height)), .close,
  ])
}

func circle(x: Double, y: Double, radius: Double) -> Path {
  let corners = (0..<90).map { i in
    let angle = Double(i) / 90 * 2 * Double.pi
    return Point(x + radius * cos(angle), y + radius * sin(angle))
  }
  return Path([.move(corners[0])] + corners.dropFirst().map { .line($0) } + [.close])
}

/// The three parts of 0xRRGGBB.
func parts(_ pixel: UInt32) -> [Int] {
  [Int(pixel >> 16 & 255), Int(pixel >> 8 & 255), Int(pixel & 255)]
}

/// A small generator with a seed (SplitMix64), so that a failing test can be repeated.
struct TestGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// Runs a program on a file and gives what it prints, or nil where it is not installed.
func output(of program: String, _ arguments: [String]) throws -> (code: Int32, text: String)? {
  guard let path = find(program) else { return nil }
  let process = Process()
  process.executableURL = URL(filePath: path)
  process.arguments = arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}

/// Where a program is installed.
func find(_ program: String) -> String? {
  let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
  return folders.map { "\($0)/\(program)" }.first(where: FileManager.default.isExecutableFile)
}

/// Hands bytes to `body` as a file that exists meanwhile.
func withFile<Result>(
  _ bytes: [UInt8], _ ending: String, _ body: (String) throws -> Result
) throws -> Result {
  let url = FileManager.default.temporaryDirectory
    .appending(path: "landscape-\(UUID().uuidString).\(ending)")
  try Data(bytes).write(to: url)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url.path)
}
