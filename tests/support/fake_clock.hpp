// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/detail/clock_source.hpp>

#include <chrono>

namespace test {

/// A clock that shows the time set by the test.
class fake_clock final : public tasks::detail::clock_source {
public:
    using nanoseconds = std::chrono::nanoseconds;

    tasks::detail::clock_reading reading;
    bool can_be_set = false; ///< whether waits for the wall clock allow for steps of it

    void pass(nanoseconds by)
    {
        reading.steady += by;
        reading.wall += by;
    }

    [[nodiscard]] tasks::detail::clock_reading now() const noexcept override { return reading; }
    [[nodiscard]] nanoseconds steady() const noexcept override { return reading.steady; }
    [[nodiscard]] bool passes_by_itself() const noexcept override { return false; }
    [[nodiscard]] bool may_have_stepped() const noexcept override { return can_be_set; }
    [[nodiscard]] nanoseconds wake_offset(nanoseconds) noexcept override { return nanoseconds{0}; }
};

} // namespace test
