/* How a text is divided, and the pieces of it to show: as `search/reading.py` and
 * `search/snippets.py` tell it, whose constants these are. */
#include "asking.h"

enum { MAX_LENGTH = 320, MAX_OCCURRENCES = 300, MIN_LENGTH = 100 };

PyObject *starts_of(const Field *field, int column) {
  const uint32_t *units = u32(field->s, column);
  uint32_t n = (uint32_t)field->s->columns[column].n;
  uint32_t low = gallop(units, 0, n, field->first);
  uint32_t high = gallop(units, low, n, field->first + field->n);
  PyObject *list = PyList_New(0);
  for (uint32_t i = low; list && i < high; i++) {
    uint32_t word = units[i] - field->first;
    PyObject *start = word < field->n ? PyLong_FromUnsignedLong(begin_of(field, word)) : NULL;
    if (!start || PyList_Append(list, start) < 0) Py_CLEAR(list);
    Py_XDECREF(start);
  }
  return list;
}

static PyObject *sentences_of(const Field *field) {
  const uint32_t *units = u32(field->s, SENTENCES);
  uint32_t n = (uint32_t)field->s->columns[SENTENCES].n, until = field->first + field->n;
  uint32_t low = gallop(units, 0, n, field->first), high = gallop(units, low, n, until);
  PyObject *list = PyList_New(high - low);
  for (uint32_t i = low; list && i < high; i++) {
    uint32_t word = units[i] - field->first;
    uint32_t next = (i + 1 < high ? units[i + 1] : until) - field->first;
    int fits = word < field->n && next > word && next <= field->n;
    PyObject *sentence =
        fits ? numbers_of(begin_of(field, word), end_of(field, next - 1), -1) : NULL;
    if (!sentence) Py_CLEAR(list);
    else PyList_SET_ITEM(list, i - low, sentence);
  }
  return list;
}

/* layout(segment, doc) -> ([(start, end) of each sentence], [start of each paragraph]) of a body */
PyObject *index_layout(Index *index, PyObject *const *args, Py_ssize_t n_args) {
  unsigned long segment = n_args == 2 ? PyLong_AsUnsignedLong(args[0]) : 0;
  unsigned long doc = n_args == 2 ? PyLong_AsUnsignedLong(args[1]) : 0;
  if (PyErr_Occurred()) return NULL;
  if (n_args != 2 || segment >= (size_t)index->n_segments ||
      doc >= index->segments[segment].n_docs) {
    PyErr_SetString(PyExc_ValueError, "no such document");
    return NULL;
  }
  Run run = {.index = index};
  Field field;
  if (field_open(&run, &index->segments[segment], (uint32_t)doc, 1, &field) < 0) {
    run_raise(&run);
    return NULL;
  }
  PyObject *sentences = sentences_of(&field);
  PyObject *paragraphs = sentences ? starts_of(&field, PARAGRAPHS) : NULL;
  if (paragraphs) return Py_BuildValue("(NN)", sentences, paragraphs);
  Py_XDECREF(sentences);
  if (!PyErr_Occurred()) {
    fail_damaged(&run, field.s);
    run_raise(&run);
  }
  return NULL;
}

/* ---- Windows ---- */

/* Occurrences near each other in one sentence. */
typedef struct {
  int64_t start, end;
  uint64_t parts; /* bit n is set where part n is here */
  int n;
} Group;

typedef struct {
  const Span *spans;
  uint32_t n;
} Sentences;

static int sentences_in(Run *run, const Field *field, Sentences *found) {
  const uint32_t *units = u32(field->s, SENTENCES);
  uint32_t n = (uint32_t)field->s->columns[SENTENCES].n, until = field->first + field->n;
  uint32_t low = gallop(units, 0, n, field->first), high = gallop(units, low, n, until);
  Span *spans = run_memory(run, (size_t)(high - low) + 1, sizeof *spans);
  if (!spans) return -1;
  for (uint32_t i = low; i < high; i++) {
    uint32_t word = units[i] - field->first;
    uint32_t next = (i + 1 < high ? units[i + 1] : until) - field->first;
    if (word >= field->n || next <= word || next > field->n) return fail_damaged(run, field->s);
    spans[i - low] = (Span){begin_of(field, word), end_of(field, next - 1)};
  }
  *found = (Sentences){spans, high - low};
  return 0;
}

/* How many sentences start before a place; with `also`, or at it. */
static uint32_t n_before(Sentences sentences, int64_t place, int also) {
  uint32_t low = 0, high = sentences.n;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (sentences.spans[middle].start < place + also) low = middle + 1;
    else high = middle;
  }
  return low;
}

static int64_t most(int64_t one, int64_t other) { return one > other ? one : other; }
static int64_t least(int64_t one, int64_t other) { return one < other ? one : other; }

/* The first occurrences by sentence, in long sentences by what one piece can show. */
static uint32_t near_places(const Field *field, const Marks *marks, Sentences sentences,
                            Group *found) {
  int64_t sentence_end = -1, place_end = -1;
  uint32_t n = 0;
  for (uint32_t i = 0; i < marks->n && i < MAX_OCCURRENCES; i++) {
    const Place *place = &marks->places[i];
    int64_t start = begin_of(field, place->begin), end = end_of(field, place->end);
    uint64_t part = (uint64_t)1 << place->part;
    if (n && end <= place_end && start < sentence_end) {
      found[n - 1].end = most(found[n - 1].end, end);
      found[n - 1].parts |= part;
      found[n - 1].n++;
      continue;
    }
    if (start >= sentence_end) {
      uint32_t before = n_before(sentences, start, 1);
      sentence_end = most(end, sentences.spans[before ? before - 1 : 0].end);
    }
    place_end = most(end, least(sentence_end, start + MAX_LENGTH));
    found[n++] = (Group){start, end, part, 1};
  }
  return n;
}

static int is_better(const Group *one, const Group *other, uint64_t shown) {
  int a = __builtin_popcountll(one->parts & ~shown), b = __builtin_popcountll(other->parts & ~shown);
  if (a != b) return a > b;
  a = __builtin_popcountll(one->parts), b = __builtin_popcountll(other->parts);
  if (a != b) return a > b;
  if (one->n != other->n) return one->n > other->n;
  return one->start < other->start;
}

/* The sentences of a place, cut where they are too long, with the next where too short. */
static Span around(Sentences sentences, const Group *place) {
  uint32_t first = n_before(sentences, place->start, 1), last = n_before(sentences, place->end, 0);
  first = first ? first - 1 : 0;
  last = last ? last - 1 : 0;
  if (last < first) last = first;
  int64_t start = sentences.spans[first].start, end = sentences.spans[last].end;
  if (end - start > MAX_LENGTH) {
    int64_t room = most(0, MAX_LENGTH - (place->end - place->start));
    start = most(start, place->start - room / 2);
    end = least(end, most(place->end, start + MAX_LENGTH));
  } else if (end - start < MIN_LENGTH && last + 1 < sentences.n) {
    int64_t following = sentences.spans[last + 1].end;
    if (following <= start + MAX_LENGTH) end = following;
  }
  return (Span){least(start, place->start), most(end, place->end)};
}

/* The best windows of a text, best first, none overlapping another. */
static uint32_t best_windows(Group *places, uint32_t n, Sentences sentences, Span *windows) {
  uint64_t shown = 0;
  uint32_t kept = 0;
  for (int round = 0; round < 2 * MAX_WINDOWS && n && kept < MAX_WINDOWS; round++) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < n; i++)
      if (is_better(&places[i], &places[best], shown)) best = i;
    shown |= places[best].parts;
    Span window = around(sentences, &places[best]);
    places[best] = places[--n];
    int is_apart = 1;
    for (uint32_t i = 0; i < kept; i++)
      if (window.end > windows[i].start && windows[i].end > window.start) is_apart = 0;
    if (is_apart) windows[kept++] = window;
  }
  return kept;
}

/* The pieces of a body to show, best first; none where Python must tell them. */
int windows_in(Result *r, const Field *field, const Marks *marks, Span *windows, uint32_t *n) {
  Sentences sentences;
  Group places[MAX_OCCURRENCES];
  *n = 0;
  if (r->n_parts > 64 || !marks->n) return 0;
  if (sentences_in(&r->run, field, &sentences) < 0) return -1;
  if (sentences.n)
    *n = best_windows(places, near_places(field, marks, sentences, places), sentences, windows);
  return 0;
}
