/* Terms looked up in a segment: by their text, by what sorts before, their lists and forms. */
#include "kernel.h"
#include <stdlib.h>
#include <string.h>

/* CRC-32 (ISO 3309), as Python's zlib has it: it places terms in the table. */
static uint32_t crc_table[256];

static void make_crc_table(void) {
  for (uint32_t n = 0; n < 256; n++) {
    uint32_t c = n;
    for (int bit = 0; bit < 8; bit++) c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
    crc_table[n] = c;
  }
}

static uint32_t crc32_of(const char *text, Py_ssize_t length) {
  if (!crc_table[1]) make_crc_table(); /* with the GIL held: `term_find` is asked before loops */
  uint32_t c = 0xFFFFFFFFu;
  for (Py_ssize_t i = 0; i < length; i++) c = crc_table[(c ^ (uint8_t)text[i]) & 255] ^ (c >> 8);
  return ~c;
}

/* A term's text, or NULL where its number or place is wrong. */
static const char *term_text(const Segment *s, uint32_t number, Py_ssize_t *length) {
  if (number >= s->n_terms) return NULL;
  uint32_t start = u32(s, TERM_OFFSETS)[number], stop = u32(s, TERM_OFFSETS)[number + 1];
  if (start > stop || stop > s->columns[TERM_BLOB].n) return NULL;
  *length = stop - start;
  return s->columns[TERM_BLOB].at + start;
}

/* The number of a term, or -1 for none. */
int term_find(Run *run, Segment *s, const char *text, Py_ssize_t length, int64_t *number) {
  uint32_t bucket = crc32_of(text, length) % (uint32_t)(s->columns[BUCKETS].n - 1);
  uint32_t at = u32(s, BUCKETS)[bucket], until = u32(s, BUCKETS)[bucket + 1];
  *number = -1;
  if (at > until || until > s->columns[BY_HASH].n) return fail_damaged(run, s);
  for (; at < until; at++) {
    Py_ssize_t found_length;
    const char *found = term_text(s, u32(s, BY_HASH)[at], &found_length);
    if (!found) return fail_damaged(run, s);
    if (found_length == length && !memcmp(found, text, length)) {
      *number = u32(s, BY_HASH)[at];
      return 0;
    }
  }
  return 0;
}

/* How many terms sort before a text. */
int term_bisect(Run *run, Segment *s, const char *text, Py_ssize_t length, uint32_t *number) {
  uint32_t low = 0, high = s->n_terms;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    Py_ssize_t found_length;
    const char *found = term_text(s, middle, &found_length);
    if (!found) return fail_damaged(run, s);
    int order = memcmp(found, text, found_length < length ? found_length : length);
    if (order < 0 || (order == 0 && found_length < length)) low = middle + 1;
    else high = middle;
  }
  *number = low;
  return 0;
}

/* The forms that have a term. */
int forms_of_term(Run *run, Segment *s, uint32_t term, Forms *found) {
  if (term >= s->n_terms) return fail_damaged(run, s);
  uint32_t start = u32(s, TERM_FORM_OFFSETS)[term], stop = u32(s, TERM_FORM_OFFSETS)[term + 1];
  if (start > stop || ensure(run, s, TERM_FORMS, start, stop) < 0) return fail_damaged(run, s);
  found->forms = u32(s, TERM_FORMS) + start;
  found->n = stop - start;
  return 0;
}

static int by_number(const void *one, const void *other) {
  uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
  return (a > b) - (a < b);
}

static uint32_t distinct(uint32_t *numbers, uint32_t n) {
  if (n < 2) return n;
  qsort(numbers, n, sizeof *numbers, by_number);
  uint32_t kept = 1;
  for (uint32_t i = 1; i < n; i++)
    if (numbers[i] != numbers[kept - 1]) numbers[kept++] = numbers[i];
  return kept;
}

static int is_within(Forms few, Forms many) {
  for (uint32_t i = 0; i < few.n; i++)
    if (!has_form(many, few.forms[i])) return 0;
  return 1;
}

/* Leaves out the terms whose forms are all among another's, and tells whether the rest share none.
 *
 * A term all whose words are another's adds nothing: tariffs is within tariff. */
static int without_overlaps(Run *run, Segment *s, Leaf *leaf) {
  Forms *forms = run_memory(run, leaf->n_terms, sizeof *forms);
  if (!forms) return -1;
  for (uint32_t i = 0; i < leaf->n_terms; i++)
    if (forms_of_term(run, s, leaf->terms[i], &forms[i]) < 0) return -1;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < leaf->n_terms; i++) {
    int is_needed = 1;
    for (uint32_t j = 0; j < leaf->n_terms && is_needed; j++)
      if (j != i && forms[i].n < forms[j].n && is_within(forms[i], forms[j])) is_needed = 0;
    if (is_needed) leaf->lists[kept++] = leaf->lists[i];
  }
  leaf->n_lists = kept;
  if (leaf_forms(run, s, leaf) < 0) return -1;
  uint64_t together = 0;
  for (uint32_t i = 0; i < leaf->n_terms; i++)
    for (uint32_t j = 0; j < kept; j++)
      if (((const int32_t *)s->columns[LIST_OF_TERM].at)[leaf->terms[i]] ==
          (int32_t)leaf->lists[j])
        together += forms[i].n;
  leaf->apart = together == leaf->forms.n;
  return 0;
}

/* Finds the lists of a leaf's terms; terms that no title or text holds, or whose list another
 * term has, are dropped. */
int leaf_lists(Run *run, Segment *s, Leaf *leaf) {
  const int32_t *list_of_term = (const int32_t *)s->columns[LIST_OF_TERM].at;
  leaf->lists = run_memory(run, leaf->n_terms + 1, sizeof *leaf->lists);
  if (!leaf->lists) return -1;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < leaf->n_terms; i++) {
    if (leaf->terms[i] >= s->n_terms) return fail_damaged(run, s);
    int32_t list = list_of_term[leaf->terms[i]];
    if (list < 0) continue;
    if ((uint32_t)list >= s->n_lists) return fail_damaged(run, s);
    uint32_t seen = 0;
    if (!leaf->apart)
      while (seen < kept && leaf->lists[seen] != (uint32_t)list) seen++;
    if (!leaf->apart && seen < kept) continue;
    leaf->terms[kept] = leaf->terms[i];
    leaf->lists[kept++] = (uint32_t)list;
  }
  leaf->n_terms = leaf->n_lists = kept;
  if (kept > 1 && !leaf->apart && without_overlaps(run, s, leaf) < 0) return -1;
  if (kept < 2) leaf->apart = 1;
  leaf->n_lists = distinct(leaf->lists, leaf->n_lists);
  return 0;
}

/* Makes `leaf->forms`: those of all its terms, each once. */
int leaf_forms(Run *run, Segment *s, Leaf *leaf) {
  size_t n = 0;
  Forms forms;
  if (leaf->has_forms) return 0;
  if (leaf->n_terms == 1) {
    if (forms_of_term(run, s, leaf->terms[0], &leaf->forms) < 0) return -1;
    leaf->has_forms = 1;
    return 0;
  }
  for (uint32_t i = 0; i < leaf->n_terms; i++) {
    if (forms_of_term(run, s, leaf->terms[i], &forms) < 0) return -1;
    n += forms.n;
  }
  uint32_t *all = run_memory(run, n + 1, sizeof *all);
  if (!all) return -1;
  n = 0;
  for (uint32_t i = 0; i < leaf->n_terms; i++) {
    if (forms_of_term(run, s, leaf->terms[i], &forms) < 0) return -1;
    memcpy(all + n, forms.forms, forms.n * sizeof *all);
    n += forms.n;
  }
  leaf->forms = (Forms){all, distinct(all, (uint32_t)n)};
  leaf->has_forms = 1;
  return 0;
}
