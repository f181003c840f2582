#include <cblas.h>
#include <stddef.h>

// LAPACK has no header of its own here. Fortran's calling convention: everything by reference, the
// lengths of strings at the end.

// Eigenvalues and eigenvectors of a symmetric tridiagonal matrix.
void dstevd_(const char *jobz, const blasint *n, double *d, double *e, double *z,
             const blasint *ldz, double *work, const blasint *lwork, blasint *iwork,
             const blasint *liwork, blasint *info, size_t jobz_length);

// Eigenvalues and eigenvectors of a symmetric matrix.
void dsyevd_(const char *jobz, const char *uplo, const blasint *n, double *a, const blasint *lda,
             double *w, double *work, const blasint *lwork, blasint *iwork, const blasint *liwork,
             blasint *info, size_t jobz_length, size_t uplo_length);
