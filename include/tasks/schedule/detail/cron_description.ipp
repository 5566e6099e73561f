// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/cron_expression.hpp>
#include <tasks/schedule/detail/cron_field.hpp>
#include <tasks/schedule/detail/cron_fields.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The members of a set of numbers, in ascending order.
[[nodiscard]] inline std::vector<int> members(std::uint64_t set)
{
    std::vector<int> all;
    for (; set != 0; set &= set - 1)
        all.push_back(std::countr_zero(set));
    return all;
}

/// Joins `a`, `b` and `c` to `a, b and c`.
[[nodiscard]] inline std::string joined(std::vector<std::string> const& parts,
                                        char const* conjunction = "and")
{
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i != 0)
            text += i + 1 == parts.size() ? " " + std::string{conjunction} + " " : ", ";
        text += parts[i];
    }
    return text;
}

/// `2nd`, `3rd`, `21st`
[[nodiscard]] inline std::string ordinal(int n)
{
    auto const last = n / 10 % 10 == 1 ? 0 : n % 10;
    return std::to_string(n) + (last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

/// The common distance of at least four numbers; 0 if there is none.
[[nodiscard]] inline int common_step(std::vector<int> const& numbers)
{
    if (numbers.size() < 4)
        return 0;
    auto const step = numbers[1] - numbers[0];
    for (std::size_t i = 1; i < numbers.size(); ++i)
        if (numbers[i] - numbers[i - 1] != step)
            return 0;
    return step;
}

/// Consecutive numbers.
struct number_run {
    int first, last;
};

/// Splits ascending numbers into runs of at least `least`, and single numbers. In a field of `size` numbers
/// a run may go on from the end to the beginning; it is then the last one, and its end is `size` too large.
[[nodiscard]] inline std::vector<number_run> runs_of(std::vector<int> numbers, int size = 0,
                                                     std::size_t least = 3)
{
    auto const count = numbers.size();
    if (size != 0 && count > 1 && count < static_cast<std::size_t>(size) &&
        numbers.back() - numbers.front() == size - 1) {
        std::size_t head = 1, tail = 1;
        while (numbers[head] == numbers[head - 1] + 1)
            ++head;
        while (numbers[count - tail - 1] == numbers[count - tail] - 1)
            ++tail;
        if (head + tail >= least) {
            for (std::size_t i = 0; i < head; ++i)
                numbers.push_back(numbers[i] + size);
            numbers.erase(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(head));
        }
    }
    std::vector<number_run> runs;
    for (std::size_t i = 0; i < numbers.size();) {
        auto end = i + 1;
        while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1)
            ++end;
        if (end - i < least)
            end = i + 1;
        runs.push_back({numbers[i], numbers[end - 1]});
        i = end;
    }
    return runs;
}

/// Puts what a cron expression matches into words.
class cron_description {
public:
    explicit cron_description(cron_fields const& fields)
        : f_{fields}
        , seconds_{members(fields.seconds)}
        , minutes_{members(fields.minutes)}
        , hours_{members(fields.hours)}
    {
    }

    [[nodiscard]] std::string text() const { return times() + days(); }

private:
    // ---- times -------------------------------------------------------------------------------------------

    static constexpr std::size_t few = 6; // times that are listed one by one

    [[nodiscard]] std::string times() const
    {
        auto const number = seconds_.size() * minutes_.size() * hours_.size();
        bool const whole_minutes = f_.seconds == 1;
        if (whole_minutes) {
            if (auto const each = every(minutes_, "minute");
                !each.empty() && (minutes_.size() > 2 || number > few))
                return each + windows();
            if (minutes_.size() == 1 && (number > few || (number > 3 && runs_of(hours_, 24).size() == 1)))
                return once_an_hour();
            if (minutes_.size() > 2 && hours_.size() == 1 && runs_of(minutes_).size() == 1)
                return "every minute from " + clock(hours_[0], minutes_.front()) + " to " +
                       clock(hours_[0], minutes_.back());
        } else if (auto const each = every(seconds_, "second"); !each.empty() && minutes_.size() == 60) {
            return each + windows();
        }
        if (number <= few)
            return list_of_times();
        std::string text;
        if (!whole_minutes) {
            auto const each = every(seconds_, "second");
            text = (each.empty() ? "at " + counted(seconds_, "second") : each) + " of ";
        }
        bool const every_minute = minutes_.size() == 60;
        text += every_minute ? "every minute" : (whole_minutes ? "at " : "") + counted(minutes_, "minute");
        if (hours_.size() < 24)
            return text + " of " + counted(hours_, "hour", 24);
        return text + (every_minute ? "" : " of every hour");
    }

    /// `every 15 minutes`, if the numbers are at equal distances all around from 0; or nothing.
    [[nodiscard]] static std::string every(std::vector<int> const& numbers, std::string const& unit)
    {
        auto const count = static_cast<int>(numbers.size());
        if (count == 60)
            return "every " + unit;
        for (int i = 0; i < count; ++i)
            if (numbers[static_cast<std::size_t>(i)] * count != 60 * i)
                return {};
        return count < 2 ? "" : "every " + std::to_string(60 / count) + " " + unit + "s";
    }

    /// ` from 9:00 to 17:59`; nothing for the whole day
    [[nodiscard]] std::string windows() const
    {
        if (hours_.size() == 24)
            return {};
        auto const runs = runs_of(hours_, 24, 2);
        if (runs.size() > 3)
            return " of " + counted(hours_, "hour", 24);
        std::vector<std::string> parts;
        for (auto const& run : runs)
            parts.push_back("from " + clock(run.first, 0) + " to " + clock(run.last % 24, 59));
        return " " + joined(parts);
    }

    [[nodiscard]] std::string once_an_hour() const
    {
        auto const minute = minutes_[0];
        if (hours_.size() == 24)
            return minute == 0 ? "every hour" : "every hour at minute " + std::to_string(minute);
        auto const runs = runs_of(hours_, 24);
        if (runs.size() == 1)
            return "every hour from " + clock(runs[0].first, minute) + " to " +
                   clock(runs[0].last % 24, minute);
        if (auto const step = common_step(hours_); step != 0)
            return "every " + std::to_string(step) + " hours from " + clock(hours_.front(), minute) + " to " +
                   clock(hours_.back(), minute);
        return "at minute " + std::to_string(minute) + " of " + counted(hours_, "hour", 24);
    }

    [[nodiscard]] std::string list_of_times() const
    {
        std::vector<std::string> list;
        for (auto const h : hours_)
            for (auto const m : minutes_)
                for (auto const s : seconds_)
                    list.push_back(clock(h, m) + (f_.seconds == 1 ? "" : ":" + two_digits(s)));
        return "at " + joined(list) + (has_days() ? "" : " every day");
    }

    /// `minute 5`, `minutes 5 and 10 to 20`, `every 7th minute from 0 to 56`
    [[nodiscard]] static std::string counted(std::vector<int> const& numbers, std::string const& unit,
                                             int size = 0)
    {
        if (auto const step = common_step(numbers); step > 1)
            return "every " + ordinal(step) + " " + unit + " from " + std::to_string(numbers.front()) +
                   " to " + std::to_string(numbers.back());
        return unit + (numbers.size() > 1 ? "s " : " ") + listed(numbers, size);
    }

    /// `5`, `5 and 10 to 20`
    [[nodiscard]] static std::string listed(std::vector<int> const& numbers, int size = 0)
    {
        std::vector<std::string> parts;
        for (auto const& run : runs_of(numbers, size)) {
            auto const last = run.last - (size != 0 && run.last >= size ? size : 0);
            parts.push_back(std::to_string(run.first) +
                            (run.first == run.last ? "" : " to " + std::to_string(last)));
        }
        return joined(parts);
    }

    [[nodiscard]] static std::string two_digits(int n) { return (n < 10 ? "0" : "") + std::to_string(n); }
    [[nodiscard]] static std::string clock(int hour, int minute)
    {
        return std::to_string(hour) + ":" + two_digits(minute);
    }

    // ---- days --------------------------------------------------------------------------------------------

    [[nodiscard]] bool has_days() const
    {
        return f_.days != cron_fields::every_day || f_.weekdays != cron_fields::every_weekday;
    }

    [[nodiscard]] bool has_months() const { return f_.months != cron_fields::every_month; }

    [[nodiscard]] std::string days() const
    {
        bool const by_day = f_.days != cron_fields::every_day;
        bool const by_weekday = f_.weekdays != cron_fields::every_weekday;
        auto const of_month = has_months() && !f_.either_day ? months() : std::string{"the month"};
        auto const of_a_month = f_.weekdays == 0; // all of them are such as the last Friday of a month
        std::string text;
        if (by_day)
            text += " on " + days_of(of_month);
        if (f_.either_day)
            text += " or on " + weekdays_of(of_month, "and");
        else if (by_day && by_weekday)
            text += " if it is " + weekdays_of("the month", "or");
        else if (by_weekday)
            text += " on " + weekdays_of(of_a_month ? of_month : "the month", "and");
        bool const named = !f_.either_day && (by_day || (by_weekday && of_a_month));
        if (has_months() && !named)
            text += (f_.either_day ? ", in " : " in ") + months();
        if (!f_.every_year)
            text += (has_months() ? named ? " in " : " of " : f_.either_day ? ", in " : " in ") + years();
        return text;
    }

    [[nodiscard]] std::string days_of(std::string const& month) const
    {
        bool const plain_only = f_.nearest_weekdays == 0 && f_.days_from_end == 0;
        if (plain_only && std::has_single_bit(f_.days) && std::has_single_bit(f_.months) && !f_.either_day)
            return listed(members(f_.days)) + " " + month; // 29 February
        std::vector<std::string> parts;
        if (f_.days != 0)
            parts.push_back(counted(members(f_.days), "day"));
        for (auto const n : members(f_.nearest_weekdays & ~1u))
            parts.push_back("the weekday nearest to day " + std::to_string(n));
        if ((f_.nearest_weekdays & 1) != 0)
            parts.push_back("the last weekday");
        for (auto const n : members(f_.days_from_end)) {
            auto const before = 31 - n;
            parts.push_back(before == 0 ? "the last day"
                            : before == 1
                                ? "the day before the last day"
                                : "the day " + std::to_string(before) + " days before the last day");
        }
        return joined(parts) + " of " + month;
    }

    [[nodiscard]] std::string weekdays_of(std::string const& month, char const* conjunction) const
    {
        constexpr char const* nth[] = {"first", "second", "third", "fourth", "fifth"};
        auto parts = named(from_monday(f_.weekdays), weekday_names);
        auto const plain = parts.size();
        for (std::size_t i = 0; i < f_.nth_weekdays.size(); ++i)
            for (auto const n : from_monday(f_.nth_weekdays[i]))
                parts.push_back("the " + std::string{nth[i]} + " " + name(weekday_names, n));
        for (auto const n : from_monday(f_.last_weekdays))
            parts.push_back("the last " + name(weekday_names, n));
        return joined(parts, conjunction) + (parts.size() > plain ? " of " + month : "");
    }

    /// Days of the week as 1 to 7, where 7 is Sunday.
    [[nodiscard]] static std::vector<int> from_monday(unsigned weekdays)
    {
        return members((weekdays & ~1u) | (weekdays & 1) << 7);
    }

    [[nodiscard]] std::string months() const { return joined(named(members(f_.months >> 1), month_names)); }

    [[nodiscard]] std::string years() const
    {
        std::vector<int> all;
        for (int y = first_cron_year; y <= last_cron_year; ++y)
            if (f_.years.contains(y - first_cron_year))
                all.push_back(y);
        return common_step(all) > 1 ? counted(all, "year") : listed(all);
    }

    template <class Names>
    [[nodiscard]] static std::string name(Names const& names, int n)
    {
        return std::string{names[static_cast<std::size_t>(n) % names.size()]};
    }

    /// `Sunday`, `Monday to Friday`
    template <class Names>
    [[nodiscard]] static std::vector<std::string> named(std::vector<int> const& numbers, Names const& names)
    {
        std::vector<std::string> parts;
        for (auto const& run : runs_of(numbers, static_cast<int>(names.size())))
            parts.push_back(name(names, run.first) +
                            (run.first == run.last ? "" : " to " + name(names, run.last)));
        return parts;
    }

    cron_fields const& f_;
    std::vector<int> seconds_, minutes_, hours_;
};

} // namespace detail

TASKS_DECL std::string cron_expression::describe() const
{
    return detail::cron_description{fields_}.text();
}

TASKS_END_NAMESPACE
