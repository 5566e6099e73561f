// SPDX-License-Identifier: MIT
// The three engines behind one interface: `read` an expression, and ask for the slot after an instant.
#pragma once

#include <tasks/schedule/cron.hpp>
#include <tasks/time/time_point.hpp>

#include <croncpp.h>
#include <libcron/CronData.h>
#include <libcron/CronSchedule.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace cron_peers {

using std::chrono::seconds;
using tasks::time_point;

/// The zone of the process, the only one that the peers know.
inline void set_process_zone(std::string const& name)
{
    setenv("TZ", name.c_str(), 1);
    tzset();
}

/// The expression with a field for seconds, which both peers require. `open_weekday`: if both day fields are
/// `*`, then `?` instead of the second one, which libcron requires.
inline std::string with_seconds(std::string const& expression, bool open_weekday)
{
    std::istringstream words{expression};
    std::vector<std::string> fields;
    for (std::string field; words >> field;)
        fields.push_back(field);
    if (fields.size() == 5)
        fields.insert(fields.begin(), "0");
    if (open_weekday && fields.size() == 6 && fields[3] == "*" && fields[5] == "*")
        fields[5] = "?";
    std::string text;
    for (auto const& field : fields)
        text += (text.empty() ? "" : " ") + field;
    return text;
}

class of_tasks {
public:
    static constexpr char const* name = "tasks";

    static std::optional<of_tasks> read(std::string const& expression, std::string const& zone)
    try {
        return of_tasks{tasks::cron(expression).in(zone)};
    } catch (tasks::bad_option const&) {
        return std::nullopt;
    }

    std::optional<time_point> next(time_point t) const { return cron_.next(t); }

private:
    explicit of_tasks(tasks::cron c)
        : cron_{std::move(c)}
    {
    }

    tasks::cron cron_;
};

/// Its zone is that of the process.
class of_croncpp {
public:
    static constexpr char const* name = "croncpp";

    static std::optional<of_croncpp> read(std::string const& expression, std::string const& /*zone*/)
    try {
        return of_croncpp{cron::make_cron(with_seconds(expression, false))};
    } catch (std::exception const&) {
        return std::nullopt;
    }

    std::optional<time_point> next(time_point t) const
    {
        auto const found =
            cron::cron_next(cron_, std::time_t{std::chrono::floor<seconds>(t).time_since_epoch().count()});
        if (found == cron::INVALID_TIME)
            return std::nullopt;
        return time_point{seconds{found}};
    }

private:
    explicit of_croncpp(cron::cronexpr c)
        : cron_{std::move(c)}
    {
    }

    cron::cronexpr cron_;
};

/// It computes without a zone; its scheduler adds the zone's offset of the moment to the clock.
class of_libcron {
public:
    static constexpr char const* name = "libcron";

    static std::optional<of_libcron> read(std::string const& expression, std::string const& zone)
    try {
        auto data = libcron::CronData::create(with_seconds(expression, true));
        if (!data.is_valid())
            return std::nullopt;
        return of_libcron{data, zone == "UTC"};
    } catch (std::exception const&) {
        return std::nullopt;
    }

    std::optional<time_point> next(time_point t) const
    {
        if (is_utc_)
            return shown_after(t);
        // What libcron::Cron<LocalClock> does if it is ticked each second: it runs the task as soon as the
        // local clock shows the computed time or a later one.
        auto const wanted = shown_after(to_local(t));
        if (!wanted)
            return std::nullopt;
        auto before = t;
        auto at = t + seconds{1};
        while (to_local(at) < *wanted) {
            before = at;
            at += *wanted - to_local(at);
        }
        if (to_local(at) == *wanted)
            return at;
        while (at - before > seconds{1}) { // the clock jumped over it
            auto const middle = before + std::chrono::floor<seconds>((at - before) / 2);
            (to_local(middle) < *wanted ? before : at) = middle;
        }
        return at;
    }

private:
    of_libcron(libcron::CronData& data, bool is_utc)
        : cron_{data}
        , is_utc_{is_utc}
    {
    }

    std::optional<time_point> shown_after(time_point t) const
    {
        auto const [found, at] = cron_.calculate_from(t + seconds{1});
        return found ? std::optional{time_point{at}} : std::nullopt;
    }

    static time_point to_local(time_point t)
    {
        auto const count = std::time_t{std::chrono::floor<seconds>(t).time_since_epoch().count()};
        std::tm local{};
        localtime_r(&count, &local);
        return t + seconds{local.tm_gmtoff};
    }

    libcron::CronSchedule cron_;
    bool is_utc_;
};

} // namespace cron_peers
