// swift-tools-version: 6.2
import PackageDescription

/// What the package's own products are measured beside: OpenBLAS, or Accelerate on a Mac.
#if os(macOS)
  let blas = Target.systemLibrary(name: "CBLAS", path: "Sources/CBLASAccelerate")
#else
  let blas = Target.systemLibrary(
    name: "CBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])])
#endif

// A package of its own, so that users of the library do not build what only its benchmarks need.
let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "landscape", path: ".."),
    // Without its default traits it needs no jemalloc.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    blas,
    .target(name: "Peak"),
    .target(
      name: "Workloads", dependencies: [.product(name: "Networks", package: "landscape")]),
    .executableTarget(
      name: "Table",
      dependencies: [
        "CBLAS", "Peak", "Workloads", .product(name: "Networks", package: "landscape"),
      ]),
    .executableTarget(
      name: "FigureTable", dependencies: [.product(name: "Figures", package: "landscape")]),
    .executableTarget(
      name: "CurvatureTable",
      dependencies: [
        .product(name: "Geometry", package: "landscape"),
        .product(name: "Networks", package: "landscape"),
      ]),
    .executableTarget(
      name: "WorkloadBenchmarks",
      dependencies: ["Workloads", .product(name: "Benchmark", package: "benchmark")],
      path: "Benchmarks/WorkloadBenchmarks",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
  ],
  swiftLanguageModes: [.v6]
)
