// Expressions and functions of the C interface.
#include "c_api/handles.h"

using namespace pipexpr::c_api;

// A call of a host's function, while it lasts. It has a result when one was taken.
struct pipexpr_call {
  pipexpr::Call& call;
  const pipexpr::FunctionSpec& function;
  bool failed = false;
};

namespace {

bool is_value_kind(pipexpr_kind kind) { return kind >= PIPEXPR_STRING && kind <= PIPEXPR_DATETIME; }

// Releases a host's `user` when the last registry and expression that hold its function are gone.
std::shared_ptr<void> owner_of(const pipexpr_function& function) {
  const auto let_go = function.release;
  return std::shared_ptr<void>(function.user, [let_go](void* user) {
    if (let_go != nullptr) let_go(user);
  });
}

bool has(const pipexpr_call* call, std::size_t index, pipexpr::Kind kind) {
  return call != nullptr && index < call->call.size() && call->function.parameters[index].kind == kind;
}

// A result of the declared kind only: anything else is an error of the host's function.
std::int32_t give_back(pipexpr_call* call, pipexpr::Kind kind, auto value) {
  if (call == nullptr || call->failed) return 0;
  if (call->function.result != kind) {
    call->failed = true;
    call->call.fail("it returned " + std::string(pipexpr::kind_name(kind)) + " and declares " +
                    std::string(pipexpr::kind_name(call->function.result)));
    return 0;
  }
  return call->call.return_value(value) ? 1 : 0;
}

}  // namespace

size_t pipexpr_call_count(const pipexpr_call* call) { return call == nullptr ? 0 : call->call.size(); }

const char* pipexpr_call_text(const pipexpr_call* call, size_t index, size_t* size) {
  if (!has(call, index, pipexpr::Kind::string)) return give_nothing(size);
  const std::string_view text = call->call.text(index);
  if (text.empty()) return give_nothing(size);
  if (size != nullptr) *size = text.size();
  return text.data();
}

int64_t pipexpr_call_integer(const pipexpr_call* call, size_t index) {
  return has(call, index, pipexpr::Kind::integer) ? call->call.integer(index) : 0;
}

double pipexpr_call_number(const pipexpr_call* call, size_t index) {
  return has(call, index, pipexpr::Kind::number) ? call->call.number(index) : 0.0;
}

int64_t pipexpr_call_datetime(const pipexpr_call* call, size_t index) {
  return has(call, index, pipexpr::Kind::datetime) ? call->call.datetime(index).epoch_millis : PIPEXPR_NO_TIME;
}

int32_t pipexpr_call_return_text(pipexpr_call* call, const char* text, size_t size) {
  if (call != nullptr && !is_text(text, size)) {
    call->failed = true;
    call->call.fail("it returned a string that is NULL or longer than 4 GiB");
    return 0;
  }
  return give_back(call, pipexpr::Kind::string, view(text, size));
}

int32_t pipexpr_call_return_integer(pipexpr_call* call, int64_t value) {
  return give_back(call, pipexpr::Kind::integer, value);
}

int32_t pipexpr_call_return_number(pipexpr_call* call, double value) {
  return give_back(call, pipexpr::Kind::number, value);
}

int32_t pipexpr_call_return_datetime(pipexpr_call* call, int64_t epoch_millis) {
  return give_back(call, pipexpr::Kind::datetime, pipexpr::DateTime{epoch_millis, {}});
}

int32_t pipexpr_call_fail(pipexpr_call* call, const char* message, size_t size) {
  if (call == nullptr || call->failed) return 0;
  call->failed = true;
  (void)guarded([&]() -> pipexpr_status { return call->call.fail(std::string(view(message, size))), PIPEXPR_OK; });
  return 0;
}

pipexpr_functions* pipexpr_functions_standard(void) {
  return guarded_pointer([] { return new pipexpr_functions{pipexpr::FunctionRegistry::standard()}; });
}

pipexpr_status pipexpr_functions_add(pipexpr_functions* functions, const pipexpr_function* function,
                                     pipexpr_diagnostics** why) {
  const auto known = read_struct(function, pipexpr_function{});
  if (functions == nullptr || !known || known->name == nullptr || known->call == nullptr ||
      !is_value_kind(known->result) || (known->parameters == nullptr && known->parameter_count != 0)) {
    return PIPEXPR_MISUSE;
  }
  for (size_t i = 0; i < known->parameter_count; ++i) {
    if (!is_value_kind(known->parameters[i])) return PIPEXPR_MISUSE;
  }
  return guarded([&]() -> pipexpr_status {
    pipexpr::FunctionSpec spec;
    spec.name = known->name;
    if (known->doc != nullptr) spec.description = known->doc;
    for (size_t i = 0; i < known->parameter_count; ++i) {
      spec.parameters.push_back({"argument" + std::to_string(i + 1), static_cast<pipexpr::Kind>(known->parameters[i])});
    }
    spec.result = static_cast<pipexpr::Kind>(known->result);
    spec.pure = known->pure != 0;
    // The body asks its own declaration, which it holds a copy of: the registry's may move.
    auto declared = std::make_shared<pipexpr::FunctionSpec>(spec);
    auto user = owner_of(*known);
    spec.body = [declared, user, body = known->call](pipexpr::Call& call) {
      pipexpr_call handle{call, *declared};
      return body(user.get(), &handle) != 0 && !handle.failed;
    };
    pipexpr::Result<void> added = functions->registry.add(std::move(spec));
    if (!added) return report(why, added.take_error(), "functions", {}), PIPEXPR_ERROR;
    return PIPEXPR_OK;
  });
}

void pipexpr_functions_release(pipexpr_functions* functions) { delete functions; }

pipexpr_status pipexpr_expression_compile(const char* text, size_t size, const pipexpr_functions* functions,
                                          pipexpr_expression** out, pipexpr_diagnostics** why) {
  if ((text == nullptr && size != 0) || out == nullptr) return PIPEXPR_MISUSE;
  return guarded([&]() -> pipexpr_status {
    pipexpr::CompileOptions options;
    if (functions != nullptr) options.functions = &functions->registry;
    auto compiled = pipexpr::Expression::compile(view(text, size), options);
    if (!compiled) return report(why, compiled.take_error(), "template", view(text, size)), PIPEXPR_ERROR;
    *out = new pipexpr_expression(std::move(*compiled));
    return PIPEXPR_OK;
  });
}

pipexpr_expression* pipexpr_expression_bind(const pipexpr_expression* expression, const pipexpr_graph* graph) {
  if (expression == nullptr || graph == nullptr) return nullptr;
  return guarded_pointer([&] {
    // A host's graph in C has no keys: its expressions are as fast unbound.
    return new pipexpr_expression(graph->definition != nullptr ? expression->expression.bind(*graph->definition)
                                                               : expression->expression);
  });
}

int32_t pipexpr_expression_is_literal(const pipexpr_expression* expression) {
  return expression != nullptr && expression->expression.is_literal() ? 1 : 0;
}

size_t pipexpr_expression_memory(const pipexpr_expression* expression) {
  return expression == nullptr ? 0 : expression->expression.memory_bytes();
}

pipexpr_expression* pipexpr_expression_retain(pipexpr_expression* expression) { return retain(expression); }

void pipexpr_expression_release(pipexpr_expression* expression) { release(expression); }
