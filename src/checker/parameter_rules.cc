// Parameters: declared and used, and their values.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/char_class.h"
#include "base/placeholder.h"
#include "base/secret_mask.h"
#include "base/similar_names.h"
#include "checker/checks.h"
#include "checker/value_rules.h"

namespace pipexpr::checker {
namespace {

using Info = PipelineDefinition::ParameterInfo;

constexpr std::string_view kTypes[] = {"String", "Integer", "Double", "AWS::S3::ObjectKey"};

class Parameters {
 public:
  explicit Parameters(Stage& stage) : stage_(stage) {}

  void run() {
    for (const Info& info : stage_.graph.parameters()) {
      const bool used = stage_.survey.parameters.contains(info.id);
      if (info.declared) {
        if (!used && !stage_.survey.meant.contains(info.id))
          add(Rule::unused_parameter, info, fmt::format("parameter '{}' is never used", base::excerpt(info.id)));
        declaration(info, used);
      } else if (info.source >= Info::Source::file && stage_.scope.knows_parameters()) {
        undeclared_value(info, used);
      }
      values(info);
    }
    without_value();
    undeclared(undeclared_, "");
    undeclared(left_over_, " and not used");
  }

 private:
  using Infos = std::vector<const Info*>;

  // That a file has no values is one fact: they are given in a file of their own, or forgotten together.
  void without_value() {
    if (lacking_.size() == 1) {
      add(Rule::parameter_without_value, *lacking_[0],
          fmt::format(
              "parameter '{}' has no value and no default: {} or make it optional", base::excerpt(lacking_[0]->id),
              lacking_[0]->id.starts_with("*") ? "give it one when the pipeline is activated, as it is a secret,"
                                               : "give it one under \"values\""));
      return;
    }
    add_all(Rule::parameter_without_value, lacking_,
            fmt::format("parameters {} have no value and no default: give them values, in this file under \"values\" "
                        "or in one of their own, or make them optional",
                        names(lacking_)));
  }

  // Values that are left over are one fact, too: their declarations were dropped together, or never made.
  void undeclared(const Infos& infos, std::string_view and_not_used) {
    if (infos.size() == 1) {
      add(Rule::undeclared_value, *infos[0],
          fmt::format("a value is given to parameter '{}', which is not declared{}", base::excerpt(infos[0]->id),
                      and_not_used));
      return;
    }
    add_all(Rule::undeclared_value, infos,
            fmt::format("values are given to parameters {}, which are not declared{}", names(infos), and_not_used));
  }

  static std::string names(const Infos& infos) {
    constexpr std::size_t kNamed = 8;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < infos.size() && i < kNamed; ++i) {
      names.push_back(fmt::format("'{}'", base::excerpt(infos[i]->id)));
    }
    if (infos.size() > kNamed) return fmt::format("{} and {} more", fmt::join(names, ", "), infos.size() - kNamed);
    const std::string last = names.empty() ? "" : names.back();
    if (!names.empty()) names.pop_back();
    return names.empty() ? last : fmt::format("{} and {}", fmt::join(names, ", "), last);
  }

  // With one message they become one finding with several places.
  void add_all(Rule rule, const Infos& infos, const std::string& message) {
    for (const Info* const info : infos) add(rule, *info, message);
  }

  void add(Rule rule, const Info& info, std::string message) {
    stage_.report.add_span(rule, info.span, "", std::string(info.id), std::move(message));
  }

  void declaration(const Info& info, bool used) {
    const bool is_empty = info.value.count == 0 && info.source != Info::Source::none;
    const bool is_empty_default = info.source == Info::Source::default_value && info.value.count == 1 &&
                                  info.value.items[0].value.is(Kind::string) &&
                                  info.value.items[0].value.text().empty();
    for (const auto& [key, value] : info.attributes) {
      if (value.empty()) empty_attribute(info, key);
    }
    if (is_empty_default) {
      empty_attribute(info, "default");
    } else if (used && is_empty) {
      stage_.report.add(
          {kNoObject, info.id, 0},
          {Rule::parameter_without_value,
           {0, 0},
           fmt::format("parameter '{}' is required and its value is empty, which is no value: give it one or "
                       "make it optional",
                       base::excerpt(info.id))});
    }
    if (used && !info.optional && info.source == Info::Source::none) lacking_.push_back(&info);
    const std::string_view plain = info.id.starts_with("*") ? info.id.substr(1) : info.id;
    if (!plain.starts_with("my")) {
      add(Rule::parameter_name, info,
          fmt::format("the id of a parameter begins with 'my', found '{}'", base::excerpt(info.id)));
    }
    // Deployed pipelines spell them in lower case, too.
    const auto is_known = [&](std::string_view type) {
      return std::equal(type.begin(), type.end(), info.type_text.begin(), info.type_text.end(),
                        [](char a, char b) { return a == b || a == base::to_upper(b); });
    };
    if (info.type_text.empty() || std::any_of(std::begin(kTypes), std::end(kTypes), is_known)) return;
    base::Similar similar(info.type_text);
    for (const std::string_view type : kTypes) similar.consider(type);
    add(Rule::parameter_type, info,
        fmt::format("parameter '{}' has the type '{}': expected String, Integer, Double or AWS::S3::ObjectKey{}",
                    base::excerpt(info.id), base::excerpt(info.type_text), base::did_you_mean(similar)));
  }

  void empty_attribute(const Info& info, std::string_view key) {
    add(Rule::empty_attribute, info,
        fmt::format("parameter '{}' has an empty '{}', which the service answers with InternalFailure: leave it out",
                    base::excerpt(info.id), base::excerpt(key)));
  }

  // Used and only given a value: the service knows no such parameter.
  void undeclared_value(const Info& info, bool used) {
    base::Similar similar(info.id);
    if (!declared_) {
      declared_.emplace();
      for (const Info& other : stage_.graph.parameters()) {
        if (other.declared) declared_->add(other.id);
      }
      declared_->build();
    }
    declared_->consider(info.id, similar);
    const std::string suggestion = base::did_you_mean(similar);
    if (suggestion.empty()) return (used ? undeclared_ : left_over_).push_back(&info);
    add(Rule::undeclared_value, info,
        fmt::format("a value is given to parameter '{}', which is not declared{}{}", base::excerpt(info.id),
                    used ? "" : " and not used", suggestion));
  }

  void values(const Info& info) {
    for (std::uint32_t k = 0; k < info.value.count; ++k) {
      const FieldItem& item = info.value.items[k];
      if (!item.value.is(Kind::string) || item.form != FieldItem::Form::literal) continue;
      const std::string_view text = item.value.text();
      if (base::has_placeholder(text)) continue;
      const SourceSpan whole{0, static_cast<std::uint32_t>(text.size())};
      const Place place{kNoObject, info.id, k};
      std::string_view wanted = type_mismatch(info.type, text);
      if (info.type_text == "AWS::S3::ObjectKey" && !text.starts_with("s3://") && !text.starts_with("s3n://") &&
          !text.starts_with("s3a://") && !text.empty()) {
        wanted = "an S3 path such as s3://bucket/key";
      }
      if (!wanted.empty()) {
        stage_.report.add(place, {Rule::parameter_type, whole,
                                  fmt::format("parameter '{}' is of type {}: expected {}, found '{}'",
                                              base::excerpt(info.id), info.type_text, wanted, base::excerpt(text))});
      }
      if (!info.allowed_values.empty() &&
          std::find(info.allowed_values.begin(), info.allowed_values.end(), text) == info.allowed_values.end()) {
        const std::string allowed = info.id.starts_with("*")
                                        ? std::string(base::kMask)
                                        : base::excerpt(fmt::format("{}", fmt::join(info.allowed_values, ", ")));
        stage_.report.add(place, {Rule::parameter_not_allowed, whole,
                                  fmt::format("parameter '{}' must be one of its allowedValues ({}), found '{}'",
                                              base::excerpt(info.id), allowed, base::excerpt(text))});
      }
    }
  }

  Stage& stage_;
  Infos lacking_;                            // used, required, and without a value
  Infos undeclared_, left_over_;             // with a value and no declaration, used and not, like no other name
  std::optional<base::NameIndex> declared_;  // made for the first value of a parameter that is not
};

}  // namespace

void check_parameters(Stage& stage) { Parameters(stage).run(); }

}  // namespace pipexpr::checker
