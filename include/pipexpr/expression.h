// Expression: a template, compiled once and evaluated many times.
//
//   auto path = pipexpr::Expression::compile("s3://bucket/#{format(@scheduledStartTime,'YYYY-MM-dd')}.csv");
//   if (!path) { for (auto& d : path.error()) std::cerr << pipexpr::render(d); return 1; }
//
//   path->evaluate(graph, {.object = activity, .run = run})        // Result<Value>, convenient
//
//   pipexpr::Evaluator evaluator;                                   // one per thread: reused memory
//   pipexpr::TextBuffer out;
//   auto bound = path->bind(graph);                                 // names become numbers
//   for (const pipexpr::Run& run : runs) {                          // no allocation once warm
//     out.clear();
//     if (auto done = evaluator.append(bound, graph, {.object = activity, .run = run}, out); !done)
//     report(done.error());
//   }
//
//   pipexpr::Expression::compile("#{1 +}")      // E103 expected a number, a string in quotes, a name or "(", found ...
//
// An Expression is immutable, cheap to copy (shared ownership) and safe to use from any number of threads at once. It
// owns its text unless CompileOptions::borrow_source was set; one that was moved from is still the same expression. An
// Evaluator belongs to one thread at a time. Nothing here throws but std::bad_alloc; an exception of the graph, of a
// function or of a listener becomes diagnostic E901.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/checked.h>
#include <pipexpr/context.h>
#include <pipexpr/export.h>
#include <pipexpr/options.h>
#include <pipexpr/result.h>

namespace pipexpr {

// The library's own.
namespace eval {
class EvaluatorImpl;
class ExpressionAccess;
class Program;
struct BoundNames;
}  // namespace eval

class PIPEXPR_API Expression {
 public:
  // The empty template: its value is the empty text.
  Expression();
  Expression(const Expression&) noexcept = default;
  Expression& operator=(const Expression&) noexcept = default;
  ~Expression() = default;

  // Compiles a template: text with any number of expressions in it. All errors of the text are reported, up to
  // CompileLimits::max_diagnostics. Linear in the length of the text.
  static Result<Expression> compile(std::string_view text, const CompileOptions& options = {});

  // The same expression with its field names resolved to the graph's keys. Evaluating it against another graph works
  // and is merely slower; so does an expression whose graph threw while it was asked for a key.
  Expression bind(const ObjectGraph& graph) const;
  // Whether names are resolved to that graph's keys. Another version of a graph, a copy too, is another graph: a host
  // that loads a new one binds its expressions again, or they are as slow as if they never had been.
  bool is_bound_to(const ObjectGraph& graph) const;

  // Shorthands for a single evaluation: what `value` and `append` of a new Evaluator give. Hot loops keep an Evaluator.
  Result<Value> evaluate(const ObjectGraph& graph, const Context& context = {},
                         const EvaluateOptions& options = {}) const;
  Result<std::string> evaluate_text(const ObjectGraph& graph, const Context& context = {},
                                    const EvaluateOptions& options = {}) const;

  std::string_view text() const;
  bool is_literal() const;  // no expression in it: the value is the text

  // The expressions of the template, each as its canonical text: what prints the same means the same.
  std::vector<std::string> canonical() const;

  // Held by the compiled form, the text included when owned, and by what `bind` has resolved.
  std::size_t memory_bytes() const;

 private:
  friend class eval::ExpressionAccess;
  explicit Expression(std::shared_ptr<const eval::Program> program) noexcept : program_(std::move(program)) {}
  std::shared_ptr<const eval::Program> program_;
  std::shared_ptr<const eval::BoundNames> bound_names_;
};

// A growing text that keeps its memory when cleared.
class PIPEXPR_API TextBuffer {
 public:
  TextBuffer() = default;
  TextBuffer(TextBuffer&& other) noexcept;
  TextBuffer& operator=(TextBuffer&& other) noexcept;
  ~TextBuffer();

  std::string_view view() const { return {data_, size_}; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  void clear() { size_ = 0; }
  // Memory for `more` bytes after the text; `commit` adds what was written there to the text, at most so many bytes:
  // builds with PIPEXPR_CHECKED abort when there are more.
  char* prepare(std::size_t more) {
    if (capacity_ - size_ < more) grow(more);
    return data_ + size_;
  }
  void commit(std::size_t written) {
    PIPEXPR_CHECK(written <= capacity_ - size_);
    size_ += written;
  }
  // Gives back the memory that the text does not need.
  void shrink();
  // Drops what comes after the first `size` bytes.
  void truncate(std::size_t size) { size_ = size < size_ ? size : size_; }

 private:
  void grow(std::size_t more);
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

// What one evaluation has taken of what its limits allow.
struct Usage {
  std::uint64_t steps = 0;
  std::uint64_t references = 0;   // fields and parameters read
  std::uint64_t bytes = 0;        // for intermediate values, as EvaluationLimits::max_memory_bytes counts them
  bool has_read_secrets = false;  // so its result may hold one
};

class PIPEXPR_API Evaluator {
 public:
  explicit Evaluator(const EvaluateOptions& options = {});
  Evaluator(Evaluator&&) noexcept;  // one that was moved from may be assigned to and destroyed, and nothing else
  Evaluator& operator=(Evaluator&&) noexcept;
  ~Evaluator();

  // Appends the result's text (a list as a JSON array, see docs/language.md). On failure nothing is appended.
  Result<void> append(const Expression& expression, const ObjectGraph& graph, const Context& context, TextBuffer& out);

  // The result's text in pieces, without copying the template's own text: for writev. The pieces are valid until the
  // next call, as long as the expression and the graph live. On failure `out` is empty.
  Result<void> pieces(const Expression& expression, const ObjectGraph& graph, const Context& context,
                      std::vector<std::string_view>& out);

  // The result as an owned value.
  Result<Value> value(const Expression& expression, const ObjectGraph& graph, const Context& context);

  // The result as it is computed, if it is of this kind, and error E310 if it is of another: a string that spells a
  // number is a string. Of a number an integer is taken too, as the nearest double; a boolean is the string "true" or
  // "false", as the language has none. No text is made, and nothing is allocated once warm.
  Result<std::int64_t> integer(const Expression& expression, const ObjectGraph& graph, const Context& context);
  Result<double> number(const Expression& expression, const ObjectGraph& graph, const Context& context);
  Result<bool> boolean(const Expression& expression, const ObjectGraph& graph, const Context& context);
  Result<DateTime> datetime(const Expression& expression, const ObjectGraph& graph, const Context& context);

  // Of the last evaluation, also when it failed.
  Usage usage() const;

  // What the evaluator holds for evaluations to come. Of the memory for values it keeps at most 1 MiB from one
  // evaluation to the next, of compiled texts 16 MiB; `shrink` gives all of it back.
  std::size_t memory_bytes() const;
  void shrink();

  const EvaluateOptions& options() const;
  // For the evaluations to come; warm memory stays. The deadline alone is cheap to change each time.
  void set_options(const EvaluateOptions& options);
  void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline);

 private:
  std::unique_ptr<eval::EvaluatorImpl> impl_;
};

}  // namespace pipexpr
