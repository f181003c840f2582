// The kernels for AVX2 with FMA.
#if defined(__x86_64__)
#include <math.h>

#include "Tables.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define ISA avx2
#define BYTES 32
#define ROWS 4
#include "Both.inc"
#pragma clang attribute pop
#endif
