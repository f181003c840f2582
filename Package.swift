// swift-tools-version: 6.2
import PackageDescription

/// Settings shared by every Swift target: language mode 6 brings strict concurrency; the rest are
/// coming defaults that keep imports honest.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "landscape",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "landscape", targets: ["LandscapeTool"]),
    .library(name: "Landscape", targets: ["Landscape"]),
    .library(name: "Networks", targets: ["Algebra", "Datasets", "Kernels", "Networks"]),
    .library(name: "Geometry", targets: ["Algebra", "Geometry", "TensorFiles"]),
    .library(name: "Figures", targets: ["Figures", "Images"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // MARK: - System libraries
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CDeflate", pkgConfig: "libdeflate",
      providers: [.apt(["libdeflate-dev"]), .brew(["libdeflate"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CCairo", pkgConfig: "cairo-ft",
      providers: [.apt(["libcairo2-dev"]), .brew(["cairo"])]),
    .systemLibrary(
      name: "CFreeType", pkgConfig: "freetype2",
      providers: [.apt(["libfreetype-dev"]), .brew(["freetype"])]),

    // MARK: - C
    .target(name: "Kernels"),
    .target(name: "EmbeddedResources"),
    .target(name: "PNGShim", dependencies: ["CDeflate", "CPNG"]),

    // MARK: - Library, lowest first
    .target(
      name: "Algebra",
      dependencies: ["Kernels", .product(name: "RealModule", package: "swift-numerics")],
      swiftSettings: settings),
    .target(name: "TensorFiles", dependencies: ["CZlib"], swiftSettings: settings),
    .target(
      name: "Datasets",
      dependencies: [
        "Algebra", "TensorFiles", "EmbeddedResources",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: settings),
    .target(
      name: "Networks",
      dependencies: [
        "Algebra", "Datasets", "Kernels", "TensorFiles",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: settings),
    .target(
      name: "ONNXProto",
      dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["onnx.proto"], swiftSettings: settings),
    .target(
      name: "ONNX",
      dependencies: [
        "Networks", "ONNXProto", "TensorFiles",
        .product(name: "RealModule", package: "swift-numerics"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: settings),
    .target(name: "Geometry", dependencies: ["Algebra"], swiftSettings: settings),
    .target(name: "Figures", swiftSettings: settings),
    .target(
      name: "Images",
      dependencies: ["Figures", "CPNG", "CZlib", "CCairo", "CFreeType", "PNGShim"],
      swiftSettings: settings),
    .target(
      name: "Reports", dependencies: ["EmbeddedResources", "Figures"], swiftSettings: settings),
    .target(
      name: "Landscape",
      dependencies: [
        "Algebra", "Datasets", "EmbeddedResources", "Figures", "Geometry", "Images", "Networks",
        "ONNX", "Reports", "TensorFiles", "Yams",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: settings),

    // MARK: - Command line
    .executableTarget(
      name: "LandscapeTool",
      dependencies: [
        "Algebra", "Datasets", "Figures", "Geometry", "Images", "Landscape", "Networks", "Reports",
        "TensorFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),

    // MARK: - Tests
    .testTarget(
      name: "AlgebraTests",
      dependencies: ["Algebra", .product(name: "RealModule", package: "swift-numerics")],
      swiftSettings: settings),
    .testTarget(
      name: "TensorFilesTests", dependencies: ["TensorFiles"], resources: [.copy("Fixtures")],
      swiftSettings: settings),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Datasets", "TensorFiles"], swiftSettings: settings),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels"], swiftSettings: settings),
    .testTarget(
      name: "NetworksTests",
      dependencies: [
        "Algebra", "Datasets", "Networks", "TensorFiles",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      resources: [.copy("Cases")],
      swiftSettings: settings),
    .testTarget(
      name: "ONNXTests",
      dependencies: [
        "Algebra", "Datasets", "Networks", "ONNX", "ONNXProto", "TensorFiles",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      resources: [.copy("Fixtures")], swiftSettings: settings),
    .testTarget(
      name: "GeometryTests",
      dependencies: [
        "Algebra", "Geometry", .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "FiguresTests", dependencies: ["Figures", "Images"], swiftSettings: settings),
    .testTarget(name: "ImagesTests", dependencies: ["Figures", "Images"], swiftSettings: settings),
    .testTarget(
      name: "ReportsTests", dependencies: ["Figures", "Reports"], swiftSettings: settings),
    .testTarget(
      name: "LandscapeTests",
      dependencies: [
        "Algebra", "Datasets", "Figures", "Geometry", "Images", "Landscape", "Networks", "ONNX",
        "TensorFiles",
      ],
      resources: [.copy("Fixtures")],
      swiftSettings: settings),
    .testTarget(
      name: "LandscapeToolTests", dependencies: ["LandscapeTool"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)

// Only who builds the documentation fetches its plugin: Scripts/docs.
if Context.environment["LANDSCAPE_DOCS"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
