// Tests of the mask that hides secrets in texts.
#include "base/secret_mask.h"

#include "catch.h"

using pipexpr::base::mask_quoted;
using pipexpr::base::SecretMask;

namespace {

std::string masked(std::initializer_list<const char*> secrets, std::string text) {
  SecretMask mask;
  for (const char* secret : secrets) mask.learn(secret);
  return mask.masked(std::move(text));
}

std::string quoted(std::string message, std::string_view secret) {
  mask_quoted(message, secret);
  return message;
}

}  // namespace

TEST_CASE("mask: secrets of three characters anywhere, shorter ones as the whole text") {
  CHECK(masked({}, "nothing to hide") == "nothing to hide");
  CHECK(masked({""}, "nothing to hide") == "nothing to hide");
  CHECK(masked({"abc"}, "xabcx abc") == "x********x ********");
  CHECK(masked({"ab"}, "abc ab") == "abc ab");
  CHECK(masked({"ab"}, "ab") == "********");
  CHECK(masked({"1"}, "1") == "********");
  CHECK(masked({"1"}, "11") == "11");
  CHECK(masked({"abc"}, "") == "");
  CHECK(masked({"abcdef"}, "abc") == "abc");
}

TEST_CASE("mask: of secrets that begin alike or overlap nothing shows") {
  CHECK(masked({"abc", "abcdef"}, "abcdef abcde") == "******** ********de");
  CHECK(masked({"abcd", "cdefgh"}, "xabcdefghx") == "x********x");
  CHECK(masked({"abc", "def"}, "abcdef") == "****************");
  CHECK(masked({"aaa"}, "aaaaa") == "********");
  CHECK(masked({"abc", "abc"}, "abc") == "********");
}

TEST_CASE("mask: several masks hide as one that has learned all") {
  SecretMask first, second, none;
  first.learn("abc");
  first.learn("xy");
  second.learn("abcdef");
  second.learn("bcx");
  const auto masked_by_all = [&](std::string text) {
    const SecretMask* const masks[] = {&none, &first, &second};
    SecretMask::replace(text, masks);
    return text;
  };
  CHECK(masked_by_all("abcdef abcde") == "******** ********de");
  CHECK(masked_by_all("abcx") == "********");
  CHECK(masked_by_all("xy") == "********");
  CHECK(masked_by_all("xyz") == "xyz");
  std::string text = "abc";
  CHECK_FALSE(SecretMask::replace(text, {}));
}

TEST_CASE("mask: ten thousand secrets") {
  SecretMask mask;
  for (int i = 0; i < 10'000; ++i) mask.learn("secret" + std::to_string(i) + ".");
  CHECK(mask.masked("a secret77. b secret9999. c secret10000.") == "a ******** b ******** c secret10000.");
}

TEST_CASE("mask: whether all secrets are in a text") {
  const auto all = [](std::initializer_list<const char*> secrets, std::string_view text) {
    SecretMask mask;
    for (const char* secret : secrets) mask.learn(secret);
    return mask.all_in(text);
  };
  CHECK(all({}, ""));
  CHECK(all({"ab"}, ""));  // too short to be looked for
  CHECK(all({"abc"}, "xabcx"));
  CHECK_FALSE(all({"abc"}, ""));
  CHECK_FALSE(all({"abc"}, "xabx"));
  CHECK(all({"abc", "abcdef"}, "abcdef"));
  CHECK_FALSE(all({"abc", "abcdef"}, "abcde abc"));
  CHECK(all({"abcd", "cdef"}, "abcdef"));
  CHECK(all({"aab", "abc", "aab"}, "aaabc"));
  CHECK_FALSE(all({"abc", "xyz"}, "abcxy"));
}

TEST_CASE("mask: quotations in messages, whole, cut and escaped") {
  CHECK(quoted("found 'hunter2'", "hunter2") == "found '********'");
  CHECK(quoted("found 'ab' in tab", "ab") == "found '********' in tab");
  CHECK(quoted("found 'a\\nb'", "a\nb") == "found '********'");
  CHECK(quoted("found '0123456789abcdef012...'", "0123456789abcdef0123456789") == "found '********'");
  CHECK(quoted("found 'xxhun...'", "hunter2") == "found 'xx********...'");
  CHECK(quoted("found 'x'", "") == "found 'x'");
}
