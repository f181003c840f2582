import ArgumentParser
import Landscape

/// Flags that replace parts of a scene.
protocol SceneFlags {
  /// Each part with what was given for it.
  var given: [(part: Scene.Override, text: String?)] { get }
}

extension SceneFlags {
  /// Replaces the parts that were given.
  func apply(to scene: inout Scene) throws {
    for (part, text) in given { if let text { try scene.set(part, text) } }
  }

  /// The flags as they were given.
  var words: [String] {
    given.flatMap { part, text in text.map { ["--\(part.rawValue)", part.word($0)] } ?? [] }
  }
}

/// The flags that replace parts of a scene's slice.
struct SliceParts: ParsableArguments, SceneFlags {
  @Option(
    help: ArgumentHelp(
      "random, eigen:1,2 (eigenvectors; -1 for the smallest), path (of --checkpoints), "
        + "plane:b,c or line:b (through models' files), or two files of weights.",
      valueName: "kind"))
  var directions: String?

  @Option(
    help: ArgumentHelp(
      "Length of random directions: filter, layer, tensor or none.", valueName: "kind"))
  var normalise: String?

  @Option(help: ArgumentHelp("Points of the grid: 101, or 101x81.", valueName: "size"))
  var grid: String?

  // A range may begin with a minus.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Ranges of α and β: 1, -1:2, or -1:1,-0.5:0.5.", valueName: "ranges"))
  var span: String?

  @Option(help: ArgumentHelp("float32 or float64.", valueName: "type"))
  var precision: String?

  var given: [(part: Scene.Override, text: String?)] {
    [
      (.directions, directions), (.normalise, normalise), (.grid, grid), (.span, span),
      (.precision, precision),
    ]
  }

  /// The flag that places the plane, where one was given.
  var placing: String? {
    given.first { part, text in text != nil && part != .grid && part != .precision }
      .map { "--\($0.part.rawValue)" }
  }
}

/// The flags that replace a figure's page and colours.
struct LookParts: ParsableArguments, SceneFlags {
  @Option(
    help: ArgumentHelp(
      "The page: column, narrow, text, full, slide, readme, or a width in millimetres.",
      valueName: "size"))
  var size: String?

  @Option(
    help: ArgumentHelp("A font file for all letters; DejaVu Sans otherwise.", valueName: "file"))
  var font: String?

  @Option(
    help: ArgumentHelp("Colours of the data, such as viridis or vik.", valueName: "name"))
  var colormap: String?

  @Option(
    help: ArgumentHelp(
      "automatic, linear, log or symlog; or for several panels shared, own or excess.",
      valueName: "kind"))
  var scale: String?

  @Option(
    help: ArgumentHelp("Contours: a list, or from:to:step.", valueName: "values"))
  var levels: String?

  @Option(help: ArgumentHelp("light or dark.", valueName: "name"))
  var theme: String?

  var given: [(part: Scene.Override, text: String?)] {
    [
      (.size, size), (.font, font), (.colormap, colormap), (.scale, scale), (.levels, levels),
      (.theme, theme),
    ]
  }
}

/// The flags of commands that draw stills.
struct SceneParts: ParsableArguments, SceneFlags {
  @OptionGroup var slice: SliceParts

  @OptionGroup var looks: LookParts

  @Option(help: ArgumentHelp("Pixels to an inch.", valueName: "number"))
  var dpi: String?

  @Option(help: ArgumentHelp("png, pdf, svg, or several.", valueName: "kinds"))
  var format: String?

  var given: [(part: Scene.Override, text: String?)] {
    slice.given + looks.given + [(.dpi, dpi), (.format, format)]
  }
}

/// The flags that place the camera before a surface.
struct CameraParts: ParsableArguments, SceneFlags {
  // Degrees may begin with a minus.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Degrees around a surface (default: -60, or where its minimum is seen).",
      valueName: "degrees"))
  var azimuth: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Degrees above its plane (default: 35, or as many as show its minimum).",
      valueName: "degrees"))
  var elevation: String?

  var given: [(part: Scene.Override, text: String?)] {
    [(.azimuth, azimuth), (.elevation, elevation)]
  }
}

/// The flags of commands that draw animations, whose files and pixels are their own.
struct AnimatedParts: ParsableArguments, SceneFlags {
  @OptionGroup var slice: SliceParts

  @OptionGroup var looks: LookParts

  var given: [(part: Scene.Override, text: String?)] { slice.given + looks.given }
}
