/* Values of a facet counted over documents. */
#include "asking.h"
#include <stdlib.h>

typedef struct {
  int64_t count;
  Py_ssize_t value;
} Counted;

static int by_count(const void *one, const void *other) {
  const Counted *a = one, *b = other;
  if (a->count != b->count) return a->count > b->count ? -1 : 1;
  return (a->value > b->value) - (a->value < b->value);
}

static int by_value(const void *one, const void *other) {
  const Counted *a = one, *b = other;
  return (a->value < b->value) - (a->value > b->value);
}

/* Adds the values of documents: value `numbers[i]` for i from `offsets[doc]` to the next. */
static int add_values(PyObject *docs, PyObject *offsets, PyObject *numbers, Counted *counted,
                      Py_ssize_t n_values) {
  Py_buffer of_docs, bounds, flat;
  if (PyObject_GetBuffer(docs, &of_docs, PyBUF_SIMPLE) < 0) return -1;
  if (PyObject_GetBuffer(offsets, &bounds, PyBUF_SIMPLE) < 0) {
    PyBuffer_Release(&of_docs);
    return -1;
  }
  if (PyObject_GetBuffer(numbers, &flat, PyBUF_SIMPLE) < 0) {
    PyBuffer_Release(&of_docs);
    PyBuffer_Release(&bounds);
    return -1;
  }
  const uint32_t *doc = of_docs.buf;
  const int64_t *bound = bounds.buf, *number = flat.buf;
  Py_ssize_t n_docs = bounds.len / 8 - 1, n_numbers = flat.len / 8;
  for (Py_ssize_t i = 0; i < of_docs.len / 4; i++) {
    if (doc[i] >= n_docs) continue;
    int64_t last = bound[doc[i] + 1] < n_numbers ? bound[doc[i] + 1] : n_numbers;
    for (int64_t at = bound[doc[i]] < 0 ? 0 : bound[doc[i]]; at < last; at++)
      if (number[at] >= 0 && number[at] < n_values) counted[number[at]].count++;
  }
  PyBuffer_Release(&of_docs);
  PyBuffer_Release(&bounds);
  PyBuffer_Release(&flat);
  return 0;
}

/* Moves the `at_most` most frequent of many to the front, in any order. */
static void choose(Counted *counted, Py_ssize_t n, Py_ssize_t at_most) {
  Py_ssize_t low = 0, high = n - 1;
  while (low < high) { /* Hoare 1961, Algorithm 65 */
    Counted pivot = counted[low + (high - low) / 2];
    Py_ssize_t i = low, j = high;
    while (i <= j) {
      while (by_count(&counted[i], &pivot) < 0) i++;
      while (by_count(&counted[j], &pivot) > 0) j--;
      if (i > j) break;
      Counted swapped = counted[i];
      counted[i++] = counted[j];
      counted[j--] = swapped;
    }
    if (at_most <= j) high = j;
    else if (at_most >= i) low = i;
    else return;
  }
}

static PyObject *value_of(PyObject *type, PyObject *values, const Counted *counted) {
  PyObject *value = ((PyTypeObject *)type)->tp_alloc((PyTypeObject *)type, 3);
  if (!value) return NULL;
  PyTuple_SET_ITEM(value, 0, Py_NewRef(PyList_GET_ITEM(values, counted->value)));
  PyTuple_SET_ITEM(value, 1, PyLong_FromLongLong(counted->count));
  PyTuple_SET_ITEM(value, 2, Py_NewRef(Py_False));
  if (!PyTuple_GET_ITEM(value, 1)) Py_CLEAR(value);
  return value;
}

static PyObject *listed(PyObject *type, PyObject *values, Counted *counted, Py_ssize_t n,
                        int is_by_value, Py_ssize_t at_most) {
  Py_ssize_t kept = 0;
  for (Py_ssize_t i = 0; i < n; i++)
    if (counted[i].count) counted[kept++] = counted[i];
  if (!is_by_value && kept > at_most) {
    choose(counted, kept, at_most);
    kept = at_most;
  }
  if (kept) qsort(counted, (size_t)kept, sizeof *counted, is_by_value ? by_value : by_count);
  PyObject *found = PyTuple_New(kept);
  for (Py_ssize_t i = 0; found && i < kept; i++) {
    PyObject *value = value_of(type, values, &counted[i]);
    if (!value) Py_CLEAR(found);
    else PyTuple_SET_ITEM(found, i, value);
  }
  return found;
}

/* facet(type, values, segments, is_by_value, at_most) -> `FacetValue`s, most frequent first, or the
 * last value first; `segments` are (documents, offsets, numbers) */
PyObject *facet(PyObject *module, PyObject *args) {
  PyObject *type, *values, *segments;
  int is_by_value;
  Py_ssize_t at_most;
  (void)module;
  if (!PyArg_ParseTuple(args, "O!O!O!pn", &PyType_Type, &type, &PyList_Type, &values, &PyList_Type,
                        &segments, &is_by_value, &at_most))
    return NULL;
  if (!is_named_tuple(type)) return PyErr_Format(PyExc_TypeError, "values are named tuples");
  Py_ssize_t n = PyList_GET_SIZE(values);
  Counted *counted = PyMem_Calloc((size_t)n + 1, sizeof *counted);
  if (!counted) return PyErr_NoMemory();
  for (Py_ssize_t i = 0; i < n; i++) counted[i].value = i;
  int done = 0;
  for (Py_ssize_t i = 0; !done && i < PyList_GET_SIZE(segments); i++) {
    PyObject *docs, *offsets, *numbers;
    if (!PyArg_ParseTuple(PyList_GET_ITEM(segments, i), "OOO", &docs, &offsets, &numbers) ||
        add_values(docs, offsets, numbers, counted, n) < 0)
      done = -1;
  }
  PyObject *found = done ? NULL : listed(type, values, counted, n, is_by_value, at_most);
  PyMem_Free(counted);
  return found;
}
