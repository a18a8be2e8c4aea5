/* The module. */
#include "kernel.h"

/* Reads a str; 0, or -1 where it is none. */
int text_of(PyObject *given, Text *text) {
  if (!PyUnicode_Check(given)) {
    PyErr_SetString(PyExc_TypeError, "a text is a str");
    return -1;
  }
#if PY_VERSION_HEX < 0x030C0000
  if (PyUnicode_READY(given) < 0) return -1;
#endif
  *text = (Text){given, PyUnicode_DATA(given), PyUnicode_GET_LENGTH(given), PyUnicode_KIND(given)};
  return 0;
}

static PyMethodDef functions[] = {
    {"raw_lines", raw_lines, METH_O,
     "raw_lines(text) -> start, end, indent and after_blank of each line that is not blank"},
    {"sentence_ends", (PyCFunction)(void (*)(void))sentence_ends, METH_FASTCALL,
     "sentence_ends(text, is_plain, decide) -> offsets\n\nis_plain(word) says whether a period "
     "behind it ends a sentence before any capital, decide(mark, sentence_start) whether one ends "
     "at end marks of which that can't be said."},
    {"token_starts", (PyCFunction)(void (*)(void))token_starts, METH_FASTCALL,
     "token_starts(offsets, starts) -> uint32 positions of the first tokens at or behind offsets"},
    {"invert", (PyCFunction)(void (*)(void))invert, METH_FASTCALL,
     "invert(forms, bounds, form_offsets, form_terms, regions, n_terms) -> uint32 terms,\n"
     "doc_offsets, position_offsets, docs, counts, first_counts and positions of `PostingLists`"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_kernel", "Tokens and sentences: see indexer/kernel/kernel.h.", -1,
    functions, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__kernel(void) {
  if (PyType_Ready(&PiecesType) < 0) return NULL;
  PyObject *module = PyModule_Create(&definition);
  if (module && PyModule_AddType(module, &PiecesType) < 0) Py_CLEAR(module);
  return module;
}
