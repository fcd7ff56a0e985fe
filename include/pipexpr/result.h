// Result<T>: a value, or the diagnostics that say why there is none.
//
//   pipexpr::Result<pipexpr::Expression> compiled = pipexpr::Expression::compile(text);
//   if (!compiled) return report(compiled.error());     // never empty
//   use(*compiled);
//
//   for (const pipexpr::Diagnostic& d : pipexpr::Expression::compile(text).error())   // safe: the loop owns them
//     std::cerr << pipexpr::render(d);
//   if (auto done = evaluator.append(...); !done) log(done.take_error());              // Result<void>: moved out
//   auto definition = pipexpr::PipelineDefinition::load(json);                         // Result of a shared pointer
//   definition->object_count();                                                        // leads to what it points to
//
// C++20 has no std::expected; this is the part of it that pipexpr needs. The library itself never throws. value()
// throws BadResult when there is no value; in a program without exceptions (-fno-exceptions) the program ends. The
// operators * and -> require a value: builds with PIPEXPR_CHECKED abort where there is none.
#pragma once

#include <memory>
#include <stdexcept>
#include <utility>
#include <variant>

#include <pipexpr/checked.h>
#include <pipexpr/diagnostic.h>
#include <pipexpr/export.h>

namespace pipexpr {

// What value() throws: its text is the first diagnostic's message.
struct PIPEXPR_API BadResult : std::runtime_error {
  explicit BadResult(const Diagnostics& why)
      : std::runtime_error(why.empty() ? "pipexpr: no value" : why.front().message) {}
};

namespace base {

// Throws BadResult. It is the library's, so that the header is the same with and without exceptions.
[[noreturn]] PIPEXPR_API void no_value(const Diagnostics& why);

inline const Diagnostics& no_diagnostics() {
  static const Diagnostics none;
  return none;
}

// A shared pointer leads on to what it points to.
template <class T>
T* arrow(T& value) {
  return &value;
}
template <class T>
T* arrow(const std::shared_ptr<T>& value) {
  return value.get();
}
template <class T>
T* arrow(std::shared_ptr<T>& value) {
  return value.get();
}

}  // namespace base

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}        // NOLINT: implicit by design
  Result(Diagnostics why) : state_(std::in_place_index<1>, std::move(why)) {}  // NOLINT
  Result(Diagnostic why) : state_(std::in_place_index<1>) { std::get<1>(state_).push_back(std::move(why)); }  // NOLINT

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& operator*() & { return *held(); }
  const T& operator*() const& { return *held(); }
  T&& operator*() && { return std::move(*held()); }
  // The value's members; of a shared pointer, those of what it points to.
  auto* operator->() { return base::arrow(*held()); }
  auto* operator->() const { return base::arrow(*held()); }

  T& value() & { return require(), **this; }
  const T& value() const& { return require(), **this; }
  T&& value() && { return require(), std::move(**this); }

  // What went wrong; empty exactly when there is a value. Of a temporary result it is the caller's own copy, so that a
  // loop over `compile(text).error()` is safe.
  const Diagnostics& error() const& { return has_value() ? base::no_diagnostics() : *std::get_if<1>(&state_); }
  Diagnostics error() && { return take_error(); }
  // Moves it out; the result keeps an empty list.
  Diagnostics take_error() { return has_value() ? Diagnostics() : std::exchange(*std::get_if<1>(&state_), {}); }

 private:
  T* held() {
    PIPEXPR_CHECK(has_value());
    return std::get_if<0>(&state_);
  }
  const T* held() const {
    PIPEXPR_CHECK(has_value());
    return std::get_if<0>(&state_);
  }
  void require() const {
    if (!has_value()) base::no_value(error());
  }

  std::variant<T, Diagnostics> state_;
};

// Success, or why not. One pointer wide.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() noexcept = default;                                                        // success
  Result(Diagnostics why) : why_(std::make_unique<Diagnostics>(std::move(why))) {}    // NOLINT: implicit by design
  Result(Diagnostic why) : why_(std::make_unique<Diagnostics>(1, std::move(why))) {}  // NOLINT

  bool has_value() const { return why_ == nullptr; }
  explicit operator bool() const { return has_value(); }
  void value() const {
    if (!has_value()) base::no_value(*why_);
  }

  const Diagnostics& error() const& { return why_ != nullptr ? *why_ : base::no_diagnostics(); }
  Diagnostics error() && { return take_error(); }
  Diagnostics take_error() { return why_ != nullptr ? std::exchange(*why_, {}) : Diagnostics(); }

 private:
  std::unique_ptr<Diagnostics> why_;
};

}  // namespace pipexpr
