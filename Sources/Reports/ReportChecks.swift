extension Report {
  /// Refuses what neither form could show.
  ///
  /// - Throws: ``ReportError`` for a figure whose name is unusable, used twice or missing, bytes
  ///   that are no picture, or a table that is not a rectangle.
  func check() throws(ReportError) {
    var ids: Set<String> = []
    for figure in figures {
      let isPlain = figure.id.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
          UInt8(ascii: "."):
          true
        default: false
        }
      }
      guard isPlain, !figure.id.isEmpty else {
        throw ReportError(
          "The figure id '\(figure.id)' is unusable: give letters, digits, '-', '_' or '.'.")
      }
      guard ids.insert(figure.id).inserted else {
        throw ReportError("Two figures have the id '\(figure.id)'; each needs its own.")
      }
    }
    for figure in figures + [slice?.still].compactMap(\.self) where figure.picture == nil {
      throw ReportError("The figure '\(figure.id)' is neither PNG nor SVG.")
    }
    for claim in claims {
      for id in claim.figures where !ids.contains(id) {
        throw ReportError(
          "The claim '\(claim.statement)' refers to a figure '\(id)' that is not "
            + "in the report.")
      }
    }
    for table in tables {
      guard let row = table.rows.first(where: { $0.count != table.columns.count }) else { continue }
      throw ReportError(
        "The table '\(table.title)' has \(table.columns.count) columns, but a row of \(row.count) "
          + "cells: \(row.joined(separator: ", ")).")
    }
  }
}

extension ReportFigure {
  /// What kind of picture the bytes are, and how large it wants to be.
  var picture: (mediaType: String, size: (width: Int, height: Int)?)? {
    let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    if bytes.starts(with: signature), bytes.count >= 24 {
      // IHDR comes first: width and height, big-endian.
      func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
      return ("image/png", (number(16), number(20)))
    }
    let head = String(decoding: bytes.prefix(1024), as: UTF8.self)
    return head.contains("<svg") ? ("image/svg+xml", nil) : nil
  }
}
