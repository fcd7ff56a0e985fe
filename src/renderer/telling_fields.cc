// Finds the fields of an object that can tell two definitions apart.
#include "renderer/telling_fields.h"

#include <algorithm>
#include <unordered_set>

namespace pipexpr {
namespace {

constexpr std::size_t kMaxKept = 64;  // of one object

// What is an object's own and never inherited.
bool is_personal(const PipelineDefinition::FieldInfo& info) {
  return info.name == "id" || info.name == "name" || info.name == "type" || info.name == "parent";
}

}  // namespace

ObjectId TellingFields::parent_of(ObjectId object) const {
  const auto parent = definition_.find_field(object, "parent");
  if (!parent || parent->field.count == 0) return kNoObject;
  const ValueView& value = parent->field.items[0].value;
  return value.is(Kind::reference) ? value.object() : kNoObject;
}

std::shared_ptr<const TellingFields::Fields> TellingFields::made(ObjectId object,
                                                                 const std::shared_ptr<const Fields>& of_parent) const {
  const auto tells = [this](const auto& info) { return alike_ == nullptr || !alike_->is_plain(info.name); };
  auto out = std::make_shared<Fields>();
  if (of_parent == nullptr) {  // it has too many, or there is none
    const Fields all = definition_.fields(object, true);
    std::copy_if(all.begin(), all.end(), std::back_inserter(*out), tells);
    return out;
  }
  const Fields own = definition_.fields(object);
  std::copy_if(own.begin(), own.end(), std::back_inserter(*out), tells);
  if (out->empty() && std::none_of(of_parent->begin(), of_parent->end(), is_personal)) return of_parent;
  std::unordered_set<std::string_view, base::Hash> names;
  for (const auto& info : *out) names.insert(info.name);
  for (const auto& info : *of_parent) {
    if (!is_personal(info) && !names.contains(info.name)) out->push_back(info);
  }
  return out;
}

// Chains are walked without recursion: a file may have thousands of parents.
std::shared_ptr<const TellingFields::Fields> TellingFields::of(ObjectId object) {
  std::vector<ObjectId> chain;
  for (ObjectId at = object; at != kNoObject && !known_.contains(at); at = parent_of(at)) chain.push_back(at);
  if (chain.empty() && known_[object] != nullptr) return known_[object];
  if (chain.empty()) return made(object, nullptr);
  std::shared_ptr<const Fields> last;
  for (std::size_t i = chain.size(); i-- > 0;) {
    const ObjectId parent = parent_of(chain[i]);
    last = made(chain[i], parent == kNoObject ? nullptr : known_[parent]);
    known_[chain[i]] = last->size() <= kMaxKept ? last : nullptr;
  }
  return last;
}

}  // namespace pipexpr
