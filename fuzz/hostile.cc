// A host that wants to break the engine: a graph and functions that return every kind, every double, every enum value,
// items that they use again, wrong counts, references to nowhere, that throw, change their mind and answer late.
// Whatever it does, the result is a value or a diagnostic, and the same on every way to evaluate, in batches too.
#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <pipexpr/pipexpr.h>

#include "fuzz.h"

namespace {

using namespace pipexpr;

constexpr std::size_t kMaxItems = 6;

// A sequence that a seed determines, so that two evaluations of one input meet the same host.
class Tricks {
 public:
  explicit Tricks(std::uint64_t seed) : state_(seed | 1) {}
  std::uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ * 0x2545F4914F6CDD1DU;
  }
  std::uint64_t below(std::uint64_t bound) { return (next() >> 16) % bound; }

 private:
  std::uint64_t state_;
};

// What becomes of a field, from its name alone; only `fickle` changes from question to question.
std::uint64_t mixed(std::uint64_t seed, std::uint64_t object, std::string_view name) {
  std::uint64_t hash = seed ^ (object * 0x9E3779B97F4A7C15U);
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

double any_double(Tricks& tricks) {
  static constexpr double kDoubles[] = {0.0,
                                        -0.0,
                                        1.0,
                                        0.1,
                                        -1e308,
                                        1e308,
                                        5e-324,
                                        std::numeric_limits<double>::infinity(),
                                        -std::numeric_limits<double>::infinity(),
                                        std::numeric_limits<double>::quiet_NaN(),
                                        9007199254740993.0,
                                        -9.3e18};
  if (tricks.below(3) != 0) return kDoubles[tricks.below(std::size(kDoubles))];
  const std::uint64_t bits = tricks.next();
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

DateTime any_time(Tricks& tricks) {
  static const std::array<TimeZone, 4> kZones = {TimeZone(), parse_time_zone("America/New_York").value(),
                                                 TimeZone::from_code(12345), TimeZone::from_code(0xFFFFFFFF)};
  const auto millis = static_cast<std::int64_t>(tricks.below(3) == 0 ? tricks.next() : tricks.below(4'000'000'000'000));
  return {millis, kZones[tricks.below(kZones.size())]};
}

constexpr std::string_view kTexts[] = {"",
                                       "a",
                                       "12",
                                       "1.5",
                                       "2024-05-24T00:00:00",
                                       "3 days",
                                       "true",
                                       "#{a}",
                                       "x#{b}y",
                                       "#{",
                                       "#{1 +}",
                                       "#{a + b}",
                                       "#{r.a}",
                                       "#{f(a)}",
                                       "#{l}",
                                       "#{c}#{d}",
                                       "YYYY-MM",
                                       "\xff\xfe",
                                       "#{*s}",
                                       "#<a>",
                                       "Europe/Paris",
                                       "99999999999999999999"};
// What the secret field is: no message may show it.
constexpr std::string_view kSecret = "hunter2-\xC3\xA9'\"x";
constexpr std::string_view kNames[] = {"a", "b", "c", "d", "r", "l", "*s", "@x", "node", "parent", "fickle"};

ValueView any_value(Tricks& tricks, std::vector<ValueView>& memory, int depth);

ValueView any_list(Tricks& tricks, std::vector<ValueView>& memory, int depth) {
  const std::size_t count = tricks.below(4), first = memory.size();
  if (first + count > memory.capacity()) return ValueView("full");
  memory.resize(first + count);
  for (std::size_t i = 0; i < count; ++i) {
    const ValueView item = any_value(tricks, memory, depth + 1);
    memory[first + i] = item;
  }
  return {memory.data() + first, static_cast<std::uint32_t>(count)};
}

ValueView any_value(Tricks& tricks, std::vector<ValueView>& memory, int depth) {
  switch (tricks.below(depth < 3 ? 9 : 8)) {
    case 0: return {};
    case 1: return {kTexts[tricks.below(std::size(kTexts))], static_cast<SlotType>(tricks.below(12))};
    case 2: return static_cast<std::int64_t>(tricks.below(2) == 0 ? tricks.below(20) : tricks.next());
    case 3: return any_double(tricks);
    case 4: return any_time(tricks);
    case 5:
      return Period{static_cast<std::int64_t>(tricks.next() >> tricks.below(60)),
                    static_cast<TimeUnit>(tricks.below(9))};
    case 6: {
      static constexpr ObjectId kObjects[] = {ObjectId{0}, ObjectId{1}, ObjectId{2}, kNoObject, ObjectId{77}};
      return {kObjects[tricks.below(std::size(kObjects))], static_cast<Sphere>(tricks.below(4))};
    }
    case 7: return tricks.below(2) == 0;
    default: return any_list(tricks, memory, depth);
  }
}

// What bindings lie in, for one execution.
struct BindingMemory {
  std::vector<ValueView> values;
  std::deque<FieldItem> items;
};

// Values of the context or the run, for names that the graph has, too.
std::vector<Binding> any_bindings(Tricks& tricks, BindingMemory& memory) {
  std::vector<Binding> made;
  for (std::uint64_t count = tricks.below(4); count > 0; --count) {
    FieldItem item = FieldItem::of_value(any_value(tricks, memory.values, 0));
    if (tricks.below(4) == 0) item = FieldItem::of_text(kTexts[tricks.below(std::size(kTexts))]);
    const std::uint32_t size = tricks.below(8) == 0 ? 0 : 1;
    made.push_back({.name = kNames[tricks.below(std::size(kNames))],
                    .field = {.items = size == 0 ? nullptr : &memory.items.emplace_back(item),
                              .count = size,
                              .type = static_cast<SlotType>(tricks.below(12))}});
  }
  return made;
}

class Hostile final : public ObjectGraph {
 public:
  Hostile(std::uint64_t seed, const std::vector<Expression>& compiled) : seed_(seed), compiled_(compiled) {
    memory_.reserve(4096);
  }

  // Before each evaluation.
  void restart() const {
    memory_.clear();
    items_.clear();
    questions_ = 0;
    was_fickle = has_secret_been_read = false;
  }

  bool field(ObjectId object, const FieldName& name, Field& out) const override {
    ++questions_;
    std::uint64_t seed = mixed(seed_, static_cast<std::uint64_t>(object), name.text);
    if (name.text == "fickle") {
      seed += questions_;
      was_fickle = true;
    }
    Tricks tricks(seed);
    if (name.text == "*s" && tricks.below(4) != 0) {
      fill_secret(out);
      return true;
    }
    switch (tricks.below(16)) {
      case 0: return false;
      case 1: throw std::runtime_error("no connection for " + std::string(kSecret.substr(0, tricks.below(2) * 99)));
      case 2: throw 42;
      case 3: reenter(); break;
      default: break;
    }
    fill(tricks, out);
    return true;
  }
  bool parameter(const FieldName& name, Field& out) const override {
    Tricks tricks(mixed(seed_, 99, name.text));
    if (tricks.below(2) == 0) return false;
    fill(tricks, out);
    return true;
  }
  std::optional<ObjectId> find(std::string_view id) const override {
    if (id == "a") throw std::runtime_error("cannot search");
    if (id == "O") return ObjectId{1};
    return std::nullopt;
  }
  std::string_view id(ObjectId object) const override {
    if (object == ObjectId{2}) throw std::runtime_error("no id");
    return object == kNoObject ? std::string_view() : "O";
  }
  FieldKey key(std::string_view name) const override {
    return name == "d" ? kNoKey : static_cast<FieldKey>(name.size());  // the same number for many names
  }
  void names(ObjectId, const std::function<void(std::string_view)>& visit) const override {
    for (const std::string_view name : kNames) visit(name);
  }
  bool has_instances(ObjectId object) const override { return static_cast<std::uint64_t>(object) % 2 == 0; }
  std::string_view why_no_node(ObjectId) const override { return {}; }

  mutable bool was_fickle = false;  // it gave what it would not give again
  mutable bool has_secret_been_read = false;
  mutable Evaluator* evaluator = nullptr;  // the one that is at work
  const Expression* inner = nullptr;

 private:
  void fill_secret(Field& out) const {
    std::vector<FieldItem>& items = items_.emplace_back();
    items.push_back(FieldItem::of_value(ValueView(kSecret)));
    out.items = items.data();
    out.count = 1;
    has_secret_been_read = has_secret_been_read || !entered_;  // by the evaluation that is watched
  }
  void fill(Tricks& tricks, Field& out) const {
    std::vector<FieldItem>& items = items_.emplace_back();
    items.reserve(kMaxItems);
    const std::size_t count = tricks.below(6) == 0 ? tricks.below(kMaxItems) : 1;
    for (std::size_t i = 0; i < count; ++i) {
      FieldItem item = FieldItem::of_value(any_value(tricks, memory_, 0));
      switch (tricks.below(8)) {
        case 0:
        case 1: item = FieldItem::of_text(kTexts[tricks.below(std::size(kTexts))]); break;
        case 2: item.form = FieldItem::Form::text; break;  // of any kind of value
        case 3: item = FieldItem::of_expression(compiled_[tricks.below(compiled_.size())]); break;
        case 4: {
          item.form = FieldItem::Form::compiled;
          item.expression = nullptr;
          break;
        }
        default: break;
      }
      items.push_back(item);
    }
    out.items = tricks.below(16) == 0 ? nullptr : items.data();
    out.count = static_cast<std::uint32_t>(count);
    out.type = static_cast<SlotType>(tricks.below(12));
    out.required = tricks.below(2) == 0;
    out.identity = nullptr;
  }

  // With the evaluator that asks, and with another one.
  void reenter() const {
    if (inner == nullptr) return;
    if (std::exchange(entered_, true)) return;
    Evaluator other;
    TextBuffer out;
    (void)other.append(*inner, *this, {.object = ObjectId{1}}, out);
    if (evaluator != nullptr) (void)evaluator->append(*inner, *this, {.object = ObjectId{1}}, out);
    entered_ = false;
  }

  std::uint64_t seed_;
  const std::vector<Expression>& compiled_;
  mutable std::vector<ValueView> memory_;
  mutable std::vector<std::vector<FieldItem>> items_;
  mutable std::uint64_t questions_ = 0;
  mutable bool entered_ = false;
};

std::uint64_t current_seed = 0;

// Whatever was declared, anything may come back.
bool any_result(Call& call, std::uint64_t number) {
  Tricks tricks(mixed(current_seed, number, call.size() == 0 ? "" : kind_name(call.value(0).kind())));
  static thread_local std::vector<ValueView> memory;
  memory.clear();
  memory.reserve(64);
  const ValueView value = any_value(tricks, memory, 0);
  switch (tricks.below(12)) {
    case 0: return true;
    case 1: return false;
    case 2: return call.fail("refused");
    case 3: throw std::runtime_error("function");
    case 4: throw 42;
    case 5: return call.return_list(std::vector<ValueView>{value, value});
    case 6: return call.fail_at(tricks.below(9), {7, 1'000}, DiagnosticCode::function_failed, "there");
    case 7: {
      const std::size_t size = tricks.below(40);
      char* const text = call.allocate_text(size);
      if (text != nullptr) std::fill_n(text, size, 'r');
      if (tricks.below(4) == 0) (void)call.return_list(std::vector<ValueView>(tricks.below(30), value));
      if (tricks.below(4) == 0) (void)call.return_value(std::string(tricks.below(500), 'v'));
      const bool first = call.return_text(tricks.below(4) == 0 ? tricks.next() : tricks.below(size + 2));
      return tricks.below(4) == 0 ? call.return_text(tricks.below(3)) || first : first;
    }
    case 8: return call.return_text(tricks.below(9));
    default: break;
  }
  switch (value.kind()) {
    case Kind::unset: return true;
    case Kind::string: return call.return_value(value.text());
    case Kind::integer: return call.return_value(value.integer());
    case Kind::number: return call.return_value(value.number());
    case Kind::datetime: return call.return_value(value.datetime());
    case Kind::period: return call.return_value(value.period());
    case Kind::reference: return call.return_value(value.object(), value.sphere());
    case Kind::list: break;
  }
  return call.return_list({value.begin(), value.size()});
}

const FunctionRegistry& functions() {
  static const FunctionRegistry registry = [] {
    FunctionRegistry made = FunctionRegistry::standard();
    for (std::uint64_t i = 0; i <= static_cast<std::uint64_t>(Kind::list); ++i) {
      made.add({.name = "f" + std::to_string(i),
                .parameters = {{"of", kAnyKind}},
                .variadic = true,
                .result = i == 0 ? kAnyKind : static_cast<Kind>(i),
                .body = [i](Call& call) { return any_result(call, i); }})
          .value();
    }
    return made;
  }();
  return registry;
}

const std::vector<Expression>& expressions() {
  static const std::vector<Expression> made = [] {
    std::vector<Expression> all;
    for (const char* text : {"plain", "#{a}", "x#{b}y", "#{a + b}", "#{f0(a)}#{f1(l)}", "#{r.a}", "#{d}"}) {
      all.push_back(Expression::compile(text, {.functions = &functions()}).value());
    }
    return all;
  }();
  return made;
}

std::string a_template(fuzz::Bytes& bytes) {
  static constexpr std::string_view kPieces[] = {"#{a}",
                                                 "#{b}",
                                                 "#{r.a}",
                                                 "#{l}",
                                                 "#{a + b}",
                                                 "#{a * 2 - c}",
                                                 "#{f0(a)}",
                                                 "#{f1(a, b)}",
                                                 "#{f2()}",
                                                 "#{f3(l)}",
                                                 "#{f4(d) + 'x'}",
                                                 "#{f5(*s)}",
                                                 "#{f6(r).a}",
                                                 "#{f7(l)}",
                                                 "#{fickle}",
                                                 "#{*s}",
                                                 "#{-a}",
                                                 "#{format(a, b)}",
                                                 "text",
                                                 "#{plusPeriod(a, b)}",
                                                 "#{node.a}",
                                                 "#{parent}",
                                                 "#{O.a}",
                                                 "#{inTimeZone(a, c)}",
                                                 "#{@x}",
                                                 "#{a ^ b}",
                                                 "#{r.r.l}",
                                                 "#{plusDays(l, 1)}",
                                                 "#{d + l}",
                                                 "#{day(a)}",
                                                 "#{1 - *s}",
                                                 "#{day(*s)}",
                                                 "#{format(d, *s)}",
                                                 "#{inTimeZone(a, *s)}",
                                                 "#{r.*s}",
                                                 "#{f5(*s + 'x')}",
                                                 "#{@scheduledStartTime}",
                                                 "#{year(@scheduledStartTime)}",
                                                 "#{@scheduledEndTime}",
                                                 "#{@id}"};
  std::string text;
  for (int count = 1 + bytes.byte() % 4; count > 0; --count) text += kPieces[bytes.byte() % std::size(kPieces)];
  return text;
}

// Nothing that is shown has the secret in it.
void check_mask(const Diagnostic& why) {
  const std::string_view part = kSecret.substr(0, 7);
  FUZZ_CHECK(why.message.find(part) == std::string::npos);
  for (const std::string& argument : why.arguments) FUZZ_CHECK(argument.find(part) == std::string::npos);
  for (const PathStep& step : why.path) FUZZ_CHECK(step.text.find(part) == std::string::npos);
  if (why.replacement) FUZZ_CHECK(why.replacement->text.find(part) == std::string::npos);
}

// Diagnostics as one text, each of which is as it should be.
std::string said(const Diagnostics& all, const Expression& expression, bool has_secret_been_read) {
  std::string text;
  for (const Diagnostic& why : all) {
    FUZZ_CHECK(why.code != DiagnosticCode::internal_error && !why.message.empty());
    if (has_secret_been_read) check_mask(why);
    FUZZ_CHECK(!render(why, {.source = expression.text()}).empty());
    text += std::string(code_id(why.code)) + why.message + std::to_string(why.span.offset) + "\n";
  }
  return text;
}

std::string outcome(const Hostile& graph, Evaluator& evaluator, const Expression& expression, const Context& context) {
  graph.restart();
  graph.evaluator = &evaluator;
  TextBuffer out;
  const auto done = evaluator.append(expression, graph, context, out);
  graph.evaluator = nullptr;
  FUZZ_CHECK(done.has_value() == done.error().empty());
  if (done) return "= " + std::string(out.view());
  FUZZ_CHECK(out.size() == 0);
  return said(done.error(), expression, graph.has_secret_been_read);
}

constexpr std::size_t kRows = 3;

// The same evaluation as every row of a batch. Calls `check(column, row, why)` for each, where `why` is empty for a
// value, unless the graph has given what it would not give again.
template <class Column, class Check>
void in_batch(const Hostile& graph, const EvaluateOptions& options, const Expression& expression,
              const Context& context, Check check) {
  Evaluator evaluator(options);
  bool is_fickle = false, has_secret_been_read = false;
  const auto row_ended = [&](std::size_t) {
    is_fickle = is_fickle || graph.was_fickle;
    has_secret_been_read = has_secret_been_read || graph.has_secret_been_read;
    graph.restart();
  };
  Column column;
  graph.restart();
  graph.evaluator = &evaluator;
  const BatchReport report = evaluate_rows(evaluator, expression, graph, {.count = kRows, .shared = context}, column,
                                           {.row_ended = row_ended});
  graph.evaluator = nullptr;
  FUZZ_CHECK(report.ended_by.empty() && report.rows == kRows && report.failed == report.errors.size());
  std::vector<std::string> why(kRows);
  for (const RowError& error : report.errors) {
    FUZZ_CHECK(error.row < kRows && !error.why.empty() && why[error.row].empty());
    why[error.row] = said(error.why, expression, has_secret_been_read);
  }
  for (std::size_t row = 0; row < kRows; ++row) {
    FUZZ_CHECK(column.has_value(row) == why[row].empty());
    if (!is_fickle) check(column, row, why[row]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes(data, size);
  const auto seed = static_cast<std::uint64_t>(bytes.number());
  current_seed = seed;
  const std::uint8_t how = bytes.byte();
  const std::string text = a_template(bytes);
  const auto compiled = Expression::compile(text, {.functions = &functions()});
  if (!compiled) return 0;
  Hostile graph(seed, expressions());
  graph.inner = &expressions()[how % expressions().size()];
  Context context{.object = static_cast<ObjectId>(how % 5 == 4 ? 77 : how % 3)};
  Tricks tricks(seed);
  BindingMemory memory;
  memory.values.reserve(512);
  const std::vector<Binding> own = any_bindings(tricks, memory), of_run = any_bindings(tricks, memory);
  if (how % 7 == 0) context.fields = own;
  if (how % 2 == 0) {
    context.run = Run{.scheduled_start = any_time(tricks), .attempt = how % 3U};
    if (how % 3 == 0) context.run->scheduled_end = any_time(tricks);
    if (how % 5 == 0) context.run->fields = of_run;
  }
  EvaluateOptions options;
  options.limits.max_steps = 2'000;
  options.limits.max_memory_bytes = 100'000;
  options.limits.max_output_bytes = 10'000;
  options.limits.max_list_items = 20;
  const Expression bound = how % 4 < 2 ? compiled->bind(graph) : *compiled;
  Evaluator evaluator(options);
  const std::string first = outcome(graph, evaluator, bound, context);
  bool is_fickle = graph.was_fickle;
  const std::string again = outcome(graph, evaluator, bound, context);
  is_fickle = is_fickle || graph.was_fickle;
  options.testing_interpreter_only = true;
  Evaluator interpreter(options);
  const std::string slow = outcome(graph, interpreter, bound, context);
  if (!is_fickle && !graph.was_fickle) {
    FUZZ_CHECK(first == again);
    FUZZ_CHECK(first == slow);
  }
  graph.restart();
  const auto value = interpreter.value(bound, graph, context);
  const std::string shown = value ? value->to_text() : "";
  if (!is_fickle && !graph.was_fickle) {
    FUZZ_CHECK(value.has_value() == slow.starts_with('='));
    FUZZ_CHECK(!value || "= " + shown == slow);
  }
  if (is_fickle || graph.was_fickle) return 0;
  options.testing_interpreter_only = false;
  in_batch<TextColumn>(graph, options, bound, context, [&](const TextColumn& column, std::size_t row, const auto& why) {
    FUZZ_CHECK(first == (why.empty() ? "= " + std::string(column.text(row)) : why));
  });
  // A typed column has no value where the text is none of its kind, and says so or what went wrong before. It makes no
  // text, and so never asks for the id of a reference.
  const auto is_right = [&](const std::string& why, bool is_of_kind) {
    const bool is_refused = why.starts_with("E310") && (value || slow.find("no id") != std::string::npos);
    FUZZ_CHECK(why.empty() ? is_of_kind : is_refused ? !is_of_kind : !value && why == slow);
  };
  const Kind kind = value ? value->kind() : Kind::unset;
  in_batch<IntegerColumn>(graph, options, bound, context, [&](const auto& column, std::size_t row, const auto& why) {
    is_right(why, kind == Kind::integer);
    FUZZ_CHECK(!why.empty() || column.values[row] == value->integer());
  });
  in_batch<NumberColumn>(graph, options, bound, context, [&](const auto&, std::size_t, const auto& why) {
    is_right(why, kind == Kind::integer || kind == Kind::number);
  });
  in_batch<BooleanColumn>(graph, options, bound, context, [&](const auto& column, std::size_t row, const auto& why) {
    is_right(why, shown == "true" || shown == "false");
    FUZZ_CHECK(!why.empty() || column.value(row) == (shown == "true"));
  });
  in_batch<DateTimeColumn>(graph, options, bound, context, [&](const auto& column, std::size_t row, const auto& why) {
    is_right(why, kind == Kind::datetime);
    FUZZ_CHECK(!why.empty() || column.values[row] == value->datetime().epoch_millis);
  });
  return 0;
}
