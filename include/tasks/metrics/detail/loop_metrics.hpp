// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/loop/text.hpp>
#include <tasks/run/events.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// One value for each enumerator of an enumeration that counts from 0.
template <class Enum, Enum last, class Value>
class enum_array {
public:
    static constexpr std::size_t size = static_cast<std::size_t>(last) + 1;

    [[nodiscard]] Value& operator[](Enum e) { return values_.at(static_cast<std::size_t>(e)); }

    /// Calls f(enumerator, value) for each.
    template <class F>
    void for_each(F f) const
    {
        for (std::size_t i = 0; i != size; ++i)
            f(static_cast<Enum>(i), values_[i]);
    }

private:
    std::array<Value, size> values_;
};

static_assert(to_string(static_cast<decision>(static_cast<int>(decision::requested) + 1)) == "?");
static_assert(to_string(static_cast<miss_cause>(static_cast<int>(miss_cause::busy) + 1)) == "?");
static_assert(to_string(static_cast<outcome>(static_cast<int>(outcome::timed_out) + 1)) == "?");

/// What is counted of the loops of one name. Each member can be used by several threads at once.
struct loop_metrics {
    using counter = ::prometheus::Counter;
    using buckets = ::prometheus::Histogram::BucketBoundaries;

    loop_metrics(std::string loop, buckets const& lateness_buckets, buckets const& duration_buckets)
        : label{std::move(loop)}
        , lateness{lateness_buckets}
        , duration{duration_buckets}
    {
    }

    std::string const label; ///< the loop's name, in UTF-8
    enum_array<decision, decision::requested, enum_array<miss_cause, miss_cause::busy, counter>> slots;
    enum_array<outcome, outcome::timed_out, counter> attempts;
    counter retries;
    enum_array<exit_reason, exit_reason::failed, counter> runs;
    ::prometheus::Histogram lateness;
    ::prometheus::Histogram duration;
};

} // namespace detail
TASKS_END_NAMESPACE
