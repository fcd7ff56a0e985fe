// Functions: the built-in ones, and those a host adds. The built-in ones use nothing that a host could not.
//
//   auto functions = pipexpr::FunctionRegistry::standard();
//   functions.add({.name = "bucketFor",
//                  .parameters = {{"team", pipexpr::Kind::string}},
//                  .result = pipexpr::Kind::string,
//                  .description = "the S3 bucket of a team",
//                  .body = [](pipexpr::Call& call) { return call.return_value("s3://" + std::string(call.text(0)));
//                  }});
//   auto e = pipexpr::Expression::compile("#{bucketFor(team)}/in", {.functions = &functions});
//   functions.add({.name = "pad", .parameters = {{"text"}, {"size", pipexpr::Kind::integer, 8}}, ...});  // a default
//   functions.add({.name = "max", .parameters = {{"n", pipexpr::Kind::number}}, .variadic = true, ...});
//   // max(1, 2, 3)
//   functions.add({.name = "format", .parameters = {{"a"}, {"b"}}, ...});
//   // a diagnostic: there is such a function
//
//   functions.add({.name = "today", .result = pipexpr::Kind::datetime,
//                  .body = [](pipexpr::Call& call) { return call.return_value(call.context().now); }}).value();
//
// A body must be safe to call from any thread. A function that is declared `pure` gives the same result for the same
// arguments, whatever the context: its calls with constant arguments are evaluated while compiling. All others are
// called when the expression is evaluated, each call once, also when it fails or something that follows it does. The
// result must be of the kind that `result` declares, and finite. A body must not throw; an exception that escapes
// becomes diagnostic E901. It must not evaluate with the Evaluator that calls it. An expression keeps the bodies it
// uses.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/checked.h>
#include <pipexpr/context.h>
#include <pipexpr/export.h>
#include <pipexpr/function_body.h>
#include <pipexpr/limits.h>
#include <pipexpr/result.h>
#include <pipexpr/value.h>

namespace pipexpr {

// The library's own.
namespace eval {
class CallAccess;
class FunctionTable;
class RegistryAccess;
}  // namespace eval

// One call: arguments already converted to the declared kinds, and the place for the result.
class PIPEXPR_API Call {
 public:
  // The number of arguments. Each accessor requires an argument of that number, and of the kind that its parameter
  // declares: builds with PIPEXPR_CHECKED abort where it is another.
  std::size_t size() const { return count_; }
  std::string_view text(std::size_t i) const { return argument(i).text(); }
  std::int64_t integer(std::size_t i) const { return argument(i).integer(); }
  double number(std::size_t i) const { return argument(i).number(); }
  DateTime datetime(std::size_t i) const { return argument(i).datetime(); }
  Period period(std::size_t i) const { return argument(i).period(); }
  bool boolean(std::size_t i) const { return argument(i).text() == "true"; }
  ObjectId object(std::size_t i) const { return argument(i).object(); }
  std::span<const ValueView> list(std::size_t i) const {
    const ValueView& found = argument(i);
    if (found.is(Kind::list)) return {found.begin(), found.size()};
    return {&found, std::size_t{found.is(Kind::unset) ? 0U : 1U}};
  }
  const ValueView& value(std::size_t i) const { return argument(i); }  // of kAnyKind: look at its kind()
  // What FunctionSpec::prepare made of its argument.
  template <class T>
  const T& prepared() const {
    return *static_cast<const T*>(prepared_);
  }
  // The context of the evaluation; its user_data is the host's own.
  const Context& context() const { return *context_; }
  // The graph of the evaluation; nullptr while a pure function is called by the compiler.
  const ObjectGraph* graph() const { return graph_; }
  // True when the deadline of the evaluation has passed or it has been cancelled: a body that waits for something
  // returns then. The evaluation ends in any case.
  bool is_over() const;

  // Sets the result; each returns true, to be the body's last line. A string is copied.
  template <IntegerType T>
  bool return_value(T value) {
    if (!fits_integer(value)) return fail("the result does not fit in a 64-bit integer");
    return result_ = ValueView(value), true;
  }
  template <std::same_as<bool> T>
  bool return_value(T value) {  // the string "true" or "false"
    return result_ = ValueView(value), true;
  }
  template <CharacterType T>
  bool return_value(T) = delete;
  bool return_value(double value) { return result_ = ValueView(value), true; }
  bool return_value(DateTime value) { return result_ = ValueView(value), true; }
  bool return_value(Period value) { return result_ = ValueView(value), true; }
  bool return_value(ObjectId object, Sphere sphere = Sphere::component) {
    return result_ = ValueView(object, sphere), true;
  }
  bool return_value(std::string_view text);
  // A list. The items and their texts are copied; an item that is a list itself is refused, as lists never nest. As for
  // a field, a list of one item is that item, and a list of none is an unset value.
  bool return_list(std::span<const ValueView> items);
  bool return_list(const std::vector<std::string>& items);
  // Returns a string that is written in place: allocate_text gives memory for at most `size` bytes, and return_text
  // takes the number of bytes written there, all of them; more than were allocated, or a second time, fails the call.
  // nullptr: a limit was reached, and the body returns false.
  char* allocate_text(std::size_t size) {
    if (size >= offered_size_) return allocate_elsewhere(size);
    offered_size_ = 0;  // once: a second text must not overwrite the first
    text_size_ = size;
    return text_ = offered_;
  }
  bool return_text(std::size_t written) {
    if (written > text_size_) return refuse_text(written);
    text_size_ = 0;
    if (text_ != offered_) shrink_text(written);
    return result_ = ValueView(std::string_view(text_, written)), true;
  }

  // Refuses the call; returns false. With an argument, the diagnostic points into it.
  bool fail(DiagnosticCode code, std::string message);
  bool fail(std::string message) { return fail(DiagnosticCode::function_failed, std::move(message)); }
  bool fail_at(std::size_t argument, SourceSpan part, DiagnosticCode code, std::string message);

 private:
  friend class eval::CallAccess;
  const ValueView& argument(std::size_t i) const {
    PIPEXPR_CHECK(i < count_);
    return arguments_[i];
  }
  char* allocate_elsewhere(std::size_t size);
  void shrink_text(std::size_t written);
  bool refuse_text(std::size_t written);

  const ValueView* arguments_ = nullptr;
  std::size_t count_ = 0;
  const void* prepared_ = nullptr;
  const Context* context_ = nullptr;
  const ObjectGraph* graph_ = nullptr;
  void* engine_ = nullptr;
  char* offered_ = nullptr;  // where the string belongs in the end, when that is known
  std::size_t offered_size_ = 0;
  bool is_out_of_memory_ = false;
  char* text_ = nullptr;  // the memory that allocate_text gave last
  std::size_t text_size_ = 0;
  ValueView result_;
};

struct Parameter {
  std::string name = {};
  // What an argument is converted to. A `list` parameter gets a list whole, and anything else as a list of one; for a
  // list at any other parameter the function is called for each item. `kAnyKind` takes an argument as it is, an unset
  // value too.
  Kind kind = Kind::string;
  // Of an argument that is left out. A parameter with a default is followed by such parameters only.
  std::optional<Value> default_value = {};
  bool boolean = false;  // with Kind::string: 'true' or 'false', anything else is an error; see Call::boolean
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
  bool variadic = false;         // the last parameter takes any number of arguments, none too
  Kind result = Kind::string;    // kAnyKind: of any kind, an unset value too
  std::string description = {};  // one line: what the result is
  bool pure = false;  // the result depends on the arguments alone: constant calls are evaluated while compiling
  FunctionBody body = {};
  // Optional: parses one text argument ahead of the calls (a date pattern, a regular expression). A literal argument is
  // prepared once when compiling, another one when its text changes. Call::prepared gives the object.
  std::function<Prepared(std::string_view, const Limits&)> prepare = {};
  std::size_t prepared_parameter = 0;

  // The parameter of the argument of that number; there is one.
  const Parameter& parameter(std::size_t argument) const {
    return parameters[argument < parameters.size() ? argument : parameters.size() - 1];
  }
  bool takes_list(std::size_t argument) const {
    return parameter(argument).kind == Kind::list || parameter(argument).kind == kAnyKind;
  }
  std::size_t min_arguments() const {
    std::size_t count = parameters.size();
    while (count != 0 && (parameters[count - 1].default_value || (variadic && count == parameters.size()))) --count;
    return count;
  }
  bool takes(std::size_t arguments) const {
    return arguments >= min_arguments() && (variadic || arguments <= parameters.size());
  }
};

class PIPEXPR_API FunctionRegistry {
 public:
  // No functions at all; `standard()` has the service's. A registry is a value: copies are independent.
  FunctionRegistry();
  static const FunctionRegistry& standard();

  // Adds a function. Several may have one name when no number of arguments fits two of them. A diagnostic when the name
  // is not an identifier, there is such a function already, or the spec contradicts itself or lacks a body.
  Result<void> add(FunctionSpec spec);
  // The same, in the place of all functions of that name, if there are any.
  Result<void> replace(FunctionSpec spec);
  // Drops the functions of that name; false when there is none. What is compiled already keeps them.
  bool remove(std::string_view name);

  // By exact name, the first one registered; nullptr when there is none. Valid as long as it is held.
  std::shared_ptr<const FunctionSpec> find(std::string_view name) const;
  // The one of that name that takes so many arguments; nullptr when there is none.
  std::shared_ptr<const FunctionSpec> find(std::string_view name, std::size_t arguments) const;

  // In the order of registration. Valid until a function is added or the registry ends.
  std::span<const std::shared_ptr<const FunctionSpec>> all() const;

 private:
  friend class eval::RegistryAccess;
  std::shared_ptr<const eval::FunctionTable> table_;  // never null; replaced when a function is added
};

// `format(DateTime time, String pattern) -> String`, `f(String a, [int b = 1], double... rest) -> any`, as
// documentation shows it.
PIPEXPR_API std::string signature(const FunctionSpec& function);

}  // namespace pipexpr
