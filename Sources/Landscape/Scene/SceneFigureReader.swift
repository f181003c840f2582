import Figures
import Yams

extension Scene.FigurePlan {
  init(_ scene: SceneFields) throws(SceneError) {
    let fields = try SceneFields(
      scene.node("figure"), path: scene.path, section: "figure",
      keys: [
        "size", "font", "dpi", "colormap", "scale", "levels", "theme", "format", "kinds", "azimuth",
        "elevation",
      ])
    page = try fields.parsed("size", Self.parseSize)
    font = try fields.parsed("font") { text throws(ParsingError) in
      try Self.parseFont(text, beside: scene.path)
    }
    dpi = try fields.number("dpi", Self.dpiRange) ?? 300
    colorMap = try fields.parsed("colormap", Self.parseColorMap) ?? .viridis
    (scale, sharing) = try fields.parsed("scale", Self.parseScale) ?? (.automatic, .shared)
    levels = try fields.parsed("levels", Self.parseLevels) ?? .automatic
    dark = try fields.choice("theme", Theme.self) == .dark
    kinds = try fields.parsed("kinds", Self.parseKinds) ?? Self.usualKinds
    azimuth = try fields.number("azimuth", Self.azimuthRange)
    elevation = try fields.number("elevation", Self.elevationRange)
    formats = try fields.parsed("format", Self.parseFormats) ?? [.png]
  }
}
