/* Parts of a query joined by AND or by OR: the documents found, counted and scored by BM25F.
 *
 * Sums go from the part that fewest documents of the collection hold, so
 * that they are the same to the last bit, however they are computed. */
#include "kernel.h"
#include <string.h>

/* ---- AND ---- */

static int rarest_of(const Asked *asked, Postings *const *parts) {
  int rarest = 0;
  for (int i = 1; i < asked->n; i++)
    if (parts[i]->n < parts[rarest]->n) rarest = i;
  return rarest;
}

/* Calls for each document of all parts; `at` has each part's place of it. */
typedef int (*Each)(Run *run, Segment *s, const Asked *asked, Postings *const *parts,
                    const uint32_t *at, uint32_t doc, void *given);

static int each_of_all(Run *run, Segment *s, const Asked *asked, Postings *const *parts, Each each,
                       void *given) {
  uint32_t *at = run_memory(run, (size_t)asked->n, sizeof *at);
  if (!at) return -1;
  memset(at, 0, (size_t)asked->n * sizeof *at);
  int rarest = rarest_of(asked, parts);
  const Postings *lead = parts[rarest];
  for (uint32_t p = 0; p < lead->n; p++) {
    uint32_t doc = lead->docs[p];
    if (doc >= s->n_docs) return fail_damaged(run, s);
    int i = 0;
    for (; i < asked->n; i++) {
      if (i == rarest) continue;
      at[i] = gallop(parts[i]->docs, at[i], parts[i]->n, doc);
      if (at[i] == parts[i]->n) return 0;
      if (parts[i]->docs[at[i]] != doc) break;
    }
    at[rarest] = p;
    if (i < asked->n || (asked->n_ranges && !in_ranges(s, asked, doc))) continue;
    if (each(run, s, asked, parts, at, doc, given) < 0) return -1;
  }
  return 0;
}

typedef struct {
  Top *top;
  uint64_t n;
} Scoring;

static int score_all(Run *run, Segment *s, const Asked *asked, Postings *const *parts,
                     const uint32_t *at, uint32_t doc, void *given) {
  Scoring *scoring = given;
  double sum = 0.0;
  for (int i = 0; i < asked->n; i++) sum += score(s, parts[i], at[i], doc, asked->weights[i]);
  run->n_scored += (uint64_t)asked->n;
  scoring->n++;
  return keep(run, s, scoring->top, sum, doc);
}

/* ---- OR ---- */

/* Adds the postings of a part from `at` on that lie in a window of documents. */
static int add_window(Run *run, Segment *s, const Postings *part, double weight, uint32_t *at,
                      uint32_t first, double *sums, uint64_t *seen) {
  uint32_t p = *at, until = first + WINDOW < s->n_docs ? first + WINDOW : s->n_docs;
  for (; p < part->n && part->docs[p] < until; p++) {
    uint32_t doc = part->docs[p], place = doc - first;
    if (doc < first) return fail_damaged(run, s);
    if (sums) run->n_scored++, sums[place] += score(s, part, p, doc, weight);
    seen[place >> 6] |= (uint64_t)1 << (place & 63);
  }
  if (until == s->n_docs && p < part->n) return fail_damaged(run, s);
  *at = p;
  return 0;
}

typedef int (*EachFound)(Run *run, Segment *s, uint32_t doc, double sum, void *given);

/* Calls for each document of any part; sums are 0 where no scores are wanted. */
static int each_of_any(Run *run, Segment *s, const Asked *asked, Postings *const *parts,
                       int is_scored, EachFound each, void *given) {
  double sums[WINDOW];
  uint64_t seen[WINDOW / 64];
  uint32_t *at = run_memory(run, (size_t)asked->n, sizeof *at);
  if (!at) return -1;
  memset(at, 0, (size_t)asked->n * sizeof *at);
  memset(sums, 0, sizeof sums);
  for (uint32_t first = 0; first < s->n_docs; first += WINDOW) {
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < asked->n; i++)
      if (add_window(run, s, parts[i], asked->weights[i], &at[i], first, is_scored ? sums : NULL,
                     seen) < 0)
        return -1;
    for (int word = 0; word < WINDOW / 64; word++)
      for (uint64_t left = seen[word]; left; left &= left - 1) {
        uint32_t place = (uint32_t)word * 64 + (uint32_t)__builtin_ctzll(left);
        double sum = sums[place];
        sums[place] = 0.0;
        if (asked->n_ranges && !in_ranges(s, asked, first + place)) continue;
        if (each(run, s, first + place, sum, given) < 0) return -1;
      }
  }
  return 0;
}

static int score_any(Run *run, Segment *s, uint32_t doc, double sum, void *given) {
  Scoring *scoring = given;
  scoring->n++;
  return keep(run, s, scoring->top, sum, doc);
}

/* ---- What a segment finds ---- */

/* Counts the documents found in a segment, and offers each to `top`. */
int score_segment(Run *run, uint32_t number, const Asked *asked, Postings *const *parts, Top *top,
                  uint64_t *total) {
  Segment *s = &run->index->segments[number];
  Scoring scoring = {top, 0};
  int done;
  if (asked->n == 1) return score_one(run, s, asked, parts[0], top, total);
  if (asked->is_any && !asked->n_ranges) return score_union(run, s, asked, parts, top, total);
  if (asked->is_any) done = each_of_any(run, s, asked, parts, 1, score_any, &scoring);
  else done = each_of_all(run, s, asked, parts, score_all, &scoring);
  *total += scoring.n;
  return done;
}

typedef struct {
  uint32_t *docs, n;
} Found;

static int add_found(Run *run, Segment *s, uint32_t doc, double sum, void *given) {
  (void)run, (void)s, (void)sum;
  Found *found = given;
  found->docs[found->n++] = doc;
  return 0;
}

static int add_found_by_all(Run *run, Segment *s, const Asked *asked, Postings *const *parts,
                            const uint32_t *at, uint32_t doc, void *given) {
  (void)asked, (void)parts, (void)at;
  return add_found(run, s, doc, 0.0, given);
}

/* The rising documents found in a segment. */
int docs_found(Run *run, uint32_t number, const Asked *asked, Postings *const *parts,
               uint32_t **docs, uint32_t *n) {
  Segment *s = &run->index->segments[number];
  uint64_t room = 0;
  for (int i = 0; i < asked->n; i++)
    if (asked->is_any || i == 0 || parts[i]->n < room)
      room = asked->is_any ? room + parts[i]->n : parts[i]->n;
  if (asked->is_any && room > s->n_docs) room = s->n_docs; /* each is told once */
  Found found = {run_memory(run, (size_t)room + 1, sizeof *found.docs), 0};
  if (!found.docs) return -1;
  int done = asked->is_any ? each_of_any(run, s, asked, parts, 0, add_found, &found)
                           : each_of_all(run, s, asked, parts, add_found_by_all, &found);
  *docs = found.docs;
  *n = found.n;
  return done;
}

/* How often a part occurs in a document. */
uint32_t count_in(const Postings *part, uint32_t doc) {
  uint32_t at = gallop(part->docs, 0, part->n, doc);
  return at < part->n && part->docs[at] == doc ? number_at(part->counts, at) : 0;
}
