public import RealModule

/// A floating-point type that networks compute in: `Float` or `Double`.
public protocol Scalar: Real, BinaryFloatingPoint, Codable, Sendable {}

extension Double: Scalar {}

extension Float: Scalar {}
