import Foundation
import Images
import Networks
import Testing

@testable import Landscape

@Suite struct TrainingKeysTests {
  private func training(_ keys: String) throws -> Scene {
    try tinyScene(["training": "{epochs: 2, batch: 8, \(keys)}"])
  }

  @Test(
    arguments: [
      ("optimizer: adam", 1e-5), ("optimizer: sgd", 1e-5), ("optimizer: adamw", nil),
      ("optimizer: adam, decay: decoupled", nil), ("optimizer: sgd, decay: decoupled", nil),
      ("optimizer: adamw, decay: coupled", 1e-5), ("optimizer: adamw, polish: 1e-3", 1e-3),
      ("optimizer: adam, polish: none", nil),
    ] as [(String, Double?)])
  func `Decoupled decay is polished only where the scene says so`(keys: String, polish: Double?)
    throws
  {
    #expect(try training(keys).training.polish == polish)
  }

  @Test(arguments: [
    ("optimizer: sgd, nesterov: true", "momentum"),
    ("optimizer: sgd, momentum: 0, nesterov: true", "PyTorch"),
    ("framework: keras, optimizer: sgd, nesterov: true", "momentum"),
    ("polish: none, polish-iterations: 3", "needs 'polish'"),
    ("optimizer: adamw, polish-iterations: 3", "needs 'polish'"),
    ("optimizer: adam, momentum: 0.9", "means nothing"),
    ("optimizer: sgd, betas: [0.9, 0.99]", "means nothing"),
    ("step-epochs: 3", "schedule"), ("schedule: cosine, step-factor: 0.5", "schedule"),
  ])
  func `A key that would change nothing is refused`(keys: String, says: String) throws {
    let error = #expect(throws: SceneError.self) { try training(keys) }
    #expect(error?.reason.contains(says) == true, "\(error?.reason ?? "")")
  }

  @Test(
    arguments: [
      ("optimizer: adamw", "decoupled decay (AdamW), which does not minimise", nil),
      (
        "optimizer: adamw, polish: 1e-2",
        "AdamW with decoupled decay, then an L-BFGS polish of this", ""
      ),
      ("optimizer: adam, polish: 1e-2", "by Adam, then an L-BFGS polish", ""),
      ("optimizer: sgd, polish: 1e-2", "by SGD, then an L-BFGS polish", ""),
      ("optimizer: adam, polish: none", nil, nil),
    ] as [(String, String?, String?)])
  func `Summary, caption and alt text say whether L-BFGS followed, just where it did`(
    keys: String, says: String?, polished: String?
  ) throws {
    let folder = try TemporaryFolder()
    try run(try training(keys), in: folder)
    let record = try FigureRecord(folder.file("lambda-0.01/contour.png"))
    let words = try [
      #require(summary(folder)["protocolName"] as? String),
      #require(record.texts["landscape:caption"]), #require(record.texts["Description"]),
    ]
    for text in words {
      if let says { #expect(text.contains(says), "\(text)") }
      #expect(text.contains("L-BFGS") == (polished != nil), "\(text)")
    }
    let slice = try #require((summary(folder)["slices"] as? [[String: Any]])?.first)
    let training = try #require(slice["training"] as? [String: Any])
    #expect((training["polishOutcome"] != nil) == (polished != nil))
  }
}
