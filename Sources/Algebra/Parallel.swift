import Dispatch
import Synchronization

/// Runs `body` once for each index in 0 ..< count, on several threads at once.
///
/// Which thread takes which index is not fixed, so a body writes only to what belongs to its index;
/// results are then the same for any number of threads.
///
/// - Parameters:
///   - count: How many indices there are.
///   - threads: The most threads to use; at least 1.
///   - body: What to do for an index. The first error thrown stops indices not yet begun.
/// - Throws: The first error that `body` threw.
public func concurrently<Failure: Error>(
  _ count: Int, threads: Int, _ body: @Sendable (_ index: Int) throws(Failure) -> Void
) throws(Failure) {
  let workers = min(max(threads, 1), count)
  guard workers > 1 else {
    for index in 0..<max(count, 0) { try body(index) }
    return
  }
  let next = Atomic(0)
  let failure = Mutex<Failure?>(nil)
  DispatchQueue.concurrentPerform(iterations: workers) { _ in
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count, failure.withLock({ $0 == nil }) else { return }
      do throws(Failure) {
        try body(index)
      } catch {
        failure.withLock { if $0 == nil { $0 = error } }
      }
    }
  }
  if let error = failure.withLock({ $0 }) { throw error }
}

/// The results of `body` for each index in 0 ..< count, computed on several threads, in order.
///
/// - Parameters:
///   - count: How many results there are.
///   - threads: The most threads to use; at least 1.
///   - body: Makes the result of an index.
/// - Returns: The results by index.
/// - Throws: The first error that `body` threw.
public func concurrentMap<Result: Sendable, Failure: Error>(
  _ count: Int, threads: Int, _ body: @Sendable (_ index: Int) throws(Failure) -> Result
) throws(Failure) -> [Result] {
  let results = Mutex([Result?](repeating: nil, count: max(count, 0)))
  try concurrently(count, threads: threads) { (index) throws(Failure) in
    let result = try body(index)
    results.withLock { $0[index] = result }
  }
  return results.withLock { $0 }.compactMap(\.self)
}
