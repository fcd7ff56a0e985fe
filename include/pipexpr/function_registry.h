// Functions: the built-in ones, and those a host adds. The built-in ones use nothing that a host could not.
//
//   auto functions = pipexpr::FunctionRegistry::standard();
//   functions.add({.name = "bucketFor",
//                  .parameters = {{"team", pipexpr::Kind::string}},
//                  .result = pipexpr::Kind::string,
//                  .description = "the S3 bucket of a team",
//                  .body = [](pipexpr::Call& call) { return call.give("s3://" + std::string(call.text(0)));
//                  }}).value();
//   auto e = pipexpr::Expression::compile("#{bucketFor(team)}/in", {.functions = &functions});
//   functions.add({.name = "format", ...});                      // a diagnostic: it exists
//
//   functions.add({.name = "today", .result = pipexpr::Kind::datetime,
//                  .body = [](pipexpr::Call& call) { return call.give(call.context().now); }}).value();
//
// A body must be safe to call from any thread. A function that is declared `pure` gives the same result for the same
// arguments, whatever the context: its calls with constant arguments are evaluated while compiling. All others are
// called when the expression is evaluated. A call that fails may be made again to report why. It must not throw; an
// exception that escapes becomes diagnostic E901. An expression keeps the bodies it uses.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/context.h>
#include <pipexpr/export.h>
#include <pipexpr/function_body.h>
#include <pipexpr/limits.h>
#include <pipexpr/result.h>
#include <pipexpr/value.h>

namespace pipexpr {

// One call: arguments already converted to the declared kinds, and the place for the result.
class PIPEXPR_API Call {
 public:
  std::size_t size() const { return count_; }
  std::string_view text(std::size_t i) const { return arguments_[i].text(); }
  std::int64_t integer(std::size_t i) const { return arguments_[i].integer(); }
  double number(std::size_t i) const { return arguments_[i].number(); }
  DateTime datetime(std::size_t i) const { return arguments_[i].datetime(); }
  Period period(std::size_t i) const { return arguments_[i].period(); }
  // What FunctionSpec::prepare made of its argument.
  template <class T>
  const T& prepared() const {
    return *static_cast<const T*>(prepared_);
  }
  // The context of the evaluation; its user_data is the host's own.
  const Context& context() const { return *context_; }
  // The graph of the evaluation; nullptr while a pure function is called by the compiler.
  const ObjectGraph* graph() const { return graph_; }

  // Gives the result; each returns true, to be the body's last line. Text is copied.
  template <IntegerType T>
  bool give(T value) {
    if (!fits_integer(value)) return fail("the result does not fit in a 64-bit integer");
    return result_ = ValueView(value), true;
  }
  template <std::same_as<bool> T>
  bool give(T value) {  // the string "true" or "false"
    return result_ = ValueView(value), true;
  }
  template <CharacterType T>
  bool give(T) = delete;
  bool give(double value) { return result_ = ValueView(value), true; }
  bool give(DateTime value) { return result_ = ValueView(value), true; }
  bool give(Period value) { return result_ = ValueView(value), true; }
  bool give(ObjectId object, Sphere sphere = Sphere::component) { return result_ = ValueView(object, sphere), true; }
  bool give(std::string_view text);
  // Writes text in place: at most `size` bytes into the memory returned, then give_room with the number written.
  // nullptr: a limit was reached; return false.
  char* room(std::size_t size) {
    if (size >= place_size_) return other_room(size);
    place_size_ = 0;  // once: a second text must not overwrite the first
    return room_ = place_;
  }
  bool give_room(std::size_t written) {
    if (room_ != place_) keep(written);
    return result_ = ValueView(std::string_view(room_, written)), true;
  }

  // Refuses the call; returns false. With an argument, the diagnostic points into it.
  bool fail(DiagnosticCode code, std::string message);
  bool fail(std::string message) { return fail(DiagnosticCode::function_failed, std::move(message)); }
  bool fail_at(std::size_t argument, SourceSpan part, DiagnosticCode code, std::string message);

 private:
  friend class CallAccess;
  char* other_room(std::size_t size);
  void keep(std::size_t written);

  const ValueView* arguments_ = nullptr;
  std::size_t count_ = 0;
  const void* prepared_ = nullptr;
  const Context* context_ = nullptr;
  const ObjectGraph* graph_ = nullptr;
  void* engine_ = nullptr;
  char* place_ = nullptr;  // where the text will stand in the end, when that is known
  std::size_t place_size_ = 0;
  bool is_trial_ = false;  // a failure is not reported: the call will be made again
  char* room_ = nullptr;
  ValueView result_;
};

struct Parameter {
  std::string name = {};
  Kind kind = Kind::string;  // string, integer, number, datetime or period
};

// What became of preparing an argument: an object, or why not and where in the argument's text.
struct Prepared {
  std::shared_ptr<const void> object = {};
  DiagnosticCode code = DiagnosticCode::function_failed;
  std::string message = {};
  SourceSpan part = {};
};

struct FunctionSpec {
  std::string name = {};
  std::vector<Parameter> parameters = {};
  Kind result = Kind::string;
  std::string description = {};  // one line: what the result is
  bool pure = false;  // the result depends on the arguments alone: constant calls are evaluated while compiling
  FunctionBody body = {};
  // Optional: parses one text argument ahead of the calls (a date pattern, a regular expression). A literal argument is
  // prepared once when compiling, another one when its text changes. Call::prepared gives the object.
  std::function<Prepared(std::string_view, const Limits&)> prepare = {};
  std::size_t prepared_parameter = 0;
};

class FunctionTable;  // an immutable list of functions

class PIPEXPR_API FunctionRegistry {
 public:
  // No functions at all; `standard()` has the service's. A registry is a value: copies are independent.
  FunctionRegistry();
  static const FunctionRegistry& standard();

  // Adds a function; a diagnostic when the name is not an identifier, exists already or the spec lacks a body.
  Result<void> add(FunctionSpec spec);
  // The same, in the place of the function of that name if there is one.
  Result<void> replace(FunctionSpec spec);
  // Drops the function of that name; false when there is none. What is compiled already keeps it.
  bool remove(std::string_view name);

  // By exact name; nullptr when there is none. Valid as long as some registry or expression holds the function.
  std::shared_ptr<const FunctionSpec> find(std::string_view name) const;

  // In the order of registration. Valid until a function is added or the registry ends.
  std::span<const std::shared_ptr<const FunctionSpec>> all() const;

  // The functions as they are now; they stay so when functions are added. Expressions keep it, so that texts which turn
  // up while they are evaluated can call the same functions.
  const std::shared_ptr<const FunctionTable>& table() const { return table_; }

 private:
  std::shared_ptr<const FunctionTable> table_;  // never null; replaced when a function is added
};

// `format(DateTime, String) -> String`, as documentation shows it.
PIPEXPR_API std::string signature(const FunctionSpec& function);

}  // namespace pipexpr
