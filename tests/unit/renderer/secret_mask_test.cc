// Tests of the mask that hides what evaluations read of secrets.
#include <pipexpr/secret_mask.h>

#include <string>
#include <vector>

#include "catch.h"

using pipexpr::SecretMask;
using pipexpr::ValueView;

namespace {

// What is shown of a text after an evaluation that read these secrets.
std::string shown(const std::vector<std::string>& secrets, std::string text) {
  SecretMask mask;
  mask.start();
  pipexpr::TracedField field{};
  field.name = "*secret";
  for (const std::string& secret : secrets) mask.leave_field(field, ValueView(secret));
  return mask.apply(std::move(text));
}

std::vector<std::string> numbered(int count) {
  std::vector<std::string> secrets;
  for (int i = 0; i < count; ++i) secrets.push_back("<" + std::to_string(i) + ">");
  return secrets;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += part + " ";
  return text;
}

}  // namespace

TEST_CASE("secret mask: secrets that are in a text are masked there, otherwise all of it is") {
  CHECK(shown({}, "plain") == "plain");
  CHECK(shown({"hunter2"}, "user:hunter2") == "user:********");
  CHECK(shown({"hunter2"}, "HUNTER2") == "********");  // it was changed on its way
  CHECK(shown({"hunter2", "other"}, "hunter2") == "********");
  CHECK(shown({"hunter2"}, "") == "");
  CHECK(shown({"x"}, "axb") == "********");  // too short to be looked for
}

TEST_CASE("secret mask: many secrets are told apart as few are") {
  for (const int count : {1, 7, 8, 9, 10, 500}) {
    std::vector<std::string> secrets = numbered(count);
    const std::string text = joined(secrets);
    std::string masked;
    for (int i = 0; i < count; ++i) masked += "******** ";
    CHECK(shown(secrets, text) == masked);
    secrets.push_back("<none>");
    CHECK(shown(secrets, text) == "********");
    secrets.back() = "0";  // in the text, but too short
    CHECK(shown(secrets, text) == "********");
    secrets.back() = secrets.front();
    CHECK(shown(secrets, text) == masked);
  }
}
