/* What is done in C of finding tokens and sentences and of inverting: `indexer/surfaces.py` and
 * `lines.py`, `punkt.py`, `analysis.py`, `inversion.py` have the same in Python, which serves where
 * this is not built and which the tests compare it with.
 *
 * Contract, whatever is given:
 * - nothing outside a text or an array is read, no place is followed unchecked;
 * - a failure is a Python exception: what a function that was called back raised, TypeError or
 *   ValueError for what can't be taken, MemoryError;
 * - a text does not change; nothing else that was read is relied on behind a call back.
 */
#ifndef DRAGOMAN_INDEXER_KERNEL_H
#define DRAGOMAN_INDEXER_KERNEL_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

/* A str as it is read. */
typedef struct {
  PyObject *text;
  const void *at;
  Py_ssize_t n; /* code points */
  int kind;
} Text;

static inline Py_UCS4 code_point(const Text *text, Py_ssize_t i) {
  return PyUnicode_READ(text->kind, text->at, i);
}

int text_of(PyObject *given, Text *text);

extern PyTypeObject PiecesType; /* pieces.c */

/* boundaries.c */
PyObject *raw_lines(PyObject *module, PyObject *given);
PyObject *sentence_ends(PyObject *module, PyObject *const *args, Py_ssize_t n_args);
PyObject *token_starts(PyObject *module, PyObject *const *args, Py_ssize_t n_args);

/* inversion.c */
PyObject *invert(PyObject *module, PyObject *const *args, Py_ssize_t n_args);

#endif
