/* One question to an index: its words and parts in each segment, kept until the answer is gone. */
#ifndef DRAGOMAN_ASKING_H
#define DRAGOMAN_ASKING_H

#include "kernel.h"

enum { WORD, PHRASE, NEAR, BEFORE };

/* The words of a title (region 0) or a body (1) of a document. */
typedef struct {
  Segment *s;
  uint32_t first, n;     /* its first position, its words */
  const uint32_t *forms; /* of its words */
} Field;

typedef struct {
  uint32_t begin, end, part; /* first and last word, counted in the field */
} Place;

typedef struct {
  Place *places;
  uint32_t n, room;
  uint8_t *marked; /* a byte for each word */
} Marks;

enum { MAX_WINDOWS = 3 };

typedef struct {
  int64_t start, end; /* code points */
} Span;

/* The code points at which a word of an opened field begins and ends. */
static inline uint32_t begin_of(const Field *field, uint32_t word) {
  return u32(field->s, STARTS)[field->first + word];
}

static inline uint32_t end_of(const Field *field, uint32_t word) {
  const Column *lengths = &field->s->columns[LENGTHS];
  Numbers numbers = {lengths->at, lengths->size};
  return begin_of(field, word) + number_at(numbers, field->first + word);
}

typedef struct {
  int kind;
  uint32_t distance;
  int n;        /* words */
  int *words;   /* their numbers among the leaves */
} Part;

typedef struct {
  PyObject_HEAD
  Index *index;
  Run run;
  int n_leaves, n_parts;
  Leaf *leaves;           /* [leaf][segment] */
  Part *parts;
  Postings *postings;     /* [part][segment] */
  Postings **in_order;    /* [segment][part], from the part that fewest documents hold */
  Asked asked;
  Row *page;              /* the wanted documents, best first; none where ids must settle ties */
  size_t n_page;
} Result;

int asked_leaves(Result *r, PyObject *leaves);
int asked_parts(Result *r, PyObject *parts);
int asked_ranges(Result *r, PyObject *ranges);
int find_parts(Result *r);
int weigh_parts(Result *r, double n_docs);
PyObject *term_counts(Result *r, PyObject *leaves);
int field_open(Run *run, Segment *s, uint32_t doc, int region, Field *field);
PyObject *numbers_of(uint32_t one, uint32_t two, int64_t three);
PyObject *starts_of(const Field *field, int column);
int windows_in(Result *r, const Field *field, const Marks *marks, Span *windows, uint32_t *n);
PyObject *result_pieces(Result *r, PyObject *const *args, Py_ssize_t n_args);
int is_named_tuple(PyObject *type);
PyObject *facet(PyObject *module, PyObject *args);
PyObject *handle_of(Index *index, const Row *row);
PyObject *answer_page(Result *r, Top *top, size_t first, size_t size, PyObject *counts);

#endif
