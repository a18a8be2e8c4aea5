/* The best rows of many, by score and then the later date; ties with the last are kept whole. */
#include "kernel.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Share of a score that rounding may take or add. */
static const double ROUNDING = 1e-12;

static inline int order(const Row *one, const Row *other) {
  if (one->score != other->score) return one->score < other->score ? -1 : 1;
  if (one->minute != other->minute) return one->minute < other->minute ? -1 : 1;
  return 0;
}

int top_open(Run *run, Top *top, size_t wanted) {
  *top = (Top){.wanted = wanted, .least = wanted ? -INFINITY : INFINITY};
  top->heap = run_memory(run, wanted + 1, sizeof *top->heap);
  return top->heap ? 0 : -1;
}

static void sift_up(Row *heap, size_t at, Row row) {
  for (; at && order(&row, &heap[(at - 1) / 2]) < 0; at = (at - 1) / 2)
    heap[at] = heap[(at - 1) / 2];
  heap[at] = row;
}

static void sift_down(Row *heap, size_t n, Row row) {
  size_t at = 0;
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= n) break;
    if (child + 1 < n && order(&heap[child + 1], &heap[child]) < 0) child++;
    if (order(&heap[child], &row) >= 0) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = row;
}

static int keep_tie(Run *run, Top *top, Row row) {
  if (top->n_ties == top->room) {
    size_t room = top->room ? 2 * top->room : 16;
    Row *more = run_memory(run, room, sizeof *more);
    if (!more) return -1;
    if (top->n_ties) memcpy(more, top->ties, top->n_ties * sizeof *more);
    top->ties = more;
    top->room = room;
  }
  top->ties[top->n_ties++] = row;
  return 0;
}

int top_push(Run *run, Top *top, Row row) {
  if (!top->wanted) return 0;
  if (top->n < top->wanted) {
    sift_up(top->heap, top->n++, row);
  } else {
    int against = order(&row, &top->heap[0]);
    if (against < 0) return 0;
    if (against == 0) return keep_tie(run, top, row);
    Row out = top->heap[0];
    sift_down(top->heap, top->n, row);
    if (order(&out, &top->heap[0]) < 0) top->n_ties = 0;
    else if (keep_tie(run, top, out) < 0) return -1;
  }
  if (top->n == top->wanted) top->least = top->heap[0].score * (1 - ROUNDING);
  return 0;
}

static int best_first(const void *one, const void *other) { return -order(one, other); }

int top_sort(Run *run, Top *top, Row **rows, size_t *n) {
  *n = top->n + top->n_ties;
  *rows = run_memory(run, *n + 1, sizeof **rows);
  if (!*rows) return -1;
  if (top->n) {
    qsort(top->heap, top->n, sizeof *top->heap, best_first);
    memcpy(*rows, top->heap, top->n * sizeof **rows);
  }
  if (top->n_ties) memcpy(*rows + top->n, top->ties, top->n_ties * sizeof **rows);
  return 0;
}
