// Expressions and graphs made from the fuzzer's bytes: always well-formed, so that the time goes into evaluating.
#pragma once

#include <deque>
#include <map>
#include <string>

#include <pipexpr/pipexpr.h>

#include "fuzz.h"

namespace fuzz {

// The text of an expression, at most `depth` levels deep.
std::string expression(Bytes& bytes, int depth);
// Text with expressions in it, a few levels deep.
std::string a_template(Bytes& bytes);

// A few objects with fields that refer to each other, in circles too.
class Graph final : public pipexpr::ObjectGraph {
 public:
  explicit Graph(Bytes& bytes);

  bool field(pipexpr::ObjectId object, const pipexpr::FieldName& name, pipexpr::Field& out) const override;
  bool parameter(const pipexpr::FieldName& name, pipexpr::Field& out) const override;
  std::string_view id(pipexpr::ObjectId object) const override { return ids_[static_cast<std::size_t>(object)]; }
  std::optional<pipexpr::ObjectId> find(std::string_view id) const override;
  pipexpr::FieldKey key(std::string_view name) const override;
  void names(pipexpr::ObjectId object, const std::function<void(std::string_view)>& visit) const override;

 private:
  struct Stored {
    std::deque<std::string> texts;
    std::vector<pipexpr::FieldItem> items;
    pipexpr::SlotType type = pipexpr::SlotType::string;
  };
  std::vector<std::string> ids_;
  std::map<std::pair<std::size_t, std::string>, Stored, std::less<>> fields_;
};

}  // namespace fuzz
