// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/duration_text.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/schedule/aligned.hpp>
#include <tasks/time/detail/instant_text.hpp>

TASKS_BEGIN_NAMESPACE

TASKS_DECL void aligned::check() const
{
    if (period_ == std::chrono::nanoseconds::zero())
        throw bad_option{"tasks: an aligned period of 0 s has no instants; it must be positive"};
}

TASKS_DECL std::optional<time_point> aligned::next(time_point after) const noexcept
{
    // by remainders, because the distance to the epoch may not fit
    auto const since_multiple = [this](time_point t) {
        auto const rest = t.time_since_epoch() % period_;
        return rest < rest.zero() ? rest + period_ : rest;
    };
    auto passed = since_multiple(after) - since_multiple(epoch_);
    if (passed < passed.zero())
        passed += period_;
    auto const left = period_ - passed; // in (0, period]
    if (after > (time_point::max)() - left)
        return std::nullopt;
    return after + left;
}

TASKS_DECL std::string to_string(aligned const& s)
{
    auto text = "aligned(" + detail::duration_text(s.period());
    if (s.epoch() != time_point{})
        text += ", " + detail::instant_text(s.epoch());
    return text + ')';
}

TASKS_END_NAMESPACE
