import Testing

@testable import Networks

@Suite struct TileRoomTests {
  @Test func aSlotServesOneTileAfterAnother() {
    var room = TileRoom()
    let (a, b) = (room.take(10), room.take(3))
    room.giveBack(a)
    room.giveBack(b)
    // The smallest that is large enough; then the other one, made larger; then a new one.
    #expect(room.take(2) == b)
    #expect(room.take(12) == a)
    #expect(room.take(1) == 2)
    #expect(room.starts == [0, 12, 15, 16])
    #expect(room.rows == 16)
  }
}
