/// Seconds that a body takes: the best of at least three runs and at least a second in all, so that
/// what else the machine does counts as little as can be.
func seconds(_ body: () -> Void) -> Double {
  let clock = ContinuousClock()
  body()
  var best = Double.infinity
  var total = 0.0
  var runs = 0
  while runs < 3 || total < 1 {
    let time = clock.measure(body) / .seconds(1)
    best = min(best, time)
    total += time
    runs += 1
  }
  return best
}
