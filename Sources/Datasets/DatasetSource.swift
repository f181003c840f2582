import Algebra
import TensorFiles

/// Where a data set comes from: what a scene or a command line can say.
public enum DatasetSource: Sendable, Equatable {
  /// The handwritten digits that the program carries.
  case digits
  /// A formula.
  case synthetic(SyntheticData)
  /// Zalando's pictures of clothes: 1 × 28 × 28 pixels of 0 to 255 in ten classes, as Debian's
  /// `dataset-fashion-mnist` installs them or from a folder of the same four files.
  case fashionMNIST(folder: String? = nil, part: FashionMNISTPart = .training)
  /// A NumPy archive with the inputs in one array and the targets in another.
  case npz(path: String, inputs: String = "x", targets: String = "y", task: Task? = nil)
  /// A table, one sample a row, one column being the target.
  case csv(path: String, target: Column = .last, task: Task? = nil)
  /// A pair of MNIST-like files.
  case idx(images: String, labels: String)

  /// The two parts of Fashion-MNIST.
  public enum FashionMNISTPart: String, Sendable, CaseIterable {
    /// 60,000 images.
    case training
    /// 10,000 images.
    case test
  }

  /// What the targets are.
  public enum Task: String, Sendable, CaseIterable {
    /// Classes: whole numbers from 0, and one more class than the largest.
    case classification
    /// Numbers.
    case regression
  }

  /// A column of a table.
  public enum Column: Sendable, Equatable {
    /// The last one.
    case last
    /// By its name in the header line.
    case named(String)
    /// By its number, from 1 as in messages and spreadsheets.
    case number(Int)
  }

  /// Where Debian's package puts Fashion-MNIST.
  public static let fashionMNISTFolder = "/usr/share/datasets/fashion-mnist"

  /// Reads or makes the data set.
  ///
  /// Asking for a few samples here gives the same as ``Dataset/subset(count:seed:)`` of the whole,
  /// and spares converting the rest of a large file.
  ///
  /// - Parameters:
  ///   - count: How many samples; nil takes all.
  ///   - seed: Shuffles before taking; nil takes the first ones, in the file's order.
  /// - Returns: The samples.
  /// - Throws: `FileError`, with the path, for all that is wrong with a file; `DatasetError` for
  ///   impossible wishes.
  public func load(count: Int? = nil, seed: UInt64? = nil) throws -> Dataset {
    switch self {
    case .digits: try Dataset.digits().subset(count: count, seed: seed)
    case .synthetic(let data): try data.make().subset(count: count, seed: seed)
    case .fashionMNIST(let folder, let part):
      try loadFashionMNIST(folder ?? Self.fashionMNISTFolder, part, count: count, seed: seed)
    case .npz(let path, let inputs, let targets, let task):
      try loadNPZ(path, inputs, targets, task).subset(count: count, seed: seed)
    case .csv(let path, let target, let task):
      try loadCSV(path, target, task).subset(count: count, seed: seed)
    case .idx(let images, let labels):
      try loadIDX(images: images, labels: labels, count: count, seed: seed)
    }
  }
}

/// Runs a check whose complaint is about a file.
func about<Result>(
  _ path: String, _ body: () throws(DatasetError) -> Result
) throws(FileError) -> Result {
  do throws(DatasetError) {
    return try body()
  } catch {
    switch error {
    case .invalid(_, let reason), .impossible(_, let reason):
      throw .malformed(path: path, reason: reason)
    }
  }
}

/// A file's name without its folders, for a data set's name.
func fileName(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}
