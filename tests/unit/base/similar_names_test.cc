// Tests of suggestions for unknown names.
#include "base/similar_names.h"

#include "catch.h"

TEST_CASE("text: the nearest name is suggested, and nothing far") {
  const auto nearest = [](std::string_view wanted, std::initializer_list<const char*> names) {
    pipexpr::base::Similar similar(wanted);
    for (const char* name : names) similar.consider(name);
    return std::string(similar.best());
  };
  CHECK(nearest("minusDay", {"minusDays", "minusHours"}) == "minusDays");
  CHECK(nearest("mnius", {"minus"}) == "minus");              // neighbors swapped
  CHECK(nearest("FORMAT", {"month", "format"}) == "format");  // case alone
  CHECK(nearest("ab", {"cd", "abc"}) == "abc");
  CHECK(nearest("ab", {"abcd"}).empty());
  CHECK(nearest("", {"a", "b"}) == "a");
  CHECK(nearest("q", {"a", "qa", "aq"}).empty());  // one edit of one letter could be anything
  CHECK(nearest("ab", {"a"}).empty());
  CHECK(nearest("q", {"a", "Q"}) == "Q");
  CHECK(nearest("same", {"same"}).empty());             // it is not unknown then
  CHECK(nearest("first", {"fist", "firs"}) == "fist");  // the earlier of two
  CHECK(nearest("abcdefghijkl", {"abcdefghiXYZ"}) == "abcdefghiXYZ");
  CHECK(nearest("abcdefghijkl", {"abcdefghWXYZ"}).empty());  // four edits are too many
  const std::string longest(64, 'x'), longer(65, 'x');
  CHECK(nearest(longest, {(longest.substr(1) + "y").c_str()}) == longest.substr(1) + "y");
  CHECK(nearest(longer, {longest.c_str()}).empty());
  CHECK(nearest("a\xFF", {"a\xFE"}) == "a\xFE");
}

namespace {

std::string found(const pipexpr::base::NameIndex& index, std::string_view wanted) {
  pipexpr::base::Similar similar(wanted);
  index.consider(wanted, similar);
  return similar.best();
}

}  // namespace

TEST_CASE("text: among many names those with the same beginning or end are compared") {
  std::vector<std::string> names;
  for (int i = 0; i < 10'000; ++i)
    names.push_back("name" + std::to_string(i) + "of" + std::to_string(i * 7919 % 10'000));
  names.push_back("bucketName");
  names.push_back("Schedule");
  pipexpr::base::NameIndex index;
  for (const std::string& name : names) index.add(name);
  index.build();
  CHECK(index.near("bucketNam").size() <= pipexpr::base::NameIndex::kMaxCompared);
  CHECK(found(index, "bucketNam") == "bucketName");
  CHECK(found(index, "bucketNamee") == "bucketName");
  CHECK(found(index, "cucketName") == "bucketName");  // by its end
  CHECK(found(index, "buckteName") == "bucketName");
  CHECK(found(index, "BUCKETNAME") == "bucketName");  // case alone
  CHECK(found(index, "schedule") == "Schedule");
  CHECK(found(index, names[5000] + "x") == names[5000]);
  CHECK(found(index, "zzzzzzzzzz").empty());
  CHECK(found(index, std::string(65, 'x')).empty());
}

TEST_CASE("text: few names are all compared, the first of equals counts") {
  pipexpr::base::NameIndex none;
  none.build();
  CHECK(found(none, "x").empty());
  pipexpr::base::NameIndex index;
  for (const char* name : {"firs", "fist", "last"}) index.add(name);
  index.build();
  CHECK(index.near("first") == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(found(index, "first") == "firs");
}

TEST_CASE("text: the end of a message") {
  const std::vector<std::string> names = {"copy", "Copy it", "move"};
  CHECK(pipexpr::base::did_you_mean("COPY", names) == ", did you mean 'copy'?");
  CHECK(pipexpr::base::did_you_mean("delete", names).empty());
}
