// Implements Collisions: counts the values that two instances share.
#include <pipexpr/runs.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/shown.h"
#include "base/utf8.h"

namespace pipexpr {
namespace {

constexpr std::string_view kPaths[] = {"filePath", "directoryPath"};
constexpr std::string_view kWork[] = {"command",     "step",        "script",      "hiveScript",
                                      "selectQuery", "insertQuery", "transformSql"};

template <std::size_t N>
bool is_one_of(const std::string_view (&names)[N], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

class Collisions::State {
 public:
  State(const PipelineDefinition& definition, Accepts accepts)
      : definition_(definition), accepts_(std::move(accepts)) {}

  void add(ObjectId object, DateTime start, const std::vector<RenderedField>& fields);
  bool found() const;
  std::string report() const;

 private:
  struct Instance {
    ObjectId object;
    DateTime start;
  };
  struct Group {
    bool is_path = false, accepted = false;
    std::uint64_t values = 0, distinct = 0, repeated = 0;
    std::string example;  // of the first collision
    Instance first = {}, second = {};
  };
  bool collides(const Group& group) const {
    return group.repeated != 0 && !group.accepted && (group.is_path || group.distinct > 1);
  }
  bool is_output(ObjectId object);

  const PipelineDefinition& definition_;
  Accepts accepts_;
  std::map<std::pair<ObjectId, std::string_view>, Group> groups_;
  std::unordered_map<std::uint64_t, Instance> seen_;  // by hash: 64 bits tell 500,000 values apart
  std::vector<signed char> outputs_;                  // by object: 0 unknown, 1 is some activity's output, -1 is not
  bool full_ = false;
};

bool Collisions::State::is_output(ObjectId object) {
  const auto number = static_cast<std::size_t>(object);
  if (outputs_.size() <= number) outputs_.resize(number + 1);
  if (outputs_[number] == 0) {
    const auto referrers = definition_.referrers(object);
    const bool output =
        std::any_of(referrers.begin(), referrers.end(), [](const auto& one) { return one.second == "output"; });
    outputs_[number] = output ? 1 : -1;
  }
  return outputs_[number] == 1;
}

void Collisions::State::add(ObjectId object, DateTime start, const std::vector<RenderedField>& fields) {
  for (const RenderedField& field : fields) {
    const bool is_path = is_one_of(kPaths, field.name);
    if (is_path ? !is_output(object) : !is_one_of(kWork, field.name)) continue;
    if (field.failed) continue;
    std::string key;
    if (!is_path) key = fmt::format("{}\n{}\n", definition_.id(object), field.name);  // only its own count
    const std::size_t prefix = key.size();
    for (const RenderedField::Item& item : field.items) key.append(item.text) += '\n';
    key.pop_back();
    if (key.find(SecretMask::kShown) != std::string::npos) continue;  // hidden texts cannot be told apart
    const auto [place, fresh] = groups_.try_emplace({object, field.name});
    Group& group = place->second;
    if (fresh) {
      group.is_path = is_path;
      group.accepted = accepts_ && accepts_(definition_.id(object), field.name);
    }
    ++group.values;
    const std::uint64_t hash = std::hash<std::string>()(key);
    const auto known = seen_.find(hash);
    if (known == seen_.end()) {
      ++group.distinct;
      if (seen_.size() == kMaxValues) full_ = true;
      if (!full_) seen_.emplace(hash, Instance{object, start});
    } else if (group.repeated++ == 0) {
      group.example = key.substr(prefix);
      group.first = known->second;
      group.second = {object, start};
    }
  }
}

bool Collisions::State::found() const {
  return std::any_of(groups_.begin(), groups_.end(), [&](const auto& one) { return collides(one.second); });
}

std::string Collisions::State::report() const {
  std::string out;
  for (const auto& [key, group] : groups_) {
    if (!collides(group)) continue;
    const auto id = [&](const Instance& place) { return instance_id(definition_.id(place.object), place.start); };
    std::string example(base::cut_utf8(group.example, 100));
    if (example.size() < group.example.size()) example += "...";
    out += base::show("collision: {}.{}: {} of {} values came before; the first is '{}' of {}, also of {}\n",
                      definition_.id(key.first), key.second, group.repeated, group.values, example, id(group.second),
                      id(group.first));
  }
  if (full_) out += fmt::format("collisions were looked for among the first {} values only\n", kMaxValues);
  return out;
}

Collisions::Collisions(const PipelineDefinition& definition, Accepts accepts)
    : state_(std::make_unique<State>(definition, std::move(accepts))) {}
Collisions::Collisions(Collisions&&) noexcept = default;
Collisions& Collisions::operator=(Collisions&&) noexcept = default;
Collisions::~Collisions() = default;

void Collisions::add(ObjectId object, DateTime start, const std::vector<RenderedField>& fields) {
  state_->add(object, start, fields);
}
bool Collisions::found() const { return state_->found(); }
std::string Collisions::report() const { return state_->report(); }

}  // namespace pipexpr
