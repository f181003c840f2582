/// A corner of a facet: where it is seen, in samples, and what is interpolated between corners.
struct SurfaceVertex: Hashable, Sendable {
  /// Rightward and downward, in samples.
  var x: Float
  var y: Float
  /// Toward the eye.
  var depth: Float
  /// The position on the scale.
  var unit: Float = 0
  /// How the height changes along the plane's axes.
  var slopeX: Float = 0
  var slopeY: Float = 0
}

/// A triangle between three vertices, and what it is made of.
struct Facet: Hashable, Sendable {
  var a: Int32
  var b: Int32
  var c: Int32
  var material: Int32
}

/// Which facet is the nearest at each sample of some rows.
///
/// A sample belongs to a facet if its centre lies inside, or on its left or upper side: two facets
/// that share a side leave no sample out and take none twice. What is found does not depend on how
/// the picture is cut into rows.
struct ZBuffer: Sendable {
  let width: Int
  let rows: Range<Int>
  /// The nearest facet of each sample, row by row; −1 where there is none.
  private(set) var facets: [Int32]
  /// How near it is.
  private(set) var depths: [Float]

  /// Makes an empty buffer.
  init(width: Int, rows: Range<Int>) {
    self.width = width
    self.rows = rows
    facets = [Int32](repeating: -1, count: width * rows.count)
    depths = [Float](repeating: -.infinity, count: width * rows.count)
  }

  /// Draws facets.
  ///
  /// - Parameters:
  ///   - numbers: Which of the mesh's facets.
  ///   - mesh: The facets.
  mutating func draw(_ numbers: [Int32], of mesh: SurfaceMesh) {
    let (width, rows) = (width, rows)
    mesh.vertices.withUnsafeBufferPointer { vertices in
      mesh.facets.withUnsafeBufferPointer { all in
        facets.withUnsafeMutableBufferPointer { facets in
          depths.withUnsafeMutableBufferPointer { depths in
            for number in numbers {
              let facet = all[Int(number)]
              let (a, b, c) = (
                vertices[Int(facet.a)], vertices[Int(facet.b)], vertices[Int(facet.c)]
              )
              let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
              guard abs(area) > 1e-12 else { continue }
              let stepX =
                ((b.depth - a.depth) * (c.y - a.y) - (c.depth - a.depth) * (b.y - a.y)) / area
              let stepY =
                ((c.depth - a.depth) * (b.x - a.x) - (b.depth - a.depth) * (c.x - a.x)) / area
              let least = min(a.depth, b.depth, c.depth)
              let most = max(a.depth, b.depth, c.depth)
              let first = max(rows.lowerBound, Int((min(a.y, b.y, c.y) - 0.5).rounded(.up)))
              let end = min(rows.upperBound, Int((max(a.y, b.y, c.y) - 0.5).rounded(.up)))
              guard first < end else { continue }
              for row in first..<end {
                let y = Float(row) + 0.5
                var (left, right) = (Float.infinity, -Float.infinity)
                func cross(_ p: SurfaceVertex, _ q: SurfaceVertex) {
                  guard (p.y <= y) != (q.y <= y) else { return }
                  // From the upper end, so that both facets of a side find the same place.
                  let (from, to) = p.y < q.y ? (p, q) : (q, p)
                  let x = from.x + (y - from.y) * ((to.x - from.x) / (to.y - from.y))
                  left = min(left, x)
                  right = max(right, x)
                }
                cross(a, b)
                cross(b, c)
                cross(c, a)
                guard left < right else { continue }
                let start = max(0, Int((left - 0.5).rounded(.up)))
                let stop = min(width, Int((right - 0.5).rounded(.up)))
                guard start < stop else { continue }
                let line = (row - rows.lowerBound) * width
                let base = a.depth + (y - a.y) * stepY
                for column in start..<stop {
                  let depth = base + (Float(column) + 0.5 - a.x) * stepX
                  let inside = min(max(depth, least), most)
                  if inside > depths[line + column] {
                    depths[line + column] = inside
                    facets[line + column] = number
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
