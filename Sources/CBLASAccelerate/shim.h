#define ACCELERATE_NEW_LAPACK 1
#include <Accelerate/Accelerate.h>

// Accelerate, under the names of Sources/CBLAS.

typedef __LAPACK_int blas_integer;

// Accelerate decides on its threads itself; small products stay on the caller's.
static inline void blas_use_one_thread(void) {}

// Eigenvalues and eigenvectors of a symmetric tridiagonal matrix.
static inline void lapack_dstevd(const char *jobz, const blas_integer *n, double *d, double *e,
                                 double *z, const blas_integer *ldz, double *work,
                                 const blas_integer *lwork, blas_integer *iwork,
                                 const blas_integer *liwork, blas_integer *info) {
  dstevd_(jobz, n, d, e, z, ldz, work, lwork, iwork, liwork, info);
}

// Eigenvalues and eigenvectors of a symmetric matrix.
static inline void lapack_dsyevd(const char *jobz, const char *uplo, const blas_integer *n,
                                 double *a, const blas_integer *lda, double *w, double *work,
                                 const blas_integer *lwork, blas_integer *iwork,
                                 const blas_integer *liwork, blas_integer *info) {
  dsyevd_(jobz, uplo, n, a, lda, w, work, lwork, iwork, liwork, info);
}
