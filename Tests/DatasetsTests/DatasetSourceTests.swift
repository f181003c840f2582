import Datasets
import Foundation
import TensorFiles
import Testing

@Suite final class DatasetSourceTests {
  private let folder = NSTemporaryDirectory() + "landscape-\(UUID())"

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func write(_ bytes: [UInt8], _ name: String) throws -> String {
    try AtomicFile.write(bytes, to: "\(folder)/\(name)", createFolders: true)
    return "\(folder)/\(name)"
  }

  private func expect(_ source: DatasetSource, toFailWith reason: String, path: String) {
    let error = #expect(throws: FileError.self) { try source.load() }
    #expect(error?.path == path)
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  // MARK: - NumPy archives

  private func npz(_ x: Tensor, _ y: Tensor) throws -> String {
    _ = try write([], "empty")
    try NPZ.write(["x": x, "y": y], to: "\(folder)/d.npz")
    return "\(folder)/d.npz"
  }

  private func labels(_ labels: [Int64]) -> Tensor {
    Tensor(shape: [labels.count], elements: .int64(labels))
  }

  @Test func wholeNumbersAreClassesAndFractionsAreValues() throws {
    let x = Tensor(shape: [3, 1, 2], [1, 2, 3, 4, 5, 6])
    let classes = try DatasetSource.npz(path: npz(x, labels([0, 2, 2]))).load()
    #expect(classes.name == "d.npz")
    #expect(classes.inputShape == [1, 2])
    #expect(classes.inputs == [1, 2, 3, 4, 5, 6])
    #expect(classes.targets == .classes([0, 2, 2], count: 3))

    let y = Tensor(shape: [3, 2], [1, 2, 3, 4, 5, 6])
    let values = try DatasetSource.npz(path: npz(x, y)).load()
    #expect(values.targets == .values([1, 2, 3, 4, 5, 6], outputs: 2))

    let column = Tensor(shape: [3, 1], [0, 1, 1])
    let path = try npz(Tensor(shape: [3], [7, 8, 9]), column)
    #expect(try DatasetSource.npz(path: path).load().targets == .values([0, 1, 1], outputs: 1))
    let forced = try DatasetSource.npz(path: path, task: .classification).load()
    #expect(forced.targets == .classes([0, 1, 1], count: 2))
    #expect(forced.inputShape == [1])
  }

  @Test func wrongArchivesAreExplained() throws {
    let x = Tensor(shape: [2, 2], [1, 2, 3, 4])
    let wrong: [(Tensor, Tensor, String)] = [
      (x, labels([0, 1, 0]), "'x' holds 2 samples and 'y' 3"),
      (x, labels([0, -1]), "the label of sample 1 is -1.0; labels are whole numbers from 0"),
      (x, labels([0, 1_000_000_000]), "the label of sample 1 is 1000000000, and no more than"),
      (x, labels([0, .max]), "the label of sample 1 is"),
      (x, Tensor(shape: [2], [0, .nan]), "the target of sample 1, output 0, is nan"),
      (Tensor(shape: [2, 2], [1, .nan, 3, 4]), labels([0, 1]), "sample 0, feature 1, is nan"),
      (Tensor(shape: [2, 0], []), labels([0, 1]), "samples cannot have shape [0]"),
      (Tensor(shape: [0, 2], []), labels([]), "it has no samples"),
      (Tensor(shape: [], [1]), labels([1]), "need a first dimension"),
      (x, Tensor(shape: [2, 2], elements: .int64([0, 1, 1, 0])), "labels are one each"),
      (x, Tensor(shape: [2, 1, 1], [0, 1]), "'y' has shape [2, 1, 1]"),
      (x, Tensor(shape: [2, 0], []), "'y' has shape [2, 0]"),
    ]
    for (x, y, reason) in wrong {
      let path = try npz(x, y)
      expect(.npz(path: path), toFailWith: reason, path: path)
    }
    let path = try npz(x, labels([0, 1]))
    expect(
      .npz(path: path, inputs: "data"), toFailWith: "no array is named 'data'; it holds 'x', 'y'",
      path: path)
  }

  // MARK: - Tables

  private func csv(_ text: String) throws -> String { try write(Array(text.utf8), "d.csv") }

  @Test func theTargetColumnIsChosenByNameOrNumber() throws {
    let path = try csv("width, kind ,height\n1,0,2\n3,1,4\n5,1,6\n")
    for column in [DatasetSource.Column.named("kind"), .number(2)] {
      let data = try DatasetSource.csv(path: path, target: column).load()
      #expect(data.inputShape == [2])
      #expect(data.inputs == [1, 2, 3, 4, 5, 6])
      #expect(data.targets == .classes([0, 1, 1], count: 2))
    }
    let data = try DatasetSource.csv(path: path).load()
    #expect(data.targets == .values([2, 4, 6], outputs: 1))
    for (column, reason) in [
      (DatasetSource.Column.named("sort"), "there are 'width', 'kind', 'height'"),
      (.number(0), "no column 0"), (.number(4), "no column 4"),
    ] { expect(.csv(path: path, target: column), toFailWith: reason, path: path) }
  }

  @Test(arguments: [
    ("1,0\n2,1\n3,0\n", true), ("1,0\n2,2\n3,0\n4,2\n", false), ("1,1\n2,2\n3,1\n", false),
    ("1,0\n2,0.5\n3,1\n", false), ("1,0\n2,0\n3,0\n", false), ("1,0\n2,1\n", false),
    ("1,0\n2,1\n3,2\n", false), ("1,-1\n2,1\n3,0\n", false), ("1,0\n2,1\n3,1e300\n", false),
  ])
  func classesAreWholeNumbersWithoutGaps(text: String, isClasses: Bool) throws {
    let data = try DatasetSource.csv(path: csv(text)).load()
    #expect(data.targets.classCounts.isEmpty != isClasses)
    let forced = try DatasetSource.csv(path: csv(text), task: .regression).load()
    #expect(forced.targets.classCounts.isEmpty)
  }

  @Test(arguments: [",a,b,y\n0,1.5,2,0\n1,2.5,3,1\n", "Unnamed: 0,a,b,y\n7,1.5,2,0\n9,2.5,3,1\n"])
  func theIndexThatPandasWritesIsLeftOutAndSaid(text: String) throws {
    let data = try DatasetSource.csv(path: csv(text)).load()
    #expect(data.inputShape == [2] && data.inputs == [1.5, 2, 2.5, 3])
    #expect(data.notes.count == 1 && data.notes[0].contains("pandas' index"))
    #expect(try DatasetSource.csv(path: csv(text)).load(count: 1).notes == data.notes)
  }

  @Test func anIndexAskedForIsTheTarget() throws {
    let path = try csv(",a\n0.5,1.5\n1.5,2.5\n")
    let data = try DatasetSource.csv(path: path, target: .number(1)).load()
    #expect(data.inputs == [1.5, 2.5] && data.targets == .values([0.5, 1.5], outputs: 1))
    expect(.csv(path: path), toFailWith: "one column beside an index", path: path)
  }

  @Test func aCountedHeaderIsSaid() throws {
    let data = try DatasetSource.csv(path: csv("0,1,2\n1.5,2,0\n2.5,3,1\n0.5,1,2\n")).load()
    #expect(data.count == 3 && data.inputs == [1.5, 2, 2.5, 3, 0.5, 1])
    #expect(data.notes.count == 1 && data.notes[0].contains("columns' names"))
  }

  @Test func wrongTablesAreExplained() throws {
    for (text, column, reason) in [
      ("1,2\n3,nan\n", DatasetSource.Column.last, "the target of sample 1, output 0, is nan"),
      ("1,2\n3,inf\n", .number(1), "the input of sample 1, feature 0, is inf"),
      ("1\n2\n", .last, "it has one column"),
      ("0,1,2\n1,2,0\n2,3,1\n", .last, "may name the columns"),
      ("1,2\n", .named("a"), "no header line"),
      ("a,a\n1,2\n", .named("a"), "2 columns are named 'a'"),
      ("a,b\n1,x\n", .last, "line 2, column 2: 'x' is not a number"),
    ] {
      let path = try csv(text)
      expect(.csv(path: path, target: column), toFailWith: reason, path: path)
    }
    let path = try csv("1,0.5\n2,1\n")
    expect(
      .csv(path: path, task: .classification), toFailWith: "the label of sample 0 is 0.5",
      path: path)
  }

  // MARK: - IDX

  private func idx(_ shape: [UInt8], _ data: [UInt8], _ name: String) throws -> String {
    var bytes: [UInt8] = [0, 0, 8, UInt8(shape.count)]
    for size in shape { bytes += [0, 0, 0, size] }
    return try write(Gzip.compress(bytes + data, path: name), name)
  }

  @Test func aSubsetReadFromTheFileIsTheSubsetOfTheWhole() throws {
    let images = try idx([50, 2, 2], (0..<200).map { $0 }, "images")
    let source = DatasetSource.idx(
      images: images, labels: try idx([50], (0..<50).map { $0 % 7 }, "labels"))
    let all = try source.load()
    #expect(all.inputShape == [1, 2, 2])
    #expect(all.inputs == (0..<200).map(Double.init))
    for seed in [nil, 1] as [UInt64?] {
      for count in [1, 3, 50] {
        #expect(try source.load(count: count, seed: seed) == all.subset(count: count, seed: seed))
      }
    }
    #expect(throws: DatasetError.self) { try source.load(count: 51) }
    #expect(throws: DatasetError.self) { try source.load(count: 0, seed: 1) }
  }

  @Test func imagesAndLabelsMustBelongTogether() throws {
    let images = try idx([3, 2, 2], .init(repeating: 0, count: 12), "images")
    let labels = try idx([2], [0, 1], "labels")
    expect(
      .idx(images: images, labels: labels), toFailWith: "it holds 3 images, and \(labels) has 2",
      path: images)
    expect(
      .idx(images: images, labels: images), toFailWith: "labels are a list of numbers",
      path: images)
    let none = try idx([0], [], "none")
    expect(.idx(images: images, labels: none), toFailWith: "it has no samples", path: none)
  }

  @Test func fashionMNISTIsFoundInAFolderOrThePackageIsNamed() throws {
    _ = try idx([2, 1, 2], [1, 2, 3, 4], "train-images-idx3-ubyte.gz")
    _ = try idx([2], [9, 0], "train-labels-idx1-ubyte.gz")
    let data = try DatasetSource.fashionMNIST(folder: folder).load()
    #expect(data.name == "fashion-mnist")
    #expect(data.inputs == [1, 2, 3, 4])
    #expect(data.targets == .classes([9, 0], count: 10))
    expect(
      .fashionMNIST(folder: folder, part: .test), toFailWith: "package dataset-fashion-mnist",
      path: "\(folder)/t10k-images-idx3-ubyte.gz")
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: DatasetSource.fashionMNISTFolder)))
  func theInstalledFashionMNISTIsRead() throws {
    let data = try DatasetSource.fashionMNIST(part: .test).load(count: 100)
    #expect(data.inputShape == [1, 28, 28])
    #expect(data.targets.width == 10)
    guard case .classes(let labels, _) = data.targets else { return }
    #expect(labels.prefix(5) == [9, 2, 1, 1, 6])
    #expect(data.inputs.max() == 255)
  }

  @Test func digitsAndFormulasAreSourcesToo() throws {
    #expect(
      try DatasetSource.digits.load(count: 20, seed: 3)
        == Dataset.digits().subset(count: 20, seed: 3))
    let spirals = SyntheticData(.spirals, seed: 9)
    #expect(try DatasetSource.synthetic(spirals).load() == spirals.make())
  }
}
