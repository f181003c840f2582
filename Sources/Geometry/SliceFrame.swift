extension Slice {
  /// A range of α and one of β that show all of some points, and the centre.
  ///
  /// - Parameters:
  ///   - points: Where they lie on the slice.
  ///   - margin: Room on each side, as a share of the larger extent: 0.15, so that contours close
  ///     around the outermost points.
  /// - Returns: Ranges with α and β to one scale, each at least a half of the other's extent: a path
  ///   along one axis gets a picture, not a strip.
  public func frame(
    _ points: [SlicePoint], margin: Double = 0.15
  ) -> (alpha: ClosedRange<Double>, beta: ClosedRange<Double>) {
    func extent(_ values: [Double]) -> (middle: Double, half: Double) {
      let low = min(values.min() ?? 0, 0)
      let high = max(values.max() ?? 0, 0)
      return ((low + high) / 2, (high - low) / 2)
    }
    let finite = points.filter { $0.alpha.isFinite && $0.beta.isFinite }
    let (a, b) = (extent(finite.map(\.alpha)), extent(finite.map(\.beta)))
    let larger = max(a.half, b.half)
    let room = larger > 0 ? 2 * margin * larger : 1
    func range(_ axis: (middle: Double, half: Double)) -> ClosedRange<Double> {
      let half = max(axis.half, larger / 2) + room
      return axis.middle - half...axis.middle + half
    }
    return (range(a), range(b))
  }
}
