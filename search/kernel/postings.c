/* The documents that a leaf is in: one list where it lies, or several made one. */
#include "kernel.h"
#include <string.h>

/* ---- Places to postings ---- */

/* Room for the documents of so many places. */
int counter_open(Run *run, const Segment *s, Counter *counter, uint32_t n_places) {
  uint32_t room = n_places < s->n_docs ? n_places : s->n_docs;
  uint32_t *memory = run_memory(run, (size_t)room + 1, 3 * sizeof *memory);
  if (!memory) return -1;
  *counter = (Counter){.docs = memory, .counts = memory + room, .firsts = memory + 2 * (size_t)room,
                       .room = room, .until = -1};
  return 0;
}

/* The next place, from its first position to its last; places come with rising starts. One that
 * overlaps the last one counted, or leaves its value, is passed over. */
int counter_add(Run *run, const Segment *s, Counter *counter, uint32_t start, uint32_t end) {
  if ((int64_t)start <= counter->until) return 0;
  if (start >= counter->end) {
    const uint32_t *bounds = u32(s, BOUNDS);
    uint32_t above = gallop(bounds, counter->value, 2 * s->n_docs + 1, start + 1);
    if (!above || above > 2 * s->n_docs) return fail_damaged(run, s);
    counter->value = above - 1;
    counter->end = bounds[above];
  }
  if (end >= counter->end) return 0;
  counter->until = end;
  uint32_t doc = counter->value / 2;
  if (!counter->n || counter->docs[counter->n - 1] != doc) {
    if (counter->n == counter->room || (counter->n && counter->docs[counter->n - 1] > doc))
      return fail_damaged(run, s);
    counter->docs[counter->n] = doc;
    counter->counts[counter->n] = counter->firsts[counter->n] = 0;
    counter->n++;
  }
  counter->counts[counter->n - 1]++;
  counter->firsts[counter->n - 1] += counter->value % 2 == 0;
  counter->total++;
  return 0;
}

int counter_close(Run *run, const Segment *s, Counter *counter, Postings *found) {
  *found = (Postings){counter->n, counter->total, counter->docs, {counter->counts, 4},
                      {counter->firsts, 4}};
  return living_postings(run, s, found);
}

/* ---- Lists ---- */

enum { LONG = 8 * BLOCK }; /* postings from which reading maxima is worth it */

static int list_postings(Run *run, Segment *s, uint32_t list, Postings *found) {
  uint32_t start = u32(s, DOC_OFFSETS)[list], stop = u32(s, DOC_OFFSETS)[list + 1];
  uint32_t first = u32(s, POSITION_OFFSETS)[list], last = u32(s, POSITION_OFFSETS)[list + 1];
  if (first > last) return fail_damaged(run, s);
  if (ensure(run, s, DOCS, start, stop) < 0 || ensure(run, s, COUNTS, start, stop) < 0 ||
      ensure(run, s, FIRST_COUNTS, start, stop) < 0)
    return -1;
  const Column *counts = &s->columns[COUNTS], *firsts = &s->columns[FIRST_COUNTS];
  *found = (Postings){stop - start, last - first, u32(s, DOCS) + start,
                      {counts->at + (size_t)start * counts->size, counts->size},
                      {firsts->at + (size_t)start * firsts->size, firsts->size}};
  if (stop - start < LONG) return 0;
  if (ensure(run, s, MAXIMA, start / BLOCK, (stop - 1) / BLOCK + 1) < 0) return -1;
  found->maxima = (const float *)s->columns[MAXIMA].at + start / BLOCK;
  found->before = start % BLOCK;
  return 0;
}

int list_positions(Run *run, Segment *s, uint32_t list, const uint32_t **positions, uint32_t *n) {
  uint32_t start = u32(s, POSITION_OFFSETS)[list], stop = u32(s, POSITION_OFFSETS)[list + 1];
  if (ensure(run, s, POSITIONS, start, stop) < 0) return -1;
  *positions = u32(s, POSITIONS) + start;
  *n = stop - start;
  return 0;
}

/* Two rising rows of numbers as one, each number once. */
static uint32_t merged(const uint32_t *one, uint32_t n, const uint32_t *other, uint32_t m,
                       uint32_t *found) {
  uint32_t i = 0, j = 0, kept = 0;
  while (i < n && j < m) {
    uint32_t a = one[i], b = other[j];
    found[kept++] = a < b ? a : b;
    i += a <= b;
    j += b <= a;
  }
  memcpy(found + kept, one + i, (n - i) * sizeof *found);
  kept += n - i;
  memcpy(found + kept, other + j, (m - j) * sizeof *found);
  return kept + m - j;
}

/* The rising positions of a leaf, each once. */
int leaf_positions(Run *run, Segment *s, Leaf *leaf, const uint32_t **positions, uint32_t *n) {
  *positions = NULL;
  *n = 0;
  for (uint32_t i = 0; i < leaf->n_lists; i++) {
    const uint32_t *of_list;
    uint32_t of_list_n;
    if (list_positions(run, s, leaf->lists[i], &of_list, &of_list_n) < 0) return -1;
    if (!i) {
      *positions = of_list;
      *n = of_list_n;
      continue;
    }
    uint32_t *both = run_memory(run, (size_t)*n + of_list_n + 1, sizeof *both);
    if (!both) return -1;
    *n = merged(*positions, *n, of_list, of_list_n, both);
    *positions = both;
  }
  return 0;
}

/* The lists of a leaf whose terms share no position, their counts added up. */
static int summed(Run *run, Segment *s, Leaf *leaf, Postings *found) {
  size_t n_words = (size_t)s->n_docs / 64 + 1;
  uint64_t *seen = run_memory(run, n_words, sizeof *seen);
  uint32_t *sums = run_memory(run, (size_t)s->n_docs + 1, 5 * sizeof *sums);
  if (!seen || !sums) return -1;
  memset(seen, 0, n_words * sizeof *seen);
  uint32_t *firsts = sums + s->n_docs, *docs = firsts + s->n_docs, n = 0;
  uint64_t total = 0;
  for (uint32_t i = 0; i < leaf->n_lists; i++) {
    Postings list;
    if (list_postings(run, s, leaf->lists[i], &list) < 0) return -1;
    total += list.total;
    for (uint32_t p = 0; p < list.n; p++) {
      uint32_t doc = list.docs[p];
      if (doc >= s->n_docs) return fail_damaged(run, s);
      uint64_t bit = (uint64_t)1 << (doc & 63);
      if (!(seen[doc >> 6] & bit)) sums[doc] = firsts[doc] = 0;
      seen[doc >> 6] |= bit;
      sums[doc] += number_at(list.counts, p);
      firsts[doc] += number_at(list.firsts, p);
    }
  }
  uint32_t *counts = docs + s->n_docs, *in_title = counts + s->n_docs;
  for (size_t word = 0; word < n_words; word++)
    for (uint64_t left = seen[word]; left; left &= left - 1) {
      uint32_t doc = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(left);
      docs[n] = doc;
      counts[n] = sums[doc];
      in_title[n++] = firsts[doc];
    }
  *found = (Postings){n, total, docs, {counts, 4}, {in_title, 4}};
  return 0;
}

/* The documents that a leaf is in; a position that several of its terms hold counts once. */
int leaf_postings(Run *run, Segment *s, Leaf *leaf, Postings *found) {
  *found = (Postings){0};
  if (!leaf->n_lists) return 0;
  if (leaf->n_lists == 1) {
    if (list_postings(run, s, leaf->lists[0], found) < 0) return -1;
    return living_postings(run, s, found);
  }
  if (leaf->apart) {
    if (summed(run, s, leaf, found) < 0) return -1;
    return living_postings(run, s, found);
  }
  const uint32_t *positions;
  uint32_t n;
  Counter counter;
  if (leaf_positions(run, s, leaf, &positions, &n) < 0) return -1;
  if (counter_open(run, s, &counter, n) < 0) return -1;
  for (uint32_t i = 0; i < n; i++)
    if (counter_add(run, s, &counter, positions[i], positions[i]) < 0) return -1;
  return counter_close(run, s, &counter, found);
}

/* Leaves the deleted documents out. */
int living_postings(Run *run, const Segment *s, Postings *postings) {
  if (s->all_live || !postings->n) return 0;
  const uint8_t *live = (const uint8_t *)s->columns[LIVE].at;
  uint32_t *docs = run_memory(run, postings->n, 3 * sizeof *docs), n = 0;
  if (!docs) return -1;
  uint32_t *counts = docs + postings->n, *firsts = counts + postings->n;
  uint64_t total = 0;
  for (uint32_t p = 0; p < postings->n; p++) {
    uint32_t doc = postings->docs[p];
    if (doc >= s->n_docs) return fail_damaged(run, s);
    if (!live[doc]) continue;
    docs[n] = doc;
    total += counts[n] = number_at(postings->counts, p);
    firsts[n++] = number_at(postings->firsts, p);
  }
  *postings = (Postings){n, total, docs, {counts, 4}, {firsts, 4}};
  return 0;
}
