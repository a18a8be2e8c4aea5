/* The segments of an open index, and the module. */
#include "asking.h"
#include <string.h>

int is_named_tuple(PyObject *type) {
  return PyType_Check(type) && PyType_IsSubtype((PyTypeObject *)type, &PyTuple_Type) &&
         ((PyTypeObject *)type)->tp_basicsize == PyTuple_Type.tp_basicsize;
}

/* Index(segments, damaged, Found, Handle, TermCount) */
static PyObject *index_new(PyTypeObject *type, PyObject *args, PyObject *named) {
  PyObject *segments, *damaged, *found, *handle, *term;
  (void)named;
  if (!PyArg_ParseTuple(args, "O!OOOO", &PyTuple_Type, &segments, &damaged, &found, &handle, &term))
    return NULL;
  if (!is_named_tuple(found) || !is_named_tuple(handle) || !is_named_tuple(term)) {
    PyErr_SetString(PyExc_TypeError, "answers are made of named tuples");
    return NULL;
  }
  Index *index = (Index *)type->tp_alloc(type, 0);
  if (!index) return NULL;
  index->damaged = Py_NewRef(damaged);
  index->found_type = Py_NewRef(found);
  index->handle_type = Py_NewRef(handle);
  index->term_type = Py_NewRef(term);
  Py_ssize_t n = PyTuple_GET_SIZE(segments);
  index->segments = PyMem_Calloc((size_t)n + 1, sizeof *index->segments);
  if (!index->segments) {
    Py_DECREF(index);
    return PyErr_NoMemory();
  }
  for (; index->n_segments < n; index->n_segments++)
    if (segment_open(&index->segments[index->n_segments],
                     PyTuple_GET_ITEM(segments, index->n_segments)) < 0) {
      index->n_segments++; /* what was opened of it is closed too */
      Py_DECREF(index);
      return NULL;
    }
  return (PyObject *)index;
}

static void index_free(Index *index) {
  for (Py_ssize_t i = 0; i < index->n_segments; i++) segment_close(&index->segments[i]);
  PyMem_Free(index->segments);
  Py_CLEAR(index->damaged);
  Py_CLEAR(index->found_type);
  Py_CLEAR(index->handle_type);
  Py_CLEAR(index->term_type);
  Py_TYPE(index)->tp_free(index);
}

static PyMethodDef methods[] = {
    {"search", (PyCFunction)(void (*)(void))index_search, METH_FASTCALL,
     "search(leaves, parts, is_any, first, size, n_docs, ranges, counts) -> Result"},
    {"layout", (PyCFunction)(void (*)(void))index_layout, METH_FASTCALL,
     "layout(segment, doc) -> sentences and paragraphs of a body"},
    {NULL, NULL, 0, NULL},
};

PyTypeObject IndexType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "dragoman.search._kernel.Index",
    .tp_basicsize = sizeof(Index),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "The columns of an index's segments.",
    .tp_new = index_new,
    .tp_dealloc = (destructor)index_free,
    .tp_methods = methods,
};

static PyMethodDef functions[] = {
    {"facet", facet, METH_VARARGS, "facet(type, values, segments, is_by_value, at_most)"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_kernel", "Flat queries over columns: see search/kernel/kernel.h.", -1,
    functions, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__kernel(void) {
  if (PyType_Ready(&IndexType) < 0 || PyType_Ready(&ResultType) < 0) return NULL;
  PyObject *module = PyModule_Create(&definition);
  if (module && (PyModule_AddType(module, &IndexType) < 0)) Py_CLEAR(module);
  return module;
}
