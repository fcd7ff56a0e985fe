// Statements and rows, whichever database is behind them.
#include "service/store/store_session.h"

#include <charconv>

namespace pipexpr::service {

const std::string& Row::text(std::size_t column) const {
  static const std::string none;
  return cells_[column] ? *cells_[column] : none;
}

std::int64_t Row::number(std::size_t column) const { return optional(column).value_or(0); }

std::optional<std::int64_t> Row::optional(std::size_t column) const {
  if (!cells_[column]) return std::nullopt;
  std::int64_t number = 0;
  std::from_chars(cells_[column]->data(), cells_[column]->data() + cells_[column]->size(), number);
  return number;
}

std::unique_ptr<Database> open_database(const std::string& url) {
  if (url.starts_with("sqlite:") && url.size() > 7) return open_sqlite(url.substr(7));
  if (url.starts_with("postgresql:") || url.starts_with("postgres:")) return open_postgres(url);
  throw StoreError("expected a store like sqlite:FILE or postgresql://USER@HOST/DATABASE, found '" +
                   url.substr(0, url.find(':')) + ":...'");
}

}  // namespace pipexpr::service
