// What the handles of the C interface hold, and how every function of it keeps exceptions from its caller.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/c.h>
#include <pipexpr/definition.h>
#include <pipexpr/expression.h>
#include <pipexpr/function_registry.h>

namespace pipexpr::c_api {

// Counts the references of a handle. A new one has one.
class Counted {
 public:
  void retain() const { references_.fetch_add(1, std::memory_order_relaxed); }
  // True when that was the last one.
  bool release() const { return references_.fetch_sub(1, std::memory_order_acq_rel) == 1; }

 private:
  mutable std::atomic<std::uint32_t> references_{1};
};

template <class Handle>
Handle* retain(Handle* handle) {
  if (handle != nullptr) handle->retain();
  return handle;
}

template <class Handle>
void release(Handle* handle) {
  if (handle != nullptr && handle->release()) delete handle;
}

// Runs `body`, which returns a status. C callers can catch nothing, so that no exception may leave.
template <class Body>
pipexpr_status guarded(Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const std::bad_alloc&) {
    return PIPEXPR_NO_MEMORY;
  } catch (...) {
    return PIPEXPR_MISUSE;
  }
}

// The same for what returns a pointer: nullptr when there is no memory.
template <class Body>
auto guarded_pointer(Body&& body) noexcept -> decltype(body()) {
  try {
    return std::forward<Body>(body)();
  } catch (...) {
    return nullptr;
  }
}

// The caller's bytes; a NULL text is empty whatever its size.
inline std::string_view view(const char* text, std::size_t size) {
  return text == nullptr ? std::string_view() : std::string_view(text, size);
}

// A text that there is, and no longer than any that the library takes: a larger size is a mistake of the caller's.
inline bool is_text(const char* text, std::size_t size) {
  return (text != nullptr || size == 0) && size <= std::numeric_limits<std::uint32_t>::max();
}

// Text for the caller, with its size.
inline const char* text_of(const std::string& text, std::size_t* size) {
  if (size != nullptr) *size = text.size();
  return text.c_str();
}
inline const char* give_nothing(std::size_t* size) {
  if (size != nullptr) *size = 0;
  return "";
}

// A struct of the caller's, as long as the caller knows it: the rest keeps its default. Nothing when its size is too
// small to hold the size itself.
template <class Struct>
std::optional<Struct> read_struct(const Struct* given, Struct defaults) {
  if (given == nullptr || given->struct_size < sizeof(std::size_t)) return std::nullopt;
  const std::size_t known = given->struct_size < sizeof(Struct) ? given->struct_size : sizeof(Struct);
  std::memcpy(&defaults, given, known);
  return defaults;
}

// The other way: as much of `value` as the caller's struct can hold. False when it can hold nothing.
template <class Struct>
bool write_struct(Struct* to, Struct value) {
  if (to == nullptr || to->struct_size < sizeof(std::size_t)) return false;
  value.struct_size = to->struct_size;
  std::memcpy(to, &value, to->struct_size < sizeof(Struct) ? to->struct_size : sizeof(Struct));
  return true;
}

// Diagnostics for the caller, if it wants them.
void report(pipexpr_diagnostics** why, Diagnostics diagnostics, std::string_view source_name, std::string_view source);

}  // namespace pipexpr::c_api

struct pipexpr_diagnostics {
  pipexpr::Diagnostics diagnostics = {};
  std::string source_name = {};
  std::string source = {};  // what the spans are in
  mutable std::string text = {};
  mutable std::string json = {};
};

struct pipexpr_definition : pipexpr::c_api::Counted {
  explicit pipexpr_definition(std::shared_ptr<const pipexpr::PipelineDefinition> loaded)
      : definition(std::move(loaded)) {}
  std::shared_ptr<const pipexpr::PipelineDefinition> definition;
};

struct pipexpr_functions {
  pipexpr::FunctionRegistry registry;
};

struct pipexpr_expression : pipexpr::c_api::Counted {
  explicit pipexpr_expression(pipexpr::Expression compiled) : expression(std::move(compiled)) {}
  pipexpr::Expression expression;
};

// Of a definition, or of the caller's functions.
struct pipexpr_graph : pipexpr::c_api::Counted {
  ~pipexpr_graph();
  std::shared_ptr<const pipexpr::PipelineDefinition> definition = {};
  pipexpr_graph_functions functions = {};
};
