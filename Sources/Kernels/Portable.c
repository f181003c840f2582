// The kernels for any processor: 16-byte vectors, which NEON and SSE2 both have.
#include <math.h>

#include "Rows.h"
#include "Tables.h"

#define ISA portable
#define BYTES 16
#if defined(__aarch64__)
#define ROWS 8  // 32 registers
#else
#define ROWS 3
#endif
#include "Both.inc"
