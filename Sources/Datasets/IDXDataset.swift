import TensorFiles

extension DatasetSource {
  /// Reads images and labels, converting only the images that are wanted.
  func loadIDX(
    images imagePath: String, labels labelPath: String, name: String? = nil, count: Int?,
    seed: UInt64?
  ) throws -> Dataset {
    let labels = try IDX.read(labelPath)
    guard labels.shape.count == 1 else {
      throw FileError.malformed(
        path: labelPath, reason: "labels are a list of numbers, and this has shape \(labels.shape)")
    }
    let total = labels.elements.count
    let name = name ?? fileName(imagePath)
    guard total > 0 else { throw FileError.malformed(path: labelPath, reason: "it has no samples") }
    let indices = try Dataset.selection(count, of: total, seed: seed, name: name)

    // All labels are looked at, so that the number of classes is the same for every subset.
    let targets = try about(labelPath) { () throws(DatasetError) in
      try Targets.classes(labels.doubles, name: name)
    }
    let imageCount = try IDX.shape(imagePath)[0]
    guard imageCount == total else {
      throw FileError.malformed(
        path: imagePath,
        reason: "it holds \(imageCount) images, and \(labelPath) has \(total) labels"
      )
    }
    let needed = (indices.max() ?? 0) + 1
    let images = try IDX.read(imagePath, first: needed < total ? needed : nil)
    // Two dimensions are a picture in one channel, as a convolution wants it.
    var shape = Array(images.shape.dropFirst())
    if shape.count == 2 { shape.insert(1, at: 0) }
    if shape.isEmpty { shape = [1] }
    let inputs = images.elements.doubles(at: indices, size: images.elements.count / needed)
    return try about(imagePath) { () throws(DatasetError) in
      try Dataset(
        name: name, inputShape: shape, inputs: inputs, targets: targets.selecting(indices))
    }
  }

  /// Reads a part of Fashion-MNIST from a folder that has the four usual files, gzipped or not.
  func loadFashionMNIST(
    _ folder: String, _ part: FashionMNISTPart, count: Int?, seed: UInt64?
  ) throws -> Dataset {
    let prefix = part == .training ? "train" : "t10k"
    return try loadIDX(
      images: Self.file("\(prefix)-images-idx3-ubyte", in: folder),
      labels: Self.file("\(prefix)-labels-idx1-ubyte", in: folder),
      name: part == .training ? "fashion-mnist" : "fashion-mnist (test)", count: count, seed: seed)
  }

  private static func file(_ name: String, in folder: String) throws(FileError) -> String {
    let path = "\(folder)/\(name)"
    for candidate in ["\(path).gz", path] where fileExists(candidate) { return candidate }
    throw .unreadable(
      path: "\(path).gz",
      reason: "there is no such file; install Debian's package dataset-fashion-mnist, or name the "
        + "folder that holds the four Fashion-MNIST files")
  }
}

extension Tensor.Elements {
  /// The numbers of some items of `size` numbers each, as Float64.
  fileprivate func doubles(at items: [Int], size: Int) -> [Double] {
    func gather<T>(_ values: [T], _ convert: (T) -> Double) -> [Double] {
      var result: [Double] = []
      result.reserveCapacity(items.count * size)
      for item in items {
        for value in values[item * size..<(item + 1) * size] { result.append(convert(value)) }
      }
      return result
    }
    switch self {
    case .uint8(let values): return gather(values) { Double($0) }
    case .int64(let values): return gather(values) { Double($0) }
    case .float32(let values): return gather(values) { Double($0) }
    case .float64(let values): return gather(values) { $0 }
    }
  }
}
