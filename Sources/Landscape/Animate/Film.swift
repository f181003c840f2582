import Algebra
import Figures
import FoundationEssentials
import Images
import TensorFiles

/// The frames of an animation, and its files.
struct Film: Sendable {
  /// More texts for a still of a frame.
  var entries: @Sendable (_ frame: Int) -> [(key: String, text: String)] = { _ in [] }

  private let frames: any FilmFrames
  private let name: String
  private let title: String
  private let description: String
  private let plan: AnimationPlan
  private let options: RenderOptions
  private let files: FigureFiles

  /// Joins frames and what is said of them.
  ///
  /// - Parameters:
  ///   - frames: The pictures.
  ///   - name: The name of the files, without extension.
  ///   - title: What it is.
  ///   - description: What a reader who cannot see it is told.
  ///   - plan: Speed, size and formats.
  ///   - options: Where to, and on how many threads.
  ///   - files: Typeface, and what is written into each file.
  init(
    _ frames: any FilmFrames, name: String, title: String, description: String,
    _ plan: AnimationPlan, _ options: RenderOptions, _ files: FigureFiles
  ) {
    self.frames = frames
    self.name = name
    self.title = title
    self.description = description
    self.plan = plan
    self.options = options
    self.files = files
  }

  /// Writes the animation in every format asked for.
  ///
  /// - Parameter reporter: Who is told.
  /// - Returns: The files.
  /// - Throws: `FigureError`, `ImageError` or `FileError`.
  func write(reporter: Reporter) throws -> [String] {
    let metadata = files.metadata(name, words)
    let written = try plan.formats.flatMap { format -> [String] in
      let film = animation(reporter)
      switch format {
      case .apng:
        reporter.begin("animated PNG", frames.count)
        let path = "\(options.folder)/\(name).png"
        try AtomicFile.stream(to: path) { append in
          try film.apng(dpi: dpi, metadata: metadata, threads: options.threads, write: append)
        }
        return [path]
      case .gif: return [try video(film, .gif, metadata, reporter)]
      case .mp4: return [try video(film, .mp4, metadata, reporter)]
      case .webm: return [try video(film, .webm, metadata, reporter)]
      case .frames: return try stills(film, reporter)
      }
    }
    guard options.layout else { return written }
    let layouts = try concurrentMap(frames.count, threads: options.threads) { index in
      try frames.figure(at: index).layout
    }
    let path = "\(options.folder)/\(name).layout.json"
    try AtomicFile.write(Array(try JSONEncoder.sorted.encode(layouts)), to: path)
    return written + [path]
  }

  private var dpi: Double { Double(plan.pixels) / (files.panelStyle.page.width / 72) }

  private func animation(_ reporter: Reporter) -> Animation {
    let (frames, dpi, typeface) = (frames, dpi, files.typeface)
    var film = Animation(count: frames.count) { index in
      defer { reporter.advance(1) }
      return try frames.figure(at: index).drawing.raster(dpi: dpi, typeface: typeface)
    }
    film.framesPerSecond = plan.framesPerSecond
    film.plays = plan.plays
    film.durations = Array(repeating: 1, count: frames.count)
    for end in [0, plan.returns ? frames.count / 2 : frames.count - 1] {
      film.durations[end] = plan.held
    }
    return film
  }

  private func video(
    _ film: Animation, _ format: VideoFormat, _ metadata: Metadata, _ reporter: Reporter
  ) throws -> String {
    reporter.begin(format.rawValue, frames.count)
    let path = "\(options.folder)/\(name).\(format.rawValue)"
    try AtomicFile.make(path) { temporary in
      try film.video(format, to: temporary, metadata: metadata, threads: options.threads)
    }
    return path
  }

  private var folderOfStills: String {
    switch plan.path {
    case .lambda: "frames"
    case .turntable: "turntable-frames"
    case .training: "training-frames"
    }
  }

  private var words: FigureWords {
    FigureWords(title: title, caption: description, description: description)
  }

  private func stills(_ film: Animation, _ reporter: Reporter) throws -> [String] {
    reporter.begin("frames", frames.count)
    let folder = "\(options.folder)/\(folderOfStills)"
    try AtomicFile.prepareFolder(folder)
    let digits = max(4, String(frames.count).count)
    return try concurrentMap(frames.count, threads: options.threads) { index in
      let number = String(index + 1)
      let name = String(repeating: "0", count: digits - number.count) + number
      let path = "\(folder)/frame-\(name).png"
      let metadata = files.metadata(
        "\(folderOfStills)/frame-\(name)", words, entries: entries(index))
      try AtomicFile.write(try film.picture(index).png(dpi: dpi, metadata: metadata), to: path)
      return path
    }
  }
}
