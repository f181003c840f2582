import Kernels

/// The inner loops over windows, for one type.
protocol WindowKernels {
  /// `Float` or `Double`.
  associatedtype Element: KernelScalar

  /// y = f(added + b + Σ a·x) over channels and taps, of one group of channels; `added` may be y.
  static func convolve(
    _ a: WindowWeights<Element>, bias: UnsafePointer<Element>?, _ x: UnsafePointer<Element>,
    _ table: WindowTable, sources: Int, adding added: UnsafePointer<Element>?,
    into y: UnsafeMutablePointer<Element>, results: Int, rows: Int, channels: Int, lanes: Int,
    _ f: Activation?)
  /// g += the gradient of those weights: Σ y·x over positions and lanes.
  static func convolveWeights(
    _ y: UnsafePointer<Element>, results: Int, _ x: UnsafePointer<Element>, _ table: WindowTable,
    sources: Int, into g: UnsafeMutablePointer<Element>, rowStep: Int, channelStep: Int, rows: Int,
    channels: Int, lanes: Int)
  /// y = the greatest number of each window, `choice` = which place has it; the first of equals.
  static func poolMaximum(
    _ x: UnsafePointer<Element>, _ windows: Windows, into y: UnsafeMutablePointer<Element>?,
    choice: UnsafeMutablePointer<Element>?, channels: Int, lanes: Int)
  /// y = what stands at each window's choice.
  static func poolChoose(
    _ x: UnsafePointer<Element>, _ windows: Windows, choice: UnsafePointer<Element>,
    into y: UnsafeMutablePointer<Element>, channels: Int, lanes: Int)
  /// Adds y to what stands at each window's choice.
  static func poolReturn(
    _ y: UnsafePointer<Element>, _ windows: Windows, choice: UnsafePointer<Element>,
    into x: UnsafeMutablePointer<Element>, channels: Int, lanes: Int)
}

/// The weights of one group of a convolution: that of a row, a channel and a tap stands at
/// row · `rowStep` + channel · `channelStep` + tap.
struct WindowWeights<Element> {
  var base: UnsafePointer<Element>
  var rowStep: Int
  var channelStep: Int
}

extension FloatKernels: WindowKernels {
  static func convolve(
    _ a: WindowWeights<Float>, bias: Input?, _ x: Input, _ table: WindowTable, sources: Int,
    adding added: Input?, into y: Output, results: Int, rows: Int, channels: Int, lanes: Int,
    _ f: Activation?
  ) {
    table.withWindows {
      kernel_convolve_f32(
        a.base, a.rowStep, a.channelStep, bias, x, sources * lanes, $0, added, y, results * lanes,
        rows, channels, lanes, f?.code ?? kernel_identity, Float(f?.parameter ?? 0))
    }
  }

  static func convolveWeights(
    _ y: Input, results: Int, _ x: Input, _ table: WindowTable, sources: Int, into g: Output,
    rowStep: Int, channelStep: Int, rows: Int, channels: Int, lanes: Int
  ) {
    table.withWindows {
      kernel_convolve_weights_f32(
        y, results * lanes, x, sources * lanes, $0, g, rowStep, channelStep, rows, channels, lanes)
    }
  }

  static func poolMaximum(
    _ x: Input, _ windows: Windows, into y: Output?, choice: Output?, channels: Int, lanes: Int
  ) {
    windows.forward.withWindows {
      kernel_pool_maximum_f32(
        x, windows.sources * lanes, $0, y, choice, windows.results * lanes, channels, lanes)
    }
  }

  static func poolChoose(
    _ x: Input, _ windows: Windows, choice: Input, into y: Output, channels: Int, lanes: Int
  ) {
    windows.forward.withWindows {
      kernel_pool_choose_f32(
        x, windows.sources * lanes, $0, choice, y, windows.results * lanes, channels, lanes)
    }
  }

  static func poolReturn(
    _ y: Input, _ windows: Windows, choice: Input, into x: Output, channels: Int, lanes: Int
  ) {
    windows.forward.withWindows {
      kernel_pool_return_f32(
        y, windows.results * lanes, $0, choice, x, windows.sources * lanes, channels, lanes)
    }
  }
}

extension DoubleKernels: WindowKernels {
  static func convolve(
    _ a: WindowWeights<Double>, bias: Input?, _ x: Input, _ table: WindowTable, sources: Int,
    adding added: Input?, into y: Output, results: Int, rows: Int, channels: Int, lanes: Int,
    _ f: Activation?
  ) {
    table.withWindows {
      kernel_convolve_f64(
        a.base, a.rowStep, a.channelStep, bias, x, sources * lanes, $0, added, y, results * lanes,
        rows, channels, lanes, f?.code ?? kernel_identity, Double(f?.parameter ?? 0))
    }
  }

  static func convolveWeights(
    _ y: Input, results: Int, _ x: Input, _ table: WindowTable, sources: Int, into g: Output,
    rowStep: Int, channelStep: Int, rows: Int, channels: Int, lanes: Int
  ) {
    table.withWindows {
      kernel_convolve_weights_f64(
        y, results * lanes, x, sources * lanes, $0, g, rowStep, channelStep, rows, channels, lanes)
    }
  }

  static func poolMaximum(
    _ x: Input, _ windows: Windows, into y: Output?, choice: Output?, channels: Int, lanes: Int
  ) {
    windows.forward.withWindows {
      kernel_pool_maximum_f64(
        x, windows.sources * lanes, $0, y, choice, windows.results * lanes, channels, lanes)
    }
  }

  static func poolChoose(
    _ x: Input, _ windows: Windows, choice: Input, into y: Output, channels: Int, lanes: Int
  ) {
    windows.forward.withWindows {
      kernel_pool_choose_f64(
        x, windows.sources * lanes, $0, choice, y, windows.results * lanes, channels, lanes)
    }
  }

  static func poolReturn(
    _ y: Input, _ windows: Windows, choice: Input, into x: Output, channels: Int, lanes: Int
  ) {
    windows.forward.withWindows {
      kernel_pool_return_f64(
        y, windows.results * lanes, $0, choice, x, windows.sources * lanes, channels, lanes)
    }
  }
}
