/* Answers as Python's objects: the page, the counts of words. */
#include "asking.h"

/* An instance of a named tuple, to be filled. */
static PyObject *tuple_of(PyObject *type, Py_ssize_t n) {
  return ((PyTypeObject *)type)->tp_alloc((PyTypeObject *)type, n);
}

static int leaf_count(Result *r, int number, Py_ssize_t at, uint64_t *n, uint64_t *total) {
  Segment *s = &r->index->segments[at];
  Leaf *leaf = &r->leaves[number * r->index->n_segments + at];
  if (leaf->n_lists == 1 && s->all_live) {
    uint32_t list = leaf->lists[0];
    uint32_t start = u32(s, DOC_OFFSETS)[list], stop = u32(s, DOC_OFFSETS)[list + 1];
    uint32_t first = u32(s, POSITION_OFFSETS)[list], last = u32(s, POSITION_OFFSETS)[list + 1];
    if (start > stop || first > last) return fail_damaged(&r->run, s);
    *n += stop - start;
    *total += last - first;
    return 0;
  }
  Postings postings;
  if (leaf_postings(&r->run, s, leaf, &postings) < 0) return -1;
  *n += postings.n;
  *total += postings.total;
  return 0;
}

static const Postings *postings_of_leaf(Result *r, int leaf, Py_ssize_t at) {
  for (int number = 0; number < r->n_parts; number++)
    if (r->parts[number].kind == WORD && r->parts[number].words[0] == leaf)
      return &r->postings[number * r->index->n_segments + at];
  return NULL;
}

/* A `TermCount` of each leaf: its text and keys, its documents and occurrences. */
PyObject *term_counts(Result *r, PyObject *leaves) {
  PyObject *found = PyTuple_New(r->n_leaves);
  for (int number = 0; found && number < r->n_leaves; number++) {
    uint64_t n = 0, total = 0;
    for (Py_ssize_t at = 0; at < r->index->n_segments; at++) {
      const Postings *known = postings_of_leaf(r, number, at);
      if (known) n += known->n, total += known->total;
      else if (leaf_count(r, number, at, &n, &total) < 0) goto failed;
    }
    PyObject *term = tuple_of(r->index->term_type, 4);
    if (!term) goto raised;
    PyTuple_SET_ITEM(found, number, term);
    PyObject *leaf = PyTuple_GET_ITEM(leaves, number);
    PyTuple_SET_ITEM(term, 0, Py_NewRef(PyTuple_GET_ITEM(leaf, 0)));
    PyTuple_SET_ITEM(term, 1, Py_NewRef(PyTuple_GET_ITEM(leaf, 1)));
    PyTuple_SET_ITEM(term, 2, PyLong_FromUnsignedLongLong(n));
    PyTuple_SET_ITEM(term, 3, PyLong_FromUnsignedLongLong(total));
    if (!PyTuple_GET_ITEM(term, 2) || !PyTuple_GET_ITEM(term, 3)) goto raised;
  }
  if (found) return found;
raised:
  r->run.failure = RAISED;
failed:
  Py_XDECREF(found);
  return NULL;
}

/* ---- The page ---- */

/* Whether a document's date lies only partly in some range that it overlaps. */
static int overlaps_partly(const Segment *s, const Asked *asked, uint32_t doc) {
  int64_t low = ((const int64_t *)s->columns[FIRST_MINUTES].at)[doc];
  int64_t high = ((const int64_t *)s->columns[LAST_MINUTES].at)[doc];
  for (int i = 0; i < asked->n_ranges; i++) {
    Range range = asked->ranges[i];
    if (low >= 0 && low < range.high && high > range.low &&
        !(range.low <= low && high <= range.high))
      return 1;
  }
  return 0;
}

PyObject *handle_of(Index *index, const Row *row) {
  PyObject *handle = tuple_of(index->handle_type, 2);
  if (!handle) return NULL;
  PyTuple_SET_ITEM(handle, 0, PyLong_FromUnsignedLong(row->segment));
  PyTuple_SET_ITEM(handle, 1, PyLong_FromUnsignedLong(row->doc));
  if (!PyTuple_GET_ITEM(handle, 0) || !PyTuple_GET_ITEM(handle, 1)) Py_CLEAR(handle);
  return handle;
}

static PyObject *found_of(Result *r, const Row *row, PyObject *counts) {
  Index *index = r->index;
  PyObject *found = tuple_of(index->found_type, 5);
  PyObject *handle = found ? handle_of(index, row) : NULL;
  if (!handle) {
    Py_XDECREF(found);
    return NULL;
  }
  int is_partly = overlaps_partly(&index->segments[row->segment], &r->asked, row->doc);
  PyTuple_SET_ITEM(found, 0, handle);
  PyTuple_SET_ITEM(found, 1, PyFloat_FromDouble(row->score));
  PyTuple_SET_ITEM(found, 2, Py_NewRef(counts));
  PyTuple_SET_ITEM(found, 3, PyBool_FromLong(is_partly));
  PyTuple_SET_ITEM(found, 4, Py_NewRef(Py_None));
  if (!PyTuple_GET_ITEM(found, 1)) Py_CLEAR(found);
  return found;
}

static PyObject *page_of(Result *r, const Row *rows, size_t first, size_t last, PyObject *counts) {
  PyObject *page = PyTuple_New((Py_ssize_t)(last - first));
  for (size_t i = first; page && i < last; i++) {
    PyObject *found = found_of(r, &rows[i], counts);
    if (!found) Py_CLEAR(page);
    else PyTuple_SET_ITEM(page, (Py_ssize_t)(i - first), found);
  }
  return page;
}

static PyObject *rows_of(const Row *rows, size_t n) {
  PyObject *list = PyList_New((Py_ssize_t)n);
  for (size_t i = 0; list && i < n; i++) {
    PyObject *row = Py_BuildValue("(dLII)", -rows[i].score, -(long long)rows[i].minute,
                                  rows[i].segment, rows[i].doc);
    if (!row) Py_CLEAR(list);
    else PyList_SET_ITEM(list, (Py_ssize_t)i, row);
  }
  return list;
}

/* The wanted documents as a tuple of `Found`, or a list of candidates (-score, -minute, segment,
 * doc) where ids must settle ties. */
PyObject *answer_page(Result *r, Top *top, size_t first, size_t size, PyObject *counts) {
  Row *rows;
  size_t n;
  if (top_sort(&r->run, top, &rows, &n) < 0) return NULL;
  int has_ties = top->n_ties > 0;
  for (size_t i = 1; i < top->n && !has_ties; i++)
    has_ties = rows[i].score == rows[i - 1].score && rows[i].minute == rows[i - 1].minute;
  size_t last = first + size < top->n ? first + size : top->n;
  if (first > last) first = last;
  PyObject *page = has_ties ? rows_of(rows, n) : page_of(r, rows, first, last, counts);
  if (!page) r->run.failure = RAISED;
  if (!has_ties) {
    r->page = rows + first;
    r->n_page = last - first;
  }
  return page;
}
