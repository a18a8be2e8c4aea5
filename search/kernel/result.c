/* The answer to one question: what is known at once, and what is counted when it is asked for. */
#include "asking.h"
#include <stddef.h>
#include <string.h>
#include <structmember.h>

static Postings *const *parts_in(const Result *r, Py_ssize_t segment) {
  return &r->in_order[segment * r->n_parts];
}

static PyObject *failed(Result *r) {
  run_raise(&r->run);
  r->run.failure = FINE;
  return NULL;
}

/* docs() -> for each segment the rising numbers of the documents found, as bytes of uint32 */
static PyObject *result_docs(Result *r, PyObject *unused) {
  (void)unused;
  PyObject *list = PyList_New(r->index->n_segments);
  if (!list) return NULL;
  for (Py_ssize_t at = 0; at < r->index->n_segments; at++) {
    uint32_t *docs, n;
    if (docs_found(&r->run, (uint32_t)at, &r->asked, parts_in(r, at), &docs, &n) < 0) {
      Py_DECREF(list);
      return failed(r);
    }
    PyObject *bytes = PyBytes_FromStringAndSize((const char *)docs, (Py_ssize_t)n * 4);
    if (!bytes) {
      Py_DECREF(list);
      return NULL;
    }
    PyList_SET_ITEM(list, at, bytes);
  }
  return list;
}

static int add_count(Result *r, PyObject *counts, PyObject *handle) {
  unsigned segment, doc;
  if (!PyTuple_Check(handle) || !PyArg_ParseTuple(handle, "II", &segment, &doc)) return -1;
  unsigned long long total = 0;
  if (segment < (size_t)r->index->n_segments)
    for (int part = 0; part < r->n_parts; part++)
      total += count_in(parts_in(r, segment)[part], doc);
  PyObject *count = PyLong_FromUnsignedLongLong(total);
  int done = count ? PyDict_SetItem(counts, handle, count) : -1;
  Py_XDECREF(count);
  return done;
}

/* counts(handles) -> how often all parts together occur in each of some documents; None means
 * those of the page */
static PyObject *result_counts(Result *r, PyObject *handles) {
  PyObject *counts = PyDict_New();
  if (handles == Py_None) {
    for (size_t i = 0; counts && i < r->n_page; i++) {
      PyObject *handle = handle_of(r->index, &r->page[i]);
      if (!handle || add_count(r, counts, handle) < 0) Py_CLEAR(counts);
      Py_XDECREF(handle);
    }
    return counts;
  }
  PyObject *fast = PySequence_Fast(handles, "handles are a sequence");
  if (!fast) Py_CLEAR(counts);
  for (Py_ssize_t i = 0; counts && i < PySequence_Fast_GET_SIZE(fast); i++)
    if (add_count(r, counts, PySequence_Fast_GET_ITEM(fast, i)) < 0) Py_CLEAR(counts);
  Py_XDECREF(fast);
  return counts;
}

/* How often the parts occur in the documents found in a segment. */
static int occurrences_in(Result *r, Py_ssize_t at, unsigned long long *total) {
  if (!r->asked.n_ranges && (r->asked.is_any || r->n_parts == 1)) {
    for (int part = 0; part < r->n_parts; part++) *total += parts_in(r, at)[part]->total;
    return 0;
  }
  uint32_t *docs, n;
  if (docs_found(&r->run, (uint32_t)at, &r->asked, parts_in(r, at), &docs, &n) < 0) return -1;
  for (int part = 0; part < r->n_parts; part++) {
    const Postings *postings = parts_in(r, at)[part];
    uint32_t place = 0;
    for (uint32_t i = 0; i < n && place < postings->n; i++) {
      place = gallop(postings->docs, place, postings->n, docs[i]);
      if (place < postings->n && postings->docs[place] == docs[i])
        *total += number_at(postings->counts, place);
    }
  }
  return 0;
}

/* occurrences() -> how often the parts occur in all documents found */
static PyObject *result_occurrences(Result *r, PyObject *unused) {
  (void)unused;
  unsigned long long total = 0;
  for (Py_ssize_t at = 0; at < r->index->n_segments; at++)
    if (occurrences_in(r, at, &total) < 0) return failed(r);
  return PyLong_FromUnsignedLongLong(total);
}

static void result_free(Result *r) {
  run_free(&r->run);
  Py_CLEAR(r->index);
  PyObject_Free(r);
}

/* ---- Asking ---- */

/* Finds, scores and counts: (result, total, page, terms). */
static PyObject *answer(Result *r, PyObject *leaves, size_t first, size_t size, double n_docs,
                        PyObject *counts) {
  Top top;
  uint64_t n_postings = 0, total = 0;
  if (find_parts(r) < 0 || weigh_parts(r, n_docs) < 0) return NULL;
  for (Py_ssize_t i = 0; i < r->n_parts * r->index->n_segments; i++)
    n_postings += r->postings[i].n;
  size_t wanted = size ? first + size : 0;
  if (wanted > n_postings) wanted = size ? (size_t)n_postings + 1 : 0;
  if (top_open(&r->run, &top, wanted) < 0) return NULL;
  run_release(&r->run, n_postings);
  for (Py_ssize_t at = 0; at < r->index->n_segments; at++)
    if (score_segment(&r->run, (uint32_t)at, &r->asked, parts_in(r, at), &top, &total) < 0)
      return NULL;
  run_restore(&r->run);
  PyObject *terms = term_counts(r, leaves);
  PyObject *page = terms ? answer_page(r, &top, first, size, counts) : NULL;
  if (page) return Py_BuildValue("(OKNN)", r, (unsigned long long)total, page, terms);
  Py_XDECREF(terms);
  return NULL;
}

/* search(leaves, parts, is_any, first, size, n_docs, ranges, counts) -> as `answer` */
PyObject *index_search(Index *index, PyObject *const *args, Py_ssize_t n_args) {
  if (n_args != 8 || !PyTuple_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError, "search takes leaves and seven more");
    return NULL;
  }
  Py_ssize_t first = PyLong_AsSsize_t(args[3]), size = PyLong_AsSsize_t(args[4]);
  double n_docs = PyFloat_AsDouble(args[5]);
  if (PyErr_Occurred()) return NULL;
  if (first < 0 || size < 0 || first > INT32_MAX || size > INT32_MAX) {
    PyErr_SetString(PyExc_ValueError, "no such part of the order");
    return NULL;
  }
  Result *r = PyObject_New(Result, &ResultType);
  if (!r) return NULL;
  memset((char *)r + offsetof(Result, index), 0, sizeof *r - offsetof(Result, index));
  r->index = (Index *)Py_NewRef(index);
  r->run.index = index;
  r->n_leaves = (int)PyTuple_GET_SIZE(args[0]);
  r->asked.is_any = args[2] == Py_True;
  PyObject *found = NULL;
  if (asked_leaves(r, args[0]) == 0 && asked_parts(r, args[1]) == 0 &&
      asked_ranges(r, args[6]) == 0)
    found = answer(r, args[0], (size_t)first, (size_t)size, n_docs, args[7]);
  if (!found) run_raise(&r->run);
  Py_DECREF(r);
  return found;
}

static PyMethodDef methods[] = {
    {"docs", (PyCFunction)result_docs, METH_NOARGS, "The documents found in each segment."},
    {"counts", (PyCFunction)result_counts, METH_O, "Occurrences in some documents."},
    {"occurrences", (PyCFunction)result_occurrences, METH_NOARGS, "Occurrences in all found."},
    {"pieces", (PyCFunction)(void (*)(void))result_pieces, METH_FASTCALL,
     "What to show of a document."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef members[] = {
    {"n_scored", T_ULONGLONG, offsetof(Result, run.n_scored), READONLY,
     "Postings whose score was worked out."},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject ResultType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "dragoman.search._kernel.Result",
    .tp_basicsize = sizeof(Result),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "The answer to one question.",
    .tp_dealloc = (destructor)result_free,
    .tp_methods = methods,
    .tp_members = members,
};
