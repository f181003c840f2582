import CCairo
import CFreeType
public import Figures
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Drawing {
  /// Writes the drawing as a PDF file of one page.
  ///
  /// The page has the drawing's size in points. Letters can be selected and searched; of the
  /// typeface only those used are embedded. Images keep their own cells, unsmoothed. The creation
  /// date is that of the environment variable `SOURCE_DATE_EPOCH` (seconds since 1970), else the
  /// start of 1970: a figure depends on its data, not on the day. One file is written at a time,
  /// since Cairo shares its font cache between threads.
  ///
  /// - Parameters:
  ///   - typeface: For the texts.
  ///   - metadata: Texts to carry.
  /// - Returns: The file, the same bytes on every run.
  /// - Throws: ``ImageError`` if something in the drawing is not finite, or an image has a side
  ///   above 32,767.
  public func pdf(typeface: FontFile, metadata: Metadata = [:]) throws -> [UInt8] {
    try validate()
    try metadata.validate()
    return try serially.withLock { _ in
      let output = Output()
      try withExtendedLifetime(output) {
        let canvas = try Canvas(
          owning: cairo_pdf_surface_create_for_stream(
            Output.append, Unmanaged.passUnretained(output).toOpaque(), width, height))
        try canvas.check()
        canvas.describe(metadata)
        let font = try CairoFont(typeface)
        canvas.paint(background)
        try canvas.draw(
          elements,
          image: { try canvas.embed($0, $1) },
          text: { canvas.show($0, typeface, font) })
        cairo_surface_finish(canvas.surface)
        try canvas.check()
      }
      return output.bytes
    }
  }
}

private let serially = Mutex(())

/// Where Cairo's bytes go.
private final class Output {
  private(set) var bytes: [UInt8] = []

  static let append: cairo_write_func_t = { output, data, count in
    guard let output else { return CAIRO_STATUS_WRITE_ERROR }
    Unmanaged<Output>.fromOpaque(output).takeUnretainedValue()
      .bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
    return CAIRO_STATUS_SUCCESS
  }
}

/// A typeface as Cairo wants it.
private struct CairoFont: ~Copyable {
  let font: OpaquePointer
  let face: FontFace

  init(_ file: FontFile) throws {
    let face = try FontFace(file.bytes, file: file.name)
    // Cairo keeps fonts in a cache after their last use, so it must own the face, too.
    let owned = Unmanaged.passRetained(face)
    guard
      let font = cairo_ft_font_face_create_for_ft_face(face.face, CInt(FT_LOAD_NO_HINTING)),
      cairo_font_face_set_user_data(font, faceKey.address, owned.toOpaque(), releaseFace)
        == CAIRO_STATUS_SUCCESS
    else {
      owned.release()
      throw ImageError.library("Cairo has no memory for a typeface")
    }
    self.font = font
    self.face = face
  }

  deinit { cairo_font_face_destroy(font) }
}

private func releaseFace(_ face: UnsafeMutableRawPointer?) {
  guard let face else { return }
  Unmanaged<FontFace>.fromOpaque(face).release()
}

/// An address that names our data among those attached to a Cairo object.
private final class UserDataKey: Sendable {
  nonisolated(unsafe) let address = UnsafeMutablePointer<cairo_user_data_key_t>.allocate(
    capacity: 1)
}

private let faceKey = UserDataKey()

extension Canvas {
  fileprivate borrowing func describe(_ metadata: Metadata) {
    let fields: [(String, cairo_pdf_metadata_t)] = [
      ("Title", CAIRO_PDF_METADATA_TITLE), ("Author", CAIRO_PDF_METADATA_AUTHOR),
      ("Description", CAIRO_PDF_METADATA_SUBJECT), ("Software", CAIRO_PDF_METADATA_CREATOR),
    ]
    for (key, field) in fields {
      if let text = metadata[key] { cairo_pdf_surface_set_metadata(surface, field, text) }
    }
    let named = Set(fields.map(\.0))
    let keywords = metadata.entries.filter { !named.contains($0.key) }
      .map { $0.key == "Keywords" ? $0.text : "\($0.key)=\($0.text)" }
    if !keywords.isEmpty {
      cairo_pdf_surface_set_metadata(
        surface, CAIRO_PDF_METADATA_KEYWORDS, keywords.joined(separator: ", "))
    }
    let epoch = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap { Int32($0) }
    let date = Date(timeIntervalSince1970: Double(max(0, epoch ?? 0)))
    cairo_pdf_surface_set_metadata(
      surface, CAIRO_PDF_METADATA_CREATE_DATE, date.formatted(.iso8601))
  }

  /// Places a picture whole; the viewer is told not to smooth it.
  fileprivate borrowing func embed(_ raster: Raster, _ rectangle: Rectangle) throws {
    let image = try ImageSurface(columns: raster.width, rows: raster.height) { row, line in
      let start = row * raster.width
      _ = line.update(fromContentsOf: raster.pixels[start..<start + raster.width])
    }

    cairo_save(context)
    cairo_translate(context, rectangle.x, rectangle.y)
    cairo_scale(
      context, rectangle.width / Double(raster.width), rectangle.height / Double(raster.height))
    cairo_set_source_surface(context, image.surface, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
    cairo_paint(context)
    cairo_restore(context)
  }

  /// Letters as letters; their halo as outlines.
  fileprivate borrowing func show(_ text: Text, _ typeface: FontFile, _ font: borrowing CairoFont) {
    if let halo = text.halo { stroke(text.outline(typeface), halo) }
    setSource(text.color)
    cairo_save(context)
    cairo_translate(context, text.origin.x, text.origin.y)
    cairo_rotate(context, -text.angle)
    cairo_set_font_face(context, font.font)
    for run in text.runs where !run.string.isEmpty {
      var matrix = cairo_matrix_t()
      let shear = run.oblique ? -Text.Run.shear * run.size : 0
      cairo_matrix_init(&matrix, run.size, 0, shear, run.size, 0, 0)
      cairo_set_font_matrix(context, &matrix)

      let letters = run.letters(typeface)
      let glyphs = letters.map { letter in
        cairo_glyph_t(
          index: UInt(font.face.index(of: letter.character) ?? 0),
          x: run.offset + letter.position, y: -run.raise)
      }
      let copied = letters.map { run.copied($0.character) }
      let clusters = copied.map { letter in
        cairo_text_cluster_t(num_bytes: CInt(UTF8.width(letter)), num_glyphs: 1)
      }
      let string = String(String.UnicodeScalarView(copied))
      cairo_show_text_glyphs(
        context, string, CInt(string.utf8.count), glyphs, CInt(glyphs.count), clusters,
        CInt(clusters.count), cairo_text_cluster_flags_t(0))
    }
    cairo_restore(context)
  }
}
