// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/parse.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <optional>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Reads a duration such as `1h30min` (rule 52), to the nanosecond. It stops at the first mistake, and keeps
/// it.
class duration_parser {
public:
    struct wrong {
        std::string_view value; ///< a part of the text
        char const* rule;
    };

    explicit duration_parser(std::string_view text)
        : rest_{text}
    {
        while (!mistake_ && take_number()) {
        }
    }

    [[nodiscard]] std::optional<wrong> const& mistake() const noexcept { return mistake_; }
    /// Requires that there is no mistake.
    [[nodiscard]] std::chrono::nanoseconds duration() const noexcept
    {
        return std::chrono::nanoseconds{sum_};
    }

private:
    static constexpr std::int64_t most = (std::chrono::nanoseconds::max)().count();

    bool refuse(std::string_view value, char const* rule)
    {
        mistake_ = wrong{value, rule};
        return false;
    }

    /// Reads a number with its unit. @returns whether another one must follow
    bool take_number()
    {
        auto const begin = rest_;
        auto const whole = take_digits();
        if (whole.empty())
            return refuse(rest_,
                          "must be a duration such as 90s or 1h30min, without blanks; a cron expression "
                          "has 5 to 7 fields");
        bool const has_point = take(rest_, '.');
        auto const fraction = take_digits_if(has_point);
        auto const number = begin.substr(0, begin.size() - rest_.size());
        if (has_point && fraction.empty())
            return refuse(number, "a fraction must have digits on both sides of its point");
        auto const unit = take_unit();
        if (unit == 0)
            return refuse(begin, "a number must have a unit: d, h, m or min, s, ms, us or ns");
        if (unit >= unit_before_)
            return refuse(begin, "units must be in falling order, each once");
        if (has_point && !rest_.empty())
            return refuse(begin, "only the last number may have a fraction");
        unit_before_ = unit;
        return add(number, whole, unit) && add_fraction(number, fraction, unit) && !rest_.empty();
    }

    std::string_view take_digits()
    {
        auto const begin = rest_;
        while (take_digit(rest_)) {
        }
        return begin.substr(0, begin.size() - rest_.size());
    }
    std::string_view take_digits_if(bool wanted) { return wanted ? take_digits() : std::string_view{}; }

    /// Returns the length of the unit in nanoseconds; 0 if there is none.
    std::int64_t take_unit()
    {
        struct unit {
            std::string_view name;
            std::chrono::nanoseconds length;
        };
        using namespace std::chrono_literals;
        static constexpr unit units[] = {{"d", 24h}, {"h", 1h},   {"m", 1min}, {"min", 1min},
                                         {"s", 1s},  {"ms", 1ms}, {"us", 1us}, {"ns", 1ns}};
        auto const is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
        auto const end = std::find_if_not(rest_.begin(), rest_.end(), is_letter);
        auto const name = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        auto const found =
            std::find_if(std::begin(units), std::end(units), [&](unit const& u) { return u.name == name; });
        if (found == std::end(units))
            return 0;
        rest_.remove_prefix(name.size());
        return found->length.count();
    }

    bool add(std::string_view number, std::string_view whole, std::int64_t unit)
    {
        std::int64_t n = 0;
        for (char const c : whole) {
            int const digit = c - '0';
            if (n > (most / unit - digit) / 10)
                return refuse_large(number);
            n = 10 * n + digit;
        }
        return add(number, n * unit);
    }

    /// Adds a decimal fraction of a unit.
    bool add_fraction(std::string_view number, std::string_view digits, std::int64_t unit)
    {
        while (digits.ends_with('0'))
            digits.remove_suffix(1);
        constexpr std::size_t longest = 16; // a day is 2^16 * 5^11 * 27 ns
        std::int64_t numerator = 0;
        std::int64_t denominator = 1;
        for (char const c : digits.substr(0, longest)) {
            numerator = 10 * numerator + (c - '0');
            denominator *= 10;
        }
        auto const common = std::gcd(unit, denominator);
        if (digits.size() > longest || numerator % (denominator / common) != 0)
            return refuse(number, "a duration must be a whole number of nanoseconds");
        return add(number, numerator / (denominator / common) * (unit / common));
    }

    bool add(std::string_view number, std::int64_t ns)
    {
        if (ns > most - sum_)
            return refuse_large(number);
        sum_ += ns;
        return true;
    }

    bool refuse_large(std::string_view number)
    {
        return refuse(number, "a duration must fit into 64-bit nanoseconds (about 292 years)");
    }

    std::string_view rest_;
    std::int64_t sum_ = 0;
    std::int64_t unit_before_ = most;
    std::optional<wrong> mistake_;
};

} // namespace detail
TASKS_END_NAMESPACE
