// Runs one row on every way through the public interface.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <optional>

#include <pipexpr/specialize.h>

#include "row.h"

namespace conformance {
namespace {

using pipexpr::Diagnostics;
using pipexpr::Expression;
using pipexpr::ObjectGraph;
using pipexpr::PipelineDefinition;

std::string place(pipexpr::SourceSpan span, std::uint32_t offset = 0) {
  return std::to_string(span.offset + offset) + "+" + std::to_string(span.length);
}

std::vector<std::string> lines_of(const Diagnostics& why) {
  std::vector<std::string> lines;
  for (const pipexpr::Diagnostic& d : why) {
    std::string path;
    for (const pipexpr::PathStep& step : d.path) {
      path += path.empty() ? "[" : " > ";
      if (!step.object.empty()) path += encode(step.object) + ".";
      path += encode(step.field);
      if (step.item != 0) path += "#" + std::to_string(step.item);
      path += " " + place(step.span, step.text_offset);
    }
    if (!path.empty()) path += "] ";
    const bool of_host = d.message.find("host's own") != std::string::npos;  // no message of the table
    if (!of_host && format_message(d.code, d.arguments) != d.message)
      lines.push_back("the arguments do not make the message");
    lines.push_back("!! " + std::string(code_id(d.code)) + " " + place(d.span) + " " + path + encode(d.message));
  }
  if (lines.empty()) lines.push_back("no value and no diagnostic");
  return lines;
}

std::string short_kind(pipexpr::Kind kind) {
  constexpr const char* names[] = {"unset", "string", "integer", "number", "datetime", "period", "reference", "list"};
  return names[static_cast<int>(kind)];
}

// Sees that enter and leave come in pairs; the result must not depend on it.
class Pairs final : public pipexpr::EvaluationListener {
 public:
  void enter_field(const pipexpr::TracedField&) override { ++depth; }
  void leave_field(const pipexpr::TracedField&, const pipexpr::ValueView&) override {
    if (--depth < 0) crossed = true;
  }
  void node(const pipexpr::TracedNode& traced, const pipexpr::ValueView&) override {
    if (traced.span.end() > traced.source.size()) crossed = true;
  }
  int depth = 0;
  bool crossed = false;
};

// Fields given by directives, as the engine takes them; keeps their memory.
class Bindings {
 public:
  Bindings(const std::vector<Override>& given, const PipelineDefinition& definition, std::string& error) {
    for (const Override& field : given) {
      auto& items = items_.emplace_back();
      for (const std::string& text : field.texts)
        items.emplace_back(pipexpr::FieldItem::of_text(text)).value = pipexpr::ValueView(text, field.type);
      if (!field.reference.empty()) {
        const auto object = definition.find(field.reference);
        if (!object)
          error = "there is no object " + field.reference;
        else
          items.push_back(pipexpr::FieldItem::of_value(pipexpr::ValueView(*object)));
      }
      pipexpr::Field value{
          .items = items.data(), .count = static_cast<std::uint32_t>(items.size()), .type = field.type};
      all_.push_back({field.name, value});
    }
  }
  std::span<const pipexpr::Binding> all() const { return all_; }

 private:
  std::deque<std::vector<pipexpr::FieldItem>> items_;
  std::vector<pipexpr::Binding> all_;
};

// Collects what the paths give and notes who differs from the first.
class Answers {
 public:
  void add(const std::string& path, std::vector<std::string> lines) {
    if (first_.empty())
      first_ = std::move(lines);
    else if (lines != first_)
      differ_.push_back("-- " + path + " gives " + lines.front());
  }
  // A path that gives the text but not the kind.
  void add_text(const std::string& path, std::string_view text) {
    const std::string line = "=> " + encode(text);
    const std::size_t blank = first_.front().find(' ');
    const bool same = first_.front().front() == '=' && "=>" + first_.front().substr(blank) == line;
    if (!same) differ_.push_back("-- " + path + " gives " + line);
  }
  void error(const std::string& what) { differ_.push_back("-- " + what); }
  std::vector<std::string> take() {
    first_.insert(first_.end(), differ_.begin(), differ_.end());
    return std::move(first_);
  }

 private:
  std::vector<std::string> first_, differ_;
};

std::vector<std::string> lines_of(const pipexpr::Result<pipexpr::Value>& result) {
  if (!result) return lines_of(result.error());
  return {"=" + short_kind(result->kind()) + "> " + encode(result->to_text())};
}

void evaluate_all(const std::string& label, const Expression& expression, const ObjectGraph& graph,
                  const pipexpr::Context& context, const pipexpr::EvaluateOptions& options, Answers& answers) {
  answers.add(label + "evaluate", lines_of(expression.evaluate(graph, context, options)));

  const auto text = expression.evaluate_text(graph, context, options);
  if (text)
    answers.add_text(label + "evaluate_text", *text);
  else
    answers.add(label + "evaluate_text", lines_of(text.error()));

  pipexpr::Evaluator evaluator(options);
  pipexpr::TextBuffer out;
  *out.prepare(1) = '>';
  out.commit(1);
  for (const char* again : {"append", "append again"}) {
    const std::size_t before = out.size();
    if (const auto done = evaluator.append(expression, graph, context, out)) {
      answers.add_text(label + again, out.view().substr(before));
      if (!done.error().empty()) answers.error(label + again + " gives an error with a success");
    } else {
      answers.add(label + again, lines_of(done.error()));
      if (out.size() != before) answers.error(label + again + " appends although it fails");
    }
  }
  if (out.view().front() != '>') answers.error(label + "append changes what was there");

  std::vector<std::string_view> pieces;
  if (const auto done = evaluator.pieces(expression, graph, context, pieces)) {
    std::string whole;
    for (const std::string_view piece : pieces) whole += piece;
    answers.add_text(label + "pieces", whole);
  } else {
    answers.add(label + "pieces", lines_of(done.error()));
  }
  answers.add(label + "value", lines_of(evaluator.value(expression, graph, context)));
}

// What prints the same means the same, so a printed expression prints as itself.
void check_canonical(const Expression& expression, const pipexpr::CompileOptions& options, Answers& answers) {
  const bool angles = options.delimiters == pipexpr::Delimiters::angles;
  for (const std::string& printed : expression.canonical()) {
    const auto again = Expression::compile((angles ? "#<" : "#{") + printed + (angles ? ">" : "}"), options);
    if (!again) {
      answers.error("canonical text '" + printed + "' does not compile");
    } else if (again->canonical() != std::vector<std::string>{printed}) {
      answers.error("canonical text '" + printed + "' does not print as itself");
    }
  }
}

// What must give the same: more blanks, parentheses, the other spelling. What must give the same with text
// around it. A variant that does not compile (two expressions in one template, a limit) or that reaches a
// limit says nothing.
void check_variants(const Expression& expression, const pipexpr::CompileOptions& compile, const ObjectGraph& graph,
                    const pipexpr::Context& context, const pipexpr::EvaluateOptions& options, Answers& answers) {
  const auto value_of = [&](const std::string& text) -> std::optional<pipexpr::Value> {
    const auto variant = Expression::compile(text, compile);
    if (!variant) return std::nullopt;
    auto result = variant->evaluate(graph, context, options);
    if (result) return std::move(*result);
    if (code_id(result.error().front().code)[1] != '6') answers.error("fails as " + encode(text));
    return std::nullopt;
  };
  const auto value = expression.evaluate(graph, context, options);
  if (!value) return;
  const std::string source(expression.text());
  // One expression and nothing else: without its last byte it is not closed.
  const bool single = compile.delimiters != pipexpr::Delimiters::angles && source.starts_with("#{") &&
                      !Expression::compile(source.substr(0, source.size() - 1), compile);
  if (single) {
    const std::string inner = source.substr(2, source.size() - 3);
    std::vector<std::string> same = {"#{ \n" + inner + "\t}", "#{(" + inner + ")}"};
    if (compile.delimiters == pipexpr::Delimiters::both && inner.find_first_of("<>}") == inner.npos)
      same.push_back("#<" + inner + ">");
    for (const std::string& text : same) {
      const auto other = value_of(text);
      if (other && *other != *value) answers.error("another value as " + encode(text));
    }
  }
  if (value->kind() == pipexpr::Kind::list) return;
  const auto around = value_of("<" + source + ">");
  if (around && around->to_text() != "<" + value->to_text() + ">") answers.error("another value within text");
}

// What remains when the run is not known gives for this run what the whole gives. What a run's own fields replace is
// named as unknown. An evaluation that reaches a limit says nothing: there is less to do afterwards.
void check_specialized(const Expression& expression, const pipexpr::CompileOptions& compile, const ObjectGraph& graph,
                       const pipexpr::Context& context, const pipexpr::EvaluateOptions& options, Answers& answers) {
  pipexpr::Context known = context;
  known.run.reset();
  pipexpr::SpecializeOptions how{.compile = compile, .evaluate = options};
  for (const pipexpr::Binding& given : context.run->fields) how.unknown_fields.emplace_back(given.name);
  const auto made = pipexpr::specialize(expression, graph, known, how);
  if (!made) return answers.error("specialize fails: " + lines_of(made.error()).front());
  const auto shown = [&](const Expression& which) {
    const auto value = which.evaluate(graph, context, options);
    if (value) return lines_of(value).front();
    std::string codes;
    for (const pipexpr::Diagnostic& why : value.error()) codes += std::string(code_id(why.code)) + " ";
    return codes;
  };
  const std::string before = shown(expression), after = shown(made->expression);
  if (before != after && before.find("E6") == before.npos) {
    answers.error("specialized to '" + encode(made->expression.text()) + "' it gives " + after);
  }
}

// Fields with one text each, as columns of rows that all have them so.
class FieldColumns {
 public:
  FieldColumns(const std::vector<Override>& given, std::size_t rows) {
    for (const Override& field : given) {
      if (field.texts.size() != 1) continue;
      texts_.emplace_back(rows, field.texts[0]);
      all_.push_back({.name = field.name,
                      .values = std::span<const std::string_view>(texts_.back()),
                      .type = field.type,
                      .holds_templates = true});
    }
  }
  std::span<const pipexpr::FieldColumn> all() const { return all_; }

 private:
  std::deque<std::vector<std::string_view>> texts_;
  std::vector<pipexpr::FieldColumn> all_;
};

// Rows that are all this one, each with the value or the diagnostics of a single evaluation.
void check_rows(const std::string& label, const Expression& expression, const ObjectGraph& graph,
                const pipexpr::Rows& rows, const pipexpr::EvaluateOptions& options,
                const pipexpr::CompileOptions* compiled_with, Answers& answers) {
  pipexpr::Evaluator evaluator(options);
  const pipexpr::BatchOptions batch{.max_errors = rows.count, .compiled_with = compiled_with};
  const auto add_errors = [&](const std::string& path, const pipexpr::BatchReport& report) {
    if (!report.ended_by.empty()) return answers.add(path, lines_of(report.ended_by));
    if (report.rows != rows.count || report.failed != report.errors.size())
      answers.error(path + " does not count its rows");
    for (const pipexpr::RowError& error : report.errors) answers.add(path, lines_of(error.why));
  };

  pipexpr::TextColumn texts;
  const pipexpr::BatchReport report = evaluate_rows(evaluator, expression, graph, rows, texts, batch);
  add_errors(label + "rows of text", report);
  for (std::size_t row = 0; row < report.rows; ++row)
    if (texts.has_value(row)) answers.add_text(label + "rows of text", texts.text(row));
}

// The same rows as columns of values: those of another kind have none.
template <class Column, class Want>
void check_typed_rows(const std::string& path, const Expression& expression, const ObjectGraph& graph,
                      const pipexpr::Rows& rows, const pipexpr::EvaluateOptions& options, bool is_of_kind, Want want,
                      Answers& answers) {
  pipexpr::Evaluator evaluator(options);
  Column column;
  const pipexpr::BatchReport report = evaluate_rows(evaluator, expression, graph, rows, column);
  for (std::size_t row = 0; row < report.rows; ++row) {
    if (column.has_value(row) != is_of_kind || (is_of_kind && !want(column, row)))
      return answers.error(path + " have another value");
  }
  for (const pipexpr::RowError& error : report.errors) {
    if (error.why.front().code != pipexpr::DiagnosticCode::wrong_result_kind) answers.add(path, lines_of(error.why));
  }
}

void check_batches(const Row& row, const Expression& expression, const pipexpr::CompileOptions& compile,
                   const ObjectGraph& graph, const pipexpr::Context& context, const pipexpr::EvaluateOptions& options,
                   Answers& answers) {
  constexpr std::size_t kRows = 3, kManyRows = 33;  // so many that what they share is computed once
  check_rows("shared ", expression, graph, {.count = kRows, .shared = context}, options, nullptr, answers);

  const FieldColumns columns(row.setting->fields, kManyRows);
  std::vector<pipexpr::Binding> others;  // fields that no column can have
  for (const pipexpr::Binding& given : context.fields)
    if (given.field.count != 1 || !given.field.items->value.is(pipexpr::Kind::string)) others.push_back(given);
  pipexpr::Context shared = context;
  shared.fields = others;
  const std::vector<pipexpr::ObjectId> objects(kManyRows, context.object);
  std::vector<std::int64_t> starts, ends;
  std::vector<std::uint32_t> attempts;
  if (context.run) {
    starts.assign(kManyRows, context.run->scheduled_start.epoch_millis);
    if (context.run->scheduled_end) ends.assign(kManyRows, context.run->scheduled_end->epoch_millis);
    attempts.assign(kManyRows, context.run->attempt);
  }
  const pipexpr::Rows by_columns{.count = kManyRows,
                                 .shared = shared,
                                 .objects = objects,
                                 .starts = starts,
                                 .ends = ends,
                                 .attempts = attempts,
                                 .fields = columns.all()};
  check_rows("columns as ", expression, graph, by_columns, options, nullptr, answers);
  // What is computed once leaves less to do for each row, so that no limit may be reached.
  const auto value = expression.evaluate(graph, context, options);
  const auto is_limit = [](const pipexpr::Diagnostic& why) { return code_id(why.code)[1] == '6'; };
  if (value || std::none_of(value.error().begin(), value.error().end(), is_limit)) {
    pipexpr::Rows one_object = by_columns;
    one_object.objects = {};
    check_rows("specialized ", expression, graph, one_object, options, &compile, answers);
  }

  const pipexpr::Rows few{.count = kRows, .shared = context};
  const pipexpr::Kind kind = value ? value->kind() : pipexpr::Kind::unset;
  const bool is_boolean = kind == pipexpr::Kind::string && (value->text() == "true" || value->text() == "false");
  using Size = std::size_t;
  check_typed_rows<pipexpr::IntegerColumn>(
      "rows of integers", expression, graph, few, options, kind == pipexpr::Kind::integer,
      [&](const auto& column, Size i) { return column.values[i] == value->integer(); }, answers);
  check_typed_rows<pipexpr::NumberColumn>(
      "rows of numbers", expression, graph, few, options,
      kind == pipexpr::Kind::integer || kind == pipexpr::Kind::number,
      [&](const auto& column, Size i) {
        return column.values[i] ==
               (kind == pipexpr::Kind::number ? value->number() : static_cast<double>(value->integer()));
      },
      answers);
  check_typed_rows<pipexpr::BooleanColumn>(
      "rows of booleans", expression, graph, few, options, is_boolean,
      [&](const auto& column, Size i) { return column.value(i) == (value->text() == "true"); }, answers);
  check_typed_rows<pipexpr::DateTimeColumn>(
      "rows of date-times", expression, graph, few, options, kind == pipexpr::Kind::datetime,
      [&](const auto& column, Size i) { return column.values[i] == value->datetime().epoch_millis; }, answers);
}

std::vector<std::string> run_evaluate(const Row& row) {
  const Setting& setting = *row.setting;
  pipexpr::CompileOptions compile{.delimiters = setting.delimiters, .limits = setting.limits};
  static const pipexpr::FunctionRegistry none;
  if (setting.host_functions) compile.functions = &host_functions();
  if (setting.no_functions) compile.functions = &none;

  pipexpr::LoadOptions load{.source_name = "definition", .compile = compile};
  load.compile.limits = {};
  load.parameter_values = setting.values;
  load.runtime_fields = setting.runtime_fields;
  const auto loaded = PipelineDefinition::load(setting.definition, load);
  if (!loaded) return lines_of(loaded.error());
  const PipelineDefinition& graph = **loaded;

  std::string error;
  const Bindings fields(setting.fields, graph, error), run_fields(setting.run_fields, graph, error);
  pipexpr::Run run{.scheduled_start = {}, .scheduled_end = {}, .attempt = setting.attempt, .fields = run_fields.all()};
  pipexpr::Context context{.fields = fields.all()};
  if (!setting.start.empty()) {
    const auto start = pipexpr::parse_datetime(setting.start), end = pipexpr::parse_datetime(setting.end);
    if (!start || !end) return {"the run's times are malformed"};
    run.scheduled_start = *start;
    run.scheduled_end = *end;
    context.run = run;
  }
  const std::string& object = row.object.empty() ? setting.object : row.object;
  if (!object.empty()) {
    const auto found = graph.find(object);
    if (!found) return {"there is no object " + object};
    context.object = *found;
  }
  if (!error.empty()) return {error};

  Answers answers;
  const auto copied = [&] {
    std::string gone = row.source;  // an expression owns its text
    auto result = Expression::compile(gone, compile);
    gone.assign(gone.size(), '?');
    return result;
  }();
  compile.borrow_source = true;
  const auto borrowed = Expression::compile(row.source, compile);
  compile.borrow_source = false;
  if (!copied) {
    answers.add("compile", lines_of(copied.error()));
    answers.add("compile with a borrowed text",
                borrowed ? std::vector<std::string>{"success"} : lines_of(borrowed.error()));
    return answers.take();
  }
  if (!borrowed) return lines_of(borrowed.error());
  if (copied->text() != row.source) answers.error("text() is not the text given");

  static const std::atomic<bool> set{true};
  pipexpr::EvaluateOptions options{.limits = setting.limits,
                                   .unset_runtime = setting.unset_runtime,
                                   .transitive_runtime_fields = setting.transitive_runtime_fields};
  if (setting.cancelled) options.cancel = &set;
  if (setting.past_deadline) options.deadline = std::chrono::steady_clock::time_point{};
  evaluate_all("", *copied, graph, context, options, answers);
  evaluate_all("borrowed ", *borrowed, graph, context, options, answers);
  evaluate_all("bound ", copied->bind(graph), graph, context, options, answers);
  const auto empty = PipelineDefinition::load(R"({"objects": []})");
  evaluate_all("bound to another graph ", copied->bind(**empty), graph, context, options, answers);
  options.testing_interpreter_only = true;
  evaluate_all("by the interpreter ", *copied, graph, context, options, answers);
  evaluate_all("by the interpreter, bound ", copied->bind(graph), graph, context, options, answers);
  options.testing_interpreter_only = false;
  Pairs pairs;
  options.listener = &pairs;
  evaluate_all("watched ", *copied, graph, context, options, answers);
  evaluate_all("watched bound ", copied->bind(graph), graph, context, options, answers);
  if (pairs.crossed) answers.error("enter_field and leave_field do not pair, or a span leaves its text");
  check_canonical(*copied, compile, answers);
  check_variants(*copied, compile, graph, context, options, answers);
  if (context.run) check_specialized(*copied, compile, graph, context, options, answers);
  options.listener = nullptr;
  check_batches(row, copied->bind(graph), compile, graph, context, options, answers);
  return answers.take();
}

std::vector<std::string> run_load(const Row& row) {
  pipexpr::LoadOptions options;
  options.compile.limits = row.setting->limits;
  options.limits = row.setting->limits;
  options.parameter_values = row.setting->values;
  const auto loaded = PipelineDefinition::load(row.source, options);
  if (!loaded) return lines_of(loaded.error());
  return {"=> " + std::to_string((*loaded)->object_count()) + " objects, " +
          std::to_string((*loaded)->parameters().size()) + " parameters"};
}

// "name(kind, kind)" or "name without a body".
std::vector<std::string> run_add(const Row& row) {
  pipexpr::FunctionRegistry functions = pipexpr::FunctionRegistry::standard();
  pipexpr::FunctionSpec spec;
  spec.name = row.source.substr(0, std::min(row.source.find('('), row.source.find(" without")));
  if (row.source.find(" without a body") == std::string::npos)
    spec.body = [](pipexpr::Call& call) { return call.return_value(std::int64_t{1}); };
  std::size_t at = row.source.find('(');
  while (at < row.source.size() && row.source[at] != ')') {
    const std::size_t end = row.source.find_first_of(",)", at + 1);
    std::string kind = row.source.substr(at + 1, end - at - 1);
    kind.erase(0, kind.find_first_not_of(' '));
    for (int i = 0; i <= static_cast<int>(pipexpr::Kind::list); ++i)
      if (short_kind(static_cast<pipexpr::Kind>(i)) == kind)
        spec.parameters.push_back({"p" + std::to_string(spec.parameters.size()), static_cast<pipexpr::Kind>(i)});
    at = end;
  }
  const auto added = functions.add(spec);
  if (!added) return lines_of(added.error());
  return {"=> added"};
}

}  // namespace

std::vector<std::string> outcome(const Row& row) {
  switch (row.form) {
    case Form::load: return run_load(row);
    case Form::add: return run_add(row);
    case Form::evaluate: break;
  }
  return run_evaluate(row);
}

}  // namespace conformance
