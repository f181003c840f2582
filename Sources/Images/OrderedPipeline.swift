import Dispatch
import Synchronization

/// Makes items on several threads, joins each to the one before it, still on several threads, and
/// hands the results over in order.
///
/// A thread takes the next index, makes its item, waits for the item before, joins the two, and
/// waits for its turn to hand the result over. Nobody waits but for smaller indices, so nobody waits
/// for ever; and as no thread goes on before its turn, at most `threads` + 1 items are alive. Results
/// do not depend on the number of threads.
///
/// - Parameters:
///   - count: How many items there are.
///   - threads: The most threads to use; at least 1.
///   - make: Makes the item of an index.
///   - join: Makes a result of an index, its item and the item before; the first has none before.
///   - emit: Takes the results, in order, never two at once.
/// - Throws: The first error of any of the three; nothing is handed over after it.
func inOrder<Item: Sendable, Result: Sendable>(
  _ count: Int, threads: Int,
  make: @Sendable (_ index: Int) throws -> Item,
  join: @Sendable (_ index: Int, _ item: Item, _ before: Item?) throws -> Result,
  emit: @Sendable (Result) throws -> Void
) throws {
  let next = Atomic(0)
  let failure = Mutex<(any Error)?>(nil)
  let items = Mutex<[Int: Item]>([:])
  // Signalled once each, whether an index succeeds or fails.
  let made = (0..<count).map { _ in DispatchSemaphore(value: 0) }
  let emitted = (0..<count).map { _ in DispatchSemaphore(value: 0) }

  @Sendable func attempt<Value>(_ body: () throws -> Value?) -> Value? {
    guard failure.withLock({ $0 == nil }) else { return nil }
    do {
      return try body()
    } catch {
      failure.withLock { if $0 == nil { $0 = error } }
      return nil
    }
  }

  DispatchQueue.concurrentPerform(iterations: min(max(threads, 1), count)) { _ in
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      let item = attempt { try make(index) }
      items.withLock { $0[index] = item }
      made[index].signal()

      if index > 0 { made[index - 1].wait() }
      let before = items.withLock { $0.removeValue(forKey: index - 1) }
      let result = attempt { try item.map { try join(index, $0, before) } }

      if index > 0 { emitted[index - 1].wait() }
      _ = attempt { try result.map(emit) }
      emitted[index].signal()
    }
  }
  if let error = failure.withLock({ $0 }) { throw error }
}
