// The kernels for AVX2 with FMA.
#if defined(__x86_64__)
#include <math.h>

#include "Rows.h"
#include "Tables.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define ISA avx2
#define BYTES 32
// Three rows by three vectors: nine sums, three inputs and a weight or two in 16 registers; with four
// rows the compiler spills, at half the speed.
#define ROWS 3
#include "Both.inc"
#pragma clang attribute pop
#endif
