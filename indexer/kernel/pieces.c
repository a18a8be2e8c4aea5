/* Text into tokens, by the pieces between its spaces and line feeds: `_Pieces` of `surfaces.py`.
 *
 * While the teller of a piece's tokens runs other threads may ask, grow and forget: what is
 * remembered is looked up anew behind every such call, and what is given out is the call's own. */
#include "kernel.h"
#include <string.h>

typedef struct {
  int64_t code;
  uint8_t start, end; /* in its piece */
} Token;

typedef struct {
  uint32_t hash;
  uint32_t text;   /* place of its code points */
  uint32_t tokens; /* place of its tokens */
  uint8_t length;  /* code points; 0: nothing stands here */
  uint8_t n;       /* tokens */
} Piece;

typedef struct {
  PyObject_HEAD
  Piece *table; /* open addressing, at most half full */
  size_t n_slots, n_pieces;
  Py_UCS4 *texts;
  Token *tokens;
  size_t n_texts, room_of_texts, n_tokens, room_of_tokens;
  size_t longest, most;
} Pieces;

enum { FIRST_SLOTS = 1 << 10, MOST_STEPS = 64 };
/* No piece lies further from its place: whoever makes pieces collide makes them be told again. */

/* What a call has found so far. */
typedef struct {
  int64_t *codes;
  uint32_t *starts, *ends;
  size_t n, room;
} Found;

static int grow(void **at, size_t *room, size_t needed, size_t size) {
  if (needed <= *room) return 0;
  size_t wanted = needed + needed / 2 + 64;
  void *grown = wanted <= PY_SSIZE_T_MAX / size ? PyMem_Realloc(*at, wanted * size) : NULL;
  if (!grown) {
    PyErr_NoMemory();
    return -1;
  }
  *at = grown;
  *room = wanted;
  return 0;
}

static int found_room(Found *found, size_t more) {
  size_t needed = found->n + more, room;
  if (needed <= found->room) return 0;
  room = found->room;
  if (grow((void **)&found->codes, &room, needed, sizeof *found->codes) < 0) return -1;
  room = found->room;
  if (grow((void **)&found->starts, &room, needed, sizeof *found->starts) < 0) return -1;
  room = found->room;
  if (grow((void **)&found->ends, &room, needed, sizeof *found->ends) < 0) return -1;
  found->room = room;
  return 0;
}

static void found_free(Found *found) {
  PyMem_Free(found->codes);
  PyMem_Free(found->starts);
  PyMem_Free(found->ends);
}

/* The slot of a piece: its own, or a free one; NULL where neither is near. */
#define SLOT_OF(name, type)                                                                     \
  static Piece *name(Pieces *self, const type *text, size_t length, uint32_t hash) {            \
    size_t mask = self->n_slots - 1;                                                            \
    for (size_t step = 0; step < MOST_STEPS; step++) {                                          \
      Piece *slot = &self->table[(hash + step) & mask];                                         \
      if (!slot->length) return slot;                                                           \
      if (slot->hash != hash || slot->length != length) continue;                               \
      const Py_UCS4 *known = self->texts + slot->text;                                          \
      size_t i = 0;                                                                             \
      while (i < length && known[i] == text[i]) i++;                                            \
      if (i == length) return slot;                                                             \
    }                                                                                           \
    return NULL;                                                                                \
  }
SLOT_OF(slot_of_1, Py_UCS1)
SLOT_OF(slot_of_2, Py_UCS2)
SLOT_OF(slot_of_4, Py_UCS4)

static Piece *slot_of(Pieces *self, int kind, const void *text, size_t length, uint32_t hash) {
  switch (kind) {
    case PyUnicode_1BYTE_KIND: return slot_of_1(self, text, length, hash);
    case PyUnicode_2BYTE_KIND: return slot_of_2(self, text, length, hash);
    default: return slot_of_4(self, text, length, hash);
  }
}

/* Makes the table twice as big. A piece that finds no place is left out, and told again. */
static int widen(Pieces *self) {
  size_t n_slots = 2 * self->n_slots;
  Piece *table = PyMem_Calloc(n_slots, sizeof *table);
  if (!table) {
    PyErr_NoMemory();
    return -1;
  }
  self->n_pieces = 0;
  for (size_t i = 0; i < self->n_slots; i++) {
    const Piece *piece = &self->table[i];
    for (size_t step = 0; piece->length && step < MOST_STEPS; step++) {
      Piece *slot = &table[(piece->hash + step) & (n_slots - 1)];
      if (slot->length) continue;
      *slot = *piece;
      self->n_pieces++;
      break;
    }
  }
  PyMem_Free(self->table);
  self->table = table;
  self->n_slots = n_slots;
  return 0;
}

/* Remembers the tokens of a piece; 0, or -1 for no memory. */
static int remember(Pieces *self, PyObject *piece, uint32_t hash, const Token *tokens, size_t n) {
  size_t length = (size_t)PyUnicode_GET_LENGTH(piece);
  if (2 * (self->n_pieces + 1) > self->n_slots && widen(self) < 0) return -1;
  Piece *slot = slot_of(self, PyUnicode_KIND(piece), PyUnicode_DATA(piece), length, hash);
  if (!slot || slot->length) return 0; /* no place, or another thread was here before */
  if (self->n_texts + length > UINT32_MAX || self->n_tokens + n > UINT32_MAX) return 0;
  if (grow((void **)&self->texts, &self->room_of_texts, self->n_texts + length,
           sizeof *self->texts) < 0 ||
      grow((void **)&self->tokens, &self->room_of_tokens, self->n_tokens + n,
           sizeof *self->tokens) < 0)
    return -1;
  for (size_t i = 0; i < length; i++)
    self->texts[self->n_texts + i] = PyUnicode_READ_CHAR(piece, (Py_ssize_t)i);
  if (n) memcpy(self->tokens + self->n_tokens, tokens, n * sizeof *tokens);
  *slot = (Piece){hash, (uint32_t)self->n_texts, (uint32_t)self->n_tokens, (uint8_t)length,
                  (uint8_t)n};
  self->n_texts += length;
  self->n_tokens += n;
  self->n_pieces++;
  return 0;
}

/* Reads (code, start, end); the start lies at or behind `after`, the end within `length`. */
static int read_token(PyObject *told, size_t after, size_t length, Token *token) {
  long long code;
  Py_ssize_t start, end;
  if (!PyTuple_Check(told)) {
    PyErr_SetString(PyExc_TypeError, "a token is (code, start, end)");
    return -1;
  }
  if (!PyArg_ParseTuple(told, "Lnn", &code, &start, &end)) return -1;
  if (start < (Py_ssize_t)after || end <= start || end > (Py_ssize_t)length) {
    PyErr_SetString(PyExc_ValueError, "a token does not stand in its piece");
    return -1;
  }
  *token = (Token){code, (uint8_t)start, (uint8_t)end};
  return 0;
}

static void add(Found *found, const Token *tokens, size_t n, size_t begin) {
  for (size_t i = 0; i < n; i++) {
    found->codes[found->n] = tokens[i].code;
    found->starts[found->n] = (uint32_t)(begin + tokens[i].start);
    found->ends[found->n++] = (uint32_t)(begin + tokens[i].end);
  }
}

/* Has the tokens of a piece told, adds them to those found and remembers them. */
static int learn(Pieces *self, PyObject *tell, PyObject *text, size_t begin, size_t length,
                 uint32_t hash, Found *found) {
  Token tokens[UINT8_MAX];
  int done = -1;
  PyObject *listed = NULL;
  PyObject *piece = PyUnicode_Substring(text, (Py_ssize_t)begin, (Py_ssize_t)(begin + length));
  PyObject *told = piece ? PyObject_CallOneArg(tell, piece) : NULL;
  if (told) listed = PySequence_Tuple(told);
  if (!listed) goto end;
  size_t n = (size_t)PyTuple_GET_SIZE(listed), after = 0;
  if (n > length) {
    PyErr_SetString(PyExc_ValueError, "more tokens than code points");
    goto end;
  }
  for (size_t i = 0; i < n; i++) {
    if (read_token(PyTuple_GET_ITEM(listed, (Py_ssize_t)i), after, length, &tokens[i]) < 0)
      goto end;
    after = tokens[i].end;
  }
  if (found_room(found, n) < 0 || remember(self, piece, hash, tokens, n) < 0) goto end;
  add(found, tokens, n, begin);
  done = 0;
end:
  Py_XDECREF(listed);
  Py_XDECREF(told);
  Py_XDECREF(piece);
  return done;
}

/* Adds the tokens of a text to those found: 0; 1 where a piece is too long; -1 for a failure. */
#define SCAN(name, type, slot_of_kind)                                                          \
  static int name(Pieces *self, PyObject *text, PyObject *tell, Found *found) {                 \
    const type *at = PyUnicode_DATA(text);                                                      \
    size_t n = (size_t)PyUnicode_GET_LENGTH(text), i = 0;                                       \
    int is_too_long = 0;                                                                        \
    for (;; i++) {                                                                              \
      size_t begin = i;                                                                         \
      uint64_t mixed = 0x9E3779B97F4A7C15u;                                                     \
      for (; i < n && at[i] != ' ' && at[i] != '\n'; i++)                                       \
        mixed = (mixed ^ at[i]) * 0x9E3779B97F4A7C15u;                                          \
      size_t length = i - begin;                                                                \
      uint32_t hash = (uint32_t)(mixed >> 32);                                                  \
      if (length > self->longest) {                                                             \
        is_too_long = 1;                                                                        \
      } else if (length) {                                                                      \
        Piece *known = slot_of_kind(self, at + begin, length, hash);                            \
        if (known && known->length) {                                                           \
          if (found_room(found, known->n) < 0) return -1;                                       \
          add(found, self->tokens + known->tokens, known->n, begin);                            \
        } else if (learn(self, tell, text, begin, length, hash, found) < 0) {                   \
          return -1;                                                                            \
        }                                                                                       \
      }                                                                                         \
      if (i >= n) return is_too_long;                                                           \
    }                                                                                           \
  }
SCAN(scan_1, Py_UCS1, slot_of_1)
SCAN(scan_2, Py_UCS2, slot_of_2)
SCAN(scan_4, Py_UCS4, slot_of_4)

static PyObject *as_array(const void *at, size_t n, size_t size) {
  return PyByteArray_FromStringAndSize(n ? at : "", (Py_ssize_t)(n * size));
}

static PyObject *pieces_find(Pieces *self, PyObject *const *args, Py_ssize_t n_args) {
  if (n_args != 2) {
    PyErr_SetString(PyExc_TypeError, "find(text, tell)");
    return NULL;
  }
  PyObject *text = args[0], *tell = args[1], *result = NULL;
  Text read;
  if (text_of(text, &read) < 0) return NULL;
  if (self->n_pieces > self->most) {
    memset(self->table, 0, self->n_slots * sizeof *self->table);
    self->n_pieces = self->n_texts = self->n_tokens = 0;
  }
  Found found = {NULL, NULL, NULL, 0, 0};
  int failed = found_room(&found, (size_t)read.n / 5);
  if (!failed) switch (read.kind) {
    case PyUnicode_1BYTE_KIND: failed = scan_1(self, text, tell, &found); break;
    case PyUnicode_2BYTE_KIND: failed = scan_2(self, text, tell, &found); break;
    default: failed = scan_4(self, text, tell, &found);
  }
  if (failed > 0) {
    result = Py_NewRef(Py_None);
  } else if (!failed) {
    PyObject *codes = as_array(found.codes, found.n, sizeof *found.codes);
    PyObject *starts = as_array(found.starts, found.n, sizeof *found.starts);
    PyObject *ends = as_array(found.ends, found.n, sizeof *found.ends);
    if (codes && starts && ends) result = PyTuple_Pack(3, codes, starts, ends);
    Py_XDECREF(codes);
    Py_XDECREF(starts);
    Py_XDECREF(ends);
  }
  found_free(&found);
  return result;
}

/* Pieces(longest, most) */
static PyObject *pieces_new(PyTypeObject *type, PyObject *args, PyObject *named) {
  Py_ssize_t longest, most;
  (void)named;
  if (!PyArg_ParseTuple(args, "nn", &longest, &most)) return NULL;
  if (longest < 0 || longest > UINT8_MAX || most < 0) {
    PyErr_SetString(PyExc_ValueError, "a piece has at most 255 code points");
    return NULL;
  }
  Pieces *self = (Pieces *)type->tp_alloc(type, 0);
  if (!self) return NULL;
  self->longest = (size_t)longest;
  self->most = (size_t)most;
  self->n_slots = FIRST_SLOTS;
  self->table = PyMem_Calloc(self->n_slots, sizeof *self->table);
  if (!self->table) {
    Py_DECREF(self);
    return PyErr_NoMemory();
  }
  return (PyObject *)self;
}

static void pieces_free(Pieces *self) {
  PyMem_Free(self->table);
  PyMem_Free(self->texts);
  PyMem_Free(self->tokens);
  Py_TYPE(self)->tp_free(self);
}

static Py_ssize_t pieces_length(Pieces *self) { return (Py_ssize_t)self->n_pieces; }

static PyMethodDef methods[] = {
    {"find", (PyCFunction)(void (*)(void))pieces_find, METH_FASTCALL,
     "find(text, tell) -> codes (int64), starts and ends (uint32) of its tokens, or None where a "
     "piece is too long\n\ntell(piece) gives (code, start, end) of each token of a piece."},
    {NULL, NULL, 0, NULL},
};

static PySequenceMethods as_sequence = {.sq_length = (lenfunc)pieces_length};

PyTypeObject PiecesType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "dragoman.indexer._kernel.Pieces",
    .tp_basicsize = sizeof(Pieces),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Pieces of text and their tokens: Pieces(longest, most), in code points and pieces.",
    .tp_new = pieces_new,
    .tp_dealloc = (destructor)pieces_free,
    .tp_methods = methods,
    .tp_as_sequence = &as_sequence,
};
