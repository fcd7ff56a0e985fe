// Result<T>: a value, or the diagnostics that say why there is none.
//
//   pipexpr::Result<pipexpr::Expression> compiled = pipexpr::Expression::compile(text);
//   if (!compiled) return report(compiled.error());     // never empty
//   use(*compiled);
//
// C++20 has no std::expected; this is the part of it that pipexpr needs. value() throws BadResult on failure, the
// operators only assert it: the library itself never throws.
#pragma once

#include <stdexcept>
#include <utility>
#include <variant>

#include <pipexpr/diagnostic.h>

namespace pipexpr {

struct BadResult : std::runtime_error {
  explicit BadResult(const Diagnostics& why)
      : std::runtime_error(why.empty() ? "pipexpr: no value" : why.front().message) {}
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}        // NOLINT: implicit by design
  Result(Diagnostics why) : state_(std::in_place_index<1>, std::move(why)) {}  // NOLINT
  Result(Diagnostic why) : state_(std::in_place_index<1>) { std::get<1>(state_).push_back(std::move(why)); }  // NOLINT

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }

  T& value() & { return require(), **this; }
  const T& value() const& { return require(), **this; }
  T&& value() && { return require(), std::move(**this); }

  // What went wrong; empty exactly when there is a value.
  const Diagnostics& error() const {
    static const Diagnostics none;
    return has_value() ? none : *std::get_if<1>(&state_);
  }

 private:
  void require() const {
    if (!has_value()) throw BadResult(error());
  }

  std::variant<T, Diagnostics> state_;
};

}  // namespace pipexpr
