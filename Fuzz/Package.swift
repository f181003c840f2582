// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of the library do not build what only its fuzzing needs. It is
// built by Scripts/fuzz, with libFuzzer's coverage in every Swift module.
let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "landscape", path: "..")],
  targets: [
    .target(name: "FuzzDriver"),
    .target(name: "FuzzLoop", dependencies: ["FuzzDriver"]),
    // Arrays, tables and weights: little to build.
    .executableTarget(
      name: "FuzzTensorFiles",
      dependencies: ["FuzzLoop", .product(name: "Geometry", package: "landscape")]),
    // Scenes, networks, pictures and typefaces: everything but the command line.
    .executableTarget(
      name: "FuzzScenes",
      dependencies: ["FuzzLoop", .product(name: "Landscape", package: "landscape")]),
  ],
  swiftLanguageModes: [.v6]
)
