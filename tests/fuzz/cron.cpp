// SPDX-License-Identifier: MIT
// Feeds cron. What is read is printed and read again, described, and asked for its next instants in UTC and
// in a zone that changes its clocks.
#include "support/check.hpp"

#include <tasks/schedule/cron.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace {

bool is_one_line(std::string_view text)
{
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Asks for instants under these rules, and checks that they rise.
void check_cron(tasks::cron const& schedule, tasks::time_point from, std::string_view text)
{
    for (int i = 0; i < 6; ++i) {
        auto const next = schedule.next(from);
        if (!next)
            return;
        fuzz::require(*next > from, "the next instant is later", text);
        fuzz::require(*next == std::chrono::floor<std::chrono::seconds>(*next), "it is a whole second", text);
        fuzz::require(schedule.next(*next - std::chrono::nanoseconds{1}) == next,
                      "it is the next one until it comes", text);
        from = *next;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const text = fuzz::text(data, size);
    auto const expression =
        fuzz::parsed([](std::string_view t) { return tasks::cron_expression::parse(t); }, text);
    if (!expression)
        return 0;

    auto const printed = to_string(*expression);
    auto const again = tasks::cron_expression::parse(printed);
    fuzz::require(again == *expression, "what is printed is read back", text);
    fuzz::require(to_string(again) == printed, "and printed alike", text);
    auto const described = expression->describe();
    fuzz::require(!described.empty() && is_one_line(described), "it is described in one line", text);
    fuzz::require(again.describe() == described, "and described alike", text);

    using tasks::fold;
    using tasks::gap;
    gap const gaps[] = {gap::after, gap::shift, gap::skip};
    fold const folds[] = {fold::first, fold::second, fold::both};
    auto const schedule =
        tasks::cron{*expression}.when_missing(gaps[size % 3]).when_repeated(folds[size / 3 % 3]);
    static auto const berlin = tasks::time_zone::named("CET-1CEST,M3.5.0,M10.5.0/3");
    for (auto const& zone : {tasks::time_zone::utc(), berlin}) {
        check_cron(schedule.in(zone), tasks::time_point{std::chrono::seconds{1'711'800'000}},
                   text); // before a gap
        check_cron(schedule.in(zone), tasks::time_point{std::chrono::seconds{1'729'980'000}},
                   text); // before a fold
        check_cron(schedule.in(zone), tasks::time_point::min(), text);
        check_cron(schedule.in(zone), std::chrono::sys_days{std::chrono::March / 1 / 2262}, text);
    }
    return 0;
}
