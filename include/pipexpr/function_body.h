// FunctionBody: any callable that takes a Call and returns whether there is a result.
//
//   pipexpr::FunctionBody plain = [](pipexpr::Call& call) { return call.return_value(call.size()); };
//   pipexpr::FunctionBody owning = [db = std::move(connection)](pipexpr::Call& call) { return look_up(*db, call); };
//
// The callable need not be copyable: copies of a body share it. It is called from every thread that evaluates, and must
// see to its own state. One that is a plain function, or a lambda that captures nothing, is called directly.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace pipexpr {

class Call;

class FunctionBody {
 public:
  using Plain = bool (*)(Call&);

  FunctionBody() = default;
  FunctionBody(std::nullptr_t) {}  // NOLINT: implicit by design
  template <class F>
  requires(!std::same_as<std::remove_cvref_t<F>, FunctionBody> && std::is_invocable_r_v<bool, F&, Call&>)
      FunctionBody(F&& callable) {  // NOLINT: implicit by design
    if constexpr (std::is_convertible_v<F, Plain>) {
      plain_ = callable;
    } else {
      using Held = std::remove_cvref_t<F>;
      held_ = std::make_shared<Held>(std::forward<F>(callable));
      call_ = [](void* held, Call& call) -> bool { return (*static_cast<Held*>(held))(call); };
    }
  }

  bool operator()(Call& call) const { return plain_ != nullptr ? plain_(call) : call_(held_.get(), call); }
  explicit operator bool() const { return plain_ != nullptr || held_ != nullptr; }
  // The plain function, or nullptr.
  Plain plain() const { return plain_; }

 private:
  Plain plain_ = nullptr;
  bool (*call_)(void*, Call&) = nullptr;
  std::shared_ptr<void> held_;
};

}  // namespace pipexpr
