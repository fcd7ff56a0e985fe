// "did you mean": the known name nearest to an unknown one, or none when nothing is near.
#pragma once

#include <string>
#include <string_view>

namespace pipexpr::base {

class Similar {
 public:
  explicit Similar(std::string_view wanted) : wanted_(wanted) {}
  void consider(std::string_view candidate);
  std::string_view best() const { return best_; }

 private:
  std::string_view wanted_;
  std::string best_;
  std::size_t distance_ = 4;  // only nearer ones count
};

}  // namespace pipexpr::base
