// The evaluator: runs programs on a stack of values, with a stack of frames for fields whose text is itself a
// template. Nothing recurses over the user's data; every step is charged to the budget.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/expression.h>
#include <pipexpr/listener.h>

#include "base/short_copy.h"
#include "eval/arena.h"
#include "eval/budget.h"
#include "eval/convert.h"
#include "eval/host_field.h"
#include "eval/memo.h"
#include "eval/program.h"
#include "eval/stack.h"
#include "eval/text_cache.h"

namespace pipexpr {

class CallAccess;

// For the library's own stages, to open evaluators.
class EvaluatorAccess {
 public:
  using Machine = Evaluator::Machine;
};

class Evaluator::Machine {
 public:
  explicit Machine(const EvaluateOptions& chosen) : options(chosen) {}

  // The options are about to be changed.
  EvaluateOptions& changing() { return limits_known_ = false, options; }

  // What becomes of the top template's value: `result`, the texts `parts`, or text in the caller's buffer. Values are
  // in memory of this machine, the program and the graph.
  enum class Wanted : std::uint8_t { value, parts, appended };

  // Evaluates; not for `appended`.
  bool run(const Expression& expression, const ObjectGraph& graph, const Context& context, Wanted wanted);
  // Appends the text; on failure nothing.
  bool append(const Expression& expression, const ObjectGraph& graph, const Context& context, TextBuffer& out);
  // After an exception of the host's graph or listener: the diagnostic that says so. Returns false.
  bool thrown(const Expression& expression, std::string_view why);

  EvaluateOptions options;
  Diagnostics diagnostics;
  ValueView result;              // after run
  eval::Stack<ValueView> parts;  // after run_parts: texts in order
  std::size_t parts_bytes = 0;

  // Applies one operator or call to constants while compiling; false: fault says why.
  bool fold(const Program& program, const Step& step, const ValueView* operands, const Limits& limits, ValueView& out);

  eval::Arena arena;
  eval::Fault fault;
  const ObjectGraph* graph = nullptr;
  Diagnostics entry_refused;  // why the host's code could not begin an evaluation while one was going on
  // Why the last call failed, or why one could not begin.
  Diagnostics take_diagnostics() { return std::exchange(is_busy_ ? entry_refused : diagnostics, {}); }
  eval::Budget& budget() { return budget_; }

 private:
  friend class CallAccess;

  // A template or a multi-valued thing under evaluation. Small and flat: each nested field makes one.
  struct Frame {
    enum class Work : std::uint8_t { text, items, members };
    Work work = Work::text;
    Sphere sphere = Sphere::component;
    Origin origin = Origin::object;
    SlotType slot = SlotType::string;          // of the field
    KnownName member_known = KnownName::none;  // members
    bool memoised = false;                     // the result goes to the memo
    bool parameter = false;                    // the field is a parameter, no object's
    bool traces = false;                       // text: the step before `step` waits for its value, then is traced
    bool in_expression = false;                // text: an expression of `piece` is under way, up to `step`
    std::uint32_t base = 0;                    // height of the value stack below this frame
    std::uint32_t item = 0;                    // text: which value of the field; items, members: the next one
    std::uint32_t count = 0;                   // items, members: how many
    std::uint32_t parts_base = 0;              // text
    std::uint32_t piece = 0;
    std::uint32_t step = 0;
    ObjectId object = kNoObject;       // whose field it is; the current object of its text
    std::string_view name;             // of the field; members: of the member
    const void* identity = nullptr;    // of the field, for the memo
    const Program* program = nullptr;  // text
    const FieldName* names = nullptr;  // text: the program's
    const FieldItem* items = nullptr;  // items
    ValueView list;                    // members
    FieldKey member_key = kNoKey;

    eval::Memo::Key key() const { return {identity, object, sphere, name}; }
  };

  // Where names are looked for.
  struct Scope {
    Scope(const Program& of, const FieldName* named, ObjectId current, Sphere in, const Context& context)
        : program(&of),
          names(named),
          object(current),
          sphere(in),
          given(current == context.object ? context.fields : std::span<const Binding>()),
          is_open(given.empty() && current != kNoObject &&
                  (in != Sphere::instance || !context.run || context.run->fields.empty())) {}
    const Program* program;
    const FieldName* names;
    ObjectId object;
    Sphere sphere;
    std::span<const Binding> given;  // the context's fields, if they are the object's
    bool is_open;                    // a name is the object's field, if anything is
  };

  // machine.cc
  bool charge() { return budget_.charge() || report_over(); }
  bool report_over();  // the steps or the time are used up
  void take_limits();

  // machine.cc
  // While an evaluation goes on, the host's code may not begin another one.
  class Busy {
   public:
    explicit Busy(bool& flag) : flag_(flag) { flag_ = true; }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;
    ~Busy() { flag_ = false; }

   private:
    bool& flag_;
  };
  bool refuse_entry(const Expression& expression);
  void begin(const ObjectGraph& of, const Context& context) {
    graph = &of;
    context_ = &context;
    listener_ = options.listener;
    asked_.name = nullptr;
    arena.reset(limits_.max_memory_bytes);
    budget_.begin(options, limits_);
    if (used_) [[unlikely]]
      clear();
  }
  void clear();

  // steps.h
  enum class Outcome : std::uint8_t {
    done,
    handed_over,  // the lean loop: to the full one
    suspended,    // the full loop: a field has to be evaluated first, whose frame will leave its value on the stack
    failed,       // `fault` says why
    over,         // the steps or the time are used up
    reported,     // failed, and there is a diagnostic
  };
  template <bool kFull>
  Outcome run_steps(const Scope& scope, const Step*& at, const Step* end, bool in_place, ValueView& out);
  bool run_body(const functions::Callable& function, Call& call);
  eval::SingleField look(ObjectId object, const FieldName& name);

  // fast_path.cc
  struct Level;
  struct Written;
  eval::SingleField ask(ObjectId object, const FieldName& name);
  bool append_pieces(const Program& program, const FieldName* names);
  void hand_over(const Level* levels, std::size_t depth, const Written* written, std::size_t count, const Scope& scope,
                 const Piece* piece, const Step* step);
  bool append_rest();

  // interpreter.cc
  void start(const Expression& expression, Wanted wanted);
  bool loop();
  bool run_text();
  bool execute(const Frame& frame, const Step& step);
  bool report(Outcome outcome);
  void trace_step(const Program& program, const Step& step, const ValueView& value);
  void trace_template(const Program& program, const ValueView& value);
  void trace_known(TracedField field);

  // names.cc: a name or member becomes a value on the stack, or a frame
  // The fields that come before the object's own, from the context and from the run.
  std::span<const Binding> given_of(ObjectId object) const {
    return object == context_->object ? context_->fields : std::span<const Binding>();
  }
  std::span<const Binding> run_fields(Sphere sphere) const {
    // A host may speak of an instance although there is no run.
    return sphere == Sphere::instance && context_->run ? context_->run->fields : std::span<const Binding>();
  }
  bool is_overridden(ObjectId object, Sphere sphere, std::string_view name) const;
  bool find_name(const Frame& frame, const Step& step, const FieldName& name);
  bool find_outside(const Frame& frame, const Step& step, const FieldName& name);
  bool find_member(const Frame& frame, const Step& step, ValueView operand);
  bool too_many_references() { return fail_limit(DiagnosticCode::limit_references, &Limits::max_references); }
  bool known(KnownName name, ObjectId object, Sphere sphere);
  bool find_field(ObjectId object, Sphere sphere, const FieldName& name, Field& out, Origin& origin);
  bool read_member(ValueView operand, const FieldName& name, KnownName known_name);
  bool missing_name(ObjectId object, const FieldName& name);
  bool missing_member(ObjectId object, const FieldName& name);
  bool instance_id(ObjectId object);

  // fields.cc
  bool push_field(const Field& field, ObjectId object, Sphere sphere, std::string_view name, Origin origin);
  bool push_value(const ValueView& value, SlotType slot, Sphere sphere, std::string_view name);
  bool host_value(ValueView& value, SlotType slot, Sphere sphere, std::string_view name);
  bool flatten(ValueView& list, SlotType slot, Sphere sphere, std::string_view name);
  bool push_item(const Frame& field, const FieldItem& item);
  bool run_items();
  bool run_members();
  bool collect();
  bool finish_text();
  bool finish_field(ValueView value);
  void settle(const Frame& field, const ValueView& value);
  void note_secret(const ValueView& value);  // it must not show in a diagnostic
  void mask(Diagnostic& diagnostic) const;
  void mask_argument(std::string& argument, bool quoted) const;
  bool typed(ValueView& value, SlotType slot);
  const Program* compiled(std::string_view text, const Frame& field);
  Delimiters delimiters() const { return frames_.front().program->environment.delimiters; }
  bool cycle(const Frame& field);

  // append.cc: the top template's text straight into the caller's buffer
  void append_text(std::string_view text) {
    if (text.size() > static_cast<std::size_t>(appending_.end - appending_.at) && !make_room(text.size())) {
      stop_appending();
      parts.push_back(ValueView(text));
    } else {
      appending_.at = base::copy(appending_.at, text);
    }
  }
  bool append_value(const ValueView& value);
  bool write_value(const ValueView& value);
  // Writes a value's text where there is room for it. Memory is charged as for a text of its own, so that all ways to
  // evaluate end at the same byte.
  char* write_charged(const ValueView& value, char* at) {
    char* const end = eval::write(value, at);
    (void)arena.charge(static_cast<std::size_t>(end - at));
    return end;
  }
  bool make_room(std::size_t size);
  void stop_appending();
  std::size_t appended() const { return static_cast<std::size_t>(appending_.at - appending_.out->room(0)); }
  void find_end() {
    const std::size_t room = appending_.out->capacity() - appending_.out->size();
    appending_.end = appending_.out->room(0) + (room < limits_.max_output_bytes ? room : limits_.max_output_bytes);
  }
  bool is_appending(std::size_t height) const { return height == 1 && wanted_ == Wanted::appended && !failed_; }
  struct Appending {
    TextBuffer* out = nullptr;
    char* at = nullptr;   // the next byte
    char* end = nullptr;  // of the buffer, or of what the limit allows
    std::size_t begin = 0;
  };

  // parts.cc
  bool add_part(const ValueView& value);
  bool join_parts(std::size_t from, ValueView& out, bool charged = true);
  bool join_list(std::size_t from, std::size_t at, ValueView& out);
  bool join_texts(const ValueView* texts, std::size_t count, ValueView& out, bool charged = true);
  bool finish_parts();
  bool list_text(const ValueView& list, ValueView& out);
  ValueView* list_room(std::uint64_t count);

  // operators.cc
  bool apply(const Step& step, const ValueView& a, const ValueView& b, ValueView& out);
  bool apply_once(const Step& step, const ValueView& a, const ValueView& b, ValueView& out);

  // calls.cc
  bool call(const Program& program, const Step& step);
  bool call_once(const Program& program, const Step& step, const ValueView* given, ValueView& out);
  bool refused(const FunctionSpec& function, Call& call);
  bool check_result(const FunctionSpec& function, Call& call);
  bool invoke(const functions::Callable& function, const ValueView* arguments, std::size_t count, const void* prepared,
              ValueView& out);
  bool convert_arguments(const FunctionSpec& function, const ValueView* given, std::size_t count);
  const void* prepare(const std::shared_ptr<const FunctionSpec>& function, std::string_view text);

  // faults.cc
  template <class... Args>
  bool fail(DiagnosticCode code, const Args&... args) {
    fault.set(code, args...);
    return fail_here();
  }
  bool fail_here();  // reports `fault` at the current step
  void limit_fault(DiagnosticCode code, std::uint64_t Limits::*member);
  bool fail_limit(DiagnosticCode code, std::uint64_t Limits::*member) { return limit_fault(code, member), fail_here(); }
  bool fail_memory() { return fail_limit(DiagnosticCode::limit_memory_bytes, &Limits::max_memory_bytes); }
  // A fault in the text of a field that is about to be evaluated.
  bool adopt(const Diagnostics& inner, const Frame& field, std::string_view text);
  void add_path(Diagnostic& diagnostic, SourceSpan innermost) const;
  std::string_view owner_of(const Frame& frame) const;
  static PathStep path_step(std::string_view object, const Frame& field, std::string_view text, SourceSpan span);
  bool unwind();  // after a fault: to the next piece of the top template
  SourceSpan span_of(const Frame& frame, bool innermost) const;
  SourceSpan argument_span(const Frame& frame) const;
  std::string head_of_member() const;

  Limits limits_;
  bool limits_known_ = false;  // limits_ are those of the options
  const Context* context_ = nullptr;
  Wanted wanted_ = Wanted::value;
  bool fatal_ = false;  // a limit: nothing further is tried
  bool failed_ = false;
  bool used_ = false;  // the interpreter, since `begin`
  bool is_busy_ = false;
  EvaluationListener* listener_ = nullptr;  // of this evaluation
  eval::Budget budget_;
  // What the graph was asked last, in this evaluation.
  struct Asked {
    const FieldName* name = nullptr;
    ObjectId object = kNoObject;
    bool pending = false;  // for the step that has been handed over
    bool found = false;
    Field field;
  } asked_;
  bool was_asked(ObjectId object, const FieldName& name) const {
    return asked_.name == &name && asked_.object == object;
  }
  std::uint64_t texts_ = 0;  // nested templates under evaluation
  Appending appending_;
  eval::Stack<ValueView> stack_;
  std::vector<std::string_view> secrets_;  // read so far
  eval::Stack<Frame> frames_;
  std::vector<ValueView> arguments_;
  eval::Memo memo_;
  eval::TextCache texts_seen_;
  eval::TextCache::EnvironmentId environment_ = 0;  // of the texts of this evaluation
  bool environment_known_ = false;
  struct Preparation {
    std::shared_ptr<const FunctionSpec> function;  // held, so that no other can get its address
    std::string text;
    std::shared_ptr<const void> object;
  };
  std::vector<Preparation> prepared_;
};

}  // namespace pipexpr
