/* Where words stand beside each other: phrases, and proximities of two words.
 *
 * A phrase starts from the places of its rarest word, or of its rarest pair of frequent words, and
 * looks in the forward index whether the others stand where they must. A proximity goes through
 * the places of its rarer word and searches those of the other around each. */
#include "kernel.h"

/* Places of the rarest word from which pairs are looked up. */
static const uint32_t WORTH_A_PAIR = 512;

static uint64_t leaf_size(const Segment *s, const Leaf *leaf) {
  const uint32_t *offsets = u32(s, POSITION_OFFSETS);
  uint64_t size = 0;
  for (uint32_t i = 0; i < leaf->n_lists; i++)
    size += (uint32_t)(offsets[leaf->lists[i] + 1] - offsets[leaf->lists[i]]);
  return size;
}

/* The form at a position that lies in the column; -1 after a failure. */
static inline int64_t form_at(Run *run, Segment *s, uint32_t position) {
  const Column *c = &s->columns[FORMS];
  Py_ssize_t block = (c->offset + (Py_ssize_t)position * 4) / s->block;
  if (c->offset >= 0 && (block >= s->checked.len || !((const char *)s->checked.buf)[block]) &&
      ensure(run, s, FORMS, position, (Py_ssize_t)position + 1) < 0)
    return -1;
  return u32(s, FORMS)[position];
}

/* ---- Phrases ---- */

/* Rising places of some words of a phrase, from number `first` to number `last`. */
typedef struct {
  const uint32_t *positions;
  uint32_t n;
  int first, last;
} Anchor;

static int is_frequent(const Segment *s, const Leaf *leaf) {
  if (leaf->n_lists != 1) return 0;
  const uint32_t *frequent = u32(s, PAIR_LISTS);
  uint32_t at = gallop(frequent, 0, s->n_pair_lists, leaf->lists[0]);
  return at < s->n_pair_lists && frequent[at] == leaf->lists[0];
}

static uint32_t pair_place(const Segment *s, uint64_t key) {
  const uint64_t *keys = (const uint64_t *)s->columns[PAIR_KEYS].at;
  uint32_t low = 0, high = s->n_pairs;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (keys[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low < s->n_pairs && keys[low] == key ? low : UINT32_MAX;
}

/* Takes the rarest pair of neighbouring frequent words for the anchor, if it is rarer. */
static int rarest_pair(Run *run, Segment *s, Leaf **leaves, int n, Anchor *anchor) {
  const uint32_t *offsets = u32(s, PAIR_OFFSETS);
  for (int number = 0; number + 1 < n; number++) {
    if (!is_frequent(s, leaves[number]) || !is_frequent(s, leaves[number + 1])) continue;
    uint64_t key = (uint64_t)leaves[number]->lists[0] << 32 | leaves[number + 1]->lists[0];
    uint32_t place = pair_place(s, key);
    uint32_t start = 0, stop = 0;
    if (place != UINT32_MAX) start = offsets[place], stop = offsets[place + 1];
    if (start > stop) return fail_damaged(run, s);
    if (stop - start >= anchor->n) continue;
    if (ensure(run, s, PAIR_POSITIONS, start, stop) < 0) return -1;
    *anchor = (Anchor){u32(s, PAIR_POSITIONS) + start, stop - start, number, number + 1};
  }
  return 0;
}

/* Where the search for a phrase starts. */
static int phrase_anchor(Run *run, Segment *s, Leaf **leaves, int n, Anchor *anchor) {
  int rarest = 0;
  uint64_t least = leaf_size(s, leaves[0]);
  for (int number = 1; number < n; number++) {
    uint64_t size = leaf_size(s, leaves[number]);
    if (size < least) least = size, rarest = number;
  }
  if (least > WORTH_A_PAIR && s->has_pairs && n > 1) {
    *anchor = (Anchor){NULL, least > UINT32_MAX ? UINT32_MAX : (uint32_t)least, -1, -1};
    if (rarest_pair(run, s, leaves, n, anchor) < 0) return -1;
    if (anchor->first >= 0) return 0;
  }
  anchor->first = anchor->last = rarest;
  return leaf_positions(run, s, leaves[rarest], &anchor->positions, &anchor->n);
}

/* 1 where the words beside the anchor's are all there, 0 where not, -1 after a failure. */
static inline int stands_at(Run *run, Segment *s, Leaf **leaves, int n, const Anchor *anchor,
                            uint32_t begin) {
  for (int number = anchor->last + 1; number < n; number++) {
    int64_t form = form_at(run, s, begin + (uint32_t)number);
    if (form < 0) return -1;
    if (!has_form(leaves[number]->forms, (uint32_t)form)) return 0;
  }
  for (int number = anchor->first - 1; number >= 0; number--) {
    int64_t form = form_at(run, s, begin + (uint32_t)number);
    if (form < 0) return -1;
    if (!has_form(leaves[number]->forms, (uint32_t)form)) return 0;
  }
  return 1;
}

int phrase_postings(Run *run, Segment *s, Leaf **leaves, int n, Postings *found) {
  Anchor anchor;
  Counter counter;
  *found = (Postings){0};
  for (int number = 0; number < n; number++)
    if (!leaves[number]->n_lists) return 0;
  if (phrase_anchor(run, s, leaves, n, &anchor) < 0) return -1;
  for (int number = 0; number < n; number++)
    if ((number < anchor.first || number > anchor.last) && leaf_forms(run, s, leaves[number]) < 0)
      return -1;
  if (counter_open(run, s, &counter, anchor.n) < 0) return -1;
  run_release(run, anchor.n);
  uint32_t n_positions = (uint32_t)s->columns[FORMS].n, first = (uint32_t)anchor.first;
  for (uint32_t i = 0; i < anchor.n; i++) {
    if (anchor.positions[i] < first) continue;
    uint32_t begin = anchor.positions[i] - first;
    if ((uint64_t)begin + (uint32_t)n > n_positions) continue;
    int stands = stands_at(run, s, leaves, n, &anchor, begin);
    if (stands < 0) return -1;
    if (stands && counter_add(run, s, &counter, begin, begin + (uint32_t)n - 1) < 0) return -1;
  }
  return counter_close(run, s, &counter, found);
}

/* ---- Proximities ---- */

typedef struct {
  const uint32_t *rare, *other;
  uint32_t n_rare, n_other;
  uint32_t reach;           /* positions between the two at most */
  int is_before, is_after;  /* on which sides of the rare word the other may stand */
} Pair;

/* Adds the nearest place that starts at each word, in the order of the starts.
 *
 * Of places with one start only that with the nearest end can count: the others overlap it. */
static int add_near(Run *run, Segment *s, const Pair *pair, Counter *counter) {
  uint32_t at = 0; /* the first of the other's places not before the window */
  int64_t last = -1;
  for (uint32_t i = 0; i < pair->n_rare; i++) {
    uint32_t here = pair->rare[i];
    uint32_t from = here > pair->reach ? here - pair->reach : 0;
    /* A place that starts at or before the last rare word ends there, or at that word's own. */
    int64_t low = pair->is_after ? last + 1 : last;
    if (low > (int64_t)from) from = (uint32_t)low;
    at = gallop(pair->other, at, pair->n_other, from);
    uint32_t next = at;
    for (; next < pair->n_other && pair->other[next] < here; next++)
      if (pair->is_before && counter_add(run, s, counter, pair->other[next], here) < 0) return -1;
    if (pair->is_after) {
      uint64_t nearest = UINT64_MAX;
      int is_both = next < pair->n_other && pair->other[next] == here;
      uint32_t after = next + (uint32_t)is_both;
      if (after < pair->n_other) nearest = pair->other[after];
      if (is_both && pair->is_before && i + 1 < pair->n_rare && pair->rare[i + 1] < nearest)
        nearest = pair->rare[i + 1];
      if (nearest <= (uint64_t)here + pair->reach &&
          counter_add(run, s, counter, here, (uint32_t)nearest) < 0)
        return -1;
    }
    last = here;
  }
  return 0;
}

int near_postings(Run *run, Segment *s, Leaf *left, Leaf *right, uint32_t distance, int ordered,
                  Postings *found) {
  *found = (Postings){0};
  if (!left->n_lists || !right->n_lists) return 0;
  Pair pair = {.reach = distance + 1, .is_before = 1, .is_after = 1};
  int left_is_rare = leaf_size(s, left) <= leaf_size(s, right);
  if (leaf_positions(run, s, left_is_rare ? left : right, &pair.rare, &pair.n_rare) < 0 ||
      leaf_positions(run, s, left_is_rare ? right : left, &pair.other, &pair.n_other) < 0)
    return -1;
  if (ordered) {
    pair.is_before = !left_is_rare;
    pair.is_after = left_is_rare;
  }
  Counter counter;
  uint64_t n_places = (uint64_t)pair.n_rare + pair.n_other;
  if (counter_open(run, s, &counter, n_places > UINT32_MAX ? UINT32_MAX : (uint32_t)n_places) < 0)
    return -1;
  run_release(run, n_places);
  if (add_near(run, s, &pair, &counter) < 0) return -1;
  return counter_close(run, s, &counter, found);
}
