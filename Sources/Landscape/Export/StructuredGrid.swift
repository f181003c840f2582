import FoundationEssentials

extension GridFields {
  /// The grid as VTK's XML file of a structured grid: points (α, β, z), every field as point data.
  ///
  /// Numbers are Float64, least significant byte first, in base64 after a 64-bit count of their bytes,
  /// so that the file is XML for any reader.
  ///
  /// - Parameter height: The field that is z; 0 everywhere if nil. Where it is not finite a point
  ///   stands at its greatest finite value and is marked as hidden.
  /// - Returns: The file.
  func vts(height: String? = nil) -> [UInt8] {
    let (columns, rows) = (alphas.count, betas.count)
    let z = height.flatMap { self[$0] }
    let highest = z?.filter(\.isFinite).max() ?? 0
    var points: [Double] = []
    points.reserveCapacity(3 * columns * rows)
    for (row, beta) in betas.enumerated() {
      for (column, alpha) in alphas.enumerated() {
        let value = z?[row * columns + column] ?? 0
        points += [alpha, beta, value.isFinite ? value : highest]
      }
    }
    let extent = "0 \(columns - 1) 0 \(rows - 1) 0 0"
    var text = """
      <?xml version="1.0"?>
      <VTKFile type="StructuredGrid" version="1.0" byte_order="LittleEndian" header_type="UInt64">
      <StructuredGrid WholeExtent="\(extent)">
      <Piece Extent="\(extent)">
      <PointData>

      """
    for field in fields {
      text += array(type: "Float64", name: field.name, bytes: littleEndian(field.values))
    }
    if let z, z.contains(where: { !$0.isFinite }) {
      // 2 is vtkDataSetAttributes::HIDDENPOINT.
      text += array(type: "UInt8", name: "vtkGhostType", bytes: z.map { $0.isFinite ? 0 : 2 })
    }
    text += "</PointData>\n<Points>\n"
    text += array(
      type: "Float64", name: "points", components: 3, bytes: littleEndian(points))
    text += "</Points>\n</Piece>\n</StructuredGrid>\n</VTKFile>\n"
    return Array(text.utf8)
  }

  private func array(
    type: String, name: String, components: Int = 1, bytes: [UInt8]
  ) -> String {
    let size = (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
    return
      "<DataArray type=\"\(type)\" Name=\"\(escaped(name))\" NumberOfComponents=\"\(components)\" "
      + "format=\"binary\">\(Data(size + bytes).base64EncodedString())</DataArray>\n"
  }

  private func littleEndian(_ values: [Double]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 * values.count)
    for value in values {
      for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> (8 * byte))) }
    }
    return bytes
  }

  /// A name from a file as an attribute's text; controls, which XML cannot hold, become spaces.
  private func escaped(_ name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": text += " "
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
