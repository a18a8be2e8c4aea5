/* Where the parts of a question stand in one document, and how its text is divided, in code
 * points: what marks and snippets are made of. All of it comes from the forward index. */
#include "asking.h"
#include <stdlib.h>
#include <string.h>

int field_open(Run *run, Segment *s, uint32_t doc, int region, Field *field) {
  if (doc >= s->n_docs) return fail_damaged(run, s);
  const uint32_t *bounds = u32(s, BOUNDS) + 2 * (size_t)doc + region;
  if (bounds[1] <= bounds[0]) return fail_damaged(run, s);
  uint32_t first = bounds[0], last = bounds[1] - 1; /* there stands the gap */
  if (ensure(run, s, FORMS, first, last) < 0 || ensure(run, s, STARTS, first, last) < 0 ||
      ensure(run, s, LENGTHS, first, last) < 0)
    return -1;
  *field = (Field){s, first, last - first, u32(s, FORMS) + first};
  return 0;
}

static int add_place(Run *run, Marks *marks, uint32_t begin, uint32_t end, uint32_t part) {
  if (marks->n == marks->room) {
    uint32_t room = marks->room ? 2 * marks->room : 64;
    Place *more = run_memory(run, room, sizeof *more);
    if (!more) return -1;
    if (marks->n) memcpy(more, marks->places, marks->n * sizeof *more);
    marks->places = more;
    marks->room = room;
  }
  marks->places[marks->n++] = (Place){begin, end, part};
  return 0;
}

/* ---- Parts ---- */

static int mark_word(Run *run, const Field *field, Forms forms, uint32_t part, Marks *marks) {
  for (uint32_t i = 0; i < field->n; i++)
    if (has_form(forms, field->forms[i])) {
      marks->marked[i] = 1;
      if (add_place(run, marks, i, i, part) < 0) return -1;
    }
  return 0;
}

static int mark_phrase(Run *run, const Field *field, Leaf **leaves, uint32_t n, uint32_t part,
                       Marks *marks) {
  uint32_t free_from = 0; /* words before are in an occurrence that was counted */
  for (uint32_t i = 0; (uint64_t)i + n <= field->n; i++) {
    uint32_t fits = 0;
    while (fits < n && has_form(leaves[fits]->forms, field->forms[i + fits])) fits++;
    if (fits < n) continue;
    memset(marks->marked + i, 1, n);
    if (i < free_from) continue;
    if (add_place(run, marks, i, i + n - 1, part) < 0) return -1;
    free_from = i + n;
  }
  return 0;
}

/* The first place after `i`, within reach, where a word stands; 0 for none. */
static uint32_t next_after(const Field *field, Forms forms, uint32_t i, uint32_t reach) {
  for (uint32_t at = i + 1; at < field->n && at - i <= reach; at++)
    if (has_form(forms, field->forms[at])) return at;
  return 0;
}

static void mark_around(const Field *field, Forms others, uint32_t here, uint32_t reach,
                        int is_before, Marks *marks) {
  uint32_t from = here > reach ? here - reach : 0;
  if (!is_before) from = here;
  for (uint32_t at = from; at < field->n && (at <= here || at - here <= reach); at++)
    if (at != here && has_form(others, field->forms[at])) marks->marked[at] = marks->marked[here] = 1;
}

static int mark_near(Run *run, const Field *field, Leaf *left, Leaf *right, const Part *asked,
                     uint32_t part, Marks *marks) {
  uint32_t reach = asked->distance + 1, free_from = 0;
  int ordered = asked->kind == BEFORE;
  for (uint32_t i = 0; i < field->n; i++) {
    int is_left = has_form(left->forms, field->forms[i]);
    int is_right = !ordered && has_form(right->forms, field->forms[i]);
    if (is_left) mark_around(field, right->forms, i, reach, !ordered, marks);
    if (!(is_left || is_right) || i < free_from) continue;
    uint32_t end = is_left ? next_after(field, right->forms, i, reach) : 0;
    uint32_t other = is_right ? next_after(field, left->forms, i, reach) : 0;
    if (other && (!end || other < end)) end = other;
    if (!end) continue;
    if (add_place(run, marks, i, end, part) < 0) return -1;
    free_from = end + 1;
  }
  return 0;
}

static int mark_part(Result *r, uint32_t number, Py_ssize_t segment, const Field *field,
                     Marks *marks) {
  const Part *part = &r->parts[number];
  Leaf **leaves = run_memory(&r->run, (size_t)part->n, sizeof *leaves);
  if (!leaves) return -1;
  for (int i = 0; i < part->n; i++) {
    leaves[i] = &r->leaves[part->words[i] * r->index->n_segments + segment];
    if (leaf_forms(&r->run, field->s, leaves[i]) < 0) return -1;
  }
  if (part->kind == WORD) return mark_word(&r->run, field, leaves[0]->forms, number, marks);
  if (part->kind == PHRASE)
    return mark_phrase(&r->run, field, leaves, (uint32_t)part->n, number, marks);
  return mark_near(&r->run, field, leaves[0], leaves[1], part, number, marks);
}

/* ---- As Python's tuples ---- */

PyObject *numbers_of(uint32_t one, uint32_t two, int64_t three) {
  PyObject *tuple = PyTuple_New(three < 0 ? 2 : 3);
  if (!tuple) return NULL;
  PyTuple_SET_ITEM(tuple, 0, PyLong_FromUnsignedLong(one));
  PyTuple_SET_ITEM(tuple, 1, PyLong_FromUnsignedLong(two));
  if (three >= 0) PyTuple_SET_ITEM(tuple, 2, PyLong_FromLongLong(three));
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++)
    if (!PyTuple_GET_ITEM(tuple, i)) {
      Py_DECREF(tuple);
      return NULL;
    }
  return tuple;
}

static int by_place(const void *one, const void *other) {
  const Place *a = one, *b = other;
  if (a->begin != b->begin) return a->begin < b->begin ? -1 : 1;
  if (a->end != b->end) return a->end < b->end ? -1 : 1;
  return (a->part > b->part) - (a->part < b->part);
}

static PyObject *marks_as_tuple(const Field *field, const Marks *marks) {
  Py_ssize_t n = 0;
  for (uint32_t i = 0; i < field->n; i++) n += marks->marked[i];
  PyObject *tuple = PyTuple_New(n);
  n = 0;
  for (uint32_t i = 0; tuple && i < field->n; i++) {
    if (!marks->marked[i]) continue;
    PyObject *mark = numbers_of(begin_of(field, i), end_of(field, i), -1);
    if (!mark) Py_CLEAR(tuple);
    else PyTuple_SET_ITEM(tuple, n++, mark);
  }
  return tuple;
}

static PyObject *places_as_tuple(const Field *field, const Marks *marks) {
  PyObject *tuple = PyTuple_New(marks->n);
  for (uint32_t i = 0; tuple && i < marks->n; i++) {
    const Place *place = &marks->places[i];
    PyObject *occurrence =
        numbers_of(begin_of(field, place->begin), end_of(field, place->end), place->part);
    if (!occurrence) Py_CLEAR(tuple);
    else PyTuple_SET_ITEM(tuple, i, occurrence);
  }
  return tuple;
}

static int mark_field(Result *r, Py_ssize_t segment, const Field *field, Marks *marks) {
  marks->marked = run_memory(&r->run, (size_t)field->n + 1, 1);
  if (!marks->marked) return -1;
  memset(marks->marked, 0, (size_t)field->n + 1);
  for (int number = 0; number < r->n_parts; number++)
    if (mark_part(r, (uint32_t)number, segment, field, marks) < 0) return -1;
  if (r->n_parts > 1 && marks->n) qsort(marks->places, marks->n, sizeof *marks->places, by_place);
  return 0;
}

static PyObject *marks_of_title(Result *r, Py_ssize_t segment, uint32_t doc) {
  Field field;
  Marks marks = {0};
  if (field_open(&r->run, &r->index->segments[segment], doc, 0, &field) < 0 ||
      mark_field(r, segment, &field, &marks) < 0)
    return NULL;
  return marks_as_tuple(&field, &marks);
}

/* Code points beside a window whose marks are told too; more than `snippets._LOOK_AROUND`. */
enum { LOOK_AROUND = 32 };

static int is_near(const Span *windows, uint32_t n, int64_t start) {
  for (uint32_t i = 0; i < n; i++)
    if (windows[i].start - LOOK_AROUND <= start && start <= windows[i].end + LOOK_AROUND) return 1;
  return 0;
}

static PyObject *spans_as_tuple(const Span *windows, uint32_t n) {
  PyObject *tuple = PyTuple_New(n);
  for (uint32_t i = 0; tuple && i < n; i++) {
    PyObject *window = numbers_of((uint32_t)windows[i].start, (uint32_t)windows[i].end, -1);
    if (!window) Py_CLEAR(tuple);
    else PyTuple_SET_ITEM(tuple, i, window);
  }
  return tuple;
}

/* Leaves out the marks that no window shows, then gives (marks, windows, starts of paragraphs). */
static PyObject *pieces_of(const Field *field, Marks *marks, const Span *windows, uint32_t n) {
  for (uint32_t i = 0; i < field->n; i++)
    if (marks->marked[i] && !is_near(windows, n, begin_of(field, i))) marks->marked[i] = 0;
  PyObject *marked = marks_as_tuple(field, marks);
  PyObject *shown = marked ? spans_as_tuple(windows, n) : NULL;
  PyObject *paragraphs = shown ? starts_of(field, PARAGRAPHS) : NULL;
  if (paragraphs) return Py_BuildValue("(NNN)", marked, shown, paragraphs);
  Py_XDECREF(marked);
  Py_XDECREF(shown);
  return NULL;
}

static PyObject *pieces_of_body(Result *r, Py_ssize_t segment, uint32_t doc) {
  Field field;
  Marks marks = {0};
  Span windows[MAX_WINDOWS];
  uint32_t n;
  if (field_open(&r->run, &r->index->segments[segment], doc, 1, &field) < 0 ||
      mark_field(r, segment, &field, &marks) < 0 ||
      windows_in(r, &field, &marks, windows, &n) < 0)
    return NULL;
  if (n) return pieces_of(&field, &marks, windows, n);
  PyObject *marked = marks_as_tuple(&field, &marks);
  PyObject *places = marked ? places_as_tuple(&field, &marks) : NULL;
  if (places) return Py_BuildValue("(NN)", marked, places);
  Py_XDECREF(marked);
  return NULL;
}

/* pieces(segment, doc) -> the marks of its title, and of its body (marks near windows, windows to
 * show, starts of paragraphs), or (marks, occurrences) where Python must choose what to show */
PyObject *result_pieces(Result *r, PyObject *const *args, Py_ssize_t n_args) {
  unsigned long segment = n_args == 2 ? PyLong_AsUnsignedLong(args[0]) : 0;
  unsigned long doc = n_args == 2 ? PyLong_AsUnsignedLong(args[1]) : 0;
  if (PyErr_Occurred()) return NULL;
  if (n_args != 2 || segment >= (size_t)r->index->n_segments ||
      doc >= r->index->segments[segment].n_docs) {
    PyErr_SetString(PyExc_ValueError, "no such document");
    return NULL;
  }
  PyObject *title = marks_of_title(r, (Py_ssize_t)segment, (uint32_t)doc);
  PyObject *body = title ? pieces_of_body(r, (Py_ssize_t)segment, (uint32_t)doc) : NULL;
  if (body) return Py_BuildValue("(NN)", title, body);
  Py_XDECREF(title);
  if (!PyErr_Occurred() && !r->run.failure)
    fail_damaged(&r->run, &r->index->segments[segment]);
  run_raise(&r->run);
  r->run.failure = FINE;
  return NULL;
}
