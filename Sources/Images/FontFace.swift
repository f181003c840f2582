import CFreeType
import Figures

/// A font file's bytes, at an address that does not move while anyone reads them.
final class FontBytes: Sendable {
  // Never written after init, so threads may share it.
  nonisolated(unsafe) let buffer: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) {
    buffer = .allocate(capacity: bytes.count)
    _ = buffer.initialize(from: bytes)
  }

  deinit { buffer.deallocate() }
}

/// An open face of FreeType, used by one thread at a time.
final class FontFace {
  /// For libraries that take a FreeType face; lives as long as this object.
  let face: FT_Face
  private let library: FT_Library
  private let bytes: FontBytes
  private let unitsPerEm: Double

  init(_ bytes: FontBytes, file: String) throws {
    var library: FT_Library?
    guard FT_Init_FreeType(&library) == 0, let library else {
      throw ImageError.library("FreeType could not be started")
    }
    var face: FT_Face?
    let code = FT_New_Memory_Face(
      library, bytes.buffer.baseAddress, FT_Long(bytes.buffer.count), 0, &face)
    guard code == 0, let face else {
      FT_Done_FreeType(library)
      throw ImageError.brokenTypeface(file: file, reason: Self.reason(code))
    }
    self.library = library
    self.face = face
    self.bytes = bytes
    unitsPerEm = Double(face.pointee.units_per_EM)
    // From here on deinit cleans up.
    guard face.pointee.face_flags & FT_Long(FT_FACE_FLAG_SCALABLE) != 0, unitsPerEm > 0 else {
      throw ImageError.brokenTypeface(file: file, reason: "it has bitmaps only, no outlines")
    }
  }

  deinit {
    FT_Done_Face(face)
    FT_Done_FreeType(library)
  }

  /// The family's name.
  var familyName: String { face.pointee.family_name.map { String(cString: $0) } ?? "unnamed" }

  /// The number of a character's glyph in the file, or nil where it has none.
  func index(of character: Unicode.Scalar) -> UInt32? {
    let index = FT_Get_Char_Index(face, FT_ULong(character.value))
    return index == 0 ? nil : index
  }

  /// The glyph of a character, or nil where it is missing or broken.
  func glyph(_ character: Unicode.Scalar) -> Glyph? {
    guard let index = index(of: character),
      FT_Load_Glyph(face, index, FT_Int32(FT_LOAD_NO_SCALE | FT_LOAD_NO_HINTING)) == 0,
      let slot = face.pointee.glyph, slot.pointee.format == FT_GLYPH_FORMAT_OUTLINE
    else { return nil }

    var pen = OutlinePen(unit: 1 / unitsPerEm)
    var callbacks = OutlinePen.callbacks
    var box = FT_BBox()
    let decomposed = withUnsafeMutablePointer(to: &pen) {
      FT_Outline_Decompose(&slot.pointee.outline, &callbacks, $0)
    }
    guard decomposed == 0, FT_Outline_Get_BBox(&slot.pointee.outline, &box) == 0 else {
      return nil
    }
    return Glyph(
      advance: Double(slot.pointee.metrics.horiAdvance) / unitsPerEm,
      outline: pen.finished,
      bounds: Rectangle(
        x: Double(box.xMin) / unitsPerEm, y: Double(box.yMin) / unitsPerEm,
        width: Double(box.xMax - box.xMin) / unitsPerEm,
        height: Double(box.yMax - box.yMin) / unitsPerEm))
  }

  private static func reason(_ code: FT_Error) -> String {
    switch code {
    case FT_Error(FT_Err_Unknown_File_Format): "it is neither TrueType nor OpenType"
    default: "FreeType reports error \(code)"
    }
  }
}

/// Collects the contours that FreeType tells, quadratic arcs raised to cubic ones.
private struct OutlinePen {
  let unit: Double
  private var steps: [Path.Step] = []
  private var last = Point(0, 0)

  init(unit: Double) { self.unit = unit }

  /// The outline, its last contour closed.
  var finished: Path { Path(steps.isEmpty ? [] : steps + [.close]) }

  static var callbacks: FT_Outline_Funcs {
    FT_Outline_Funcs(
      move_to: { to, pen in OutlinePen.with(pen) { $0.move(to) } },
      line_to: { to, pen in OutlinePen.with(pen) { $0.line(to) } },
      conic_to: { control, to, pen in OutlinePen.with(pen) { $0.curve(control, to) } },
      cubic_to: { first, second, to, pen in
        OutlinePen.with(pen) { $0.curve(first, second, to) }
      },
      shift: 0, delta: 0)
  }

  private static func with(
    _ pen: UnsafeMutableRawPointer?, _ body: (inout OutlinePen) -> Void
  ) -> CInt {
    guard let pen = pen?.assumingMemoryBound(to: OutlinePen.self) else { return 1 }
    body(&pen.pointee)
    return 0
  }

  private mutating func move(_ to: UnsafePointer<FT_Vector>?) {
    guard let to = point(to) else { return }
    if !steps.isEmpty { steps.append(.close) }
    steps.append(.move(to))
    last = to
  }

  private mutating func line(_ to: UnsafePointer<FT_Vector>?) {
    guard let to = point(to) else { return }
    steps.append(.line(to))
    last = to
  }

  /// A quadratic arc with control point q from a to b is the cubic one with control points
  /// a + 2/3 (q - a) and b + 2/3 (q - b).
  private mutating func curve(
    _ control: UnsafePointer<FT_Vector>?, _ to: UnsafePointer<FT_Vector>?
  ) {
    guard let q = point(control), let b = point(to) else { return }
    let a = last
    steps.append(
      .curve(
        Point(a.x + (q.x - a.x) * 2 / 3, a.y + (q.y - a.y) * 2 / 3),
        Point(b.x + (q.x - b.x) * 2 / 3, b.y + (q.y - b.y) * 2 / 3), b))
    last = b
  }

  private mutating func curve(
    _ first: UnsafePointer<FT_Vector>?, _ second: UnsafePointer<FT_Vector>?,
    _ to: UnsafePointer<FT_Vector>?
  ) {
    guard let first = point(first), let second = point(second), let to = point(to) else { return }
    steps.append(.curve(first, second, to))
    last = to
  }

  private func point(_ vector: UnsafePointer<FT_Vector>?) -> Point? {
    vector.map { Point(Double($0.pointee.x) * unit, Double($0.pointee.y) * unit) }
  }
}
