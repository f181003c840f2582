import Foundation
import Testing

@testable import Figures

@Suite struct ContoursTests {
  /// A relief whose samples are the digits of a picture, the top line highest; a dot is missing.
  static func relief(_ picture: String) throws -> Relief {
    let rows = picture.split(separator: "\n").map { Array($0) }
    let values = rows.reversed().flatMap { row in
      row.map { $0 == "." ? Double.nan : Double($0.wholeNumberValue ?? 0) }
    }
    let field = try Field(
      xs: rows[0].indices.map(Double.init), ys: rows.indices.map(Double.init), values: values)
    return Relief(field, scale: try Scale(.linear, from: 0, to: 10))
  }

  /// The share of a region: even-odd area of the rings.
  static func contains(_ rings: [[Point]], _ p: Point) -> Bool {
    var inside = false
    for ring in rings {
      for (a, b) in zip(ring, Array(ring.dropFirst()) + ring.prefix(1))
      where (a.y > p.y) != (b.y > p.y) {
        if p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x { inside.toggle() }
      }
    }
    return inside
  }

  /// The sixteen cases: corners above (9) or below (0) of one cell, as upper and lower pairs.
  @Test(arguments: [
    ("00\n00", 0, 0), ("00\n90", 1, 1), ("00\n09", 1, 1), ("00\n99", 1, 1),
    ("09\n00", 1, 1), ("09\n90", 2, 2), ("09\n09", 1, 1), ("09\n99", 1, 1),
    ("90\n00", 1, 1), ("90\n90", 1, 1), ("90\n09", 2, 2), ("90\n99", 1, 1),
    ("99\n00", 1, 1), ("99\n90", 1, 1), ("99\n09", 1, 1), ("99\n99", 0, 1),
  ])
  func `every case of a cell has its lines and regions`(picture: String, lines: Int, rings: Int)
    throws
  {
    let contour = try Self.relief(picture).contour(at: 0.7)
    #expect(contour.lines.count == lines)
    #expect(contour.rings.count == rings)
  }

  @Test(arguments: ["09\n90", "90\n09"])
  func `a saddle is joined exactly if its centre is above`(picture: String) throws {
    // The centre is 4.5: at 0.4 the high corners are joined (one ring), at 0.5 they are not.
    let relief = try Self.relief(picture)
    #expect(relief.contour(at: 0.4).rings.count == 1)
    #expect(relief.contour(at: 0.4).lines.count == 2)
    #expect(relief.contour(at: 0.5).rings.count == 2)
    #expect(Self.contains(relief.contour(at: 0.4).rings, Point(0.5, 0.5)))
    #expect(!Self.contains(relief.contour(at: 0.5).rings, Point(0.5, 0.5)))
  }

  @Test func `an annulus has two closed lines and a hole`() throws {
    let contour = try Self.relief(
      """
      0000000
      0999990
      0900090
      0900090
      0900090
      0999990
      0000000
      """
    ).contour(at: 0.5)
    #expect(contour.rings.count == 2)
    #expect(contour.lines.count == 2)
    #expect(contour.lines.allSatisfy { $0.first == $0.last })
    #expect(!Self.contains(contour.rings, Point(3, 3)))
    #expect(Self.contains(contour.rings, Point(3, 1)))
  }

  @Test func `two minima are two holes and one sample is one island`() throws {
    let two = try Self.relief("999999\n900909\n900909\n999999").contour(at: 0.5)
    #expect(two.lines.count == 2)
    let one = try Self.relief("000\n090\n000").contour(at: 0.5)
    #expect(one.lines.count == 1)
    #expect(Self.contains(one.rings, Point(1, 1)))
    #expect(!Self.contains(one.rings, Point(0.2, 0.2)))
  }

  @Test func `a level equal to a sample counts the sample as above and repeats no point`() throws {
    let contour = try Self.relief("000\n050\n000").contour(at: 0.5)
    #expect(contour.lines.isEmpty)  // a single point is no line
    let plateau = try Self.relief("0000\n0550\n0550\n0000").contour(at: 0.5)
    #expect(Self.contains(plateau.rings, Point(1.5, 1.5)))
    for line in plateau.lines {
      #expect(zip(line, line.dropFirst()).allSatisfy { $0 != $1 })
    }
  }

  @Test func `the higher side is on the left`() throws {
    let contour = try Self.relief("000\n090\n000").contour(at: 0.5)
    let ring = try #require(contour.lines.first)
    let area = zip(ring, ring.dropFirst()).reduce(0) { $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y }
    #expect(area > 0)  // anticlockwise round a maximum
  }

  @Test(arguments: 0..<12)
  func `vertices lie on the level and lines bound the regions`(seed: UInt64) throws {
    let field = try TestFields.landscape(seed: seed, count: 17)
    let range = try #require(field.range)
    let scale = try Scale(.log, from: range.lowerBound, to: range.upperBound)
    let relief = Relief(field, scale: scale)
    let width = relief.xs.count
    func value(_ p: Point) -> Double {
      // Straight interpolation along the grid line that the vertex lies on.
      func place(_ x: Double, _ xs: [Double]) -> (Int, Double) {
        let i = min(max(xs.partitioningIndex { $0 > x } - 1, 0), xs.count - 2)
        return (i, (x - xs[i]) / (xs[i + 1] - xs[i]))
      }
      let ((i, s), (j, t)) = (place(p.x, relief.xs), place(p.y, relief.ys))
      func z(_ i: Int, _ j: Int) -> Double { relief.units[j * width + i] }
      return (1 - t) * ((1 - s) * z(i, j) + s * z(i + 1, j))
        + t * ((1 - s) * z(i, j + 1) + s * z(i + 1, j + 1))
    }
    for level in [0.15, 0.4, 0.6, 0.85] {
      let contour = relief.contour(at: level)
      for line in contour.lines {
        for point in line { #expect(abs(value(point) - level) < 1e-9) }
        let onRings = Set(contour.rings.flatMap(\.self))
        #expect(line.allSatisfy { onRings.contains($0) })
      }
      for (index, unit) in relief.units.enumerated() where index.isMultiple(of: 7) {
        let p = Point(relief.xs[index % width], relief.ys[index / width])
        guard abs(p.x) < 1, abs(p.y) < 1, abs(unit - level) > 1e-9 else { continue }
        #expect(Self.contains(contour.rings, p) == (unit >= level))
      }
    }
  }

  @Test func `refinement keeps samples, adds no extremum and follows a smooth field`() throws {
    let field = try TestFields.field(26) { x, y in exp(2 * x * x + 3 * y * y + x * y) }
    let range = try #require(field.range)
    let relief = try Relief(field, scale: Scale(.log, from: range.lowerBound, to: range.upperBound))
    let units = relief.units
    #expect(relief.xs.count == 101)
    #expect(units.min().map { $0 >= 0 } == true)
    #expect(units.max().map { $0 <= 1 } == true)
    // Contours of this field are ellipses: compare the radius, in pixels of axes 1000 wide.
    let scale = try Scale(.log, from: range.lowerBound, to: range.upperBound)
    var (squares, count) = (0.0, 0)
    for level in [1.5, 3.0, 6, 12] {
      for line in relief.contour(at: scale.unit(level)).lines {
        for p in line {
          let exponent = 2 * p.x * p.x + 3 * p.y * p.y + p.x * p.y
          let gradient = hypot(4 * p.x + p.y, 6 * p.y + p.x)
          squares += pow((exponent - log(level)) / gradient * 500, 2)
          count += 1
        }
      }
    }
    #expect((squares / Double(count)).squareRoot() < 0.3)  // C5
  }

  @Test func `missing samples cut lines and leave their neighbours as they were`() throws {
    let whole = try Self.relief("012345678\n012345678\n012345678\n012345678\n012345678")
    let holed = try Self.relief("012345678\n012345678\n0123.5678\n012345678\n012345678")
    #expect(whole.contour(at: 0.45).lines.count == 1)
    #expect(holed.contour(at: 0.45).lines.count == 2)
    // Far from the hole nothing moves.
    #expect(whole.contour(at: 0.15) == holed.contour(at: 0.15))
    for (index, unit) in holed.units.enumerated() where !holed.missing[index] {
      #expect(abs(unit - whole.units[index]) < 1e-12)
    }
    let none = try Self.relief("..\n..")
    #expect(none.contour(at: 0.5).lines.isEmpty)
  }

  @Test func `values without a place on a logarithmic scale lie below every level`() throws {
    let axis = [0.0, 1, 2, 3]
    let values = axis.flatMap { y in axis.map { x in x < 1.5 ? 0 : x * y } }
    let field = try Field(xs: axis, ys: axis, values: values)
    let relief = try Relief(field, scale: Scale(.log, from: 0.1, to: 10))
    for line in relief.contour(at: 0.5).lines {
      #expect(line.allSatisfy { $0.x.isFinite && $0.y.isFinite })
    }
  }
}
