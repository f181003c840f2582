import Figures
import FoundationEssentials
import Images
import TensorFiles

/// Writes figures of a scene: in all formats wanted, each with what made it inside.
struct FigureFiles: Sendable {
  let typeface: FontFile
  private let scene: Scene
  private let options: RenderOptions
  private let provenance: Provenance
  /// What LaTeX's labels begin with.
  private let labelPrefix: String

  /// Finds a typeface.
  ///
  /// - Parameters:
  ///   - scene: Whose looks count.
  ///   - options: Where to, and the command that is written into each.
  ///   - provenance: What the figures are made of.
  ///   - study: What tells their labels in LaTeX from those of the scene's other figures.
  /// - Throws: `ImageError` where there is no typeface, or it lacks a letter of the scene's title.
  init(
    _ scene: Scene, _ options: RenderOptions, _ provenance: Provenance = Provenance(),
    study: String? = nil
  ) throws {
    typeface = try scene.figure.font.map { try FontFile(path: $0) } ?? .standard()
    let lacking = typeface.lacking(scene.title)
    guard lacking.isEmpty else {
      throw ImageError.missingLetters(lacking, typeface: typeface.name, of: "the title")
    }
    self.scene = scene
    self.options = options
    self.provenance = provenance
    labelPrefix = scene.name + (study.map { "-" + $0 } ?? "")
  }

  /// Writes one figure, and its LaTeX beside it.
  ///
  /// - Parameters:
  ///   - figure: What to write.
  ///   - name: The file's name in the run's folder, without its extension.
  ///   - words: What is said of it.
  ///   - entries: More texts for the file.
  /// - Returns: The files.
  /// - Throws: `ImageError` or `FileError`.
  func write(
    _ figure: Figure, _ name: String, _ words: FigureWords,
    entries: [(key: String, text: String)] = []
  ) throws -> [String] {
    let path = "\(options.folder)/\(name)"
    let words = words.with(provenance.facts)
    let metadata = metadata(name, words, entries: entries)
    var files: [String] = []
    for format in scene.figure.formats {
      let bytes =
        switch format {
        case .png:
          try figure.drawing.png(dpi: scene.figure.dpi, typeface: typeface, metadata: metadata)
        case .pdf: try figure.drawing.pdf(typeface: typeface, metadata: metadata)
        case .svg: try figure.drawing.svg(typeface: typeface, metadata: metadata)
        }
      files.append("\(path).\(format.rawValue)")
      try AtomicFile.write(bytes, to: files[files.count - 1], createFolders: true)
    }
    files.append("\(path).tex")
    let snippet = words.latexFigure(
      name, formats: scene.figure.formats, width: figure.drawing.width, label: labelPrefix)
    try AtomicFile.write(snippet, to: files[files.count - 1], createFolders: true)
    if options.layout {
      files.append("\(path).layout.json")
      let layout = try JSONEncoder.sorted.encode(figure.layout)
      try AtomicFile.write(Array(layout), to: files[files.count - 1], createFolders: true)
    }
    return files
  }

  /// What is written into a file of the scene.
  ///
  /// - Parameters:
  ///   - name: The figure's name in the run's folder, by which it is found when it is made again.
  ///   - words: What is said of it.
  ///   - entries: More texts.
  /// - Returns: The texts.
  func metadata(
    _ name: String, _ words: FigureWords, entries: [(key: String, text: String)] = []
  ) -> Metadata {
    let own = [
      ("Title", words.title), ("Description", words.description),
      ("Software", "landscape \(Version.current)"), ("landscape:caption", words.caption),
      ("landscape:figure", name), ("landscape:command", options.command),
      ("landscape:scene", scene.source), ("landscape:seed", String(scene.seed)),
    ]
    let all = own + entries.map { ($0.key, $0.text) } + provenance.entries
    return Metadata(all.map { .init(key: $0.0, text: $0.1) })
  }

  /// The scene's looks for a single panel, without texts.
  var panelStyle: FigureStyle {
    let looks = scene.figure
    var style = FigureStyle(typeface: typeface)
    style.page = looks.page ?? .column
    style.theme = looks.dark ? .dark : .light
    style.colorMap = looks.colorMap
    // A diverging map is centred on 0, which a logarithmic scale does not have.
    style.scale = looks.scale == .automatic && looks.colorMap.isDiverging ? .linear : looks.scale
    style.sharing = looks.sharing
    style.levels = looks.levels
    return style
  }

  /// The scene's camera for surfaces, and the resolution of their pictures.
  var surfaceOptions: SurfaceOptions {
    var surface = SurfaceOptions()
    (surface.azimuth, surface.elevation) = (scene.figure.azimuth, scene.figure.elevation)
    (surface.dpi, surface.threads) = (scene.figure.dpi, options.threads)
    return surface
  }

  /// The scene's looks for a number of panels: where it names no size, one panel takes a journal's
  /// column, and several take its full width.
  func panelsStyle(_ panels: Int) -> FigureStyle {
    var style = panelStyle
    if panels > 1 { style.page = scene.figure.page ?? .full }
    return style
  }

  /// A page of the scene's size and theme.
  func page(title: String, subtitle: String, footer: String) -> PageStyle {
    var page = PageStyle(typeface: typeface)
    page.format = scene.figure.page ?? .column
    page.theme = scene.figure.dark ? .dark : .light
    page.title = RichText(prose: title)
    page.subtitle = RichText(prose: subtitle)
    page.footer = RichText(prose: footer)
    return page
  }
}
