import Algebra
import Geometry
import RealModule
import Testing

@Suite struct PathPlaneTests {
  /// Orthonormal vectors, and a point for them to stand at.
  static func frame(
    _ count: Int, dimension n: Int, seed: UInt64
  ) -> (centre: [Double], axes: [[Double]]) {
    var source = RandomSource(seed: seed)
    func draw() -> [Double] { (0..<n).map { _ in source.normal() } }
    var axes: [[Double]] = []
    for _ in 0..<count {
      var next = draw()
      for _ in 0..<2 { for axis in axes { next = orthogonalised(next, to: axis) } }
      let size = norm(next)
      axes.append(next.map { $0 / size })
    }
    return (draw(), axes)
  }

  /// centre + Σ coordinates·axes, for each set of coordinates.
  static func path(
    _ coordinates: [[Double]], _ frame: (centre: [Double], axes: [[Double]])
  ) -> [[Double]] {
    coordinates.map { coordinates in
      var w = frame.centre
      for (value, axis) in zip(coordinates, frame.axes) {
        for i in w.indices { w[i] += value * axis[i] }
      }
      return w
    }
  }

  @Test(arguments: [3, 20, 3000])
  func `A path along known axes has them as components, with known shares and distances`(
    _ n: Int
  ) throws {
    let frame = Self.frame(3, dimension: n, seed: 1)
    let coordinates: [[Double]] = [
      [3, 0, 0], [-3, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 0.5], [0, 0, -0.5], [0, 0, 0],
    ]
    let plane = try PathPlane(of: Self.path(coordinates, frame), seed: 0)
    #expect(plane.span == .components)
    #expect(abs(plane.shares.first - 18 / 20.5) < 1e-13)
    #expect(abs(plane.shares.second - 2 / 20.5) < 1e-13)
    #expect(abs(abs(dot(plane.slice.u, frame.axes[0])) - 1) < 1e-13)
    #expect(abs(abs(dot(plane.slice.v, frame.axes[1])) - 1) < 1e-13)
    for (point, right) in zip(plane.points, coordinates) {
      #expect(abs(abs(point.alpha) - abs(right[0])) < 1e-12)
      #expect(abs(abs(point.beta) - abs(right[1])) < 1e-12)
      #expect(abs(point.offSlice - abs(right[2])) < 1e-12)
    }
    #expect(abs(plane.farthest - 0.5) < 1e-12)
  }

  @Test func `A spiral in a plane is seen as it is`() throws {
    let frame = Self.frame(2, dimension: 500, seed: 2)
    let coordinates = (0...40).map { step -> [Double] in
      let (radius, angle) = (2 * Double(40 - step) / 40, 0.3 * Double(step))
      return [radius * Double.cos(angle), radius * Double.sin(angle)]
    }
    let path = Self.path(coordinates, frame)
    let plane = try PathPlane(of: path, seed: 0)
    #expect(plane.farthest < 1e-13)
    #expect(abs(plane.shares.first + plane.shares.second - 1) < 1e-13)
    #expect(plane.shares.first >= plane.shares.second)
    for (a, p) in zip(coordinates, plane.points) {
      for (b, q) in zip(coordinates, plane.points) {
        let right = (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])
        let (dx, dy) = (p.alpha - q.alpha, p.beta - q.beta)
        #expect(abs(dx * dx + dy * dy - right) < 1e-12)
      }
    }
    let last = try #require(plane.points.last)
    #expect(last.alpha == 0 && last.beta == 0 && last.offSlice == 0)
  }

  @Test func `The shares are the eigenvalues of the differences' covariance over its trace`() throws
  {
    var source = RandomSource(seed: 3)
    let path = (0..<9).map { _ in (0..<12).map { _ in source.normal() } }
    let plane = try PathPlane(of: path, seed: 0)
    let rows = path.map { zip($0, path[8]).map { $0 - $1 } }
    let spectrum = try denseSpectrum(of: Covariance(rows: rows), vectors: true).system
    let trace = spectrum.values.reduce(0, +)
    #expect(abs(plane.shares.first - spectrum.values[11] / trace) < 1e-13)
    #expect(abs(plane.shares.second - spectrum.values[10] / trace) < 1e-13)
    #expect(abs(abs(dot(plane.slice.u, spectrum.vector(11))) - 1) < 1e-12)
    #expect(abs(abs(dot(plane.slice.v, spectrum.vector(10))) - 1) < 1e-12)
  }

  @Test func `A random walk in many dimensions has 81 % and 9 %, as its covariance says`() throws {
    var source = RandomSource(seed: 4)
    var w = [Double](repeating: 0, count: 20_000)
    let path = (0..<80).map { _ in
      for i in w.indices { w[i] += source.normal() }
      return w
    }
    let plane = try PathPlane(of: path, seed: 0, threads: 2)
    #expect(abs(plane.shares.first - 8 / (Double.pi * .pi)) < 0.01)
    #expect(abs(plane.shares.second - 8 / (9 * Double.pi * .pi)) < 0.01)
  }

  @Test func `The largest entry of each direction is positive, whichever way the path runs`() throws
  {
    var source = RandomSource(seed: 5)
    let path = (0..<6).map { _ in (0..<40).map { _ in source.normal() } }
    let plane = try PathPlane(of: path, seed: 0)
    for direction in [plane.slice.u, plane.slice.v] {
      let largest = try #require(direction.max { abs($0) < abs($1) })
      #expect(largest > 0)
    }
    let mirrored = try PathPlane(of: path.map { $0.map { -$0 } }, seed: 0)
    #expect(mirrored.slice.u == plane.slice.u && mirrored.slice.v == plane.slice.v)
    for (a, b) in zip(plane.points, mirrored.points) {
      #expect(a.alpha == -b.alpha && a.beta == -b.beta && a.offSlice == b.offSlice)
    }
  }

  @Test(arguments: [1, 2, 5])
  func `Every bit is the same on any number of threads and on every run`(threads: Int) throws {
    var source = RandomSource(seed: 6)
    let path = (0..<30).map { _ in (0..<200).map { _ in source.normal() } }
    #expect(try PathPlane(of: path, seed: 1, threads: threads) == PathPlane(of: path, seed: 2))
  }

  @Test(arguments: [2, 3, 9])
  func `A path on a line has a random second direction of the seed`(count: Int) throws {
    let frame = Self.frame(1, dimension: 30, seed: 7)
    let path = Self.path((0..<count).map { [0.1 * Double(count - 1 - $0)] }, frame)
    let plane = try PathPlane(of: path, seed: 5)
    #expect(plane.span == .line)
    #expect(abs(plane.shares.first - 1) < 1e-14 && plane.shares.second < 1e-20)
    #expect(abs(abs(dot(plane.slice.u, frame.axes[0])) - 1) < 1e-13)
    #expect(abs(plane.slice.vNorm - 1) < 1e-14 && abs(plane.slice.cosine ?? 1) < 1e-14)
    #expect(try PathPlane(of: path, seed: 5) == plane)
    #expect(try PathPlane(of: path, seed: 6).slice.v != plane.slice.v)
  }

  @Test(arguments: [1, 4])
  func `A path that does not move has two random directions and no shares`(count: Int) throws {
    let path = Array(repeating: [1.0, -2, 3, 4], count: count)
    let plane = try PathPlane(of: path, seed: 5)
    #expect(plane.span == .point && plane.shares == (0, 0) && plane.farthest == 0)
    #expect(abs(plane.slice.uNorm - 1) < 1e-14 && abs(plane.slice.vNorm - 1) < 1e-14)
    #expect(abs(plane.slice.cosine ?? 1) < 1e-14)
    // A frame around one point has a size all the same.
    let frame = plane.slice.frame(plane.points)
    #expect(frame.alpha == -1...1 && frame.beta == -1...1)
  }

  @Test(arguments: [1e-150, 1e-8, 1e8, 1e150])
  func `The scale of the weights changes nothing but lengths`(scale: Double) throws {
    let frame = Self.frame(2, dimension: 20, seed: 8)
    let coordinates = [[1, 0.2], [0.4, 0.5], [0.1, 0.1], [0, 0]]
    let centred = (frame.centre.map { _ in 0.0 }, frame.axes)
    let plane = try PathPlane(of: Self.path(coordinates, centred), seed: 0)
    let scaled = try PathPlane(
      of: Self.path(coordinates.map { $0.map { scale * $0 } }, centred), seed: 0)
    #expect(scaled.span == .components)
    #expect(abs(scaled.shares.first - plane.shares.first) < 1e-12)
    #expect(abs(dot(scaled.slice.u, plane.slice.u) - 1) < 1e-12)
    #expect(abs(dot(scaled.slice.v, plane.slice.v) - 1) < 1e-12)
  }

  @Test func `What gives no plane is refused with the reason`() {
    #expect(throws: PathPlaneError.noPoints) { try PathPlane(of: [], seed: 0) }
    #expect(throws: PathPlaneError.lengths) { try PathPlane(of: [[1, 2], [1]], seed: 0) }
    #expect(throws: PathPlaneError.tooFewParameters(1)) { try PathPlane(of: [[1], [2]], seed: 0) }
    for bad in [Double.nan, .infinity] {
      #expect(throws: PathPlaneError.notFinite) {
        try PathPlane(of: [[1, bad], [1, 2]], seed: 0)
      }
      #expect(throws: PathPlaneError.notFinite) {
        try PathPlane(of: [[1, 2], [bad, 2]], seed: 0)
      }
    }
    #expect(PathPlaneError.notFinite.description.contains("learning rate"))
  }
}

/// MᵀM.
private struct Covariance: LinearOperator {
  var rows: [[Double]]
  var dimension: Int { rows[0].count }
  func apply(to x: [Double]) -> [Double] {
    var result = x.map { _ in 0.0 }
    for row in rows {
      let part = dot(row, x)
      for i in result.indices { result[i] += part * row[i] }
    }
    return result
  }
}
