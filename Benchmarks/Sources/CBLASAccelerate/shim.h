#define ACCELERATE_NEW_LAPACK 1
#include <Accelerate/Accelerate.h>

// Accelerate, under the names of Sources/CBLAS.

typedef __LAPACK_int blas_integer;

// Accelerate decides on its threads itself; small products stay on the caller's.
static inline void blas_use_one_thread(void) {}
