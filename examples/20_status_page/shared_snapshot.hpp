// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/group/group.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

/// The state of all loops, read at most five times a second however many ask, because each reading takes the
/// lock of every loop once.
///
/// @par Thread safety
/// Safe for concurrent use.
class shared_snapshot {
public:
    using clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds period{200};

    struct reading {
        std::vector<tasks::loop_status> loops;
        clock::time_point taken;
    };

    explicit shared_snapshot(tasks::group jobs)
        : jobs_{std::move(jobs)}
    {
    }

    /// The last reading; a new one if that is older than the period.
    [[nodiscard]] std::shared_ptr<reading const> read()
    {
        std::lock_guard const lock{mutex_};
        if (auto const now = clock::now(); !last_ || now - last_->taken >= period)
            last_ = std::make_shared<reading const>(reading{jobs_.snapshot(), now});
        return last_;
    }

private:
    tasks::group jobs_;
    std::mutex mutex_;
    std::shared_ptr<reading const> last_;
};
