/// Hands out room for tiles of one length, in slots that serve one tile after another.
struct TileRoom {
  /// The rows of each slot.
  private var sizes: [Int] = []
  private var free: Set<Int> = []

  /// Room for a tile: the smallest free slot that is large enough, else the largest made larger.
  mutating func take(_ rows: Int) -> Int {
    func isBefore(_ a: Int, _ b: Int) -> Bool { (sizes[a], a) < (sizes[b], b) }
    let slot =
      free.filter { sizes[$0] >= rows }.min(by: isBefore) ?? free.max(by: isBefore) ?? sizes.count
    if slot == sizes.count { sizes.append(0) }
    sizes[slot] = max(sizes[slot], rows)
    free.remove(slot)
    return slot
  }

  /// A slot whose tile nothing needs any more.
  mutating func giveBack(_ slot: Int) { free.insert(slot) }

  /// Where each slot begins, in rows, once all have been handed out.
  var starts: [Int] {
    sizes.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
  }

  /// The rows of all slots.
  var rows: Int { sizes.reduce(0, +) }
}
