import Foundation

/// The values of λ at the frames of an animation: even steps of log λ but for both ends, where they
/// grow and shrink smoothly, so that the eye can follow.
///
/// With t from 0 to 1 over the frames, log λ moves by the share t³(10 − 15t + 6t²) of its way, whose
/// first and second derivatives are 0 at both ends (Perlin 2002).
///
/// - Parameters:
///   - frames: How many; at least 2.
///   - first: λ of the first frame; positive.
///   - last: λ at the other end; positive.
///   - returns: Whether the way back follows, so that the animation can begin anew without a jump; the
///     frames on it have exactly the values of those on the way there.
/// - Returns: As many values as there are frames.
/// - Throws: `FigureError` if there are fewer than 2 or more than 100 000 frames, or an end is not a
///   positive number.
public func sweepPositions(
  frames: Int, from first: Double, to last: Double, returns: Bool = false
) throws(FigureError) -> [Double] {
  guard (2...100_000).contains(frames) else {
    throw FigureError("A sweep of \(frames) frames cannot be shown; give 2 to 100000.")
  }
  guard first > 0, last > 0, first.isFinite, last.isFinite else {
    throw FigureError(
      "A sweep from \(first) to \(last) has no logarithmic steps; give two positive ends.")
  }
  let (low, high) = (log(first), log(last))
  return (0..<frames).map { index in
    // On the way back the frames count from the end: both ways take the same doubles.
    let step = returns ? min(index, frames - index) : index
    let t = returns ? min(1, Double(2 * step) / Double(frames)) : Double(step) / Double(frames - 1)
    if t == 0 { return first }
    if t == 1 { return last }
    let share = t * t * t * (10 - 15 * t + 6 * t * t)
    return exp(low + (high - low) * share)
  }
}
