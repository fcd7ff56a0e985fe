/* pipexpr in C: compile once, evaluate many times, against a definition file or against objects of the caller's.
 *
 *   pipexpr_definition *definition = NULL;
 *   pipexpr_diagnostics *why = NULL;
 *   if (pipexpr_definition_load(json, json_size, &definition, &why) != PIPEXPR_OK) {
 *     size_t size;
 *     const char *text = pipexpr_diagnostics_text(why, &size);   // as a compiler would print it
 *     fwrite(text, 1, size, stderr);
 *     pipexpr_diagnostics_release(why);
 *   }
 *   pipexpr_graph *graph = pipexpr_graph_of_definition(definition);
 *   pipexpr_expression *path = NULL;
 *   pipexpr_expression_compile("#{output.directoryPath}/x.csv", 29, NULL, &path, &why);
 *   pipexpr_evaluator *evaluator = pipexpr_evaluator_new();      // one per thread
 *   pipexpr_context context = PIPEXPR_CONTEXT_INIT;
 *   context.object = pipexpr_graph_find(graph, "Copy", 4);
 *   pipexpr_parse_datetime("2024-05-24T17:00:00", 19, &context.scheduled_start);
 *   const char *text;
 *   size_t size;
 *   if (pipexpr_evaluate(evaluator, path, graph, &context, &text, &size) == PIPEXPR_OK) ...
 *   else text = pipexpr_diagnostics_text(pipexpr_evaluator_diagnostics(evaluator), &size);
 *
 * Text is UTF-8 with a length in bytes and needs no final zero byte; what the library returns has one, which the length
 * does not count. Arguments are copied unless a function says otherwise. Times are milliseconds since
 * 1970-01-01T00:00:00Z.
 *
 * No function takes or returns a struct by value, throws, prints or calls longjmp. NULL where a handle is needed gives
 * PIPEXPR_MISUSE and no effect; NULL may be released. A function that creates something returns it with one reference,
 * and the caller releases it. Definitions, graphs, expressions and sets of functions do not change: any thread may use,
 * retain and release them. An evaluator belongs to one thread at a time, but for pipexpr_evaluator_cancel.
 *
 * A struct begins with its size as the caller was compiled with; later versions add members at the end only, and those
 * that an older caller does not have keep their default. The functions of this header are the whole C interface: what
 * it promises for a version is in docs/c.md.
 */
#ifndef PIPEXPR_C_H
#define PIPEXPR_C_H

#include <stddef.h>
#include <stdint.h>

#include <pipexpr/export.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pipexpr_definition pipexpr_definition;   /* a pipeline definition file */
typedef struct pipexpr_graph pipexpr_graph;             /* the objects that expressions are evaluated against */
typedef struct pipexpr_functions pipexpr_functions;     /* the functions that expressions may call */
typedef struct pipexpr_expression pipexpr_expression;   /* a compiled template */
typedef struct pipexpr_evaluator pipexpr_evaluator;     /* the memory of one thread's evaluations */
typedef struct pipexpr_diagnostics pipexpr_diagnostics; /* what was wrong, and where */
typedef struct pipexpr_call pipexpr_call;               /* a call of a host's function, while it lasts */
typedef struct pipexpr_field pipexpr_field; /* a field that a host's graph is asked for, while it is asked */

/* What a function returns, as a fixed-width integer so that every language reads it alike. */
typedef int32_t pipexpr_status;
enum {
  PIPEXPR_OK = 0,
  PIPEXPR_ERROR = 1,     /* the input is wrong: the diagnostics say how */
  PIPEXPR_MISUSE = 2,    /* the call is wrong: a NULL handle, a struct size of zero, an evaluator in use */
  PIPEXPR_NO_MEMORY = 3, /* nothing was changed */
  PIPEXPR_NOT_FOUND = 4
};

/* Kinds of values, and of what functions take and give. */
typedef int32_t pipexpr_kind;
enum {
  PIPEXPR_UNSET = 0,
  PIPEXPR_STRING = 1,
  PIPEXPR_INTEGER = 2,
  PIPEXPR_NUMBER = 3,
  PIPEXPR_DATETIME = 4,
  PIPEXPR_PERIOD = 5,
  PIPEXPR_REFERENCE = 6,
  PIPEXPR_LIST = 7,
  PIPEXPR_BOOLEAN = 8 /* of columns alone: the strings "true" and "false", as the language has no booleans */
};

#define PIPEXPR_NO_OBJECT UINT64_MAX /* where an object may be missing */
#define PIPEXPR_NO_TIME INT64_MIN    /* where a time may be missing */

/* The version of this interface: 2. It grows when functions are added, and a caller may compare it with the number that
 * its header had (PIPEXPR_ABI). */
#define PIPEXPR_ABI 2
PIPEXPR_API uint32_t pipexpr_abi(void);
PIPEXPR_API const char* pipexpr_version(void); /* of the library, such as "0.1.0" */

/* --- diagnostics ------------------------------------------------------------------------------------------------- */

typedef struct {
  size_t struct_size;
  const char* code; /* "E201" */
  const char* name; /* "unknown_function" */
  const char* message;
  size_t message_size;
  uint32_t offset; /* of the part of the template, or of the file, that is wrong, in bytes */
  uint32_t length;
} pipexpr_diagnostic;

PIPEXPR_API size_t pipexpr_diagnostics_count(const pipexpr_diagnostics*);
/* Fills `out`, whose text lives as long as the diagnostics. PIPEXPR_NOT_FOUND: there are not so many. */
PIPEXPR_API pipexpr_status pipexpr_diagnostics_get(const pipexpr_diagnostics*, size_t index, pipexpr_diagnostic* out);
/* All of them as a compiler would print them, with a caret under each place. The text lives until the next call for the
 * same diagnostics. */
PIPEXPR_API const char* pipexpr_diagnostics_text(const pipexpr_diagnostics*, size_t* size);
/* The same as a JSON array of {"code", "message", "offset", "length", "path"}. */
PIPEXPR_API const char* pipexpr_diagnostics_json(const pipexpr_diagnostics*, size_t* size);
PIPEXPR_API void pipexpr_diagnostics_release(pipexpr_diagnostics*);

/* --- definitions ------------------------------------------------------------------------------------------------- */

/* Loads a definition file in either of its JSON forms. On PIPEXPR_ERROR `*why` holds the diagnostics; `why` may be
 * NULL. Errors in the text of a field are no errors of loading: they come up when the field is evaluated. */
PIPEXPR_API pipexpr_status pipexpr_definition_load(const char* json, size_t size, pipexpr_definition** out,
                                                   pipexpr_diagnostics** why);
PIPEXPR_API size_t pipexpr_definition_object_count(const pipexpr_definition*);
/* The object at a position of the file, and the id of an object. The id lives as long as the definition and does not
 * end with a zero byte. */
PIPEXPR_API uint64_t pipexpr_definition_object(const pipexpr_definition*, size_t index);
PIPEXPR_API const char* pipexpr_definition_object_id(const pipexpr_definition*, uint64_t object, size_t* size);
PIPEXPR_API pipexpr_definition* pipexpr_definition_retain(pipexpr_definition*);
PIPEXPR_API void pipexpr_definition_release(pipexpr_definition*);

/* --- graphs ------------------------------------------------------------------------------------------------------ */

/* A graph of the caller's. `user` is passed to every function. All may be called from any thread that evaluates. */
typedef struct {
  size_t struct_size;
  void* user;
  void (*release)(void* user); /* when the graph is gone; may be NULL */
  /* Answers what a field of an object is: adds its values to `field` and returns 1; returns 0 when the object has no
   * such field; returns -1 after pipexpr_field_fail. Required. */
  int32_t (*field)(void* user, uint64_t object, const char* name, size_t name_size, pipexpr_field* field);
  /* The same for a parameter. May be NULL: there are none. */
  int32_t (*parameter)(void* user, const char* name, size_t name_size, pipexpr_field* field);
  /* The object of that id, or PIPEXPR_NO_OBJECT. May be NULL: expressions cannot name objects by id. */
  uint64_t (*find)(void* user, const char* id, size_t id_size);
  /* The id of an object, which lives until the evaluation ends. May be NULL: ids are empty. */
  const char* (*id)(void* user, uint64_t object, size_t* size);
} pipexpr_graph_functions;

/* The values of a field, one after the other. Text is copied. PIPEXPR_MISUSE outside of the graph's function. */
PIPEXPR_API pipexpr_status pipexpr_field_add_text(pipexpr_field*, const char* text,
                                                  size_t size); /* may hold expressions */
PIPEXPR_API pipexpr_status pipexpr_field_add_literal(pipexpr_field*, const char* text,
                                                     size_t size); /* taken as it is */
PIPEXPR_API pipexpr_status pipexpr_field_add_integer(pipexpr_field*, int64_t value);
PIPEXPR_API pipexpr_status pipexpr_field_add_number(pipexpr_field*, double value); /* an error when it is not finite */
PIPEXPR_API pipexpr_status pipexpr_field_add_datetime(pipexpr_field*, int64_t epoch_millis);
PIPEXPR_API pipexpr_status pipexpr_field_add_reference(pipexpr_field*, uint64_t object);
/* Why the field cannot be answered; the evaluation fails with this message. */
PIPEXPR_API pipexpr_status pipexpr_field_fail(pipexpr_field*, const char* message, size_t size);

PIPEXPR_API pipexpr_graph* pipexpr_graph_new(const pipexpr_graph_functions* functions); /* NULL: misuse or no memory */
/* The graph of a definition, which it keeps alive. */
PIPEXPR_API pipexpr_graph* pipexpr_graph_of_definition(pipexpr_definition*);
PIPEXPR_API uint64_t pipexpr_graph_find(const pipexpr_graph*, const char* id, size_t size);
PIPEXPR_API pipexpr_graph* pipexpr_graph_retain(pipexpr_graph*);
PIPEXPR_API void pipexpr_graph_release(pipexpr_graph*);

/* --- functions --------------------------------------------------------------------------------------------------- */

/* A function of the caller's: `call` reads its arguments, which have the declared kinds already, and gives one result.
 */
typedef struct {
  size_t struct_size;
  const char* name;
  const char* doc; /* one line: what the result is; may be NULL */
  const pipexpr_kind* parameters;
  size_t parameter_count;
  pipexpr_kind result;
  int32_t pure; /* 1: the same arguments give the same result always, so that a constant call is made once, while
                   compiling */
  void* user;
  void (*release)(void* user); /* when the last set, expression and evaluator that holds it is gone; may be NULL */
  /* Returns 1 after giving a result, 0 after pipexpr_call_fail. */
  int32_t (*call)(void* user, pipexpr_call* call);
} pipexpr_function;

PIPEXPR_API size_t pipexpr_call_count(const pipexpr_call*);
/* Argument `index`; of another kind or out of range: empty text, 0, 0.0, PIPEXPR_NO_TIME. Text lives until the function
 * returns. */
PIPEXPR_API const char* pipexpr_call_text(const pipexpr_call*, size_t index, size_t* size);
PIPEXPR_API int64_t pipexpr_call_integer(const pipexpr_call*, size_t index);
PIPEXPR_API double pipexpr_call_number(const pipexpr_call*, size_t index);
PIPEXPR_API int64_t pipexpr_call_datetime(const pipexpr_call*, size_t index);
/* Each returns 1 when the result was taken and 0 when a limit or the declared kind forbids it: the last line of `call`.
 */
PIPEXPR_API int32_t pipexpr_call_return_text(pipexpr_call*, const char* text, size_t size);
PIPEXPR_API int32_t pipexpr_call_return_integer(pipexpr_call*, int64_t value);
PIPEXPR_API int32_t pipexpr_call_return_number(pipexpr_call*, double value);
PIPEXPR_API int32_t pipexpr_call_return_datetime(pipexpr_call*, int64_t epoch_millis);
PIPEXPR_API int32_t pipexpr_call_fail(pipexpr_call*, const char* message, size_t size); /* returns 0 */

/* AWS Data Pipeline's functions, to add others to before it is used for compiling. */
PIPEXPR_API pipexpr_functions* pipexpr_functions_standard(void);
PIPEXPR_API pipexpr_status pipexpr_functions_add(pipexpr_functions*, const pipexpr_function* function,
                                                 pipexpr_diagnostics** why);
PIPEXPR_API void pipexpr_functions_release(pipexpr_functions*);

/* --- expressions ------------------------------------------------------------------------------------------------- */

/* Compiles a template. `functions` NULL: AWS Data Pipeline's. */
PIPEXPR_API pipexpr_status pipexpr_expression_compile(const char* text, size_t size, const pipexpr_functions* functions,
                                                      pipexpr_expression** out, pipexpr_diagnostics** why);
/* The same expression with its names resolved against a graph, so that evaluating against it is faster. */
PIPEXPR_API pipexpr_expression* pipexpr_expression_bind(const pipexpr_expression*, const pipexpr_graph*);
PIPEXPR_API int32_t pipexpr_expression_is_literal(const pipexpr_expression*); /* 1: there is no expression in it */
PIPEXPR_API size_t pipexpr_expression_memory(const pipexpr_expression*);      /* bytes that it holds */
PIPEXPR_API pipexpr_expression* pipexpr_expression_retain(pipexpr_expression*);
PIPEXPR_API void pipexpr_expression_release(pipexpr_expression*);

/* --- evaluation -------------------------------------------------------------------------------------------------- */

typedef struct {
  size_t struct_size;
  uint64_t object;         /* the object whose fields names mean; PIPEXPR_NO_OBJECT: none */
  int64_t scheduled_start; /* of the run; PIPEXPR_NO_TIME: there is no run */
  int64_t scheduled_end;   /* PIPEXPR_NO_TIME: it has none, as a run on demand */
  uint32_t attempt;        /* 0: the instance itself */
} pipexpr_context;
#define PIPEXPR_CONTEXT_INIT \
  { sizeof(pipexpr_context), PIPEXPR_NO_OBJECT, PIPEXPR_NO_TIME, PIPEXPR_NO_TIME, 0 }

PIPEXPR_API pipexpr_evaluator* pipexpr_evaluator_new(void);
/* A limit by its name in docs/limits.md, such as "max_steps". PIPEXPR_NOT_FOUND: no limit of evaluation has that name.
 */
PIPEXPR_API pipexpr_status pipexpr_evaluator_set_limit(pipexpr_evaluator*, const char* name, uint64_t value);
/* Each evaluation ends with diagnostic E613 after so many milliseconds; 0: without a deadline. */
PIPEXPR_API pipexpr_status pipexpr_evaluator_set_timeout(pipexpr_evaluator*, uint32_t milliseconds);
/* From any thread: the evaluation that is running, and those to come, end with E614, until it is called with 0. */
PIPEXPR_API pipexpr_status pipexpr_evaluator_cancel(pipexpr_evaluator*, int32_t cancelled);
PIPEXPR_API void pipexpr_evaluator_release(pipexpr_evaluator*);

/* The text of the template's value. `*text` lives until the evaluator's next call. */
PIPEXPR_API pipexpr_status pipexpr_evaluate(pipexpr_evaluator*, const pipexpr_expression*, const pipexpr_graph*,
                                            const pipexpr_context*, const char** text, size_t* size);

/* A value with its kind. */
typedef struct {
  size_t struct_size;
  pipexpr_kind kind;
  const char* text; /* of every kind: the text that a template would hold; lives until the evaluator's next call */
  size_t text_size;
  int64_t integer; /* of PIPEXPR_INTEGER; of PIPEXPR_DATETIME the milliseconds */
  double number;   /* of PIPEXPR_NUMBER */
  uint64_t object; /* of PIPEXPR_REFERENCE */
  size_t count;    /* of PIPEXPR_LIST: how many values; `text` is them as a JSON array */
} pipexpr_value;
#define PIPEXPR_VALUE_INIT \
  { sizeof(pipexpr_value), PIPEXPR_UNSET, NULL, 0, 0, 0, PIPEXPR_NO_OBJECT, 0 }
PIPEXPR_API pipexpr_status pipexpr_evaluate_value(pipexpr_evaluator*, const pipexpr_expression*, const pipexpr_graph*,
                                                  const pipexpr_context*, pipexpr_value* out);

/* The value as it is computed, if it is of this kind; PIPEXPR_ERROR with diagnostic E310, and `*out` as it was, if it
 * is of another: a string that spells a number is a string. A number may be an integer; a boolean, 1 or 0, is the
 * string "true" or "false". No text is made, and nothing is allocated once the evaluator is warm. */
PIPEXPR_API pipexpr_status pipexpr_evaluate_integer(pipexpr_evaluator*, const pipexpr_expression*, const pipexpr_graph*,
                                                    const pipexpr_context*, int64_t* out);
PIPEXPR_API pipexpr_status pipexpr_evaluate_number(pipexpr_evaluator*, const pipexpr_expression*, const pipexpr_graph*,
                                                   const pipexpr_context*, double* out);
PIPEXPR_API pipexpr_status pipexpr_evaluate_boolean(pipexpr_evaluator*, const pipexpr_expression*, const pipexpr_graph*,
                                                    const pipexpr_context*, int32_t* out);
PIPEXPR_API pipexpr_status pipexpr_evaluate_datetime(pipexpr_evaluator*, const pipexpr_expression*,
                                                     const pipexpr_graph*, const pipexpr_context*, int64_t* out);

/* A column of text in Arrow's layout (large_utf8): row i is data[offsets[i]] to data[offsets[i + 1]], and bit i % 8 of
 * validity[i / 8] is 1 when it has a value. All lives until the evaluator's next call. */
typedef struct {
  size_t struct_size;
  const char* data;
  const int64_t* offsets; /* rows + 1 of them */
  const uint8_t* validity;
  size_t rows;
  size_t failed; /* rows without a value */
} pipexpr_column;
#define PIPEXPR_COLUMN_INIT \
  { sizeof(pipexpr_column), NULL, NULL, NULL, 0, 0 }
/* One expression over many contexts, which are contexts[0].struct_size bytes apart. A row that fails has no value and
 * costs the others nothing; PIPEXPR_ERROR when one has failed, and the diagnostics are those of the first. */
PIPEXPR_API pipexpr_status pipexpr_evaluate_column(pipexpr_evaluator*, const pipexpr_expression*, const pipexpr_graph*,
                                                   const pipexpr_context* contexts, size_t rows, pipexpr_column* out);

/* --- many rows --------------------------------------------------------------------------------------------------- */

/* A field that has a value in each row. It comes before the current object's own field of that name. */
typedef struct {
  size_t struct_size;
  const char* name; /* with its prefix */
  size_t name_size;
  pipexpr_kind kind;       /* PIPEXPR_NUMBER, PIPEXPR_INTEGER, PIPEXPR_DATETIME, PIPEXPR_BOOLEAN or PIPEXPR_STRING */
  int32_t holds_templates; /* 1: the strings may hold expressions */
  const void* values;      /* double; int64_t; int64_t, milliseconds; bits; the bytes of all strings */
  const int64_t* offsets;  /* of strings, rows + 1 of them: row i is values[offsets[i]] to values[offsets[i + 1]] */
  const uint8_t* validity; /* bit i % 8 of byte i / 8 is 0 where row i is unset; NULL: every row has a value */
} pipexpr_field_column;
#define PIPEXPR_FIELD_COLUMN_INIT \
  { sizeof(pipexpr_field_column), NULL, 0, PIPEXPR_NUMBER, 0, NULL, NULL, NULL }

/* The contexts of all rows: what they share, and columns of `count` values for what they do not. All is borrowed for
 * the call. */
typedef struct {
  size_t struct_size;
  size_t count;
  const pipexpr_context* shared;      /* NULL: PIPEXPR_CONTEXT_INIT */
  const uint64_t* objects;            /* NULL: the shared one */
  const int64_t* starts;              /* of the run; PIPEXPR_NO_TIME: the row has none; NULL: the shared run */
  const int64_t* ends;                /* only with `starts`; PIPEXPR_NO_TIME: no end; NULL: that of the shared run */
  const uint32_t* attempts;           /* only with `starts`; NULL: that of the shared run */
  const pipexpr_field_column* fields; /* fields[0].struct_size bytes apart */
  size_t field_count;
  /* Of all rows: when they are over one, the batch ends. The evaluator's limits hold for each row, its time-out for the
   * whole. */
  uint64_t max_output_bytes;
  uint64_t max_steps;
  size_t max_errors; /* whose diagnostics are kept; the others are counted */
} pipexpr_rows;
#define PIPEXPR_ROWS_INIT \
  { sizeof(pipexpr_rows), 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, UINT64_C(4294967296), UINT64_MAX, 20 }

/* A column in Arrow's layout, which lives until the evaluator's next call. */
typedef struct {
  size_t struct_size;
  const char* format;      /* as in ArrowSchema: "U", "l", "g", "b" or "tsm:UTC" */
  const void* values;      /* the bytes of all strings; int64_t; double; bits; int64_t, milliseconds */
  const int64_t* offsets;  /* of strings, rows + 1 of them; of others NULL */
  const uint8_t* validity; /* bit i % 8 of byte i / 8 is 1 when row i has a value; one that has none is 0 */
  size_t rows;             /* fewer than were asked for: the batch ended before */
  size_t failed;           /* rows without a value */
  size_t errors;           /* how many of them pipexpr_evaluator_row_error has */
} pipexpr_batch;
#define PIPEXPR_BATCH_INIT \
  { sizeof(pipexpr_batch), NULL, NULL, NULL, NULL, 0, 0, 0 }

/* One expression over many rows, into a column of `kind`: PIPEXPR_STRING takes the text of every value, and
 * PIPEXPR_INTEGER, PIPEXPR_NUMBER, PIPEXPR_BOOLEAN and PIPEXPR_DATETIME what pipexpr_evaluate_integer and its like
 * take. A row that fails has no value and costs the others nothing. PIPEXPR_ERROR when one has failed, and the
 * evaluator's diagnostics are those of the first; or when the batch ended before the last row, and they say why. */
PIPEXPR_API pipexpr_status pipexpr_evaluate_rows(pipexpr_evaluator*, const pipexpr_expression*, const pipexpr_graph*,
                                                 const pipexpr_rows* rows, pipexpr_kind kind, pipexpr_batch* out);
/* Why a row of the last batch has no value, in the order of the rows, and which row it is. NULL: there are not so many.
 * It lives until the evaluator's next call. */
PIPEXPR_API const pipexpr_diagnostics* pipexpr_evaluator_row_error(const pipexpr_evaluator*, size_t index, size_t* row);

/* Why the evaluator's last call failed; empty after a success. It lives until the evaluator's next call. */
PIPEXPR_API const pipexpr_diagnostics* pipexpr_evaluator_diagnostics(pipexpr_evaluator*);

/* --- checking, times --------------------------------------------------------------------------------------------- */

/* What the checker finds in a definition file. PIPEXPR_OK with `*out` NULL: it found nothing. */
typedef struct pipexpr_findings pipexpr_findings;
typedef struct {
  size_t struct_size;
  const char* rule; /* "C901" */
  const char* name; /* "half_day_hour" */
  const char* message;
  size_t message_size;
  const char* object; /* its id; empty for a parameter and for the file as a whole */
  const char* field;
  uint32_t offset; /* in the file, in bytes */
  uint32_t length;
  int32_t is_error; /* 0: a warning */
} pipexpr_finding;
PIPEXPR_API pipexpr_status pipexpr_check(const char* json, size_t size, pipexpr_findings** out);
PIPEXPR_API size_t pipexpr_findings_count(const pipexpr_findings*);
/* Fills `out`, whose text lives as long as the findings. PIPEXPR_NOT_FOUND: there are not so many. */
PIPEXPR_API pipexpr_status pipexpr_findings_get(const pipexpr_findings*, size_t index, pipexpr_finding* out);
/* All of them as a JSON array, with lines, columns and fixes; NULL gives an empty one. */
PIPEXPR_API const char* pipexpr_findings_json(const pipexpr_findings*, size_t* size);
PIPEXPR_API void pipexpr_findings_release(pipexpr_findings*);

/* `2024-05-24T17:00:00` in milliseconds. PIPEXPR_ERROR: it is no date-time, and `*out` stays what it was. */
PIPEXPR_API pipexpr_status pipexpr_parse_datetime(const char* text, size_t size, int64_t* out);

#ifdef __cplusplus
}
#endif

#endif
