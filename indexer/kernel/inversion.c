/* Tokens sorted by term: `inverted` of `indexer/inversion.py`. */
#include "kernel.h"

enum { N_GIVEN = 4, N_LISTS = 6 };

typedef struct {
  Py_buffer view;
  const uint32_t *at;
  Py_ssize_t n;
} Numbers;

/* What is given, and room to work in. */
typedef struct {
  Numbers forms, bounds, form_offsets, form_terms;
  Py_ssize_t regions, n_terms;
  uint32_t *cursors;  /* n_terms + 1: where the next position of each term goes */
  uint32_t *docs_of;  /* the document at each position */
  uint32_t *firsts;   /* where the document's first value ends, for each document */
} Work;

static int numbers_of(PyObject *given, Numbers *numbers) {
  if (PyObject_GetBuffer(given, &numbers->view, PyBUF_SIMPLE) < 0) return -1;
  if ((uintptr_t)numbers->view.buf % sizeof *numbers->at || numbers->view.len % 4) {
    PyBuffer_Release(&numbers->view);
    PyErr_SetString(PyExc_ValueError, "numbers of 32 bits are expected");
    return -1;
  }
  numbers->at = numbers->view.buf;
  numbers->n = numbers->view.len / (Py_ssize_t)sizeof *numbers->at;
  return 0;
}

/* Whether numbers begin with 0 and never fall, and what they end with. */
static int rises(const Numbers *numbers, Py_ssize_t *end) {
  if (!numbers->n || numbers->at[0]) return 0;
  for (Py_ssize_t i = 1; i < numbers->n; i++)
    if (numbers->at[i] < numbers->at[i - 1]) return 0;
  *end = numbers->at[numbers->n - 1];
  return 1;
}

static const char *fault_of(const Work *work) {
  Py_ssize_t end;
  if (!rises(&work->form_offsets, &end) || end > work->form_terms.n) return "form_offsets";
  if (!rises(&work->bounds, &end) || end != work->forms.n) return "bounds";
  if (work->regions < 1 || (work->bounds.n - 1) % work->regions) return "regions";
  for (Py_ssize_t i = 0; i < work->forms.n; i++)
    if (work->forms.at[i] >= work->form_offsets.n - 1) return "forms";
  for (Py_ssize_t i = 0; i < work->form_terms.n; i++)
    if (work->form_terms.at[i] >= work->n_terms) return "form_terms";
  return NULL;
}

/* Puts into `cursors` where each term's positions begin; their number, or -1 where it is too great. */
static Py_ssize_t count(Work *work) {
  const uint32_t *offsets = work->form_offsets.at, *terms = work->form_terms.at;
  uint64_t total = 0;
  for (Py_ssize_t i = 0; i < work->forms.n; i++)
    total += offsets[work->forms.at[i] + 1] - offsets[work->forms.at[i]];
  if (total > UINT32_MAX) return -1;
  for (Py_ssize_t i = 0; i < work->forms.n; i++)
    for (uint32_t j = offsets[work->forms.at[i]]; j < offsets[work->forms.at[i] + 1]; j++)
      work->cursors[terms[j] + 1]++;
  for (Py_ssize_t i = 0; i < work->n_terms; i++) work->cursors[i + 1] += work->cursors[i];
  return (Py_ssize_t)total;
}

static void find_documents(Work *work) {
  Py_ssize_t n_docs = (work->bounds.n - 1) / work->regions;
  for (Py_ssize_t doc = 0; doc < n_docs; doc++) {
    const uint32_t *of_doc = work->bounds.at + doc * work->regions;
    work->firsts[doc] = of_doc[1];
    for (uint32_t at = of_doc[0]; at < of_doc[work->regions]; at++)
      work->docs_of[at] = (uint32_t)doc;
  }
}

/* Sorts the positions; afterwards `cursors[t]` is where those of term t end. */
static void scatter(Work *work, uint32_t *positions) {
  const uint32_t *offsets = work->form_offsets.at, *terms = work->form_terms.at;
  for (Py_ssize_t i = 0; i < work->forms.n; i++)
    for (uint32_t j = offsets[work->forms.at[i]]; j < offsets[work->forms.at[i] + 1]; j++)
      positions[work->cursors[terms[j]]++] = (uint32_t)i;
}

static uint32_t *written(PyObject *list) { return (uint32_t *)PyByteArray_AS_STRING(list); }

static int cut(PyObject *list, Py_ssize_t n) {
  return PyByteArray_Resize(list, n * (Py_ssize_t)sizeof(uint32_t));
}

/* Fills the lists: terms, where their documents and positions start, documents, counts, those in
 * the first values. */
static int fill(const Work *work, const uint32_t *positions, PyObject **lists) {
  uint32_t *terms = written(lists[0]), *doc_offsets = written(lists[1]),
           *position_offsets = written(lists[2]), *docs = written(lists[3]),
           *counts = written(lists[4]), *first_counts = written(lists[5]);
  Py_ssize_t n_lists = 0, n = 0;
  uint32_t start = 0;
  for (Py_ssize_t term = 0; term < work->n_terms; term++) {
    uint32_t end = work->cursors[term];
    if (end == start) continue;
    terms[n_lists] = (uint32_t)term;
    doc_offsets[n_lists] = (uint32_t)n;
    position_offsets[n_lists++] = start;
    while (start < end) {
      uint32_t doc = work->docs_of[positions[start]], first = start, in_first = 0;
      while (start < end && work->docs_of[positions[start]] == doc)
        in_first += positions[start++] < work->firsts[doc];
      docs[n] = doc;
      counts[n] = start - first;
      first_counts[n++] = in_first;
    }
  }
  doc_offsets[n_lists] = (uint32_t)n;
  position_offsets[n_lists] = start;
  return cut(lists[0], n_lists) < 0 || cut(lists[1], n_lists + 1) < 0 ||
                 cut(lists[2], n_lists + 1) < 0 || cut(lists[3], n) < 0 || cut(lists[4], n) < 0 ||
                 cut(lists[5], n) < 0
             ? -1
             : 0;
}

static PyObject *numbers(Py_ssize_t n) {
  return PyByteArray_FromStringAndSize(NULL, n * (Py_ssize_t)sizeof(uint32_t));
}

/* Positions of all terms first, then the other lists: a tuple of `PostingLists`' arrays. */
static PyObject *sorted_lists(Work *work) {
  Py_ssize_t n_docs = (work->bounds.n - 1) / work->regions;
  PyObject *lists[N_LISTS] = {NULL}, *positions = NULL, *found = NULL;
  work->cursors = PyMem_Calloc((size_t)work->n_terms + 1, sizeof(uint32_t));
  work->docs_of = PyMem_Malloc(((size_t)work->forms.n + 1) * sizeof(uint32_t));
  work->firsts = PyMem_Malloc(((size_t)n_docs + 1) * sizeof(uint32_t));
  if (!work->cursors || !work->docs_of || !work->firsts) return PyErr_NoMemory();
  Py_ssize_t n_pairs = count(work);
  if (n_pairs < 0) {
    PyErr_SetString(PyExc_ValueError, "too many positions for one segment");
    return NULL;
  }
  find_documents(work);
  if (!(positions = numbers(n_pairs))) return NULL;
  scatter(work, written(positions));
  Py_ssize_t n_lists = work->n_terms < n_pairs ? work->n_terms : n_pairs;
  int failed = 0;
  for (int i = 0; i < N_LISTS; i++) {
    lists[i] = numbers(i == 0 ? n_lists : i < 3 ? n_lists + 1 : n_pairs);
    failed |= !lists[i];
  }
  if (!failed && fill(work, written(positions), lists) == 0)
    found = PyTuple_Pack(N_LISTS + 1, lists[0], lists[1], lists[2], lists[3], lists[4], lists[5],
                         positions);
  for (int i = 0; i < N_LISTS; i++) Py_XDECREF(lists[i]);
  Py_DECREF(positions);
  return found;
}

PyObject *invert(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
  Work work = {0};
  PyObject *found = NULL;
  (void)module;
  if (n_args != N_GIVEN + 2) {
    PyErr_SetString(PyExc_TypeError,
                    "invert(forms, bounds, form_offsets, form_terms, regions, n_terms)");
    return NULL;
  }
  work.regions = PyLong_AsSsize_t(args[N_GIVEN]);
  work.n_terms = PyLong_AsSsize_t(args[N_GIVEN + 1]);
  if (PyErr_Occurred()) return NULL;
  if (work.n_terms < 0 || work.n_terms > UINT32_MAX) {
    PyErr_SetString(PyExc_ValueError, "n_terms");
    return NULL;
  }
  Numbers *given[N_GIVEN] = {&work.forms, &work.bounds, &work.form_offsets, &work.form_terms};
  int n = 0;
  while (n < N_GIVEN && numbers_of(args[n], given[n]) == 0) n++;
  if (n == N_GIVEN) {
    const char *fault = fault_of(&work);
    if (fault) PyErr_Format(PyExc_ValueError, "%s are not as they must be", fault);
    else found = sorted_lists(&work);
  }
  while (n--) PyBuffer_Release(&given[n]->view);
  PyMem_Free(work.cursors);
  PyMem_Free(work.docs_of);
  PyMem_Free(work.firsts);
  return found;
}
