import Dispatch
import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Another program that is fed through its standard input, and ended with its owner.
final class Program: Sendable {
  private let name: String
  private let state: Mutex<State>
  /// What it writes to its standard error; read all the while, so that it never waits for a reader.
  private let complaints = Mutex<[UInt8]>([])
  private let hasClosed = DispatchSemaphore(value: 0)

  private struct State {
    var process: Process
    /// Where it is written to; nil once closed.
    var input: FileHandle?
  }

  /// Where a program is installed.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - environment: Where `PATH` is found; that of this program.
  /// - Returns: The first file of that name in the folders of `PATH`.
  /// - Throws: ``ImageError/noProgram(_:)``.
  static func find(
    _ name: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> String {
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    guard
      let path = folders.map({ "\($0)/\(name)" })
        .first(where: FileManager.default.isExecutableFile(atPath:))
    else { throw ImageError.noProgram(name) }
    return path
  }

  /// Starts a program.
  init(at path: String, _ arguments: [String]) throws {
    name = URL(filePath: path).lastPathComponent
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    let (input, errors) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw ImageError.program("\(path) cannot be started: \(error.localizedDescription)")
    }
    state = Mutex(State(process: process, input: input.fileHandleForWriting))
    let reader = errors.fileHandleForReading
    DispatchQueue.global().async { [self] in
      while let piece = try? reader.read(upToCount: 4096), !piece.isEmpty {
        // The last words are the ones that matter.
        complaints.withLock { $0 = ($0 + piece).suffix(1 << 16) }
      }
      hasClosed.signal()
    }
  }

  /// Hands over bytes.
  ///
  /// - Throws: ``ImageError/program(_:)`` where the program takes no more.
  func write(_ bytes: [UInt8]) throws {
    let isTaken = state.withLock { state in
      guard let input = state.input else { return false }
      return withoutBrokenPipeSignal { writeAll(bytes, to: input.fileDescriptor) }
    }
    // A program that takes no more has ended, or will at the end of its input.
    if !isTaken { try finish() }
    guard isTaken else { throw ImageError.program("\(name) has ended before its input did") }
  }

  /// Ends the input and waits for the program.
  ///
  /// - Throws: ``ImageError/program(_:)`` with its last words if it has failed.
  func finish() throws {
    let (status, reason) = state.withLock { state in
      try? state.input?.close()
      state.input = nil
      hasClosed.wait()
      hasClosed.signal()
      state.process.waitUntilExit()
      return (state.process.terminationStatus, state.process.terminationReason)
    }
    guard status != 0 || reason != .exit else { return }
    let last = words.split(whereSeparator: \.isNewline).last.map(String.init)
    let end = reason == .exit ? "with status \(status)" : "by signal \(status)"
    throw ImageError.program("\(name) ended \(end): \(last ?? "it did not say why")")
  }

  /// What it has said on standard error.
  var words: String { complaints.withLock { String(decoding: $0, as: UTF8.self) } }

  /// Whether it has said that there was no room for what it wrote.
  var lacksRoom: Bool {
    [ENOSPC, EFBIG, EDQUOT].contains { words.contains(String(cString: strerror($0))) }
  }

  /// Ends the program, whatever it is doing.
  func end() {
    state.withLock { state in
      try? state.input?.close()
      state.input = nil
      if state.process.isRunning { state.process.terminate() }
      state.process.waitUntilExit()
    }
  }
}

/// Writes all bytes to a file descriptor; false where that fails.
private func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
  bytes.withUnsafeBytes { bytes in
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

/// Runs a body that may write to a pipe whose reader has gone, without the signal that would end
/// the whole program: it is held back on this thread, and taken where it has come.
private func withoutBrokenPipeSignal<Result>(_ body: () -> Result) -> Result {
  var (pipe, before, pending) = (sigset_t(), sigset_t(), sigset_t())
  sigemptyset(&pipe)
  sigaddset(&pipe, SIGPIPE)
  sigpending(&pending)
  guard sigismember(&pending, SIGPIPE) == 0 else { return body() }
  pthread_sigmask(SIG_BLOCK, &pipe, &before)
  let result = body()
  sigpending(&pending)
  if sigismember(&pending, SIGPIPE) == 1 {
    var signal: CInt = 0
    sigwait(&pipe, &signal)
  }
  pthread_sigmask(SIG_SETMASK, &before, nil)
  return result
}
