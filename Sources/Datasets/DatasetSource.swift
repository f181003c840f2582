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
      try numbers(npz: path, inputs, targets, task).classified(path)
        .subset(count: count, seed: seed)
    case .csv(let path, let target, let task):
      try numbers(csv: path, target, task).classified(path).subset(count: count, seed: seed)
    case .idx(let images, let labels):
      try loadIDX(images: images, labels: labels, count: count, seed: seed)
    }
  }
}

/// Samples whose targets are numbers yet, for a reader that decides by itself what they mean.
public struct Numbers: Sendable {
  /// The samples; their targets are values.
  public var data: Dataset
  /// What the targets are: as the source says, or else by their type or their looks.
  public var task: DatasetSource.Task

  /// Puts samples beside what their targets seem to be.
  ///
  /// - Parameters:
  ///   - data: The samples, with values as targets.
  ///   - task: What the targets are.
  public init(data: Dataset, task: DatasetSource.Task) { (self.data, self.task) = (data, task) }

  /// The data set with the targets as the task has them.
  func classified(_ path: String) throws(FileError) -> Dataset {
    guard task == .classification, case .values(let values, let width) = data.targets else {
      return data
    }
    return try about(path) { () throws(DatasetError) in
      guard width == 1 else {
        throw .invalid(
          name: path,
          reason:
            "its targets are \(width) whole numbers a sample; labels are one each, and values "
            + "to fit are floating-point numbers, or said to be with 'task: regression'")
      }
      return try data.with(targets: try .classes(values, name: path))
    }
  }
}

extension DatasetSource {
  /// The file that holds the targets; nil for what no file holds.
  public var path: String? {
    switch self {
    case .npz(let path, _, _, _), .csv(let path, _, _): path
    case .idx(_, let labels): labels
    case .digits, .synthetic, .fashionMNIST: nil
    }
  }

  /// Reads the data set with its targets as numbers.
  ///
  /// - Parameters:
  ///   - count: How many samples; nil takes all.
  ///   - seed: Shuffles before taking; nil takes the first ones, in the file's order.
  /// - Returns: The samples, and what their targets seem to be.
  /// - Throws: As ``load(count:seed:)``, but for labels that are none.
  public func loadNumbers(count: Int? = nil, seed: UInt64? = nil) throws -> Numbers {
    func subset(_ numbers: Numbers) throws -> Numbers {
      Numbers(data: try numbers.data.subset(count: count, seed: seed), task: numbers.task)
    }
    switch self {
    case .npz(let path, let inputs, let targets, let task):
      return try subset(numbers(npz: path, inputs, targets, task))
    case .csv(let path, let target, let task):
      return try subset(numbers(csv: path, target, task))
    case .digits, .synthetic, .fashionMNIST, .idx:
      let data = try load(count: count, seed: seed)
      guard case .classes(let labels, _) = data.targets else {
        return Numbers(data: data, task: .regression)
      }
      return Numbers(
        data: try data.with(targets: .values(labels.map(Double.init), outputs: 1)),
        task: .classification)
    }
  }

  /// The samples of an archive.
  private func numbers(
    npz path: String, _ inputs: String, _ targets: String, _ task: Task?
  ) throws(FileError) -> Numbers {
    var numbers = try readNPZ(path, inputs, targets)
    if let task { numbers.task = task }
    return numbers
  }

  /// The samples of a table.
  private func numbers(csv path: String, _ target: Column, _ task: Task?) throws(FileError)
    -> Numbers
  {
    var numbers = try readCSV(path, target)
    if let task { numbers.task = task }
    return numbers
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
