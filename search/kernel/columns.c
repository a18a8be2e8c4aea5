/* Buffers of columns, what is checked of them, failures, and the memory of a run. */
#include "kernel.h"
#include <stdlib.h>

/* Bytes of a number in each column; 0 for 1, 2 or 4. */
static const int SIZES[N_COLUMNS] = {
    [BUCKETS] = 4, [BY_HASH] = 4, [TERM_OFFSETS] = 4, [TERM_BLOB] = 1, [LIST_OF_TERM] = 4,
    [DOC_OFFSETS] = 4, [POSITION_OFFSETS] = 4, [BOUNDS] = 4, [TERM_FORM_OFFSETS] = 4,
    [PAIR_LISTS] = 4, [PAIR_KEYS] = 8, [PAIR_OFFSETS] = 4, [SENTENCES] = 4, [PARAGRAPHS] = 4, [DOCS] = 4, [COUNTS] = 0,
    [FIRST_COUNTS] = 0, [POSITIONS] = 4, [FORMS] = 4, [TERM_FORMS] = 4, [PAIR_POSITIONS] = 4, [STARTS] = 4,
    [LENGTHS] = 0, [MAXIMA] = 4,
    [BODY] = 8, [IN_TITLE] = 8, [FIRST_MINUTES] = 8, [LAST_MINUTES] = 8, [LIVE] = 1,
};

static int column_open(Segment *s, int number, PyObject *array, Py_ssize_t offset) {
  Column *c = &s->columns[number];
  if (PyObject_GetBuffer(array, &c->view, PyBUF_ND) < 0) return -1;
  int size = (int)c->view.itemsize, wanted = SIZES[number];
  int fits = wanted ? size == wanted : size == 1 || size == 2 || size == 4;
  if (!fits || c->view.ndim != 1 || offset < -1) {
    PyErr_Format(PyExc_TypeError, "column %d has numbers of %d bytes", number, size);
    return -1;
  }
  c->at = c->view.buf;
  c->n = c->view.len / size;
  c->size = size;
  c->offset = offset;
  if (c->n >= INT32_MAX) {
    PyErr_Format(PyExc_TypeError, "column %d is too long", number);
    return -1;
  }
  return 0;
}

/* Whether the lengths of the columns fit each other: what all later comparisons rely on. */
static int segment_fits(Segment *s) {
  const Column *c = s->columns;
  if (c[BODY].n > UINT32_MAX / 4 || !c[BUCKETS].n || !c[TERM_OFFSETS].n || !c[DOC_OFFSETS].n)
    return 0;
  s->n_docs = (uint32_t)c[BODY].n;
  s->n_terms = (uint32_t)c[TERM_OFFSETS].n - 1;
  s->n_lists = (uint32_t)c[DOC_OFFSETS].n - 1;
  s->has_pairs = c[PAIR_OFFSETS].n > 0;
  s->n_pair_lists = (uint32_t)c[PAIR_LISTS].n;
  s->n_pairs = (uint32_t)c[PAIR_KEYS].n;
  return c[IN_TITLE].n == s->n_docs && c[FIRST_MINUTES].n == s->n_docs &&
         c[LAST_MINUTES].n == s->n_docs && c[LIVE].n == s->n_docs &&
         c[BOUNDS].n == 2 * (Py_ssize_t)s->n_docs + 1 && c[BUCKETS].n > 1 &&
         c[LIST_OF_TERM].n == s->n_terms && c[TERM_FORM_OFFSETS].n == c[TERM_OFFSETS].n &&
         c[POSITION_OFFSETS].n == c[DOC_OFFSETS].n &&
         (!s->has_pairs || c[PAIR_OFFSETS].n == c[PAIR_KEYS].n + 1);
}

/* From (arrays, offsets, checked, block, check, excess); raises TypeError where these can't be used. */
int segment_open(Segment *s, PyObject *given) {
  PyObject *arrays, *offsets, *checked, *check;
  if (!PyArg_ParseTuple(given, "O!O!OnOd", &PyTuple_Type, &arrays, &PyTuple_Type, &offsets, &checked,
                        &s->block, &check, &s->excess))
    return -1;
  if (PyTuple_GET_SIZE(arrays) != N_COLUMNS || PyTuple_GET_SIZE(offsets) != N_COLUMNS ||
      s->block < 1) {
    PyErr_SetString(PyExc_TypeError, "a segment is made of other columns");
    return -1;
  }
  if (PyObject_GetBuffer(checked, &s->checked, PyBUF_SIMPLE) < 0) return -1;
  s->check = Py_NewRef(check);
  for (int number = 0; number < N_COLUMNS; number++) {
    Py_ssize_t offset = PyLong_AsSsize_t(PyTuple_GET_ITEM(offsets, number));
    if (offset == -1 && PyErr_Occurred()) return -1;
    if (column_open(s, number, PyTuple_GET_ITEM(arrays, number), offset) < 0) return -1;
  }
  if (!segment_fits(s)) {
    PyErr_SetString(PyExc_ValueError, "the lengths of the columns contradict each other");
    return -1;
  }
  const uint8_t *live = (const uint8_t *)s->columns[LIVE].at;
  s->all_live = 1;
  for (uint32_t doc = 0; doc < s->n_docs; doc++)
    if (!live[doc]) s->all_live = 0;
  return 0;
}

void segment_close(Segment *s) {
  for (int number = 0; number < N_COLUMNS; number++)
    if (s->columns[number].view.obj) PyBuffer_Release(&s->columns[number].view);
  if (s->checked.obj) PyBuffer_Release(&s->checked);
  Py_CLEAR(s->check);
}

/* ---- Failures ---- */

int fail_damaged(Run *run, const Segment *s) {
  if (!run->failure) {
    run->failure = DAMAGED;
    run->damaged_segment = (int)(s - run->index->segments);
  }
  return -1;
}

int fail_memory(Run *run) {
  if (!run->failure) run->failure = NO_MEMORY;
  return -1;
}

int run_raise(Run *run) {
  run_restore(run);
  if (run->failure == NO_MEMORY) PyErr_NoMemory();
  if (run->failure == DAMAGED) {
    PyObject *never = PyObject_CallFunction(run->index->damaged, "i", run->damaged_segment);
    Py_XDECREF(never);
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "the index is damaged");
  }
  return -1;
}

/* Checks the blocks of a range that are not known to be right. */
int ensure_blocks(Run *run, Segment *s, int column, Py_ssize_t start, Py_ssize_t stop) {
  const Column *c = &s->columns[column];
  const char *checked = s->checked.buf;
  Py_ssize_t first = (c->offset + start * c->size) / s->block;
  Py_ssize_t last = (c->offset + stop * c->size - 1) / s->block;
  if (last >= s->checked.len) return fail_damaged(run, s);
  for (Py_ssize_t number = first; number <= last; number++) {
    if (checked[number]) continue;
    int was_released = run->released != NULL;
    run_restore(run);
    PyObject *done = PyObject_CallFunction(s->check, "n", number);
    if (!done) {
      run->failure = RAISED;
      return -1;
    }
    Py_DECREF(done);
    if (was_released) run->released = PyEval_SaveThread();
  }
  return 0;
}

/* ---- The GIL and memory ---- */

static const uint64_t MANY = 20000; /* postings from which letting the GIL go is worth it */

void run_release(Run *run, uint64_t n_postings) {
  if (n_postings >= MANY && !run->released) run->released = PyEval_SaveThread();
}

void run_restore(Run *run) {
  if (run->released) PyEval_RestoreThread(run->released);
  run->released = NULL;
}

enum { HEAD = (sizeof(Chunk) + 15) / 16 * 16, CHUNK = 8192 };

/* Memory for so many things, freed with the run; NULL where there is none. */
void *run_memory(Run *run, size_t n, size_t size) {
  if (n > (SIZE_MAX / 2 - HEAD - CHUNK) / size) {
    fail_memory(run);
    return NULL;
  }
  size_t wanted = (n * size + 15) / 16 * 16;
  Chunk *chunk = run->chunks;
  if (!chunk || chunk->room - chunk->used < wanted) {
    size_t room = wanted > CHUNK / 2 ? wanted : CHUNK;
    chunk = malloc(HEAD + room);
    if (!chunk) {
      fail_memory(run);
      return NULL;
    }
    *chunk = (Chunk){run->chunks, 0, room};
    if (run->chunks && room == wanted) { /* what has room left stays in front */
      chunk->next = run->chunks->next;
      run->chunks->next = chunk;
    } else {
      run->chunks = chunk;
    }
  }
  void *found = (char *)chunk + HEAD + chunk->used;
  chunk->used += wanted;
  return found;
}

void run_free(Run *run) {
  while (run->chunks) {
    Chunk *next = run->chunks->next;
    free(run->chunks);
    run->chunks = next;
  }
}
