import Figures
import Foundation
import Synchronization
import Testing

@testable import Images

@Suite struct AnimationTests {
  /// A square that walks over a still background; picture 3 is like picture 2.
  static func walk(_ count: Int, width: Int = 40, height: Int = 30) -> Animation {
    Animation(count: count) { index in walked(index, width: width, height: height) }
  }

  static func walked(_ index: Int, width: Int = 40, height: Int = 30) -> Raster {
    let step = index < 3 ? index : index - 1
    return Raster(
      width: width, height: height,
      pixels: (0..<width * height).map { i in
        let (x, y) = (i % width - 2 * step, i / width - step)
        return (0..<5).contains(x) && (0..<5).contains(y)
          ? 0xAA0000 : UInt32(i % width / 8 * 0x101010)
      })
  }

  @Test func `the order of results is that of the indices, for any number of threads`() throws {
    for threads in [1, 2, 3, 7, 64] {
      let results = Mutex<[String]>([])
      try inOrder(
        40, threads: threads,
        make: { index in
          if index % 5 == 0 { usleep(300) }
          return index * index
        },
        join: { index, item, before in "\(index) \(item) \(before ?? -1)" },
        emit: { result in results.withLock { $0.append(result) } })
      #expect(
        results.withLock { $0 }
          == (0..<40).map { "\($0) \($0 * $0) \($0 == 0 ? -1 : ($0 - 1) * ($0 - 1))" })
    }
  }

  @Test func `no more items are alive than there are threads, and one`() throws {
    final class Item: Sendable {
      static let alive = Mutex((now: 0, most: 0))
      init() {
        Item.alive.withLock {
          $0.now += 1
          $0.most = max($0.most, $0.now)
        }
      }
      deinit { Item.alive.withLock { $0.now -= 1 } }
    }
    try inOrder(
      100, threads: 3, make: { _ in Item() }, join: { index, _, _ in index }, emit: { _ in })
    #expect((1...4).contains(Item.alive.withLock(\.most)))
  }

  struct Fault: Error {}

  @Test(arguments: [1, 3], ["make", "join", "emit"])
  func `an error ends the work and nothing follows it`(threads: Int, place: String) {
    let emitted = Mutex<[Int]>([])
    #expect(throws: Fault.self) {
      try inOrder(
        50, threads: threads,
        make: { index in
          if place == "make", index == 10 { throw Fault() }
          return index
        },
        join: { index, _, _ in
          if place == "join", index == 10 { throw Fault() }
          return index
        },
        emit: { index in
          if place == "emit", index == 10 { throw Fault() }
          emitted.withLock { $0.append(index) }
        })
    }
    let order = emitted.withLock { $0 }
    #expect(order == Array(0..<order.count))
    #expect(order.count <= 10)
  }

  @Test func `what no format can say is refused before anything is drawn`() throws {
    func refused(_ change: (inout Animation) -> Void) {
      var animation = Animation(count: 3) { _ in
        Issue.record("a picture was drawn")
        return Raster(width: 1, height: 1, pixels: [0])
      }
      change(&animation)
      #expect(throws: ImageError.self) { try animation.apng(dpi: 72) }
    }
    refused { $0.count = 0 }
    refused { $0.count = .max }
    refused { $0.still = 3 }
    refused { $0.still = -1 }
    refused { $0.framesPerSecond = 0 }
    refused { $0.framesPerSecond = 1 << 20 }
    refused { $0.plays = -1 }
    refused { $0.durations = [1, 0] }
    refused { $0.durations = [1 << 20] }
  }

  @Test func `pictures of two sizes are refused`() {
    let animation = Animation(count: 3) { index in
      let width = index == 2 ? 5 : 4
      return Raster(width: width, height: 2, pixels: Array(repeating: 0, count: 2 * width))
    }
    #expect(throws: ImageError.self) { try animation.apng(dpi: 72) }
  }
}
