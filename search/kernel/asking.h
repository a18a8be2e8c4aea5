/* One question to an index: its words and parts in each segment, kept until the answer is gone. */
#ifndef DRAGOMAN_ASKING_H
#define DRAGOMAN_ASKING_H

#include "kernel.h"

enum { WORD, PHRASE, NEAR, BEFORE };

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
PyObject *handle_of(Index *index, const Row *row);
PyObject *answer_page(Result *r, Top *top, size_t first, size_t size, PyObject *counts);

#endif
