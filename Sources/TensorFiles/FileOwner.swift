#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The program that a temporary file belongs to, as the file's name tells:
/// `.landscape-<place>-<process>-<start>-<random>.tmp`.
struct FileOwner: Equatable {
  /// Where it runs: a hash of the machine's name, its start, and the space of process numbers.
  var place: String
  var process: Int32
  /// When it began, in the system's ticks, or 0 where that is not known.
  ///
  /// A number may be given to another process later.
  var start: UInt64

  /// This program.
  static let current = FileOwner(
    place: currentPlace, process: getpid(), start: beginning(of: getpid()) ?? 0)

  init(place: String, process: Int32, start: UInt64) {
    (self.place, self.process, self.start) = (place, process, start)
  }

  /// Reads a name; nil where it is none of a temporary file.
  init?(temporaryName name: String) {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0] == ".landscape", parts[4].hasSuffix(".tmp"),
      let process = Int32(parts[2]), process > 0, let start = UInt64(parts[3])
    else { return nil }
    self.init(place: String(parts[1]), process: process, start: start)
  }

  /// A new name for a temporary file.
  var temporaryName: String {
    let random = String(UInt64.random(in: 0 ... .max), radix: 36)
    return ".landscape-\(place)-\(process)-\(start)-\(random).tmp"
  }

  /// Whether the owner has ended, as far as can be told.
  ///
  /// - Parameter lastWritten: When the file was written to, in seconds since 1970.
  /// - Returns: Whether the file can go.
  func isGone(lastWritten: Int) -> Bool {
    guard place == Self.current.place else {
      // Nobody here knows of processes elsewhere: a day without a byte is the end of any.
      return time(nil) - lastWritten > 24 * 60 * 60
    }
    guard process != Self.current.process || start != Self.current.start else { return false }
    if kill(process, 0) != 0 { return errno == ESRCH }
    guard start != 0, let other = Self.beginning(of: process) else { return false }
    return other != start
  }

  private static let currentPlace: String = {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, 255)
    var space = [CChar](repeating: 0, count: 64)
    readlink("/proc/self/ns/pid", &space, 63)
    let boot = contents(of: "/proc/sys/kernel/random/boot_id") ?? []
    let text = (name + space).map { UInt8(bitPattern: $0) } + boot
    // FNV-1a: names only need to differ.
    let hash = text.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return String(hash, radix: 36)
  }()

  /// The 22nd field of `/proc/<process>/stat`; nil where there is none.
  private static func beginning(of process: Int32) -> UInt64? {
    guard let bytes = contents(of: "/proc/\(process)/stat") else { return nil }
    // The second field is a name in brackets, which may hold anything.
    guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
    return fields.count > 19 ? UInt64(String(decoding: fields[19], as: UTF8.self)) : nil
  }

  private static func contents(of path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // Such files are short, and say nothing of their size.
    return SystemCalls.readAll(descriptor, expected: 4096, limit: 4096)
  }
}
