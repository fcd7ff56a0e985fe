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
    std::size_t bytes = 0;  // what an evaluation that uses it is charged
  };

  // An evaluation begins. Values may be views of texts, so texts go between two evaluations only. What is over the
  // bounds goes one by one, in the order of their hashes: whoever reads a few texts more than fit in turn still finds
  // most of them.
  void begin() {
    is_chosen_ = false;
    if (bytes_ > kMaxBytes || texts_.size() > kMaxTexts || environments_.size() > kMaxEnvironments) [[unlikely]]
      evict();
  }
  // What the evaluation's top template was compiled with. The same text means something else in another environment, so
  // texts are found by both. Its texts are compiled under the stricter of both limits.
  void use(const Environment& environment, const Limits& limits) {
    if (!is_chosen_) choose(environment, limits);
  }
  const Environment& environment() const { return environments_[chosen_]; }

  // The text in that environment, or nullptr. Stays where it is until the next evaluation begins.
  const Text* find(std::string_view text) const;
  const Text& insert(std::shared_ptr<const Program> program);
  void clear();
  std::size_t memory_bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kMaxTexts = 4096;
  static constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
  static constexpr std::size_t kMaxEnvironments = 16;

  using EnvironmentId = std::uint32_t;

  struct Key {
    std::string_view text;  // of the program
    EnvironmentId environment;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const { return base::Hash()(key.text) + key.environment; }
  };

  void choose(const Environment& environment, const Limits& limits);
  void evict();

  std::unordered_map<Key, Text, Hash> texts_;
  std::vector<Environment> environments_;
  EnvironmentId chosen_ = 0;
  bool is_chosen_ = false;
  std::size_t bytes_ = 0;
  std::size_t next_bucket_ = 0;  // where the next text to go is looked for
};

}  // namespace pipexpr::eval
