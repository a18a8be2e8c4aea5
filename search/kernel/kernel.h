/* The native kernel: flat queries over the mapped columns of an index's segments.
 *
 * In: columns of `indexer/columns.py` as buffers, the keys or term numbers of words, and how these
 * stand together. Out: exact counts, the best documents, where parts occur. The documents, their
 * scores (to the last bit) and their order are those of `search/flat.py` and `search/beside.py`,
 * which serve where this is not built and which the tests compare it with.
 *
 * Contract, whatever a file holds:
 * - nothing outside a buffer is read: every number that leads to a place is compared with the
 *   length of what it leads into before it is followed;
 * - a block of a lazily checked column is read only after `check` has found its checksum right;
 * - a failure is a Python exception: IndexDamaged for contradictory numbers, what `check` raised,
 *   or MemoryError;
 * - an `Index` never changes after it is made, and a call keeps all it needs in a `Run` of its
 *   own, so threads may share an index. Long loops run without the GIL.
 *
 * The files, each calling only those before it: columns, terms, postings, places, top, scoring,
 * matching, asking, answering, windows, marks, result, facets, index.
 */
#ifndef DRAGOMAN_KERNEL_H
#define DRAGOMAN_KERNEL_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

/* ---- columns.c: buffers, failures, memory ---- */

enum {
  /* Checked whole before they come here. */
  BUCKETS, BY_HASH, TERM_OFFSETS, TERM_BLOB, LIST_OF_TERM, DOC_OFFSETS, POSITION_OFFSETS, BOUNDS,
  TERM_FORM_OFFSETS, PAIR_LISTS, PAIR_KEYS, PAIR_OFFSETS, SENTENCES, PARAGRAPHS,
  /* Checked block by block when they are first read. */
  DOCS, COUNTS, FIRST_COUNTS, POSITIONS, FORMS, TERM_FORMS, PAIR_POSITIONS, STARTS, LENGTHS,
  MAXIMA,
  /* Made by the searcher. */
  BODY, IN_TITLE, FIRST_MINUTES, LAST_MINUTES, LIVE,
  N_COLUMNS
};

typedef struct {
  Py_buffer view;
  const char *at;
  Py_ssize_t n;      /* numbers in it */
  int size;          /* bytes of each */
  Py_ssize_t offset; /* of its first byte among the checked bytes of the file; -1: none to check */
} Column;

typedef struct {
  Column columns[N_COLUMNS];
  Py_buffer checked; /* a byte for each block of the file: 1 once its checksum was found right */
  PyObject *check;   /* check(number) raises where a block's checksum is wrong */
  Py_ssize_t block;  /* bytes of a block */
  uint32_t n_docs, n_terms, n_lists, n_pair_lists, n_pairs;
  int all_live, has_pairs;
  double excess; /* by which a frequency may exceed the maximum written for its block */
} Segment;

typedef struct {
  PyObject_HEAD
  Segment *segments;
  Py_ssize_t n_segments;
  PyObject *damaged;    /* raises IndexDamaged for the segment with a number */
  PyObject *found_type, *handle_type, *term_type; /* the named tuples that answers are made of */
} Index;

enum { FINE, RAISED, DAMAGED, NO_MEMORY };

typedef struct Chunk {
  struct Chunk *next;
  size_t used, room; /* bytes behind its head */
} Chunk;

typedef struct {
  Index *index;
  Chunk *chunks;           /* memory that lasts as long as the run */
  PyThreadState *released; /* while the GIL is let go */
  int failure;
  int damaged_segment;
  uint64_t n_scored; /* postings whose score was worked out */
} Run;

int segment_open(Segment *s, PyObject *given);
void segment_close(Segment *s);
int fail_damaged(Run *run, const Segment *s);
int fail_memory(Run *run);
int run_raise(Run *run); /* the failure as a Python exception; returns -1 */
void *run_memory(Run *run, size_t n, size_t size);
void run_free(Run *run);
void run_release(Run *run, uint64_t n_postings);
void run_restore(Run *run);
int ensure_blocks(Run *run, Segment *s, int column, Py_ssize_t start, Py_ssize_t stop);

/* Makes sure that numbers [start, stop) of a column lie in it and are checked; 0 or -1. */
static inline int ensure(Run *run, Segment *s, int column, Py_ssize_t start, Py_ssize_t stop) {
  const Column *c = &s->columns[column];
  if (start < 0 || stop < start || stop > c->n) return fail_damaged(run, s);
  if (c->offset < 0 || start == stop) return 0;
  const char *checked = s->checked.buf;
  Py_ssize_t first = (c->offset + start * c->size) / s->block;
  Py_ssize_t last = (c->offset + stop * c->size - 1) / s->block;
  if (last < s->checked.len && first == last && checked[first]) return 0;
  return ensure_blocks(run, s, column, start, stop);
}

static inline const uint32_t *u32(const Segment *s, int column) {
  return (const uint32_t *)s->columns[column].at;
}

/* Numbers of one, two or four bytes. */
typedef struct {
  const void *at;
  int size;
} Numbers;

static inline uint32_t number_at(Numbers numbers, Py_ssize_t i) {
  switch (numbers.size) {
    case 1: return ((const uint8_t *)numbers.at)[i];
    case 2: return ((const uint16_t *)numbers.at)[i];
    default: return ((const uint32_t *)numbers.at)[i];
  }
}

/* The first place in rising numbers [low, high) whose number is at least `wanted`; near `low`. */
static inline uint32_t gallop(const uint32_t *numbers, uint32_t low, uint32_t high,
                              uint32_t wanted) {
  uint32_t step = 1, until = high;
  while (step < high - low && numbers[low + step] < wanted) {
    low += step;
    step *= 2;
  }
  if (step < high - low) until = low + step;
  while (low < until) {
    uint32_t middle = low + (until - low) / 2;
    if (numbers[middle] < wanted) low = middle + 1;
    else until = middle;
  }
  return low;
}

/* ---- terms.c: terms, their lists and forms ---- */

typedef struct {
  const uint32_t *forms; /* rising */
  uint32_t n;
} Forms;

/* A word, exact form or pattern in one segment. */
typedef struct {
  uint32_t *terms; /* numbers of its terms here */
  uint32_t n_terms;
  uint32_t *lists; /* numbers of their lists, rising, each once */
  uint32_t n_lists;
  int apart;       /* the terms are known to share no position */
  int has_forms;
  Forms forms;     /* by `leaf_forms` */
} Leaf;

int term_find(Run *run, Segment *s, const char *text, Py_ssize_t length, int64_t *number);
int term_bisect(Run *run, Segment *s, const char *text, Py_ssize_t length, uint32_t *number);
int forms_of_term(Run *run, Segment *s, uint32_t term, Forms *found);
int leaf_lists(Run *run, Segment *s, Leaf *leaf);
int leaf_forms(Run *run, Segment *s, Leaf *leaf);

static inline int has_form(Forms forms, uint32_t form) {
  if (forms.n <= 8) {
    for (uint32_t i = 0; i < forms.n; i++)
      if (forms.forms[i] == form) return 1;
    return 0;
  }
  uint32_t low = 0, high = forms.n;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (forms.forms[middle] < form) low = middle + 1;
    else high = middle;
  }
  return low < forms.n && forms.forms[low] == form;
}

/* ---- postings.c: the documents that something is in ---- */

typedef struct {
  uint32_t n;            /* living documents */
  uint64_t total;        /* occurrences in them */
  const uint32_t *docs;  /* rising; every number is below n_docs once `postings_sound` was asked */
  Numbers counts, firsts;
  const float *maxima;   /* of the blocks that a long list lies in; NULL: not known */
  uint32_t before;       /* postings of other lists in the first block */
} Postings;

enum { BLOCK = 128 }; /* postings, as `maxima.BLOCK` */

/* Rising places that become postings. */
typedef struct {
  uint32_t *docs, *counts, *firsts;
  uint32_t n, room;
  uint64_t total;
  uint32_t value;  /* the value of the field in which the last place lies */
  uint32_t end;    /* where that value ends */
  int64_t until;   /* the last position that was counted */
} Counter;

int counter_open(Run *run, const Segment *s, Counter *counter, uint32_t n_places);
int counter_add(Run *run, const Segment *s, Counter *counter, uint32_t start, uint32_t end);
int counter_close(Run *run, const Segment *s, Counter *counter, Postings *found);
int list_positions(Run *run, Segment *s, uint32_t list, const uint32_t **positions, uint32_t *n);
int leaf_positions(Run *run, Segment *s, Leaf *leaf, const uint32_t **positions, uint32_t *n);
int leaf_postings(Run *run, Segment *s, Leaf *leaf, Postings *found);
int living_postings(Run *run, const Segment *s, Postings *postings);

/* ---- places.c: phrases and proximities ---- */

int phrase_postings(Run *run, Segment *s, Leaf **leaves, int n, Postings *found);
int near_postings(Run *run, Segment *s, Leaf *left, Leaf *right, uint32_t distance, int ordered,
                  Postings *found);

/* ---- top.c: the best documents, ties whole ---- */

typedef struct {
  double score;
  int64_t minute;
  uint32_t segment, doc;
} Row;

typedef struct {
  Row *heap, *ties; /* heap[0] is the worst of the best; ties are as good as it, and left out */
  size_t n, wanted, n_ties, room;
  double least;     /* a score below this can't be among the best */
} Top;

int top_open(Run *run, Top *top, size_t wanted);
int top_push(Run *run, Top *top, Row row);
int top_sort(Run *run, Top *top, Row **rows, size_t *n); /* best first, the ties behind */

/* ---- scoring.c: most postings passed over unscored ---- */

typedef struct {
  int64_t low, high; /* half-open minutes */
} Range;

typedef struct {
  int is_any;
  int n;                   /* parts */
  const double *weights;   /* of each, from the one that fewest documents hold */
  const Range *ranges;     /* one of which a document's date must overlap */
  int n_ranges;
} Asked;

int score_one(Run *run, Segment *s, const Asked *asked, const Postings *part, Top *top,
              uint64_t *total);
int score_union(Run *run, Segment *s, const Asked *asked, Postings *const *parts, Top *top,
                uint64_t *total);
int in_ranges(const Segment *s, const Asked *asked, uint32_t doc);

static const double K1 = 1.2; /* as `ranking.K1` */

/* Documents of which an OR is added up at a time: what fits into the nearest cache. */
enum { WINDOW = 2048 };

/* A part's count in each field by the field's norm (`search/ranking.py`). */
static inline double frequency(const Segment *s, const Postings *part, uint32_t at, uint32_t doc) {
  double found = ((const double *)s->columns[BODY].at)[doc] * number_at(part->counts, at);
  uint32_t first = number_at(part->firsts, at);
  if (first) found += first * ((const double *)s->columns[IN_TITLE].at)[doc];
  return found;
}

/* What a part adds to a document's score by BM25F. */
static inline double score(const Segment *s, const Postings *part, uint32_t at, uint32_t doc,
                           double weight) {
  double f = frequency(s, part, at, doc);
  return weight * (f / (f + K1));
}

static inline int keep(Run *run, const Segment *s, Top *top, double score_of_doc, uint32_t doc) {
  if (score_of_doc < top->least) return 0;
  int64_t minute = ((const int64_t *)s->columns[FIRST_MINUTES].at)[doc];
  Row row = {score_of_doc, minute, (uint32_t)(s - run->index->segments), doc};
  return top_push(run, top, row);
}

/* ---- matching.c: parts joined by AND or OR ---- */

int score_segment(Run *run, uint32_t number, const Asked *asked, Postings *const *parts, Top *top,
                  uint64_t *total);
int docs_found(Run *run, uint32_t number, const Asked *asked, Postings *const *parts,
               uint32_t **docs, uint32_t *n);
uint32_t count_in(const Postings *part, uint32_t doc);

/* ---- result.c, index.c: the Python types ---- */

extern PyTypeObject ResultType, IndexType;
PyObject *index_search(Index *index, PyObject *const *args, Py_ssize_t n_args);
PyObject *index_layout(Index *index, PyObject *const *args, Py_ssize_t n_args);

#endif
