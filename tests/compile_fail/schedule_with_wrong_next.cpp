// SPDX-License-Identifier: MIT
// error: the second argument has a member next, but is not a schedule
// forms: 2
#include <tasks/loop.hpp>
#include <tasks/loop/ticker.hpp>

tasks::asio::io_context io;
tasks::asio::awaitable<void> beat();

struct never {
#if !defined(WRONG)
    std::optional<tasks::time_point> next(tasks::time_point) const { return std::nullopt; }
#else
    std::optional<tasks::time_point> next(tasks::time_point) { return std::nullopt; }
#endif
};

#if !defined(WRONG) || WRONG == 1
tasks::loop l{io, never{}, beat};
#else
tasks::ticker t{io, never{}};
#endif
