// Finds rows, and lists the tables for users.
#include "translator/table.h"

#include <pipexpr/function_registry.h>

namespace pipexpr {
namespace translator {

const FunctionRow* Table::function(std::string_view name) const {
  for (const FunctionRow& row : functions) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

const LetterRow* Table::letter(char letter, std::uint32_t count) const {
  for (const LetterRow& row : letters) {
    if (row.letter == letter && count >= row.least && count <= row.most) return &row;
  }
  return nullptr;
}

const Table& table_of(TranslationTarget target) {
  switch (target) {
    case TranslationTarget::airflow_jinja: return kAirflowJinja;
    case TranslationTarget::jsonata: return kJsonata;
    case TranslationTarget::python: break;
  }
  return kPython;
}

std::string filled(std::string_view text, std::string_view time, std::int64_t number) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view gap = text.substr(at, 3);
    if (gap == "{t}") {
      result += time;
      at += 3;
    } else if (gap == "{n}") {
      result += std::to_string(number);
      at += 3;
    } else {
      result += text[at++];
    }
  }
  return result;
}

}  // namespace translator

namespace {

std::string_view describe(translator::FunctionForm form) {
  switch (form) {
    case translator::FunctionForm::pattern: return "by the letters of its pattern";
    case translator::FunctionForm::period: return "as the function of the period's unit";
    case translator::FunctionForm::constant: return "computed before";
    case translator::FunctionForm::zone: return "the time itself for UTC; other zones are refused";
    case translator::FunctionForm::time:
    case translator::FunctionForm::integer: break;
  }
  return {};
}

}  // namespace

std::vector<TranslationRow> translation_table(TranslationTarget target) {
  const translator::Table& table = translator::table_of(target);
  std::vector<TranslationRow> rows;
  for (const auto& function : FunctionRegistry::standard().all()) {
    const translator::FunctionRow* const row = table.function(function->name);
    if (row == nullptr) {
      rows.push_back({function->name, false, "the table has no row for it", {}});
      continue;
    }
    const std::string_view text = row->text.empty() ? describe(row->form) : row->text;
    rows.push_back({function->name, true, std::string(text), std::string(row->condition)});
  }
  for (const char letter : std::string_view("GCYxweEyDMdaKhHkmsSzZ")) {
    for (std::uint32_t count = 1; count <= 5; ++count) {
      const translator::LetterRow* const row = table.letter(letter, count);
      const bool is_exact = row != nullptr && row->form != translator::LetterForm::refused;
      rows.push_back({std::string(count, letter), is_exact,
                      row == nullptr ? "the table has no row for it" : std::string(row->text),
                      row == nullptr ? std::string() : std::string(row->condition)});
    }
  }
  return rows;
}

std::string_view translation_helpers(TranslationTarget target) {
  return target == TranslationTarget::python ? translator::kPythonHelpers : std::string_view();
}

}  // namespace pipexpr
