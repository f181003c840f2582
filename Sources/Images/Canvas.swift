import CCairo
import Figures

/// A surface of Cairo and its context; both are freed once, when the owner goes.
///
/// Its unit is the point, and its origin the page's top left corner.
struct Canvas: ~Copyable {
  let surface: OpaquePointer
  let context: OpaquePointer

  /// Takes over a surface that Cairo has just made.
  init(owning surface: OpaquePointer?, scale: Double = 1) throws {
    // Without memory Cairo gives a surface and a context in a state of error, never none.
    guard let surface, let context = cairo_create(surface) else {
      throw ImageError.library("Cairo could not be started")
    }
    self.surface = surface
    self.context = context
    cairo_scale(context, scale, scale)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// Throws what has gone wrong so far, if anything.
  func check() throws {
    for status in [cairo_status(context), cairo_surface_status(surface)]
    where status != CAIRO_STATUS_SUCCESS {
      throw ImageError.library("Cairo reports: \(String(cString: cairo_status_to_string(status)))")
    }
  }

  /// Draws elements one over the other; images and texts, which depend on the format, by the two
  /// closures.
  func draw(
    _ elements: [Drawing.Element],
    image: (Raster, Rectangle) throws -> Void, text: (Text) throws -> Void
  ) throws {
    for element in elements {
      switch element {
      case .fill(let path, let color):
        fill(path, color, rule: CAIRO_FILL_RULE_EVEN_ODD)
      case .stroke(let path, let stroke):
        self.stroke(path, stroke)
      case .image(let raster, let rectangle):
        guard raster.width > 0, raster.height > 0, rectangle.width > 0, rectangle.height > 0
        else { continue }
        try image(raster, rectangle)
      case .text(let line):
        try text(line)
      case .clip(let area, let elements):
        cairo_save(context)
        trace(area)
        cairo_set_fill_rule(context, CAIRO_FILL_RULE_EVEN_ODD)
        cairo_clip(context)
        try draw(elements, image: image, text: text)
        cairo_restore(context)
      }
    }
  }

  /// Covers the whole page.
  func paint(_ color: Color) {
    setSource(color)
    cairo_paint(context)
  }

  func fill(_ path: Path, _ color: Color, rule: cairo_fill_rule_t) {
    trace(path)
    setSource(color)
    cairo_set_fill_rule(context, rule)
    cairo_fill(context)
  }

  func stroke(_ path: Path, _ stroke: Stroke) {
    guard stroke.width > 0 else { return }
    trace(path)
    setSource(stroke.color)
    cairo_set_line_width(context, stroke.width)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    cairo_set_line_cap(context, stroke.roundCaps ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT)
    cairo_set_dash(context, stroke.dash, CInt(stroke.dash.count), 0)
    cairo_stroke(context)
  }

  /// A text's letters as filled outlines over their halo.
  func outline(_ text: Text, _ typeface: any Typeface) {
    let path = text.outline(typeface)
    if let halo = text.halo { stroke(path, halo) }
    fill(path, text.color, rule: CAIRO_FILL_RULE_WINDING)
  }

  func setSource(_ color: Color) {
    cairo_set_source_rgba(context, color.red, color.green, color.blue, color.alpha)
  }

  private func trace(_ path: Path) {
    cairo_new_path(context)
    for step in path.steps {
      switch step {
      case .move(let p): cairo_move_to(context, p.x, p.y)
      case .line(let p): cairo_line_to(context, p.x, p.y)
      case .curve(let a, let b, let p): cairo_curve_to(context, a.x, a.y, b.x, b.y, p.x, p.y)
      case .close: cairo_close_path(context)
      }
    }
  }
}
