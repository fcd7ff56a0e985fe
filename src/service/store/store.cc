// Opens stores, and begins and repeats their transactions.
#include "service/store/store.h"

namespace pipexpr::service {

Store::Store(std::unique_ptr<Database> database, std::size_t sessions) : database_(std::move(database)) {
  idle_.push_back(database_->connect());
  // Two processes that start on one empty database can collide while creating the tables; the second try
  // finds them.
  for (int attempt = 0;; ++attempt) {
    try {
      migrate(*idle_.front());
      break;
    } catch (const StoreError&) {
      if (attempt == 2 || !database_->is_shared()) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  }
  std::size_t count = database_->max_sessions(sessions);
  while (idle_.size() < count) idle_.push_back(database_->connect());
}

std::unique_ptr<Session> Store::take() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return !idle_.empty(); });
  std::unique_ptr<Session> session = std::move(idle_.back());
  idle_.pop_back();
  return session;
}

void Store::give_back(std::unique_ptr<Session> session) {
  {
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(session));
  }
  returned_.notify_one();
}

}  // namespace pipexpr::service
