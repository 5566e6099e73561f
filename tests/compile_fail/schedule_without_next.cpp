// SPDX-License-Identifier: MIT
// error: no viable conversion | could not convert | conversion from
#include <tasks/schedule.hpp>

struct never {
#if !defined(WRONG)
    std::optional<tasks::time_point> next(tasks::time_point) const { return std::nullopt; }
#else
    std::optional<tasks::time_point> following(tasks::time_point) const { return std::nullopt; }
#endif
};

tasks::schedule const s = never{};
