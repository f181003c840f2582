import Figures
import Foundation

/// Kinds of video that the program `ffmpeg` writes.
public enum VideoFormat: String, Hashable, Sendable, CaseIterable {
  /// For pages that take nothing else: 256 colours, chosen for the whole animation.
  case gif
  /// For slides and most players: H.264, in colours at half the resolution.
  case mp4
  /// For web pages: VP9, in colours at half the resolution.
  case webm

  /// The program's settings.
  ///
  /// Videos are coded on one thread, since the number of threads changes the bytes.
  ///
  /// - Parameters:
  ///   - plays: How often a GIF is played; 0 for ever.
  ///   - page: The colour of what is added at the right and below, 0xRRGGBB.
  /// - Returns: What stands between the input and the output on the program's command line.
  fileprivate func arguments(plays: Int, page: UInt32) -> [String] {
    // H.264 and VP9 know even sizes only. The colours are said to be those of high-definition
    // television, as players expect.
    let digits = String(page, radix: 16)
    let color = String(repeating: "0", count: 6 - digits.count) + digits
    let video = [
      "-vf",
      "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=0x\(color)"
        + ",scale=flags=accurate_rnd+full_chroma_int+bicubic:out_color_matrix=bt709:out_range=tv"
        + ",format=yuv420p",
      "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "iec61966-2-1",
      "-color_range", "tv",
    ]
    switch self {
    case .gif:
      // One palette for all pictures, so that nothing flickers; unlike dots, bands compress.
      return [
        "-filter_complex",
        "split[a][b];[a]palettegen=stats_mode=full[p];[b][p]paletteuse=dither=none"
          + ":diff_mode=rectangle",
        "-loop", "\(plays == 0 ? 0 : plays == 1 ? -1 : plays - 1)", "-f", "gif",
      ]
    case .mp4:
      return video + [
        "-c:v", "libx264", "-preset", "slow", "-crf", "18", "-threads", "1",
        "-movflags", "+faststart", "-f", "mp4",
      ]
    case .webm:
      return video + [
        "-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0", "-deadline", "good", "-cpu-used", "3",
        "-row-mt", "0", "-threads", "1", "-f", "webm",
      ]
    }
  }
}

extension Animation {
  /// Writes the animation as a video by the program `ffmpeg`.
  ///
  /// - Parameters:
  ///   - format: What kind of video.
  ///   - path: The file, which is replaced; a broken one is removed after an error. Give a temporary
  ///     name and rename it for a file that is there whole or not at all.
  ///   - metadata: Its `Title` and `Description` are kept, but in GIF.
  ///   - threads: The most threads to draw with; the bytes are the same for any number.
  /// - Throws: ``ImageError/noProgram(_:)`` where `ffmpeg` is not installed,
  ///   ``ImageError/program(_:)`` with its own words where it fails, and as
  ///   ``apng(dpi:metadata:threads:)``.
  public func video(
    _ format: VideoFormat, to path: String, metadata: Metadata = [:], threads: Int = 1
  ) throws {
    try validate()
    try metadata.validate()
    let ffmpeg = try Program.find("ffmpeg")
    let first = try picture(0)
    try first.validate()
    let (width, height) = (first.width, first.height)
    guard width >= 2, height >= 2, max(width, height) <= 16_383 else {
      throw ImageError.size(
        "a video of \(width) × \(height) pixels cannot be written: each side must be 2 to 16383")
    }
    let shown = (0..<count).reduce(0) { $0 + duration(of: $1) }
    // GIF's palette is chosen when all pictures are known, and ffmpeg keeps them till then.
    guard format != .gif || shown <= (1 << 30) / (3 * width * height) else {
      throw ImageError.size(
        "a GIF of \(shown) frames of \(width) × \(height) pixels would take more than 1 GiB of "
          + "memory; draw it smaller or shorter, or write mp4, webm or png")
    }

    let texts = ["title": "Title", "comment": "Description"].sorted { $0.key > $1.key }
      .flatMap { key, entry in metadata[entry].map { ["-metadata", "\(key)=\($0)"] } ?? [] }
    let program = try Program(
      at: ffmpeg,
      [
        "-hide_banner", "-nostats", "-loglevel", "error", "-xerror", "-y",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", "\(width)x\(height)",
        "-framerate", "\(framesPerSecond)", "-i", "pipe:0",
      ] + format.arguments(plays: plays, page: (first.pixels.last ?? 0) & 0xFFFFFF) + [
        "-an", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
      ] + texts + ["file:\(path)"])
    do {
      try inOrder(
        count, threads: threads,
        make: { index in
          let picture = index == 0 ? first : try picture(index)
          try picture.validate(likeWidth: width, height: height)
          return (picture.bytes, duration(of: index))
        },
        join: { _, picture, _ in picture },
        emit: { bytes, times in
          for _ in 0..<times { try program.write(bytes) }
        })
      try program.finish()
      try checkVideo(at: path, by: ffmpeg)
    } catch {
      program.end()
      try? FileManager.default.removeItem(atPath: path)
      guard program.lacksRoom else { throw error }
      throw ImageError.unwritable("\(path): no space is left for the video (\(error))")
    }
  }
}

/// Sees that a video is whole: a full disk may leave a part, and a program that calls it done.
private func checkVideo(at path: String, by ffmpeg: String) throws {
  do {
    let reader = try Program(
      at: ffmpeg,
      [
        "-hide_banner", "-nostats", "-loglevel", "error", "-xerror", "-i", "file:\(path)",
        "-f", "null", "-",
      ])
    try reader.finish()
    guard reader.words.isEmpty else { throw ImageError.program(reader.words) }
  } catch ImageError.program(let words) {
    throw ImageError.unwritable(
      "\(path): the video could not be written whole; is the disk full? (\(words))")
  }
}

extension Raster {
  /// Red, green and blue of each pixel, one byte each.
  fileprivate var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 3 * pixels.count) { bytes, count in
      for (i, pixel) in pixels.enumerated() {
        bytes[3 * i] = UInt8(truncatingIfNeeded: pixel >> 16)
        bytes[3 * i + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
        bytes[3 * i + 2] = UInt8(truncatingIfNeeded: pixel)
      }
      count = 3 * pixels.count
    }
  }
}
