#include <cblas.h>

// OpenBLAS. On a Mac, CBLASAccelerate takes this module's place under its name.

typedef blasint blas_integer;

// Holds the library to one thread: its threads would multiply with the caller's.
static inline void blas_use_one_thread(void) { openblas_set_num_threads(1); }
