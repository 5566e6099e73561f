// SPDX-License-Identifier: MIT
#pragma once

// Reads a cron expression of five fields in another way than the library does, and says minute by minute
// whether it matches. Only for correct expressions.

#include <chrono>
#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace test {

class plain_cron {
public:
    explicit plain_cron(std::string const& expression)
    {
        std::istringstream in{expression};
        for (std::string word; in >> word;)
            fields_.push_back(word);
        if (fields_.size() != 5)
            throw std::invalid_argument{"not five fields: " + expression};
        for (int m = 0; m < 60; ++m)
            minutes_.push_back(any(fields_[0], [&](auto const& item) { return matches(item, m, 0, 59); }));
        for (int h = 0; h < 24; ++h)
            hours_.push_back(any(fields_[1], [&](auto const& item) { return matches(item, h, 0, 23); }));
    }

    [[nodiscard]] bool is_wildcard() const { return fields_[0][0] == '*' || fields_[1][0] == '*'; }

    [[nodiscard]] bool matches(std::chrono::minutes local)
    {
        auto const day = std::chrono::floor<std::chrono::days>(local);
        auto const minute = static_cast<std::size_t>((local - day).count());
        if (day != day_) {
            day_ = day;
            day_matches_ = matches(std::chrono::year_month_day{std::chrono::sys_days{day}});
        }
        return day_matches_ && hours_[minute / 60] && minutes_[minute % 60];
    }

    [[nodiscard]] bool matches(std::chrono::year_month_day date) const
    {
        auto const month = static_cast<int>(static_cast<unsigned>(date.month()));
        if (!any(fields_[3], [&](auto const& item) { return matches(item, month, 1, 12); }))
            return false;
        bool const by_day = any(fields_[2], [&](auto const& item) { return day_matches(item, date); });
        bool const by_weekday =
            any(fields_[4], [&](auto const& item) { return weekday_matches(item, date); });
        auto const is_free = [](std::string const& field) { return field[0] == '*' || field == "?"; };
        return is_free(fields_[2]) || is_free(fields_[4]) ? by_day && by_weekday : by_day || by_weekday;
    }

private:
    template <class Predicate>
    static bool any(std::string const& list, Predicate predicate)
    {
        std::istringstream in{list};
        for (std::string item; std::getline(in, item, ',');)
            if (predicate(item == "?" ? "*" : item))
                return true;
        return false;
    }

    /// Walks from the first value to the last.
    static bool matches(std::string item, int value, int least, int most)
    {
        int step = 1;
        bool const has_step = item.find('/') != item.npos;
        if (has_step) {
            step = std::stoi(item.substr(item.find('/') + 1));
            item.resize(item.find('/'));
        }
        int first = least, last = most;
        if (item != "*") {
            first = std::stoi(item);
            auto const hyphen = item.find('-');
            last = hyphen != item.npos ? std::stoi(item.substr(hyphen + 1)) : has_step ? most : first;
        }
        for (int x = first, n = 0;; ++n) {
            if (n % step == 0 && x == value)
                return true;
            if (x == last)
                return false;
            x = x == most ? least : x + 1;
        }
    }

    static unsigned weekday_of(std::chrono::year_month_day date)
    {
        return std::chrono::weekday{std::chrono::sys_days{date}}.c_encoding();
    }

    static bool day_matches(std::string const& item, std::chrono::year_month_day date)
    {
        auto const d = static_cast<int>(static_cast<unsigned>(date.day()));
        std::chrono::year_month_day const end{date.year() / date.month() / std::chrono::last};
        auto const last = static_cast<int>(static_cast<unsigned>(end.day()));
        auto const works = [&](int day) {
            if (day < 1 || day > last)
                return false;
            auto const w =
                weekday_of(date.year() / date.month() / std::chrono::day{static_cast<unsigned>(day)});
            return w != 0 && w != 6;
        };
        if (item == "LW") {
            for (int day = last;; --day)
                if (works(day))
                    return day == d;
        }
        if (item[0] == 'L')
            return d == last - (item.size() > 1 ? std::stoi(item.substr(2)) : 0);
        if (item.back() == 'W') {
            auto const n = std::stoi(item);
            if (n > last)
                return false;
            for (int const distance : {0, -1, 1, -2, 2})
                if (works(n + distance))
                    return n + distance == d;
        }
        return matches(item, d, 1, 31);
    }

    static bool weekday_matches(std::string item, std::chrono::year_month_day date)
    {
        constexpr std::string_view names = "SUNMONTUEWEDTHUFRISAT";
        for (std::size_t i = 0; i < 7; ++i)
            if (auto const at = item.find(names.substr(3 * i, 3)); at != item.npos)
                item.replace(at, 3, std::to_string(i));
        auto const w = static_cast<int>(weekday_of(date));
        auto const d = static_cast<int>(static_cast<unsigned>(date.day()));
        std::chrono::year_month_day const end{date.year() / date.month() / std::chrono::last};
        if (item.back() == 'L')
            return w == std::stoi(item) % 7 && d + 7 > static_cast<int>(static_cast<unsigned>(end.day()));
        if (auto const at = item.find('#'); at != item.npos)
            return w == std::stoi(item) % 7 && (d - 1) / 7 + 1 == std::stoi(item.substr(at + 1));
        if (item.find("-7") != item.npos) // 7 is Sunday, too
            return matches(item, w, 0, 7) || (w == 0 && matches(item, 7, 0, 7));
        return matches(item == "7" ? "0" : item, w, 0, 6);
    }

    std::vector<std::string> fields_;
    std::vector<bool> minutes_, hours_;
    std::chrono::days day_{-1'000'000};
    bool day_matches_ = false;
};

} // namespace test
