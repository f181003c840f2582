// The kernels for any processor: 16-byte vectors, which NEON and SSE2 both have.
#include <math.h>

#include "Tables.h"

#define ISA portable
#define BYTES 16
#define ROWS 4
#include "Both.inc"
