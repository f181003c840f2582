import Foundation
import Images
import Testing

@testable import Figures

@Suite struct TrainingFigureTests {
  static func loss(_ x: Double, _ y: Double) -> Double { 0.01 + x * x + 4 * y * y }

  /// Five epochs, then a polish of 40 steps.
  static let steps: [TrainingFigure.Step] =
    (0...5).map { epoch in
      let share = 1 - Double(epoch) / 6
      return .init(
        epoch: epoch, at: Point(-0.8 * share, 0.7 * share * share), loss: 3 * share + 0.2)
    } + [
      .init(epoch: 5, polishSteps: 10, at: Point(-0.05, 0.01), loss: 0.1),
      .init(epoch: 5, polishSteps: 40, at: Point(0, 0), loss: 0.01),
    ]

  static func figure(
    _ steps: [TrainingFigure.Step] = steps, frames: Int = 13,
    _ change: (inout FigureStyle) -> Void = { _ in }
  ) throws -> TrainingFigure {
    var style = try PageTests.style(PageFormat(width: 400, textScale: 1.2))
    style.title = "Training"
    change(&style)
    return try TrainingFigure(
      loss: TestFields.field(41, loss), steps: steps, frames: frames, style: style)
  }

  @Test(arguments: [Sharing.shared, .excess])
  func `from frame to frame nothing moves but the marker, its trail and the digits`(
    sharing: Sharing
  ) throws {
    let film = try Self.figure { $0.sharing = sharing }
    let first = try film.figure(at: 0).layout
    #expect(film.count == 13 && first.panels[0].labels.count > 0)
    for index in 0..<film.count {
      let layout = try film.figure(at: index).layout
      #expect(layout.width == first.width && layout.height == first.height)
      var (now, then) = (layout.panels[0], first.panels[0])
      now.marks.removeLast()
      then.marks.removeLast()
      #expect(now == then)
      let still = { (layout: FigureLayout) in layout.texts.filter { $0.role != .timeline } }
      #expect(still(layout) == still(first))
      let moving = { (layout: FigureLayout) in layout.texts.filter { $0.role == .timeline } }
      #expect(moving(layout).count == 2)
      for (now, then) in zip(moving(layout), moving(first)) {
        // But for the bearing of the first letter, "e" or "p".
        #expect(abs(now.box.corners[0].x - then.box.corners[0].x) < 0.5)
      }
    }
  }

  @Test func `the marker is at each epoch on its frame, and goes straight between`() throws {
    // Five epochs and one for the polish: two frames to each.
    let film = try Self.figure()
    func place(_ index: Int) throws -> Point {
      try #require(film.figure(at: index).layout.panels[0].marks.last).at
    }
    for epoch in 0...5 {
      #expect(try place(2 * epoch) == Self.steps[epoch].at)
      guard epoch < 5 else { continue }
      let middle = (Self.steps[epoch].at + Self.steps[epoch + 1].at) * 0.5
      let there = try place(2 * epoch + 1)
      #expect(abs(there.x - middle.x) < 1e-12 && abs(there.y - middle.y) < 1e-12)
    }
    // Half of the polish's time is at step 20, a third of the way from step 10 to 40.
    let late = try place(11)
    #expect(abs(late.x + 0.05 * 2 / 3) < 1e-12 && abs(late.y - 0.01 * 2 / 3) < 1e-12)
    #expect(try place(12) == Point(0, 0))
  }

  @Test func `the numbers are those of the last point passed`() throws {
    let film = try Self.figure()
    func texts(_ index: Int) throws -> [String] {
      try film.figure(at: index).layout.texts.filter { $0.role == .timeline }.map(\.string)
    }
    #expect(try texts(0) == ["epoch 0", "total loss 3.20"])
    #expect(try texts(1) == ["epoch 0", "total loss 3.20"])
    #expect(try texts(10) == ["epoch 5", "total loss 0.700"])
    #expect(try texts(11) == ["to the minimum, step 10", "total loss 0.100"])
    #expect(try texts(12) == ["to the minimum, step 40", "total loss 0.0100"])
  }

  @Test(arguments: [1, 2, 3, 7, 20, 99, 100, 1234, 50_000])
  func `the timeline has whole epochs, and digits that stay in their place`(last: Int) throws {
    let steps = [0, last].map {
      TrainingFigure.Step(epoch: $0, at: Point(0.5 - 0.4 * Double($0) / Double(last), 0), loss: 1)
    }
    let layout = try Self.figure(steps, frames: 3).figure(at: 0).layout
    let band = layout.panels[0].frame
    let ticks = layout.texts.filter { $0.role == .tick && $0.box.center.y > band.maxY + 20 }
    #expect(ticks.count >= 2)
    for tick in ticks {
      let text = tick.string.replacing("×10", with: "")
      #expect(!text.contains("."), "\(tick.string)")
    }
    #expect(Timeline.text("epoch", 7, of: last).plain.count == "epoch \(last)".count || last < 7)
  }

  @Test(arguments: [Theme.light, .dark], PageTests.pages)
  func `texts keep apart in every frame on every page`(theme: Theme, page: PageFormat) throws {
    var style = try PageTests.style(page)
    style.theme = theme
    let film = try Self.figure(frames: 5) {
      $0 = style
      $0.subtitle = ""
    }
    for index in 0..<5 { PageRules.check(try film.figure(at: index), style: style) }
  }

  @Test func `a path without a polish ends at its last epoch`() throws {
    let film = try Self.figure(Array(Self.steps.prefix(6)), frames: 6)
    let layout = try film.figure(at: 5).layout
    #expect(layout.panels[0].marks.last?.at == Self.steps[5].at)
    #expect(!layout.texts.contains { $0.string == "minimum" && $0.role == .tick })
    #expect(
      try Self.figure().figure(at: 0).layout.texts
        .contains { $0.string == "minimum" && $0.role == .tick })
  }

  @Test func `a plane of which nothing is finite is hatched, and the path drawn`() throws {
    let style = try PageTests.style(.text)
    let film = try TrainingFigure(
      loss: TestFields.field(9) { _, _ in .nan }, steps: Self.steps, frames: 3, style: style)
    let layout = try film.figure(at: 1).layout
    #expect(layout.panels[0].scale == nil && layout.panels[0].marks.count == 3)
  }

  @Test func `what is no path is refused`() throws {
    let steps = Self.steps
    func refused(_ steps: [TrainingFigure.Step], frames: Int = 3) {
      #expect(throws: FigureError.self) { try Self.figure(steps, frames: frames) }
    }
    refused([])
    refused([steps[0]])
    refused([steps[1], steps[0]])
    refused([steps[0], steps[0]])
    refused([steps[0], steps[6]])
    refused(Array(steps.prefix(6)) + [steps[7], steps[6]])
    refused([steps[6], steps[0], steps[1]])
    refused(steps, frames: 1)
    let film = try Self.figure()
    for index in [-1, 13] {
      #expect(throws: FigureError.self) { try film.figure(at: index) }
    }
  }
}
