#include <cblas.h>
#include <stddef.h>

// OpenBLAS, and its LAPACK. On a Mac, CBLASAccelerate takes this module's place under its name.

typedef blasint blas_integer;

// Holds the library to one thread: its threads would multiply with the caller's.
static inline void blas_use_one_thread(void) { openblas_set_num_threads(1); }

// LAPACK has no header of its own here. Fortran's calling convention: everything by reference, the
// lengths of strings at the end.
void dstevd_(const char *jobz, const blasint *n, double *d, double *e, double *z,
             const blasint *ldz, double *work, const blasint *lwork, blasint *iwork,
             const blasint *liwork, blasint *info, size_t jobz_length);
void dsyevd_(const char *jobz, const char *uplo, const blasint *n, double *a, const blasint *lda,
             double *w, double *work, const blasint *lwork, blasint *iwork, const blasint *liwork,
             blasint *info, size_t jobz_length, size_t uplo_length);

// Eigenvalues and eigenvectors of a symmetric tridiagonal matrix.
static inline void lapack_dstevd(const char *jobz, const blas_integer *n, double *d, double *e,
                                 double *z, const blas_integer *ldz, double *work,
                                 const blas_integer *lwork, blas_integer *iwork,
                                 const blas_integer *liwork, blas_integer *info) {
  dstevd_(jobz, n, d, e, z, ldz, work, lwork, iwork, liwork, info, 1);
}

// Eigenvalues and eigenvectors of a symmetric matrix.
static inline void lapack_dsyevd(const char *jobz, const char *uplo, const blas_integer *n,
                                 double *a, const blas_integer *lda, double *w, double *work,
                                 const blas_integer *lwork, blas_integer *iwork,
                                 const blas_integer *liwork, blas_integer *info) {
  dsyevd_(jobz, uplo, n, a, lda, w, work, lwork, iwork, liwork, info, 1, 1);
}
