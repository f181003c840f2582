import Figures
import Foundation
import Testing

@testable import Images

@Suite struct VideoTests {
  static let hasFFmpeg = find("ffmpeg") != nil && find("ffprobe") != nil

  /// Writes a video to a temporary place and hands it to `body`.
  private func withVideo<Result>(
    _ animation: Animation, _ format: VideoFormat, threads: Int = 1,
    _ body: (String) throws -> Result
  ) throws -> Result {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "landscape-\(UUID().uuidString).\(format.rawValue)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try animation.video(format, to: path, metadata: ["Title": "walk"], threads: threads)
    return try body(path)
  }

  /// The pictures of a video, as the program reads them.
  private func pictures(_ path: String, width: Int, height: Int) throws -> [Raster] {
    let raw = path + ".rgb"
    defer { try? FileManager.default.removeItem(atPath: raw) }
    let told = try output(
      of: "ffmpeg",
      ["-loglevel", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", raw])
    #expect(told?.code == 0, "\(told?.text ?? "")")
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: raw)))
    let size = 3 * width * height
    #expect(bytes.count % size == 0)
    return stride(from: 0, to: bytes.count, by: size).map { start in
      Raster(
        width: width, height: height,
        pixels: stride(from: start, to: start + size, by: 3).map {
          UInt32(bytes[$0]) << 16 | UInt32(bytes[$0 + 1]) << 8 | UInt32(bytes[$0 + 2])
        })
    }
  }

  @Test(.enabled(if: hasFFmpeg)) func `a GIF of few colours comes back as it was`() throws {
    try withVideo(AnimationTests.walk(6), .gif) { path in
      let pictures = try pictures(path, width: 40, height: 30)
      #expect(pictures == (0..<6).map { AnimationTests.walked($0) })
    }
  }

  @Test(.enabled(if: hasFFmpeg), arguments: [VideoFormat.mp4, .webm])
  func `a video has all frames, an even size and nearly its colours`(format: VideoFormat) throws {
    var animation = AnimationTests.walk(5, width: 63, height: 47)
    animation.durations = [3]
    try withVideo(animation, format) { path in
      let pictures = try pictures(path, width: 64, height: 48)
      #expect(pictures.count == 7)
      // The first picture is shown for three frames; then the square has gone on.
      for (shown, index) in zip([0, 2, 3, 6], [0, 0, 1, 4]) {
        let wanted = AnimationTests.walked(index, width: 63, height: 47)
        // The background far from the square, whose edges blur.
        for (x, y) in [(60, 3), (20, 40), (3, 44), (44, 30)] {
          let (seen, given) = (
            parts(pictures[shown].pixels[y * 64 + x]), parts(wanted.pixels[y * 63 + x])
          )
          #expect(zip(seen, given).allSatisfy { abs($0 - $1) <= 6 }, "\(seen) \(given)")
        }
        let step = index < 3 ? index : index - 1
        let square = parts(pictures[shown].pixels[(step + 2) * 64 + 2 * step + 2])
        #expect(square[0] > 120 && square[1] < 70, "\(square)")
      }
    }
  }

  @Test(.enabled(if: hasFFmpeg), arguments: VideoFormat.allCases)
  func `bytes are the same on every run and for any number of threads`(format: VideoFormat) throws {
    let animation = AnimationTests.walk(5)
    let read = { (path: String) in try Data(contentsOf: URL(filePath: path)) }
    let first = try withVideo(animation, format, read)
    #expect(try withVideo(animation, format, threads: 3, read) == first)
    #expect(first.count > 100)
  }

  @Test(.enabled(if: hasFFmpeg)) func `an error of the program is told in its words`() {
    let path = "/nowhere/at/all/walk.mp4"
    let error = #expect(throws: ImageError.self) {
      try AnimationTests.walk(5).video(.mp4, to: path)
    }
    #expect(error?.description.contains("No such file or directory") == true)
  }

  @Test(.enabled(if: hasFFmpeg)) func `an error of a picture leaves no file`() throws {
    struct Fault: Error {}
    let path = FileManager.default.temporaryDirectory
      .appending(path: "landscape-\(UUID().uuidString).mp4").path
    let animation = Animation(count: 30) { index in
      if index == 20 { throw Fault() }
      return AnimationTests.walked(index)
    }
    #expect(throws: Fault.self) { try animation.video(.mp4, to: path) }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test(.enabled(if: hasFFmpeg)) func `a GIF that would take more than 1 GiB is refused`() {
    let large = Animation(count: 400) { _ in
      Raster(width: 1000, height: 1000, pixels: Array(repeating: 0, count: 1_000_000))
    }
    #expect(throws: ImageError.self) { try large.video(.gif, to: "/tmp/never.gif") }
  }

  @Test func `a program that is not installed is named, with what to do`() {
    let error = #expect(throws: ImageError.noProgram("ffmpeg")) {
      try Program.find("ffmpeg", environment: ["PATH": "/nowhere:/neither"])
    }
    #expect(error?.description.contains("apt-get install ffmpeg") == true)
  }

  @Test func `a program that ends before its input is an error, not the end of this one`() throws {
    let program = try Program(at: "/bin/sh", ["-c", "echo first >&2; echo last >&2; exit 3"])
    let error = #expect(throws: ImageError.self) {
      for _ in 0..<100 { try program.write([UInt8](repeating: 7, count: 100_000)) }
    }
    #expect(error?.description == "sh ended with status 3: last")
  }

  @Test func `a program that complains at length does not wait for a reader`() throws {
    let program = try Program(
      at: "/bin/sh", ["-c", "head -c 3000000 /dev/zero | tr '\\0' 'a' >&2; cat > /dev/null"])
    for _ in 0..<20 { try program.write([UInt8](repeating: 7, count: 100_000)) }
    try program.finish()
  }
}
