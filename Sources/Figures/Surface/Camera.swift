import Foundation

/// Where a surface is looked at from, infinitely far away: an orthographic view, in which equal
/// lengths along an axis are equal everywhere.
public struct Camera: Hashable, Sendable, Codable {
  /// Degrees around the vertical axis, anticlockwise from α as seen from above.
  public var azimuth: Double
  /// Degrees above the plane, from 0 to 90.
  public var elevation: Double

  /// Makes a camera.
  public init(azimuth: Double, elevation: Double) {
    self.azimuth = azimuth
    self.elevation = elevation
  }

  /// The direction from the surface to the eye.
  var toward: SIMD3<Double> {
    let (a, e) = (azimuth * .pi / 180, elevation * .pi / 180)
    return [cos(e) * cos(a), cos(e) * sin(a), sin(e)]
  }

  /// The direction that is rightward in the picture.
  var right: SIMD3<Double> {
    let a = azimuth * .pi / 180
    return [-sin(a), cos(a), 0]
  }

  /// The direction that is upward in the picture.
  var up: SIMD3<Double> {
    let (a, e) = (azimuth * .pi / 180, elevation * .pi / 180)
    return [-sin(e) * cos(a), -sin(e) * sin(a), cos(e)]
  }

  /// A place as seen: rightward, upward, and toward the eye.
  func project(_ place: SIMD3<Double>) -> SIMD3<Double> {
    [(place * right).sum(), (place * up).sum(), (place * toward).sum()]
  }
}

/// How surfaces are shown.
public struct SurfaceOptions: Hashable, Sendable {
  /// How several surfaces stand.
  public enum Arrangement: String, Hashable, Sendable, CaseIterable {
    /// A box for each, side by side.
    case panels
    /// Sheets over one another in one box.
    case sheets
  }

  /// Degrees around the vertical axis; if nil −60, from where both axes run rightward, or where
  /// that would need a steep view the direction from which each minimum is seen from the lowest.
  public var azimuth: Double?
  /// Degrees above the plane; if nil 35, raised as far as needed until each minimum is seen.
  public var elevation: Double?
  /// How several surfaces stand; side by side, where none hides another.
  public var arrangement = Arrangement.panels
  /// Pixels to an inch of the picture in the figure; 300, what journals ask for.
  public var dpi = 300.0
  /// The most threads that a picture is drawn on; it is the same for any number.
  public var threads = 1

  /// Makes the default options.
  public init() {}

  /// The azimuth if none is asked for.
  static let usualAzimuth = -60.0
  /// The least elevation if none is asked for: floor and far walls are seen, heights are long.
  static let usualElevation = 35.0
  /// From farther up than this another azimuth is better, if none is asked for.
  static let steepElevation = 45.0
  /// The greatest elevation: from farther up, heights could no longer be told.
  static let steepestElevation = 70.0

  /// Refuses what no camera can be.
  func check() throws(FigureError) {
    if let azimuth, !(-360...360).contains(azimuth) {
      throw FigureError("An azimuth of \(azimuth)° is unusable; give degrees from −180 to 180.")
    }
    if let elevation, !(0...90).contains(elevation) {
      throw FigureError("An elevation of \(elevation)° is unusable; it must be from 0 to 90.")
    }
    guard (10...2400).contains(dpi), threads > 0 else {
      throw FigureError("A surface needs 10 to 2400 pixels to an inch and a thread.")
    }
  }
}
