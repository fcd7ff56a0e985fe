// AWS Signature Version 4: which client sent a request, and that it was not changed on the way.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "adapter/request.h"
#include "adapter/service_error.h"
#include "service/protocol.h"
#include "service/scheduler/clock.h"

namespace pipexpr::service {

struct Credential {
  std::string secret;
  std::string session_token;  // empty: none is asked for
};

// Access key id -> credential, from a file in the form of ~/.aws/credentials. On failure `why` says what is
// wrong and never what is in the file.
using Credentials = std::unordered_map<std::string, Credential>;
std::optional<Credentials> load_credentials(const std::string& file, std::string& why);
std::optional<Credentials> parse_credentials(std::string_view text, std::string& why);

class HmacKey;

class Verifier {
 public:
  explicit Verifier(Credentials credentials) : credentials_(std::move(credentials)) {}

  // Nothing when the signature is right. `now` is the wall's time, whatever clock the pipelines have:
  // signatures are made by clients with a wall clock. Sets `access_key` as soon as it is known. Safe to call
  // from several threads.
  std::optional<ServiceError> verify(const Request& request, Millis now, std::string& access_key) const;

 private:
  struct Signature;
  std::optional<ServiceError> from_header(const Request& request, std::string_view authorization, Signature& out) const;
  std::optional<ServiceError> from_query(const Request& request, Signature& out) const;
  std::shared_ptr<const HmacKey> signing_key(const Signature& signature, const std::string& secret) const;

  Credentials credentials_;
  // A signing key changes once a day and costs four hashes; clients share it for that day.
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, std::shared_ptr<const HmacKey>> keys_;
};

}  // namespace pipexpr::service
