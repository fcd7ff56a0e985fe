// Specializes the expressions of a text, for one object.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include <pipexpr/function_registry.h>
#include <pipexpr/syntax_tree.h>

#include "specializer/probe.h"
#include "specializer/residual.h"

namespace pipexpr::specializer {

class Specializer {
 public:
  explicit Specializer(Setting setting) : setting_(std::move(setting)) {}

  // What remains of the given template, and the names that do.
  Residual given(const SyntaxTree& tree, std::vector<KeptName>& kept);

 private:
  struct Work;
  struct Made {
    std::optional<Value> value;       // it is known
    std::optional<Residual> inlined;  // it is a reference, and this is what remains of the text after it
    Part part;                        // otherwise
    bool is_closed = false;           // nothing remains but what means the same for every object
  };

  Made expression(const SyntaxTree& tree, const SyntaxSegment& segment, ObjectId object, int depth,
                  std::vector<KeptName>* kept);
  void path(Work& work, std::uint32_t at);
  void operation(Work& work, std::uint32_t at);
  void replace_known(Work& work, std::uint32_t at);
  std::optional<Residual> inline_field(const Probed& probed, std::string_view name, ObjectId object, int depth);
  std::optional<Residual> field_text(ObjectId owner, const Field& field, int depth);
  bool takes_integer(Work& work, std::uint32_t at) const;
  std::shared_ptr<const FunctionSpec> find_function(std::string_view name) const;
  bool is_time_of_run(const Probed& probed, std::string_view name, ObjectId object) const;
  bool is_own_name(const Probed& probed, std::string_view name, ObjectId object) const;
  bool compiles(const Part& part) const;

  Setting setting_;
  // Texts of fields that were inlined before; an entry without value: it cannot be, or it is being inlined just now.
  std::map<std::pair<ObjectId, const FieldItem*>, std::optional<Residual>> fields_;
};

}  // namespace pipexpr::specializer
