// RowContexts: the context of one row after the other; what rows share is made once.
#pragma once

#include <optional>
#include <vector>

#include <pipexpr/batch.h>

namespace pipexpr::batch {

class RowContexts {
 public:
  // The rows must outlive it.
  explicit RowContexts(const Rows& rows);
  RowContexts(const RowContexts&) = delete;  // bindings point to its items
  RowContexts& operator=(const RowContexts&) = delete;

  const Context& at(std::size_t row);

 private:
  void set_field(const FieldColumn& column, std::size_t row, FieldItem& item) const;

  const Rows& rows_;
  Context context_;
  Run run_;                        // as all rows have it
  std::vector<FieldItem> items_;   // of the columns
  std::vector<Binding> bindings_;  // the columns, then the shared ones
};

// What is wrong with the columns, as a message; empty: nothing.
std::string problem_of(const Rows& rows);

}  // namespace pipexpr::batch
