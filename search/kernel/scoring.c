/* The best documents of one part, or of parts joined by OR, with most postings unscored.
 *
 * What can't reach the worst of the best found so far need not be scored, only counted. Of a long
 * list the greatest frequency in each block of postings is known (`indexer/maxima.py`); of any
 * part, that it adds less than its weight. A bound is a little higher than what it bounds, so
 * rounding drops nothing. */
#include "kernel.h"
#include <string.h>

static const double MARGIN = 1 + 1e-9;

int in_ranges(const Segment *s, const Asked *asked, uint32_t doc) {
  int64_t first = ((const int64_t *)s->columns[FIRST_MINUTES].at)[doc];
  int64_t last = ((const int64_t *)s->columns[LAST_MINUTES].at)[doc];
  for (int i = 0; i < asked->n_ranges; i++)
    if (first < asked->ranges[i].high && last > asked->ranges[i].low) return 1;
  return !asked->n_ranges;
}

/* ---- One part ---- */

typedef struct {
  const Asked *asked;
  const Postings *part;
  Top *top;
  double enough;     /* a frequency below this is too low */
  double enough_for; /* the score it was told for */
  uint64_t n_found;
} Alone;

/* A score rises with the frequency, so most are told by it to be too low, without a division:
 * weight * f / (f + K1) = least, solved for f, and a little less than that. */
static void set_enough(Alone *alone) {
  const Top *top = alone->top;
  double weight = alone->asked->weights[0];
  if (top->n != top->wanted || top->least == alone->enough_for) return;
  alone->enough_for = top->least;
  alone->enough = K1 * top->least / (weight - top->least) * (1 - 1e-9);
  if (!(weight > top->least)) alone->enough = -1.0;
}

static int score_places(Run *run, Segment *s, Alone *alone, uint32_t start, uint32_t stop) {
  const Postings *part = alone->part;
  const Asked *asked = alone->asked;
  run->n_scored += stop - start;
  for (uint32_t p = start; p < stop; p++) {
    uint32_t doc = part->docs[p];
    if (doc >= s->n_docs) return fail_damaged(run, s);
    if (asked->n_ranges && !in_ranges(s, asked, doc)) continue;
    alone->n_found++;
    double f = frequency(s, part, p, doc);
    if (f < alone->enough) continue;
    if (keep(run, s, alone->top, asked->weights[0] * (f / (f + K1)), doc) < 0) return -1;
    set_enough(alone);
  }
  return 0;
}

enum { MOST_BLOCKS = 64 };

/* The maximum of the block that is the so-manieth best. */
static float floor_of(const float *maxima, uint32_t n, size_t wanted) {
  float best[MOST_BLOCKS];
  size_t room = wanted < MOST_BLOCKS ? wanted : MOST_BLOCKS, held = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (held == room && !(maxima[i] > best[held - 1])) continue;
    size_t at = held < room ? held++ : held - 1;
    for (; at && best[at - 1] < maxima[i]; at--) best[at] = best[at - 1];
    best[at] = maxima[i];
  }
  return held ? best[held - 1] : 0.0f;
}

/* First the best blocks, then those that the best documents found in these leave. */
static int score_blocks(Run *run, Segment *s, Alone *alone) {
  const Postings *part = alone->part;
  uint32_t n_blocks = (part->before + part->n - 1) / BLOCK + 1;
  float floor = floor_of(part->maxima, n_blocks, alone->top->wanted);
  for (int is_best = 1; is_best >= 0; is_best--)
    for (uint32_t block = 0; block < n_blocks; block++) {
      if ((part->maxima[block] >= floor) != is_best) continue;
      if (part->maxima[block] * s->excess < alone->enough) continue;
      uint32_t start = block ? block * BLOCK - part->before : 0;
      uint32_t stop = (block + 1) * BLOCK - part->before;
      if (score_places(run, s, alone, start, stop < part->n ? stop : part->n) < 0) return -1;
    }
  return 0;
}

int score_one(Run *run, Segment *s, const Asked *asked, const Postings *part, Top *top,
              uint64_t *total) {
  Alone alone = {asked, part, top, -1.0, -1.0, 0};
  int is_counted = !asked->n_ranges;
  if (is_counted) *total += part->n;
  if (is_counted && !top->wanted) return 0;
  set_enough(&alone);
  int done = is_counted && part->maxima ? score_blocks(run, s, &alone)
                                        : score_places(run, s, &alone, 0, part->n);
  if (!is_counted) *total += alone.n_found;
  return done;
}

/* ---- OR ---- */

/* A part in one window of documents. */
typedef struct {
  uint32_t at, end; /* its postings there */
  uint32_t next;    /* where the next document looked for may stand */
  double most;      /* what it may add to a score there */
  int is_counted;   /* no document is among the best by this and others that are only counted */
} Side;

typedef struct {
  Segment *s;
  const Asked *asked;
  Postings *const *parts;
  Top *top;
  Side *sides;
  int *order;            /* the sides, from the one that may add least */
  uint32_t first, width; /* of the window */
  double rest;           /* what the sides that are only counted may add together */
  int n_counted;         /* sides that are only counted: the first of the order */
  uint8_t found[WINDOW]; /* 1 for a document of any side */
  uint64_t scored[WINDOW / 64];
  double sums[WINDOW];   /* by the sides that are scored; 0 between windows */
} Union;

static double most_of(const Union *u, int side) {
  const Postings *part = u->parts[side];
  const Side *here = &u->sides[side];
  double weight = u->asked->weights[side] * MARGIN;
  if (here->at == here->end) return 0.0;
  if (!part->maxima) return weight;
  uint32_t last = (here->end - 1 + part->before) / BLOCK;
  float greatest = 0.0f;
  for (uint32_t block = (here->at + part->before) / BLOCK; block <= last; block++)
    if (!(part->maxima[block] <= greatest)) greatest = part->maxima[block];
  double f = greatest * u->s->excess;
  return weight * (f / (f + K1));
}

/* The next window that holds anything; 0 where there is none. */
static int next_window(Union *u) {
  uint32_t next = UINT32_MAX;
  int is_any = 0;
  for (int i = 0; i < u->asked->n; i++) {
    Side *side = &u->sides[i];
    side->at = side->end;
    if (side->at == u->parts[i]->n) continue;
    if (u->parts[i]->docs[side->at] < next) next = u->parts[i]->docs[side->at];
    is_any = 1;
  }
  u->first = next / WINDOW * WINDOW;
  return is_any;
}

/* Finds the window's postings, and which sides need not be scored. */
static void divide(Union *u) {
  int n = u->asked->n;
  for (int i = 0; i < n; i++) {
    Side *side = &u->sides[i];
    side->end = gallop(u->parts[i]->docs, side->at, u->parts[i]->n, u->first + WINDOW);
    side->next = side->at;
    side->most = most_of(u, i);
    side->is_counted = 0;
  }
  for (int i = 1; i < n; i++) { /* the order is nearly that of the last window */
    int side = u->order[i], place = i;
    for (; place && u->sides[u->order[place - 1]].most > u->sides[side].most; place--)
      u->order[place] = u->order[place - 1];
    u->order[place] = side;
  }
  u->rest = 0.0;
  u->n_counted = 0;
  for (int i = 0; i < n; i++) {
    Side *side = &u->sides[u->order[i]];
    if (!((u->rest + side->most) * MARGIN < u->top->least)) break;
    u->rest += side->most;
    u->n_counted = i + 1;
    side->is_counted = 1;
  }
}

static int score_side(Run *run, Union *u, int i) {
  const Postings *part = u->parts[i];
  run->n_scored += u->sides[i].end - u->sides[i].at;
  for (uint32_t p = u->sides[i].at; p < u->sides[i].end; p++) {
    uint32_t doc = part->docs[p], place = doc - u->first;
    if (place >= u->width) return fail_damaged(run, u->s);
    u->found[place] = 1;
    u->scored[place >> 6] |= (uint64_t)1 << (place & 63);
    u->sums[place] += score(u->s, part, p, doc, u->asked->weights[i]);
  }
  return 0;
}

/* Counts a side's documents; scores those that may be among the best by `rest`: what this side and
 * those after it may add. */
static int count_side(Run *run, Union *u, int i, double rest) {
  const Postings *part = u->parts[i];
  const uint32_t *docs = part->docs;
  uint32_t chosen[BLOCK], end = u->sides[i].end;
  double enough = u->top->least / MARGIN - rest * MARGIN;
  for (uint32_t p = u->sides[i].at; p < end;) {
    uint32_t stop = end - p < BLOCK ? end : p + BLOCK, n = 0;
    for (; p < stop; p++) { /* without a branch that can't be foreseen */
      uint32_t place = docs[p] - u->first;
      if (place >= u->width) return fail_damaged(run, u->s);
      u->found[place] = 1;
      chosen[n] = p;
      n += u->sums[place] >= enough;
    }
    run->n_scored += n;
    for (uint32_t j = 0; j < n; j++) {
      uint32_t doc = docs[chosen[j]];
      u->sums[doc - u->first] += score(u->s, part, chosen[j], doc, u->asked->weights[i]);
    }
  }
  return 0;
}

/* First those that are scored, in the order of the parts; then the others, from the one that may
 * add most. */
static int add_sides(Run *run, Union *u) {
  double rest = u->rest;
  for (int i = 0; i < u->asked->n; i++)
    if (!u->sides[i].is_counted && score_side(run, u, i) < 0) return -1;
  for (int place = u->n_counted - 1; place >= 0; place--) {
    int i = u->order[place];
    if (count_side(run, u, i, rest) < 0) return -1;
    rest -= u->sides[i].most;
  }
  return 0;
}

/* The whole score of a document, added up in the order of the parts. */
static double whole_score(Run *run, Union *u, uint32_t doc) {
  double sum = 0.0;
  for (int i = 0; i < u->asked->n; i++) {
    Side *side = &u->sides[i];
    const Postings *part = u->parts[i];
    side->next = gallop(part->docs, side->next, side->end, doc);
    if (side->next == side->end || part->docs[side->next] != doc) continue;
    run->n_scored++;
    sum += score(u->s, part, side->next, doc, u->asked->weights[i]);
  }
  return sum;
}

static int keep_scored(Run *run, Union *u) {
  int is_whole = u->rest == 0.0;
  for (int word = 0; word < WINDOW / 64; word++)
    for (uint64_t left = u->scored[word]; left; left &= left - 1) {
      uint32_t place = (uint32_t)word * 64 + (uint32_t)__builtin_ctzll(left);
      double sum = u->sums[place];
      u->sums[place] = 0.0;
      if (sum * MARGIN < u->top->least) continue;
      if (!is_whole) sum = whole_score(run, u, u->first + place);
      if (keep(run, u->s, u->top, sum, u->first + place) < 0) return -1;
    }
  return 0;
}

/* The documents of any part: each is counted, those scored that may be among the best. */
int score_union(Run *run, Segment *s, const Asked *asked, Postings *const *parts, Top *top,
                uint64_t *total) {
  size_t n = (size_t)asked->n;
  Union *u = run_memory(run, 1, sizeof *u);
  Side *sides = run_memory(run, n, sizeof *sides);
  int *order = run_memory(run, n, sizeof *order);
  if (!u || !sides || !order) return -1;
  *u = (Union){.s = s, .asked = asked, .parts = parts, .top = top, .sides = sides, .order = order};
  memset(sides, 0, n * sizeof *sides);
  for (int i = 0; i < asked->n; i++) order[i] = asked->n - 1 - i;
  while (next_window(u)) {
    if (u->first >= s->n_docs) return fail_damaged(run, s);
    u->width = s->n_docs - u->first < WINDOW ? s->n_docs - u->first : WINDOW;
    divide(u);
    memset(u->found, 0, sizeof u->found);
    memset(u->scored, 0, sizeof u->scored);
    if (add_sides(run, u) < 0) return -1;
    uint32_t n_found = 0;
    for (int place = 0; place < WINDOW; place++) n_found += u->found[place];
    *total += n_found;
    if (keep_scored(run, u) < 0) return -1;
  }
  return 0;
}
