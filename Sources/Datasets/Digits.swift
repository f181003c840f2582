import EmbeddedResources
import TensorFiles

extension Dataset {
  /// 1,797 images of handwritten digits, 8 × 8 pixels of 0 to 16, in ten classes.
  ///
  /// The test part of *Optical Recognition of Handwritten Digits*, E. Alpaydin and C. Kaynak, UCI
  /// Machine Learning Repository (1998), doi:10.24432/C50P49, licence CC BY 4.0; the file is the
  /// one that scikit-learn distributes. It is carried inside the program.
  ///
  /// - Returns: Inputs of shape `[1, 8, 8]`, one channel, row by row, as they are: divide by 16 or standardise.
  /// - Throws: `FileError` where the program's own copy is damaged.
  public static func digits() throws -> Dataset {
    let name = "digits.csv.gz"
    let resource = embedded_resource_named(name)
    let bytes = Array(UnsafeBufferPointer(start: resource.bytes, count: resource.count))
    let table = try CSV.decode(Gzip.decompress(bytes, path: name), path: name)
    guard table.columnCount == 65 else {
      throw FileError.malformed(path: name, reason: "it has \(table.columnCount) columns, not 65")
    }
    var inputs: [Double] = []
    inputs.reserveCapacity(64 * table.rowCount)
    var labels: [Double] = []
    for row in 0..<table.rowCount {
      let start = row * table.columnCount
      inputs += table.values[start..<start + 64]
      labels.append(table.values[start + 64])
    }
    return try Dataset(
      name: "digits", inputShape: [1, 8, 8], inputs: inputs,
      targets: .classes(labels, name: "digits"))
  }
}
