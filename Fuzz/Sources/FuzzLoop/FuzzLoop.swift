import Foundation
import FuzzDriver
import Synchronization

/// A reader of files, and what holds for every input.
public struct Reader: Sendable {
  /// What the command line calls it.
  public var name: String
  /// Whether an error is one that the reader promises.
  var isExpected: @Sendable (any Error) -> Bool
  /// Reads; what was read must satisfy what the reader promises, or the process dies.
  var read: @Sendable ([UInt8]) throws -> Void

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - name: What the command line calls it.
  ///   - error: The only kind of error that it may throw.
  ///   - read: Reads an input, and checks what was read.
  public init<Expected: Error>(
    _ name: String, throwing error: Expected.Type,
    read: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.name = name
    isExpected = { $0 is Expected }
    self.read = read
  }
}

/// The reader that is fed; set before the loop begins.
private let chosen = Mutex<Reader?>(nil)

/// Feeds the reader that the command line names, `program READER [libFuzzer's arguments]`, until it
/// fails or has had enough; without a name lists the readers.
///
/// - Parameter readers: The readers there are.
public func fuzz(_ readers: [Reader]) {
  let arguments = CommandLine.arguments
  guard arguments.count >= 2, let reader = readers.first(where: { $0.name == arguments[1] }) else {
    print(readers.map(\.name).joined(separator: "\n"))
    return
  }
  chosen.withLock { $0 = reader }
  var rest = ([arguments[0]] + arguments.dropFirst(2)).map { strdup($0) } + [nil]
  var count = CInt(rest.count - 1)
  rest.withUnsafeMutableBufferPointer { buffer in
    var pointer = buffer.baseAddress
    _ = LLVMFuzzerRunDriver(&count, &pointer, fuzzOneInput)
  }
}

/// Feeds one input; the name is the one that libFuzzer's own main function asks for.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let reader = chosen.withLock { $0 }
  do {
    try reader?.read(Array(UnsafeBufferPointer(start: start, count: count)))
  } catch {
    let text = "\(error)"
    precondition(reader?.isExpected(error) == true, "an error of another kind: \(text)")
    precondition(!text.contains("\n"), "a message of several lines: \(text)")
  }
  return 0
}
