/* The C interface as a C99 program uses it: every function, right and wrong, with the text of every answer compared. */
#include <pipexpr/c.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;

/* Compares text of a given size with what is expected, and says where it differs. */
static void same(int line, const char* what, const char* text, size_t size, const char* expected) {
  if (size == strlen(expected) && memcmp(text, expected, size) == 0) {
    ++passed;
    return;
  }
  ++failed;
  printf("c99_test.c:%d: %s: expected \"%s\", found \"%.*s\"\n", line, what, expected, (int)size, text);
}
#define SAME(what, text, size, expected) same(__LINE__, what, text, size, expected)

static void equal(int line, const char* what, int64_t found, int64_t expected) {
  if (found == expected) {
    ++passed;
    return;
  }
  ++failed;
  printf("c99_test.c:%d: %s: expected %lld, found %lld\n", line, what, (long long)expected, (long long)found);
}
#define EQUAL(what, found, expected) equal(__LINE__, what, (int64_t)(found), (int64_t)(expected))

static const char kJson[] =
    "{\"objects\": [{\"id\": \"In\", \"directoryPath\": \"s3://in/#{format(@scheduledStartTime,'YYYY/MM/dd')}\"},"
    " {\"id\": \"Copy\", \"input\": {\"ref\": \"In\"}, \"maximumRetries\": \"2\"}]}";

static pipexpr_expression* compile(const char* text, const pipexpr_functions* functions) {
  pipexpr_expression* expression = NULL;
  pipexpr_diagnostics* why = NULL;
  if (pipexpr_expression_compile(text, strlen(text), functions, &expression, &why) != PIPEXPR_OK) {
    size_t size;
    const char* message = pipexpr_diagnostics_text(why, &size);
    printf("%.*s", (int)size, message);
    ++failed;
  }
  pipexpr_diagnostics_release(why);
  return expression;
}

/* Evaluates a template and compares its text; when it fails, the code of the first diagnostic. */
static void gives(int line, pipexpr_evaluator* evaluator, const pipexpr_graph* graph, const pipexpr_context* context,
                  const pipexpr_functions* functions, const char* template_text, const char* expected) {
  pipexpr_expression* expression = compile(template_text, functions);
  const char* text = NULL;
  size_t size = 0;
  const pipexpr_status status = pipexpr_evaluate(evaluator, expression, graph, context, &text, &size);
  if (status == PIPEXPR_OK) {
    same(line, template_text, text, size, expected);
  } else {
    pipexpr_diagnostic first;
    memset(&first, 0, sizeof first);
    first.struct_size = sizeof first;
    if (pipexpr_diagnostics_get(pipexpr_evaluator_diagnostics(evaluator), 0, &first) == PIPEXPR_OK) {
      same(line, template_text, first.code, strlen(first.code), expected);
    } else {
      equal(line, template_text, status, PIPEXPR_OK);
    }
  }
  pipexpr_expression_release(expression);
}
#define GIVES(template_text, expected) gives(__LINE__, evaluator, graph, &context, functions, template_text, expected)

static void definitions(void) {
  pipexpr_definition* definition = NULL;
  pipexpr_diagnostics* why = NULL;
  size_t size = 0;
  EQUAL("a broken file", pipexpr_definition_load("{", 1, &definition, &why), PIPEXPR_ERROR);
  EQUAL("its diagnostics", pipexpr_diagnostics_count(why), 1);
  pipexpr_diagnostic one;
  memset(&one, 0, sizeof one);
  one.struct_size = sizeof one;
  EQUAL("the first", pipexpr_diagnostics_get(why, 0, &one), PIPEXPR_OK);
  SAME("its code", one.code, strlen(one.code), "E701");
  EQUAL("the second", pipexpr_diagnostics_get(why, 1, &one), PIPEXPR_NOT_FOUND);
  one.struct_size = 0;
  EQUAL("a struct without a size", pipexpr_diagnostics_get(why, 0, &one), PIPEXPR_MISUSE);
  pipexpr_diagnostics_release(why);
  EQUAL("no place for the result", pipexpr_definition_load(kJson, sizeof kJson - 1, NULL, NULL), PIPEXPR_MISUSE);
  EQUAL("no text", pipexpr_definition_load(NULL, 3, &definition, NULL), PIPEXPR_MISUSE);
  EQUAL("a size that no text has", pipexpr_definition_load("{}", SIZE_MAX, &definition, NULL), PIPEXPR_MISUSE);
  int64_t time = 0;
  EQUAL("a date of such a size", pipexpr_parse_datetime("2024", SIZE_MAX, &time), PIPEXPR_MISUSE);
  pipexpr_findings* findings = NULL;
  EQUAL("a file of such a size", pipexpr_check("{}", SIZE_MAX, &findings), PIPEXPR_MISUSE);

  EQUAL("a definition", pipexpr_definition_load(kJson, sizeof kJson - 1, &definition, NULL), PIPEXPR_OK);
  EQUAL("its objects", pipexpr_definition_object_count(definition), 2);
  const char* id = pipexpr_definition_object_id(definition, pipexpr_definition_object(definition, 1), &size);
  SAME("the second's id", id, size, "Copy");
  EQUAL("an object too many", pipexpr_definition_object(definition, 2) == PIPEXPR_NO_OBJECT, 1);
  id = pipexpr_definition_object_id(definition, 77, &size);
  SAME("the id of no object", id, size, "");

  pipexpr_graph* graph = pipexpr_graph_of_definition(definition);
  pipexpr_definition_release(definition); /* the graph keeps it */
  pipexpr_evaluator* evaluator = pipexpr_evaluator_new();
  pipexpr_functions* functions = NULL;
  pipexpr_context context = PIPEXPR_CONTEXT_INIT;
  context.object = pipexpr_graph_find(graph, "Copy", 4);
  GIVES("#{input.directoryPath}", "E504"); /* no run yet */
  EQUAL("a date-time", pipexpr_parse_datetime("2024-05-24T17:00:00", 19, &context.scheduled_start), PIPEXPR_OK);
  EQUAL("no date-time", pipexpr_parse_datetime("soon", 4, &context.scheduled_start), PIPEXPR_ERROR);
  EQUAL("its milliseconds", context.scheduled_start, 1716570000000);
  GIVES("aws s3 ls #{input.directoryPath}", "aws s3 ls s3://in/2024/05/24");
  GIVES("#{@scheduledEndTime}", "E504");
  context.scheduled_end = context.scheduled_start + 3600000;
  GIVES("#{@scheduledEndTime}", "2024-05-24T18:00:00");
  GIVES("#{maximumRetries + 1}", "3");
  GIVES("#{nothing}", "E502");
  GIVES("", "");

  /* A caller compiled with a shorter struct has no end of the run. */
  context.struct_size = offsetof(pipexpr_context, scheduled_end);
  GIVES("#{@scheduledEndTime}", "E504");
  context.struct_size = sizeof context;

  /* Values with their kinds. */
  pipexpr_value value = PIPEXPR_VALUE_INIT;
  pipexpr_expression* expression = compile("#{maximumRetries * 2.5}", NULL);
  EQUAL("a number", pipexpr_evaluate_value(evaluator, expression, graph, &context, &value), PIPEXPR_OK);
  EQUAL("its kind", value.kind, PIPEXPR_NUMBER);
  SAME("its text", value.text, value.text_size, "5.0");
  EQUAL("twice the number", value.number * 2, 10);
  pipexpr_expression_release(expression);
  expression = compile("#{input}", NULL);
  EQUAL("a reference", pipexpr_evaluate_value(evaluator, expression, graph, &context, &value), PIPEXPR_OK);
  EQUAL("its kind", value.kind, PIPEXPR_REFERENCE);
  EQUAL("its object", value.object, pipexpr_graph_find(graph, "In", 2));
  pipexpr_expression_release(expression);

  /* Columns: rows that fail have no value. */
  pipexpr_context rows[3] = {PIPEXPR_CONTEXT_INIT, PIPEXPR_CONTEXT_INIT, PIPEXPR_CONTEXT_INIT};
  int i;
  for (i = 0; i < 3; ++i) rows[i].object = context.object;
  rows[0].scheduled_start = context.scheduled_start;
  rows[2].scheduled_start = context.scheduled_start + 86400000;
  pipexpr_column column = PIPEXPR_COLUMN_INIT;
  expression = compile("#{format(@scheduledStartTime, 'dd')};", NULL);
  pipexpr_expression* bound = pipexpr_expression_bind(expression, graph);
  EQUAL("a column", pipexpr_evaluate_column(evaluator, bound, graph, rows, 3, &column), PIPEXPR_ERROR);
  EQUAL("its failed rows", column.failed, 1);
  EQUAL("its validity", column.validity[0], 5);
  SAME("its data", column.data, (size_t)column.offsets[3], "24;25;");
  EQUAL("the failed row", column.offsets[2] - column.offsets[1], 0);
  EQUAL("an empty column", pipexpr_evaluate_column(evaluator, bound, graph, NULL, 0, &column), PIPEXPR_OK);
  EQUAL("its rows", column.rows, 0);
  pipexpr_expression_release(bound);
  pipexpr_expression_release(expression);

  /* Limits, time and cancelling. */
  EQUAL("a limit", pipexpr_evaluator_set_limit(evaluator, "max_output_bytes", 3), PIPEXPR_OK);
  GIVES("#{'abcd'}", "E609");
  EQUAL("a limit of that name", pipexpr_evaluator_set_limit(evaluator, "max_cats", 3), PIPEXPR_NOT_FOUND);
  EQUAL("back", pipexpr_evaluator_set_limit(evaluator, "max_output_bytes", 1000), PIPEXPR_OK);
  EQUAL("cancelled", pipexpr_evaluator_cancel(evaluator, 1), PIPEXPR_OK);
  GIVES("#{1}", "E614");
  EQUAL("not any more", pipexpr_evaluator_cancel(evaluator, 0), PIPEXPR_OK);
  EQUAL("a time-out", pipexpr_evaluator_set_timeout(evaluator, 60000), PIPEXPR_OK);
  GIVES("#{1}", "1");
  EQUAL("no errors after a success", pipexpr_diagnostics_count(pipexpr_evaluator_diagnostics(evaluator)), 0);

  pipexpr_evaluator_release(evaluator);
  pipexpr_graph_release(graph);
}

/* Compares a batch's error number `index` with its row and message. */
static void row_fails(int line, const pipexpr_evaluator* evaluator, size_t index, size_t row, const char* message) {
  size_t found = SIZE_MAX;
  const pipexpr_diagnostics* why = pipexpr_evaluator_row_error(evaluator, index, &found);
  pipexpr_diagnostic first;
  memset(&first, 0, sizeof first);
  first.struct_size = sizeof first;
  equal(line, "the row of an error", (int64_t)found, (int64_t)row);
  equal(line, "an error", pipexpr_diagnostics_get(why, 0, &first), PIPEXPR_OK);
  same(line, "its message", first.message, first.message_size, message);
}
#define ROW_FAILS(index, row, message) row_fails(__LINE__, evaluator, index, row, message)

/* Rows as columns: typed values in, typed columns out. */
static void batches(void) {
  pipexpr_definition* definition = NULL;
  EQUAL("a definition", pipexpr_definition_load(kJson, sizeof kJson - 1, &definition, NULL), PIPEXPR_OK);
  pipexpr_graph* graph = pipexpr_graph_of_definition(definition);
  pipexpr_definition_release(definition);
  pipexpr_evaluator* evaluator = pipexpr_evaluator_new();
  pipexpr_context context = PIPEXPR_CONTEXT_INIT;
  context.object = pipexpr_graph_find(graph, "Copy", 4);

  /* One value of one kind. */
  pipexpr_expression* expression = compile("#{maximumRetries * 2}", NULL);
  int64_t integer = 7;
  double number = 7;
  int32_t boolean = 7;
  EQUAL("an integer", pipexpr_evaluate_integer(evaluator, expression, graph, &context, &integer), PIPEXPR_OK);
  EQUAL("it", integer, 4);
  EQUAL("as a number", pipexpr_evaluate_number(evaluator, expression, graph, &context, &number), PIPEXPR_OK);
  EQUAL("it", number, 4);
  EQUAL("no date", pipexpr_evaluate_datetime(evaluator, expression, graph, &context, &integer), PIPEXPR_ERROR);
  EQUAL("untouched", integer, 4);
  EQUAL("no place", pipexpr_evaluate_integer(evaluator, expression, graph, &context, NULL), PIPEXPR_MISUSE);
  EQUAL("no graph", pipexpr_evaluate_integer(evaluator, expression, NULL, &context, &integer), PIPEXPR_MISUSE);
  pipexpr_expression_release(expression);
  expression = compile("tr#{'ue'}", NULL);
  EQUAL("a boolean", pipexpr_evaluate_boolean(evaluator, expression, graph, NULL, &boolean), PIPEXPR_OK);
  EQUAL("it", boolean, 1);
  pipexpr_expression_release(expression);
  expression = compile("#{plusDays('1970-01-01', 1)}", NULL);
  EQUAL("a date-time", pipexpr_evaluate_datetime(evaluator, expression, graph, NULL, &integer), PIPEXPR_OK);
  EQUAL("it", integer, 86400000);
  EQUAL("no boolean", pipexpr_evaluate_boolean(evaluator, expression, graph, NULL, &boolean), PIPEXPR_ERROR);
  size_t size;
  const char* text = pipexpr_diagnostics_json(pipexpr_evaluator_diagnostics(evaluator), &size);
  EQUAL("as JSON", strstr(text, "the value must be 'true' or 'false', found a date-time") != NULL, 1);
  pipexpr_expression_release(expression);

  /* Columns of fields. */
  static const double kPrices[] = {2.5, 4, 0};
  static const int64_t kCounts[] = {1, 2, 3}, kTimes[] = {0, 86400000, 0}, kOffsets[] = {0, 2, 2, 8};
  static const uint8_t kFirstTwo[] = {3}, kLast[] = {4};
  pipexpr_field_column fields[5] = {PIPEXPR_FIELD_COLUMN_INIT, PIPEXPR_FIELD_COLUMN_INIT, PIPEXPR_FIELD_COLUMN_INIT,
                                    PIPEXPR_FIELD_COLUMN_INIT, PIPEXPR_FIELD_COLUMN_INIT};
  fields[0].name = "p", fields[0].name_size = 1, fields[0].values = kPrices;
  fields[1].name = "n", fields[1].name_size = 1, fields[1].values = kCounts, fields[1].kind = PIPEXPR_INTEGER;
  fields[2].name = "t", fields[2].name_size = 1, fields[2].values = kTimes, fields[2].kind = PIPEXPR_DATETIME;
  fields[2].validity = kFirstTwo;
  fields[3].name = "on", fields[3].name_size = 2, fields[3].values = kLast, fields[3].kind = PIPEXPR_BOOLEAN;
  fields[4].name = "s", fields[4].name_size = 1, fields[4].values = "ab#{1+1}", fields[4].kind = PIPEXPR_STRING;
  fields[4].offsets = kOffsets;
  pipexpr_rows rows = PIPEXPR_ROWS_INIT;
  rows.count = 3;
  rows.shared = &context;
  rows.fields = fields;
  rows.field_count = 5;
  pipexpr_batch batch = PIPEXPR_BATCH_INIT;

  expression = compile("#{n / p}", NULL);
  EQUAL("numbers", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_NUMBER, &batch), PIPEXPR_ERROR);
  SAME("their format", batch.format, strlen(batch.format), "g");
  EQUAL("rows", batch.rows, 3);
  EQUAL("failed", batch.failed, 1);
  EQUAL("errors", batch.errors, 1);
  EQUAL("no offsets", batch.offsets == NULL, 1);
  EQUAL("which", batch.validity[0], 3);
  EQUAL("the first times ten", ((const double*)batch.values)[0] * 10, 4);
  EQUAL("the second times ten", ((const double*)batch.values)[1] * 10, 5);
  ROW_FAILS(0, 2, "division by zero");
  EQUAL("no second error", pipexpr_evaluator_row_error(evaluator, 1, NULL) == NULL, 1);
  EQUAL("the evaluator's", pipexpr_diagnostics_count(pipexpr_evaluator_diagnostics(evaluator)), 1);
  EQUAL("integers", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_INTEGER, &batch), PIPEXPR_ERROR);
  EQUAL("all fail", batch.failed, 3);
  ROW_FAILS(1, 1, "the value must be an integer, found a number");
  EQUAL("periods", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_PERIOD, &batch), PIPEXPR_MISUSE);
  EQUAL("no errors of before", pipexpr_evaluator_row_error(evaluator, 0, NULL) == NULL, 1);
  rows.max_errors = 1;
  EQUAL("again", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_INTEGER, &batch), PIPEXPR_ERROR);
  EQUAL("errors kept", batch.errors, 1);
  rows.max_errors = 20;
  pipexpr_expression_release(expression);

  expression = compile("#{n * 2}", NULL);
  EQUAL("integers", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_INTEGER, &batch), PIPEXPR_OK);
  SAME("their format", batch.format, strlen(batch.format), "l");
  EQUAL("the last", ((const int64_t*)batch.values)[2], 6);
  EQUAL("no diagnostics", pipexpr_diagnostics_count(pipexpr_evaluator_diagnostics(evaluator)), 0);
  rows.max_output_bytes = 16;
  EQUAL("24 bytes", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_INTEGER, &batch), PIPEXPR_ERROR);
  EQUAL("rows within 16", batch.rows, 2);
  text = pipexpr_diagnostics_text(pipexpr_evaluator_diagnostics(evaluator), &size);
  EQUAL("why", strstr(text, "E609") != NULL, 1);
  rows.max_output_bytes = UINT64_C(4294967296);
  rows.max_steps = 1;
  EQUAL("steps", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_INTEGER, &batch), PIPEXPR_ERROR);
  EQUAL("rows within them", batch.rows, 1);
  text = pipexpr_diagnostics_text(pipexpr_evaluator_diagnostics(evaluator), &size);
  EQUAL("why", strstr(text, "E605") != NULL, 1);
  rows.max_steps = UINT64_MAX;
  pipexpr_expression_release(expression);

  expression = compile("#{plusDays(t, 1)}", NULL);
  EQUAL("times", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_DATETIME, &batch), PIPEXPR_ERROR);
  SAME("their format", batch.format, strlen(batch.format), "tsm:UTC");
  EQUAL("the second", ((const int64_t*)batch.values)[1], 2 * 86400000);
  EQUAL("which", batch.validity[0], 3);
  ROW_FAILS(0, 2, "argument 1 of plusDays is unset: an optional parameter or a field without a value");
  pipexpr_expression_release(expression);

  expression = compile("#{on}", NULL);
  EQUAL("booleans", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_BOOLEAN, &batch), PIPEXPR_OK);
  SAME("their format", batch.format, strlen(batch.format), "b");
  EQUAL("bits", ((const uint8_t*)batch.values)[0], 4);
  pipexpr_expression_release(expression);

  expression = compile("#{s};", NULL);
  EQUAL("text", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_STRING, &batch), PIPEXPR_OK);
  SAME("its format", batch.format, strlen(batch.format), "U");
  SAME("its bytes", (const char*)batch.values, (size_t)batch.offsets[3], "ab;;#{1+1};");
  fields[4].holds_templates = 1;
  EQUAL("templates", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_STRING, &batch), PIPEXPR_OK);
  SAME("their bytes", (const char*)batch.values, (size_t)batch.offsets[3], "ab;;2;");
  pipexpr_expression_release(expression);

  /* Objects and runs. */
  uint64_t objects[3];
  objects[0] = objects[2] = pipexpr_graph_find(graph, "In", 2);
  objects[1] = context.object;
  static const int64_t kStarts[] = {0, 86400000, PIPEXPR_NO_TIME}, kEnds[] = {86400000, PIPEXPR_NO_TIME, 0};
  static const uint32_t kAttempts[] = {0, 1, 0};
  rows.objects = objects, rows.starts = kStarts, rows.ends = kEnds, rows.attempts = kAttempts;
  expression = compile("#{@id} #{format(@scheduledStartTime, 'dd')};", NULL);
  EQUAL("runs", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_STRING, &batch), PIPEXPR_ERROR);
  EQUAL("one has none", batch.failed, 1);
  SAME("the first", (const char*)batch.values, (size_t)batch.offsets[1], "@In_1970-01-01T00:00:00 01;");
  pipexpr_expression_release(expression);

  /* What is no batch. */
  expression = compile("#{n}", NULL);
#define MISUSE(what) \
  EQUAL(what, pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_INTEGER, &batch), PIPEXPR_MISUSE)
  rows.starts = NULL;
  MISUSE("ends without starts");
  rows.ends = NULL, rows.attempts = NULL;
  fields[1].values = NULL;
  MISUSE("a column without values");
  fields[1].values = kCounts, fields[1].kind = PIPEXPR_LIST;
  MISUSE("a column of lists");
  fields[1].kind = PIPEXPR_INTEGER, fields[2].name = NULL;
  MISUSE("a column without a name");
  static const int64_t kBackwards[] = {0, 2, 1, 8};
  fields[2].name = "t", fields[4].offsets = kBackwards;
  MISUSE("offsets that go back");
  fields[4].offsets = NULL;
  MISUSE("no offsets");
  fields[4].offsets = kOffsets, fields[3].struct_size = 4;
  MISUSE("columns of two sizes");
  fields[3].struct_size = sizeof fields[3], rows.fields = NULL;
  MISUSE("no columns");
  rows.fields = fields, context.struct_size = 0;
  MISUSE("a context without a size");
  context.struct_size = sizeof context, rows.struct_size = 0;
  MISUSE("rows without a size");
  rows.struct_size = sizeof rows;
#undef MISUSE
  EQUAL("no rows", pipexpr_evaluate_rows(evaluator, expression, graph, NULL, PIPEXPR_INTEGER, &batch), PIPEXPR_MISUSE);
  EQUAL("no place", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_INTEGER, NULL), PIPEXPR_MISUSE);
  EQUAL("no evaluator", pipexpr_evaluate_rows(NULL, expression, graph, &rows, PIPEXPR_INTEGER, &batch), PIPEXPR_MISUSE);
  EQUAL("nor its errors", pipexpr_evaluator_row_error(NULL, 0, NULL) == NULL, 1);
  EQUAL("a batch", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_INTEGER, &batch), PIPEXPR_OK);
  rows.count = 0;
  EQUAL("of no rows", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_STRING, &batch), PIPEXPR_OK);
  EQUAL("its only offset", batch.offsets[0], 0);

  /* A caller compiled with a shorter struct keeps the errors of 20 rows. */
  rows.count = 3;
  rows.max_errors = 0;
  rows.struct_size = offsetof(pipexpr_rows, max_output_bytes);
  pipexpr_expression_release(expression);
  expression = compile("#{nothing}", NULL);
  EQUAL("short", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_INTEGER, &batch), PIPEXPR_ERROR);
  EQUAL("its errors", batch.errors, 3);
  EQUAL("cancelled", pipexpr_evaluator_cancel(evaluator, 1), PIPEXPR_OK);
  EQUAL("at once", pipexpr_evaluate_rows(evaluator, expression, graph, &rows, PIPEXPR_INTEGER, &batch), PIPEXPR_ERROR);
  EQUAL("no row", batch.rows, 0);
  text = pipexpr_diagnostics_text(pipexpr_evaluator_diagnostics(evaluator), &size);
  EQUAL("why", strstr(text, "E614") != NULL, 1);
  pipexpr_expression_release(expression);
  pipexpr_evaluator_release(evaluator);
  pipexpr_graph_release(graph);
}

/* A host's own graph: one object with fields that the test chooses. It reuses one buffer for all its text, as the
 * interface allows. */
struct host {
  pipexpr_evaluator* evaluator; /* for the field that enters it again */
  int released;
};

static int32_t host_field(void* user, uint64_t object, const char* name, size_t size, pipexpr_field* field) {
  static char buffer[32];
  struct host* host = user;
  if (object != 1) return 0;
  if (size == 1 && name[0] == 'a') {
    strcpy(buffer, "A#{1+1}");
    return pipexpr_field_add_text(field, buffer, 7) == PIPEXPR_OK;
  }
  if (size == 1 && name[0] == 'b') {
    strcpy(buffer, "B#{2+2}");
    return pipexpr_field_add_text(field, buffer, 7) == PIPEXPR_OK;
  }
  if (size == 1 && name[0] == 'l') {
    pipexpr_field_add_literal(field, "#{x}", 4);
    pipexpr_field_add_integer(field, 7);
    pipexpr_field_add_number(field, 0.5);
    pipexpr_field_add_datetime(field, 0);
    return 1;
  }
  if (size == 1 && name[0] == 'n') return pipexpr_field_add_number(field, strtod("inf", NULL)) == PIPEXPR_OK;
  if (size == 2 && memcmp(name, "me", 2) == 0) return pipexpr_field_add_reference(field, 1) == PIPEXPR_OK;
  if (size == 4 && memcmp(name, "fail", 4) == 0) {
    pipexpr_field_fail(field, "the database is down", 20);
    return -1;
  }
  if (size == 5 && memcmp(name, "again", 5) == 0) {
    const char* text;
    size_t length;
    pipexpr_expression* one = compile("#{1}", NULL);
    const pipexpr_status status = pipexpr_evaluate(host->evaluator, one, NULL, NULL, &text, &length);
    pipexpr_expression_release(one);
    return pipexpr_field_add_integer(field, status) == PIPEXPR_OK;
  }
  return 0;
}

static uint64_t host_find(void* user, const char* id, size_t size) {
  (void)user;
  return size == 4 && memcmp(id, "Host", 4) == 0 ? 1 : PIPEXPR_NO_OBJECT;
}

static const char* host_id(void* user, uint64_t object, size_t* size) {
  (void)user;
  (void)object;
  *size = 4;
  return "Host";
}

static void host_release(void* user) { ++((struct host*)user)->released; }

static int32_t twice(void* user, pipexpr_call* call) {
  char text[64];
  size_t size;
  const char* given = pipexpr_call_text(call, 0, &size);
  ++*(int*)user;
  if (size > 30) return pipexpr_call_fail(call, "the string is too long", 22);
  memcpy(text, given, size);
  memcpy(text + size, given, size);
  return pipexpr_call_return_text(call, text, 2 * size);
}

static int32_t liar(void* user, pipexpr_call* call) {
  (void)user;
  return pipexpr_call_return_text(call, "no number", 9);
}

static void count_release(void* user) { *(int*)user += 1000; }

static void hosts(void) {
  struct host host = {NULL, 0};
  pipexpr_graph_functions table;
  memset(&table, 0, sizeof table);
  table.struct_size = sizeof table;
  EQUAL("a graph without functions", pipexpr_graph_new(&table) == NULL, 1);
  table.user = &host;
  table.release = host_release;
  table.field = host_field;
  table.find = host_find;
  table.id = host_id;
  pipexpr_graph* graph = pipexpr_graph_new(&table);
  pipexpr_evaluator* evaluator = host.evaluator = pipexpr_evaluator_new();

  int calls = 0;
  static const pipexpr_kind kParameters[] = {PIPEXPR_STRING};
  pipexpr_function function;
  memset(&function, 0, sizeof function);
  function.struct_size = sizeof function;
  function.name = "twice";
  function.parameters = kParameters;
  function.parameter_count = 1;
  function.result = PIPEXPR_STRING;
  function.user = &calls;
  function.release = count_release;
  function.call = twice;
  pipexpr_functions* functions = pipexpr_functions_standard();
  pipexpr_diagnostics* why = NULL;
  EQUAL("a function", pipexpr_functions_add(functions, &function, &why), PIPEXPR_OK);
  function.name = "1st";
  function.release = NULL;
  EQUAL("a bad name", pipexpr_functions_add(functions, &function, &why), PIPEXPR_ERROR);
  EQUAL("its diagnostics", pipexpr_diagnostics_count(why), 1);
  pipexpr_diagnostics_release(why);
  function.name = "liar";
  function.parameter_count = 0;
  function.result = PIPEXPR_INTEGER;
  function.call = liar;
  EQUAL("another function", pipexpr_functions_add(functions, &function, NULL), PIPEXPR_OK);
  function.result = PIPEXPR_LIST;
  EQUAL("a result that C cannot give", pipexpr_functions_add(functions, &function, NULL), PIPEXPR_MISUSE);

  pipexpr_context context = PIPEXPR_CONTEXT_INIT;
  context.object = 1;
  GIVES("#{a}#{b}", "A2B4");
  GIVES("#{a + b}", "A2B4");
  GIVES("#{me.a}/#{Host.b}", "A2/B4");
  GIVES("#{me}", "Host");
  GIVES("#{l}", "[\"#{x}\", 7, 0.5, \"1970-01-01T00:00:00\"]");
  GIVES("#{twice('ab')}#{twice(a)}", "ababA2A2");
  EQUAL("calls made", calls, 2);
  GIVES("#{twice('0123456789012345678901234567890123456789')}", "E411");
  GIVES("#{liar()}", "E411");
  GIVES("#{fail}", "E901");
  GIVES("#{again}", "2"); /* PIPEXPR_MISUSE: the evaluator is in use */
  GIVES("#{gone}", "E502");

  /* A graph of C functions, row by row. */
  static const uint64_t kObjects[] = {1, 2, 1};
  pipexpr_rows rows = PIPEXPR_ROWS_INIT;
  rows.count = 3;
  rows.objects = kObjects;
  pipexpr_batch batch = PIPEXPR_BATCH_INIT;
  pipexpr_expression* both = compile("#{a}#{b}", NULL);
  EQUAL("rows", pipexpr_evaluate_rows(evaluator, both, graph, &rows, PIPEXPR_STRING, &batch), PIPEXPR_ERROR);
  SAME("their bytes", (const char*)batch.values, (size_t)batch.offsets[3], "A2B4A2B4");
  EQUAL("the failed row", batch.offsets[2] - batch.offsets[1], 0);
  ROW_FAILS(0, 1, "there is no field, parameter or object 'a'");
  pipexpr_expression_release(both);

  pipexpr_expression* expression = compile("#{twice('x')}", functions);
  pipexpr_functions_release(functions); /* the expression keeps what it uses */
  EQUAL("not released yet", calls < 1000, 1);
  const char* text;
  size_t size;
  EQUAL("evaluated all the same", pipexpr_evaluate(evaluator, expression, graph, NULL, &text, &size), PIPEXPR_OK);
  SAME("to", text, size, "xx");
  pipexpr_expression_release(pipexpr_expression_retain(expression));
  pipexpr_expression_release(expression);
  pipexpr_graph_release(pipexpr_graph_retain(graph));
  EQUAL("a graph that is held", host.released, 0);
  pipexpr_graph_release(graph);
  EQUAL("and let go", host.released, 1);
  pipexpr_evaluator_release(evaluator);
  EQUAL("a function that nothing holds any more", calls / 1000, 1);
}

static void nothing(void) {
  size_t size = 1;
  const char* text;
  EQUAL("interface", pipexpr_abi(), PIPEXPR_ABI);
  EQUAL("an evaluation of nothing", pipexpr_evaluate(NULL, NULL, NULL, NULL, &text, &size), PIPEXPR_MISUSE);
  EQUAL("no diagnostics", pipexpr_diagnostics_count(NULL), 0);
  text = pipexpr_diagnostics_text(NULL, &size);
  SAME("as text", text, size, "");
  text = pipexpr_diagnostics_json(NULL, &size);
  SAME("as JSON", text, size, "[]");
  pipexpr_definition_release(NULL);
  pipexpr_graph_release(NULL);
  pipexpr_expression_release(NULL);
  pipexpr_evaluator_release(NULL);
  pipexpr_functions_release(NULL);
  pipexpr_diagnostics_release(NULL);
  pipexpr_findings_release(NULL);
  pipexpr_findings* findings = NULL;
  EQUAL("a check of no file", pipexpr_check(NULL, 0, &findings), PIPEXPR_MISUSE);
  EQUAL("a check", pipexpr_check("{\"objects\": [{\"id\": \"A\", \"x\": \"#{1 +}\"}]}", 41, &findings), PIPEXPR_OK);
  pipexpr_finding one;
  memset(&one, 0, sizeof one);
  one.struct_size = sizeof one;
  EQUAL("a finding", pipexpr_findings_get(findings, 0, &one), PIPEXPR_OK);
  SAME("its object", one.object, strlen(one.object), "A");
  const char* json = pipexpr_findings_json(findings, &size);
  EQUAL("its JSON", strncmp(json, "[{\"line\":1,\"column\":", 20), 0);
  EQUAL("the JSON's end", strcmp(json + size - 2, "}]"), 0);
  text = pipexpr_findings_json(NULL, &size);
  SAME("no findings as JSON", text, size, "[]");
  EQUAL("the next", pipexpr_findings_get(findings, pipexpr_findings_count(findings), &one), PIPEXPR_NOT_FOUND);
  pipexpr_findings_release(findings);
}

int main(void) {
  definitions();
  batches();
  hosts();
  nothing();
  printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
