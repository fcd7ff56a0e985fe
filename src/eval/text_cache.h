// TextCache: texts of the host that hold expressions, compiled when they are first met and kept for later evaluations.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "eval/environment.h"
#include "eval/program.h"

namespace pipexpr::eval {

class TextCache {
 public:
  struct Text {
    std::shared_ptr<const Program> program;
    std::size_t bytes = 0;  // what an evaluation that uses it pays for
  };

  // The same text means something else in another environment, so texts are found by both.
  using EnvironmentId = std::uint32_t;
  EnvironmentId id_of(const Environment& environment);

  // The text of that environment, or nullptr. Stays where it is until `evict` or `clear`.
  const Text* find(EnvironmentId environment, std::string_view text) const;
  const Text& insert(EnvironmentId environment, std::shared_ptr<const Program> program);
  const Environment& environment(EnvironmentId id) const { return environments_[id]; }

  // Values of an evaluation may be views of its texts, so texts go between two evaluations only. What is over the
  // bounds goes one by one, in the order of their hashes: whoever reads a few texts more than fit in turn still finds
  // most of them.
  void evict() {
    if (bytes_ > kMaxBytes || texts_.size() > kMaxTexts || environments_.size() > kMaxEnvironments) [[unlikely]]
      evict_some();
  }
  void clear();

 private:
  static constexpr std::size_t kMaxTexts = 4096;
  static constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
  static constexpr std::size_t kMaxEnvironments = 16;

  struct Key {
    std::string_view text;  // of the program
    EnvironmentId environment;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const { return base::Hash()(key.text) + key.environment; }
  };

  void evict_some();

  std::unordered_map<Key, Text, Hash> texts_;
  std::vector<Environment> environments_;
  std::size_t bytes_ = 0;
  std::size_t next_bucket_ = 0;  // where the next text to go is looked for
};

}  // namespace pipexpr::eval
