import Foundation
import Networks
import ONNX
import TensorFiles
import Testing

@testable import Landscape

/// What a model's outputs, the data's targets and the file's types are taken for; losses by PyTorch,
/// scikit-learn, onnxruntime or NumPy.
@Suite struct ModelReadingTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/readings").path

  private func scene(_ name: String, data: String? = nil) throws -> Scene {
    let data = data ?? "\(name).\(name == "csv-labels-from-1" ? "csv" : "npz")"
    return try Scene(model: "\(Self.folder)/\(name).onnx", data: "\(Self.folder)/\(data)")
  }

  private func loss(_ scene: Scene) throws -> Double {
    let model = try Model(scene, threads: 1)
    return model.objective.value(at: try #require(model.imported?.weights))
  }

  private func refusal(_ scene: Scene) throws -> String {
    var text = ""
    do { _ = try Model(scene, threads: 1) } catch { text = "\(error)" }
    return text
  }

  @Test(arguments: [
    ("sigmoid-squeeze", 1.031356245), ("softmax-reshape", 0.705350378),
    ("softmax-by-hand", 0.705350417), ("sigmoid-gather", 1.031356245),
    ("sigmoid-clip", 1.9344447062463335), ("sigmoid-by-exp", 1.9344447062463335),
    ("sigmoid-reciprocal", 1.9344447062463335), ("sigmoid-by-tanh", 1.9344447062463335),
    ("sigmoid-two-columns", 1.9344447062463335), ("log-sigmoid", 1.9344447062463335),
    ("softmax-then-log", 1.3382288956076602), ("softmax-less-greatest", 1.3382288956076602),
    ("softmax-times-one", 1.3382288956076602), ("softmax-clip", 1.3382288956076602),
    ("log-of-sum", 1.3382288956076602), ("shares-of-squares", 1.48066867244678),
    ("softmax-second", 1.1894686014216458), ("one-hot", 0.705350378),
    ("sklearn-labels-1-based", 1.150230761), ("sgd-hinge", 9.800029882),
  ])
  func `Outputs are what graph and values say`(_ name: String, _ expected: Double) throws {
    let scene = try scene(name)
    #expect(abs(try loss(scene) - expected) < 1e-7 * max(1, expected))
    let notes = try #require(Model(scene, threads: 1).imported?.notes)
    #expect(notes.contains { $0.hasPrefix("output ") && $0.contains("'--outputs' overrules") })
    #expect(notes.contains { $0.hasPrefix("loss: ") && $0.contains("'--loss' overrules") })
  }

  @Test(arguments: [
    ("cast-bool-mask", 1.610186995), ("integer-division", 1.530655198),
    ("softplus-beta", 1.338149573), ("padding-mask", 1.201755959),
    ("floor-of-tenths", 9.598482551428246), ("wrap-uint8", 2.7883523820792426),
    ("wrap-int8", 2.663134929966535), ("integer-modulus", 2.3805819992204467),
    ("threshold", 1.8078455016954076), ("logic", 1.5701146730156736),
    ("position", 1.5528147300724793), ("rounding", 2.922276304071976),
    ("running-sum", 1.8504424776102197), ("running-count", 1.5348864658236607),
  ])
  func `Numbers are computed in the types of the file`(_ name: String, _ expected: Double) throws {
    #expect(abs(try loss(scene(name)) - expected) < 2e-7 * expected)
  }

  @Test
  func `What outputs are said to be is taken at its word`() throws {
    var scene = try scene("sigmoid-squeeze")
    scene.model?.outputs = .logits
    #expect(abs(try loss(scene) - 0.7882202524611821) < 1e-9)
    scene = try self.scene("opposite-scores")
    #expect(try refusal(scene).contains("'--outputs scores'"))
    scene.model?.outputs = .scores
    #expect(abs(try loss(scene) - 1.9344447062463335) < 1e-9)
    scene.model?.outputs = .logits
    #expect(abs(try loss(scene) - 3.681112885849457) < 1e-9)
    scene.model?.outputs = .probabilities
    #expect(try refusal(scene).contains("no probabilities"))
    scene = try self.scene("confined")
    #expect(try refusal(scene).contains("'--outputs probabilities' or '--outputs logits'"))
    scene.model?.outputs = .logits
    #expect(try loss(scene).isFinite)
    scene.loss = .squaredError
    #expect(try refusal(scene).contains("leave out '--outputs'"))
  }

  @Test
  func `Of several outputs one is named, and another can be taken`() throws {
    var scene = try scene("two-outputs")
    let notes = try #require(Model(scene, threads: 1).imported?.notes)
    #expect(
      notes.contains { $0.hasPrefix("output 'hidden' (of 2; '--output' takes another: 'y')") })
    scene.model?.output = "y"
    let other = try #require(Model(scene, threads: 1).imported?.notes)
    #expect(
      other.contains { $0.hasPrefix("output 'y' (of 2; '--output' takes another: 'hidden')") })
    scene.model?.output = "z"
    #expect(try refusal(scene).contains("no output 'z' of floating-point numbers"))
  }

  @Test
  func `Whole numbers are fitted where that is asked`() throws {
    var scene = try scene("integer-targets")
    #expect(try refusal(scene).contains("'--loss squared-error'"))
    scene.loss = .squaredError
    #expect(abs(try loss(scene) - 792.3046875) < 1e-9)
  }

  @Test(arguments: [
    ("labels-from-1", "d.npz", "the labels run from 1 to 3"),
    ("csv-labels-from-1", "d.csv", "the labels run from 1 to 3"),
    ("sequence-transposed", "m.onnx", "x.transpose(0, 2, 1)"),
  ])
  func `Refusals name the file and the way out`(
    _ name: String, _ file: String, _ says: String
  ) throws {
    var scene = try scene(name)
    scene.loss = .crossEntropy
    let text = try refusal(scene)
    #expect(text.contains(says))
    let kind = file.split(separator: ".").last ?? ""
    #expect(text.contains("\(name).\(kind): "))
  }

  private func evidence(
    _ targets: [Double], per count: Int = 1, width: Int, loss: Loss? = nil,
    probabilities: Bool = false, together: Bool = false, whole: Bool = false,
    classes: [Int]? = nil
  ) -> TargetReading.Evidence {
    TargetReading.Evidence(
      given: loss, width: width, areProbabilities: probabilities, areTogether: together,
      targets: targets, count: count, isWholeType: whole, classLabels: classes)
  }

  @Test
  func `Targets have one reading, or are refused`() throws {
    func read(_ evidence: TargetReading.Evidence) throws -> (Loss, TargetReading.Form) {
      let reading = try TargetReading(evidence)
      return (reading.loss, reading.form)
    }
    func refused(_ evidence: TargetReading.Evidence, _ says: String) {
      do throws(ParsingError) {
        _ = try TargetReading(evidence)
        Issue.record("was not refused: \(says)")
      } catch { #expect(error.reason.contains(says)) }
    }
    let oneHot = [1.0, 0, 0, 0, 0, 1]
    #expect(
      try read(evidence(oneHot, per: 3, width: 3, probabilities: true, together: true))
        == (.crossEntropy, .oneHot))
    #expect(
      try read(evidence(oneHot, per: 3, width: 3, loss: .crossEntropy)) == (.crossEntropy, .oneHot))
    #expect(
      try read(evidence(oneHot, per: 3, width: 3, loss: .squaredError)) == (.squaredError, .values))
    refused(evidence(oneHot, per: 3, width: 3), "'--loss squared-error'")
    refused(evidence([0.2, 0.9], width: 1, probabilities: true), "'--loss binary-cross-entropy'")
    #expect(
      try read(evidence([0, 1], width: 1, probabilities: true)) == (.binaryCrossEntropy, .values))
    refused(evidence([0, 1], width: 1), "'--loss binary-cross-entropy'")
    #expect(try read(evidence([0.5, 3], width: 1)) == (.squaredError, .values))
    refused(evidence([0, 1], width: 1, loss: .crossEntropy, whole: true), "always 0")
    for (labels, says) in [
      ([2.0, 5, 9], "numpy.unique"), ([-1, 0, 1], "run from -1 to 1"),
      ([0.5, 1, 2], "whole numbers"),
      ([0, 1, 2, 3], "labels are 4"),
    ] { refused(evidence(labels, width: 3, whole: true), says) }
    refused(evidence([-1, 1], width: 2, whole: true), "(y + 1) // 2")
    refused(evidence([0, 1], width: 2, whole: true, classes: [1, 2]), "calls its classes 1, 2")
    // The file's own names of its classes.
    #expect(
      try read(evidence([-1, 1], width: 2, whole: true, classes: [-1, 1]))
        == (.crossEntropy, .labels([-1: 0, 1: 1], classes: 2)))
    #expect(
      try read(evidence([0, 2], width: 3, loss: .crossEntropy))
        == (.crossEntropy, .labels([0: 0, 1: 1, 2: 2], classes: 3)))
  }
}
