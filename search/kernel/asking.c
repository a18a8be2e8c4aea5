/* What is asked, out of Python's tuples; the postings and weights of its parts. */
#include "asking.h"
#include <math.h>
#include <string.h>

static const double SCALE = 2.2; /* as `ranking.SCALE` */

static Leaf *leaf_in(Result *r, int leaf, Py_ssize_t segment) {
  return &r->leaves[leaf * r->index->n_segments + segment];
}

/* ---- Reading ---- */

/* The bytes by which a key stands in the terms; half surrogates pass. */
static PyObject *key_bytes(PyObject *key, const char **text, Py_ssize_t *length) {
  if (PyUnicode_Check(key) && PyUnicode_IS_ASCII(key)) {
    *text = (const char *)PyUnicode_1BYTE_DATA(key);
    *length = PyUnicode_GET_LENGTH(key);
    return Py_NewRef(key);
  }
  PyObject *bytes = PyUnicode_AsEncodedString(key, "utf-8", "surrogatepass");
  if (!bytes) return NULL;
  *text = PyBytes_AS_STRING(bytes);
  *length = PyBytes_GET_SIZE(bytes);
  return bytes;
}

static int leaf_of_keys(Result *r, int number, PyObject *keys) {
  Py_ssize_t n = PyTuple_GET_SIZE(keys);
  for (Py_ssize_t at = 0; at < r->index->n_segments; at++) {
    Leaf *leaf = leaf_in(r, number, at);
    leaf->terms = run_memory(&r->run, (size_t)n + 1, sizeof *leaf->terms);
    if (!leaf->terms) return -1;
  }
  for (Py_ssize_t i = 0; i < n; i++) {
    const char *text;
    Py_ssize_t length;
    PyObject *bytes = key_bytes(PyTuple_GET_ITEM(keys, i), &text, &length);
    if (!bytes) {
      r->run.failure = RAISED;
      return -1;
    }
    for (Py_ssize_t at = 0; at < r->index->n_segments; at++) {
      int64_t term;
      Leaf *leaf = leaf_in(r, number, at);
      if (term_find(&r->run, &r->index->segments[at], text, length, &term) < 0) break;
      if (term >= 0) leaf->terms[leaf->n_terms++] = (uint32_t)term;
    }
    Py_DECREF(bytes);
    if (r->run.failure) return -1;
  }
  return 0;
}

static int leaf_of_numbers(Result *r, int number, PyObject *of_segments) {
  for (Py_ssize_t at = 0; at < r->index->n_segments; at++) {
    PyObject *numbers =
        at < PyTuple_GET_SIZE(of_segments) ? PyTuple_GET_ITEM(of_segments, at) : NULL;
    if (!numbers || !PyTuple_Check(numbers)) {
      PyErr_SetString(PyExc_TypeError, "a pattern has a tuple of numbers for each segment");
      r->run.failure = RAISED;
      return -1;
    }
    Leaf *leaf = leaf_in(r, number, at);
    Py_ssize_t n = PyTuple_GET_SIZE(numbers);
    leaf->apart = 1;
    leaf->terms = run_memory(&r->run, (size_t)n + 1, sizeof *leaf->terms);
    if (!leaf->terms) return -1;
    for (Py_ssize_t i = 0; i < n; i++) {
      unsigned long term = PyLong_AsUnsignedLong(PyTuple_GET_ITEM(numbers, i));
      if (term == (unsigned long)-1 && PyErr_Occurred()) {
        r->run.failure = RAISED;
        return -1;
      }
      leaf->terms[i] = term < UINT32_MAX ? (uint32_t)term : UINT32_MAX;
    }
    leaf->n_terms = (uint32_t)n;
  }
  return 0;
}

static int refuse(Result *r, const char *what) {
  PyErr_SetString(PyExc_TypeError, what);
  r->run.failure = RAISED;
  return -1;
}

/* Each leaf is (text, keys, None), or (text, forms, numbers of its terms in each segment). */
int asked_leaves(Result *r, PyObject *leaves) {
  size_t n = (size_t)r->n_leaves * (size_t)r->index->n_segments;
  r->leaves = run_memory(&r->run, n + 1, sizeof *r->leaves);
  if (!r->leaves) return -1;
  memset(r->leaves, 0, n * sizeof *r->leaves);
  for (int number = 0; number < r->n_leaves; number++) {
    PyObject *leaf = PyTuple_GET_ITEM(leaves, number);
    if (!PyTuple_Check(leaf) || PyTuple_GET_SIZE(leaf) != 3 ||
        !PyTuple_Check(PyTuple_GET_ITEM(leaf, 1)))
      return refuse(r, "a leaf is a text, keys and numbers");
    PyObject *numbers = PyTuple_GET_ITEM(leaf, 2);
    int done = numbers == Py_None          ? leaf_of_keys(r, number, PyTuple_GET_ITEM(leaf, 1))
               : PyTuple_Check(numbers)    ? leaf_of_numbers(r, number, numbers)
                                           : refuse(r, "numbers are tuples");
    if (done < 0) return -1;
    for (Py_ssize_t at = 0; at < r->index->n_segments; at++)
      if (leaf_lists(&r->run, &r->index->segments[at], leaf_in(r, number, at)) < 0) return -1;
  }
  return 0;
}

static int asked_part(Result *r, Part *part, PyObject *given) {
  PyObject *words;
  if (!PyTuple_Check(given) ||
      !PyArg_ParseTuple(given, "iIO!", &part->kind, &part->distance, &PyTuple_Type, &words)) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "a part is a tuple");
    r->run.failure = RAISED;
    return -1;
  }
  part->n = (int)PyTuple_GET_SIZE(words);
  part->words = run_memory(&r->run, (size_t)part->n + 1, sizeof *part->words);
  if (!part->words) return -1;
  for (int i = 0; i < part->n; i++) {
    long word = PyLong_AsLong(PyTuple_GET_ITEM(words, i));
    if (word < 0 || word >= r->n_leaves) {
      PyErr_Clear();
      return refuse(r, "a part has words that are not asked for");
    }
    part->words[i] = (int)word;
  }
  int fits = part->kind == WORD     ? part->n == 1
             : part->kind == PHRASE ? part->n >= 1
                                    : part->n == 2 && part->distance < (1u << 30);
  return fits && part->kind >= WORD && part->kind <= BEFORE ? 0
                                                            : refuse(r, "no such part");
}

/* Each part is (kind, distance, numbers of its leaves); None where each leaf is one. */
int asked_parts(Result *r, PyObject *parts) {
  if (parts != Py_None && !PyTuple_Check(parts)) return refuse(r, "parts are a tuple");
  r->n_parts = parts == Py_None ? r->n_leaves : (int)PyTuple_GET_SIZE(parts);
  if (!r->n_parts) return refuse(r, "nothing is asked for");
  r->parts = run_memory(&r->run, (size_t)r->n_parts, sizeof *r->parts);
  if (!r->parts) return -1;
  int *numbers = run_memory(&r->run, (size_t)r->n_parts, sizeof *numbers);
  if (!numbers) return -1;
  for (int i = 0; i < r->n_parts; i++) {
    numbers[i] = i;
    r->parts[i] = (Part){WORD, 0, 1, &numbers[i]};
    if (parts != Py_None && asked_part(r, &r->parts[i], PyTuple_GET_ITEM(parts, i)) < 0) return -1;
  }
  return 0;
}

/* Each range is (low, high): half-open minutes. */
int asked_ranges(Result *r, PyObject *ranges) {
  if (!PyTuple_Check(ranges)) return refuse(r, "ranges are a tuple");
  r->asked.n_ranges = (int)PyTuple_GET_SIZE(ranges);
  Range *found = run_memory(&r->run, (size_t)r->asked.n_ranges + 1, sizeof *found);
  if (!found) return -1;
  r->asked.ranges = found;
  for (int i = 0; i < r->asked.n_ranges; i++) {
    long long low, high;
    PyObject *range = PyTuple_GET_ITEM(ranges, i);
    if (!PyTuple_Check(range)) return refuse(r, "a range is a tuple");
    if (!PyArg_ParseTuple(range, "LL", &low, &high)) {
      r->run.failure = RAISED;
      return -1;
    }
    found[i] = (Range){low, high};
  }
  return 0;
}

/* ---- Finding ---- */

static int find_part(Result *r, int number, Py_ssize_t at, Postings *found) {
  Part *part = &r->parts[number];
  Segment *s = &r->index->segments[at];
  if (part->kind == WORD) return leaf_postings(&r->run, s, leaf_in(r, part->words[0], at), found);
  if (part->kind != PHRASE)
    return near_postings(&r->run, s, leaf_in(r, part->words[0], at),
                         leaf_in(r, part->words[1], at), part->distance, part->kind == BEFORE,
                         found);
  Leaf **leaves = run_memory(&r->run, (size_t)part->n, sizeof *leaves);
  if (!leaves) return -1;
  for (int i = 0; i < part->n; i++) leaves[i] = leaf_in(r, part->words[i], at);
  return phrase_postings(&r->run, s, leaves, part->n, found);
}

int find_parts(Result *r) {
  Py_ssize_t n_segments = r->index->n_segments;
  size_t n = (size_t)r->n_parts * (size_t)n_segments;
  r->postings = run_memory(&r->run, n + 1, sizeof *r->postings);
  if (!r->postings) return -1;
  for (int number = 0; number < r->n_parts; number++)
    for (Py_ssize_t at = 0; at < n_segments; at++)
      if (find_part(r, number, at, &r->postings[number * n_segments + at]) < 0) return -1;
  return 0;
}

/* Puts the parts in order, from the one that fewest documents of the collection hold, and weighs
 * them: ln(1 + (N - df + 0.5) / (df + 0.5)), as `ranking.idf`. */
int weigh_parts(Result *r, double n_docs) {
  Py_ssize_t n_segments = r->index->n_segments;
  size_t n = (size_t)r->n_parts;
  uint64_t *counts = run_memory(&r->run, n, sizeof *counts);
  int *order = run_memory(&r->run, n, sizeof *order);
  double *weights = run_memory(&r->run, n, sizeof *weights);
  r->in_order = run_memory(&r->run, n * (size_t)n_segments + 1, sizeof *r->in_order);
  if (!counts || !order || !weights || !r->in_order) return -1;
  for (int number = 0; number < r->n_parts; number++) {
    counts[number] = 0;
    for (Py_ssize_t at = 0; at < n_segments; at++)
      counts[number] += r->postings[number * n_segments + at].n;
    int place = number;
    for (; place && counts[order[place - 1]] > counts[number]; place--)
      order[place] = order[place - 1];
    order[place] = number;
  }
  for (int place = 0; place < r->n_parts; place++) {
    double n_with = (double)counts[order[place]];
    weights[place] = log(1 + (n_docs - n_with + 0.5) / (n_with + 0.5)) * SCALE;
    for (Py_ssize_t at = 0; at < n_segments; at++)
      r->in_order[at * r->n_parts + place] = &r->postings[order[place] * n_segments + at];
  }
  r->asked.n = r->n_parts;
  r->asked.weights = weights;
  return 0;
}
