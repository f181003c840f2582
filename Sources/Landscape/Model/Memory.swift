import FoundationEssentials
import Networks
import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How much memory a run may have.
enum Memory {
  /// The bytes that can still be had, nil where nothing is known of them: the least of what the machine
  /// has free, what the process may address (`ulimit -v`), and what its control group allows.
  static var available: Int? {
    [free, addressable, allowed].compactMap(\.self).min()
  }

  /// A number of bytes in words.
  static func text(_ bytes: Int) -> String {
    let units = [(1 << 30, "GB"), (1 << 20, "MB")]
    let (unit, name) = units.first { bytes >= $0.0 } ?? (1 << 20, "MB")
    let value = (Double(bytes) / Double(unit) * 10).rounded(.up) / 10
    return value < 10 ? "\(value) \(name)" : "\(Int(value.rounded())) \(name)"
  }

  private static var free: Int? {
    #if os(Linux)
      guard let line = lines("/proc/meminfo").first(where: { $0.hasPrefix("MemAvailable:") }),
        let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
      else { return nil }
      return kilobytes << 10
    #else
      return Int(clamping: ProcessInfo.processInfo.physicalMemory)
    #endif
  }

  private static var addressable: Int? {
    #if os(Linux)
      var limit = rlimit()
      guard getrlimit(numericCast(RLIMIT_AS.rawValue), &limit) == 0,
        limit.rlim_cur < UInt(Int.max),
        let pages = lines("/proc/self/statm").first?.split(separator: " ").first
          .flatMap({ Int($0) })
      else { return nil }
      return max(0, Int(limit.rlim_cur) - pages * Int(sysconf(Int32(_SC_PAGESIZE))))
    #else
      return nil
    #endif
  }

  private static var allowed: Int? {
    guard let most = lines("/sys/fs/cgroup/memory.max").first.flatMap({ Int($0) }),
      let used = lines("/sys/fs/cgroup/memory.current").first.flatMap({ Int($0) })
    else { return nil }
    return max(0, most - used)
  }

  /// The system's files say that they are empty, and are read to their end all the same.
  private static func lines(_ path: String) -> [Substring] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isNewline)
  }
}

extension Model {
  /// About how many bytes a run needs: the passes of all threads, the vectors that training and
  /// minimisation keep, the samples, and the grid.
  var memoryEstimate: Int {
    let grid = scene.slice.columns * scene.slice.rows * 3 * MemoryLayout<Double>.stride
    return objective.memoryEstimate + (heldOut?.memoryEstimate ?? 0) + grid
  }

  /// Refuses what needs more memory than there is, before it is asked for.
  func checkMemory() throws(SceneError) {
    guard let available = Memory.available, memoryEstimate > available else { return }
    throw SceneError(
      path: scene.path, line: nil,
      reason: "needs about \(Memory.text(memoryEstimate)) of memory, and "
        + "\(Memory.text(available)) can be had: take a smaller network, fewer samples or fewer "
        + "threads")
  }
}

extension Model {
  /// About how many multiplications the grid and the training take: one for each weight and sample at
  /// each point, three for each epoch's value and gradient.
  var work: Double {
    let points = Double(scene.slice.columns * scene.slice.rows)
    let passes = scene.takesWeights ? 0 : 3 * Double(scene.training.epochs)
    return Double(network.layout.count) * Double(objective.sampleCount) * (points + passes)
  }

  /// Refuses to make a figure again that would take more work than was allowed.
  func checkWork() throws(SceneError) {
    guard let limit = scene.recorded?.workLimit, work > limit else { return }
    let power = Int(log10(work))
    throw SceneError(
      path: scene.path, line: nil,
      reason: "takes about 10^\(power) multiplications to make again (\(scene.slice.columns) × "
        + "\(scene.slice.rows) points, \(objective.sampleCount) samples, \(network.layout.count) "
        + "parameters); '--any-size' does it all the same")
  }
}
