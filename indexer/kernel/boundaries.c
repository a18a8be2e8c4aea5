/* Where lines, sentences and tokens begin. */
#include "kernel.h"

/* The lines that are not blank: `_raw_lines` of `indexer/lines.py`. */

static int ends_line(Py_UCS4 c) {
  return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static int is_blank(Py_UCS4 c) { return c == ' ' || c == '\t' || c == 0xA0; }

/* Whether there is a blank line, or the end of a paragraph, in what parts two lines. */
static int parts_paragraphs(const Text *text, Py_ssize_t start, Py_ssize_t stop) {
  for (Py_ssize_t i = start; i < stop; i++)
    if (code_point(text, i) == 0x2029) return 1;
  while (start < stop && is_blank(code_point(text, start))) start++;
  while (start < stop && is_blank(code_point(text, stop - 1))) stop--;
  Py_ssize_t length = stop - start;
  for (Py_ssize_t i = start; i + 1 < stop; i++)
    length -= code_point(text, i) == '\r' && code_point(text, i + 1) == '\n';
  return length > 1;
}

PyObject *raw_lines(PyObject *module, PyObject *given) {
  Text text;
  (void)module;
  if (text_of(given, &text) < 0) return NULL;
  PyObject *lines = PyList_New(0);
  Py_ssize_t behind = 0;
  for (Py_ssize_t i = 0; lines && i < text.n; i++) {
    Py_ssize_t begin = i;
    while (i < text.n && !ends_line(code_point(&text, i))) i++;
    Py_ssize_t start = begin, end = i;
    while (start < end && Py_UNICODE_ISSPACE(code_point(&text, start))) start++;
    while (start < end && Py_UNICODE_ISSPACE(code_point(&text, end - 1))) end--;
    if (start == end) continue;
    int after_blank = !PyList_GET_SIZE(lines) || parts_paragraphs(&text, behind, begin);
    PyObject *line =
        Py_BuildValue("nnnO", start, end, start - begin, after_blank ? Py_True : Py_False);
    if (!line || PyList_Append(lines, line) < 0) Py_CLEAR(lines);
    Py_XDECREF(line);
    behind = end;
  }
  return lines;
}

/* The sentence ends that are plain; the rest by calls back: `sentence_ends` of `indexer/punkt.py`. */

enum { WORD_WINDOW = 64 };

static int is_end_mark(Py_UCS4 c) { return c == '.' || c == '?' || c == '!' || c == 0x2026; }

static int closes(Py_UCS4 c) {
  switch (c) {
    case '"': case '\'': case ')': case ']': case '}': case 0xBB: case 0x2019: case 0x201C:
    case 0x201D: case 0x203A: return 1;
    default: return 0;
  }
}

/* Whether what a call gave is true; -1 where it raised. Takes what was given. */
static int is_true(PyObject *given) {
  if (!given) return -1;
  int truth = PyObject_IsTrue(given);
  Py_DECREF(given);
  return truth;
}

/* Whether letters end here, behind a blank, of which `is_plain` says so; -1 where it raised. */
static int is_after_plain_word(const Text *text, Py_ssize_t end, PyObject *is_plain) {
  Py_ssize_t floor = end > WORD_WINDOW ? end - WORD_WINDOW : 0, start = end;
  while (start > floor && Py_UNICODE_ISALPHA(code_point(text, start - 1))) start--;
  if (start == end || (start > floor && !Py_UNICODE_ISSPACE(code_point(text, start - 1)))) return 0;
  PyObject *word = PyUnicode_Substring(text->text, start, end);
  if (!word) return -1;
  int plain = is_true(PyObject_CallOneArg(is_plain, word));
  Py_DECREF(word);
  return plain;
}

PyObject *sentence_ends(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
  Text text;
  (void)module;
  if (n_args != 3) {
    PyErr_SetString(PyExc_TypeError, "sentence_ends(text, is_plain, decide)");
    return NULL;
  }
  if (text_of(args[0], &text) < 0) return NULL;
  PyObject *found = PyList_New(0);
  if (!found) return NULL;
  Py_ssize_t sentence_start = 0;
  for (Py_ssize_t i = 0; i < text.n;) {
    Py_UCS4 mark = code_point(&text, i);
    if (!is_end_mark(mark)) {
      i++;
      continue;
    }
    Py_ssize_t first = i++;
    while (i < text.n && is_end_mark(code_point(&text, i))) i++;
    int is_period = mark == '.' && i == first + 1;
    while (i < text.n && closes(code_point(&text, i))) i++;
    Py_ssize_t next = i;
    while (next < text.n && Py_UNICODE_ISSPACE(code_point(&text, next))) next++;
    if (next == i || next == text.n) continue;
    i = next;
    Py_UCS4 following = code_point(&text, next);
    int ends = 0;
    if (Py_UNICODE_ISALPHA(following)) {
      if (Py_UNICODE_ISLOWER(following)) continue;
      if (is_period) ends = is_after_plain_word(&text, first, args[1]);
    }
    if (!ends) ends = is_true(PyObject_CallFunction(args[2], "nn", first, sentence_start));
    if (ends > 0) {
      PyObject *start = PyLong_FromSsize_t(sentence_start = next);
      if (!start || PyList_Append(found, start) < 0) ends = -1;
      Py_XDECREF(start);
    }
    if (ends < 0) {
      Py_DECREF(found);
      return NULL;
    }
  }
  return found;
}

/* The first tokens at or behind offsets: `_token_starts` of `indexer/analysis.py`. */

PyObject *token_starts(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
  Py_buffer view;
  (void)module;
  if (n_args != 2 || !PyTuple_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError, "token_starts(offsets, starts)");
    return NULL;
  }
  if (PyObject_GetBuffer(args[1], &view, PyBUF_SIMPLE) < 0) return NULL;
  const uint32_t *starts = view.buf;
  Py_ssize_t n = view.len / (Py_ssize_t)sizeof *starts, n_offsets = PyTuple_GET_SIZE(args[0]);
  Py_ssize_t kept = 0;
  int failed = (uintptr_t)view.buf % sizeof *starts != 0;
  if (failed) PyErr_SetString(PyExc_ValueError, "starts are not aligned");
  PyObject *found =
      failed ? NULL : PyByteArray_FromStringAndSize(NULL, n_offsets * (Py_ssize_t)sizeof *starts);
  uint32_t *positions = found ? (uint32_t *)PyByteArray_AS_STRING(found) : NULL;
  for (Py_ssize_t i = 0; positions && !failed && i < n_offsets; i++) {
    unsigned long offset = PyLong_AsUnsignedLong(PyTuple_GET_ITEM(args[0], i));
    if (offset == (unsigned long)-1 && PyErr_Occurred()) failed = 1;
    Py_ssize_t low = 0, high = n;
    while (low < high) {
      Py_ssize_t middle = low + (high - low) / 2;
      if (starts[middle] < offset) low = middle + 1;
      else high = middle;
    }
    if (low < n && (!kept || positions[kept - 1] != (uint32_t)low))
      positions[kept++] = (uint32_t)low;
  }
  PyBuffer_Release(&view);
  if (found && (failed || PyByteArray_Resize(found, kept * (Py_ssize_t)sizeof *starts) < 0))
    Py_CLEAR(found);
  return found;
}
