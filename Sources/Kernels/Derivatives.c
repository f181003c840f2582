// f' and f'' of the activations, computed in Float64 through the C library. At a kink, the derivative is the one that PyTorch and
// JAX take: relu'(0) = 0, leaky relu'(0) = slope, elu'(0) = alpha.
#include <math.h>

#include "Kernels.h"

#define EACH(one, two)                         \
  for (long i = 0; i < count; i++) {           \
    double v = x[i];                           \
    (void)v;                                   \
    first[i] = (one);                          \
    if (second) second[i] = (two);             \
  }                                            \
  break;

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

#define JOIN(name, suffix) name##_##suffix
#define DERIVATIVES(suffix) JOIN(kernel_derivatives, suffix)

#define R float
#define S f32
#include "derivatives.inc"
#undef R
#undef S

#define R double
#define S f64
#include "derivatives.inc"
