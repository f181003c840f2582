/// Tensors with names, in the order of their file: an ordered dictionary.
public struct NamedTensors: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// One tensor and its name.
  public struct Element: Sendable, Equatable {
    /// What the file calls it.
    public var name: String
    /// Its numbers.
    public var tensor: Tensor
  }

  private var elements: [Element] = []
  private var positions: [String: Int] = [:]

  /// Makes a collection without tensors.
  public init() {}

  /// Makes a collection from names and tensors; a later tensor of the same name replaces the former.
  public init(dictionaryLiteral pairs: (String, Tensor)...) {
    for (name, tensor) in pairs { self[name] = tensor }
  }

  /// The names, in order.
  public var names: [String] { elements.map(\.name) }

  /// The tensor of a name; setting a new name appends it, setting nil removes it.
  public subscript(name: String) -> Tensor? {
    get { positions[name].map { elements[$0].tensor } }
    set {
      switch (positions[name], newValue) {
      case (let position?, let tensor?):
        elements[position].tensor = tensor
      case (nil, let tensor?):
        positions[name] = elements.count
        elements.append(Element(name: name, tensor: tensor))
      case (let position?, nil):
        elements.remove(at: position)
        positions = [:]
        for (index, element) in elements.enumerated() { positions[element.name] = index }
      case (nil, nil): break
      }
    }
  }
}

extension NamedTensors: RandomAccessCollection {
  /// The position of the first tensor.
  public var startIndex: Int { 0 }
  /// The position after the last tensor.
  public var endIndex: Int { elements.count }
  /// The tensor at a position, with its name.
  public subscript(position: Int) -> Element { elements[position] }
}
