// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/utc.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/time/detail/local_zone.hpp>
#include <tasks/time/time_zone.hpp>

#if defined(__unix__)

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

using namespace std::chrono_literals;
using tasks::time_zone;

namespace {

/// Sets TZ during its lifetime; without a value it is unset.
class with_tz {
public:
    explicit with_tz(std::optional<std::string> const& value)
    {
        // NOLINTBEGIN(concurrency-mt-unsafe): tests run on one thread
        if (auto const* const tz = std::getenv("TZ"))
            former_ = tz;
        set(value);
    }
    with_tz(with_tz const&) = delete;
    with_tz& operator=(with_tz const&) = delete;
    ~with_tz() { set(former_); }

private:
    static void set(std::optional<std::string> const& value)
    {
        if (value)
            ::setenv("TZ", value->c_str(), 1);
        else
            ::unsetenv("TZ");
        ::tzset();
        // NOLINTEND(concurrency-mt-unsafe)
    }

    std::optional<std::string> former_;
};

std::string name_of_local(std::string const& tz)
{
    with_tz const set{tz};
    return time_zone::local().name();
}

std::string refusal_of_tz(std::string const& tz)
{
    with_tz const set{tz};
    try {
        static_cast<void>(time_zone::local());
        return {};
    } catch (tasks::bad_option const& e) {
        return e.what();
    }
}

/// Whether the zone has the same offsets as the C library, with the present TZ, from 2010 to 2036, and the
/// differences.
std::string difference_to_c_library(time_zone const& zone)
{
    auto const end = test::utc("2037-01-01T00:00:00Z");
    for (auto t = test::utc("2010-01-01T00:00:00Z"); t < end; t += 6h) {
        auto const given =
            static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count());
        std::tm local{};
        ::localtime_r(&given, &local);
        if (zone.at(t).offset != std::chrono::seconds{local.tm_gmtoff})
            return test::text(t);
    }
    return {};
}

/// A folder with the files that specify a system's zone; the contents of the zone files are invented.
class made_up_system {
public:
    made_up_system()
    {
        std::string pattern = std::filesystem::temp_directory_path() / "tasks-zones-XXXXXX";
        root_ = ::mkdtemp(pattern.data());
        std::filesystem::create_directories(zones() / "Europe");
        std::filesystem::create_directories(zones() / "Etc");
        write(zones() / "Europe/Berlin", "the rules of Berlin");
        write(zones() / "Europe/Oslo", "the rules of Berlin");
        write(zones() / "Europe/Kyiv", "the rules of Kyiv");
        write(zones() / "Etc/GMT+5", "five hours west");
        write(zones() / "UTC", "none");
        write(zones() / "zone1970.tab",
              "# a comment\tof\tEurope/Nowhere\nDE,NO\t+5230+01322\tEurope/Berlin\tmost of it\n"
              "UA\t+5026+03031\tEurope/Kyiv\n\nXX\n");
        files_.localtime = root_ / "localtime";
        files_.timezone = root_ / "timezone";
        files_.folders = {root_ / "none/zoneinfo/", zones().string() + "/"};
    }
    made_up_system(made_up_system const&) = delete;
    made_up_system& operator=(made_up_system const&) = delete;
    ~made_up_system() { std::filesystem::remove_all(root_); }

    [[nodiscard]] std::filesystem::path zones() const { return root_ / "zoneinfo"; }
    [[nodiscard]] std::filesystem::path const& root() const { return root_; }
    [[nodiscard]] std::optional<std::string> zone() const { return zone_of(files_.localtime); }
    [[nodiscard]] std::optional<std::string> zone_of(std::string const& file) const
    {
        return tasks::detail::zone_of_file(file, files_);
    }

    void link(std::string const& target) const
    {
        std::filesystem::remove(files_.localtime);
        std::filesystem::create_symlink(target, files_.localtime);
    }
    void copy(std::string const& content) const { write(files_.localtime, content); }
    void name(std::string const& zone) const { write(files_.timezone, zone + "\n"); }

    static void write(std::filesystem::path const& file, std::string const& content)
    {
        std::ofstream{file} << content;
    }

private:
    std::filesystem::path root_;
    tasks::detail::system_zone_files files_;
};

} // namespace

TEST_CASE("TZ is read as the C library reads it")
{
    auto const tz = GENERATE(as<std::string>{}, "", ":", "UTC", "UTC0", "GMT0", "Etc/UTC", "Etc/GMT+5",
                             "Etc/GMT-14", "UTC+1", "CET-1", "<-03>3", "<+0545>-5:45", "XXX3YYY2:30,J60,J300",
                             "CET-1CEST,M3.5.0,M10.5.0/3", ":NZST-12NZDT,M9.5.0,M4.1.0/3",
                             "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "IST-1GMT0,M10.5.0,M3.5.0/1",
                             "/usr/share/zoneinfo/Etc/GMT-9");
    CAPTURE(tz);
    with_tz const set{tz};
    CHECK(difference_to_c_library(time_zone::local()).empty());
}

TEST_CASE("the local zone has a name that is read back as the same zone")
{
    CHECK(name_of_local("") == "UTC");
    CHECK(name_of_local("Etc/UTC") == "UTC");
    CHECK(name_of_local("Etc/GMT+5") == "-05:00");
    CHECK(name_of_local("UTC+1") == "-01:00"); // POSIX counts westward
    CHECK(name_of_local(":CET-1CEST,M3.5.0,M10.5.0/3") == "CET-1CEST,M3.5.0,M10.5.0/3");

    auto const berlin = time_zone::named("CET-1CEST,M3.5.0,M10.5.0/3");
    CHECK(berlin.name() == "CET-1CEST,M3.5.0,M10.5.0/3");
    CHECK(berlin.at(test::utc("2024-07-01T00:00:00Z")).offset == 2h);
    CHECK(berlin.at(tasks::time_point::min()).offset == 2h); // on 21 September 1677
    CHECK(test::text(berlin.at(tasks::time_point::min()).until) == "1677-10-31T01:00:00Z");
    CHECK(test::text(berlin.at(test::utc("2261-07-01T00:00:00Z")).until) == "2261-10-27T01:00:00Z");
}

TEST_CASE("a POSIX TZ string given as a zone is refused if it is wrong")
{
    auto const text = GENERATE(as<std::string>{}, ",", "CET-1CEST,", "CET-1CEST,M13.1.0,M10.5.0",
                               "Europe/Berlin,M3.5.0,M10.5.0");
    CAPTURE(text);
    CHECK_THROWS_AS(time_zone::named(text), tasks::bad_option);
}

TEST_CASE("a TZ that means nothing is refused by its value")
{
    auto const tz = GENERATE(as<std::string>{}, "Mars/Phobos", ":Mars/Phobos", "utc", "+09:00", "-3", "XXX24",
                             "XXX", "XXX3YYY", "XXX3YYY4", "/no/such/file", "/", "../../etc/passwd",
                             "Etc/GMT+13", "CET-1CEST,M3.5.0");
    CAPTURE(tz);
    CHECK(refusal_of_tz(tz).starts_with("tasks: the environment variable TZ is \"" + tz + "\": "));
}

TEST_CASE("TZ is read at each call")
{
    with_tz const first{"UTC+1"};
    CHECK(time_zone::local() == time_zone::fixed(-1h));
    auto const schedule = tasks::day_at(9h).in(time_zone::local());
    with_tz const second{"UTC+2"};
    CHECK(time_zone::local() == time_zone::fixed(-2h));
    CHECK(schedule.next(test::utc("2024-01-01T00:00:00Z")) == test::utc("2024-01-01T10:00:00Z"));
}

TEST_CASE("without TZ the zone is that of the system")
{
    with_tz const set{std::nullopt};
    std::optional<time_zone> zone;
    try {
        zone = time_zone::local();
    } catch (tasks::bad_option const& e) {
        // a build without named zones, on a machine whose zone is a named one
        CHECK(
            std::string_view{e.what()}.starts_with("tasks: the system's time zone, by \"/etc/localtime\": "));
    }
    if (zone)
        CHECK(difference_to_c_library(*zone).empty());
}

TEST_CASE("the system's zone is what its file links to")
{
    made_up_system const system;
    system.link(system.zones() / "Europe/Berlin");
    CHECK(system.zone() == "Europe/Berlin");
    system.link("zoneinfo/Europe/Kyiv");
    CHECK(system.zone() == "Europe/Kyiv");
    system.link(system.zones() / "posix/Europe/Berlin");
    CHECK(system.zone() == "Europe/Berlin");
    system.link("/no/such/machine/zoneinfo//Asia/Tokyo"); // the database says whether it exists
    CHECK(system.zone() == "Asia/Tokyo");

    // by the links, because by its content it would be Berlin
    std::filesystem::create_symlink(system.zones() / "Europe/Oslo", system.root() / "between");
    system.link("between");
    CHECK(system.zone() == "Europe/Oslo");
    CHECK(system.zone_of(system.root() / "between") == "Europe/Oslo");
    CHECK(system.zone_of(system.zones() / "Europe/Oslo") == "Europe/Oslo");

    std::filesystem::create_symlink("Kyiv", system.zones() / "Europe/Kiev"); // the given name counts
    system.link(system.zones() / "Europe/Kiev");
    CHECK(system.zone() == "Europe/Kiev");
}

TEST_CASE("a system without a file for its zone is in UTC")
{
    made_up_system const system;
    CHECK_FALSE(system.zone());
    system.link("localtime"); // to itself
    CHECK_FALSE(system.zone());
    system.link("missing");
    CHECK_FALSE(system.zone());
}

TEST_CASE("the zone of a copied file is found by comparing")
{
    made_up_system const system;
    system.copy("the rules of Berlin");
    CHECK(system.zone() == "Europe/Berlin"); // the name in the table of zones
    system.name("Europe/Oslo");
    CHECK(system.zone() == "Europe/Oslo"); // the name on the system
    system.name("Europe/Kyiv");
    CHECK(system.zone() == "Europe/Berlin"); // the C library uses the file, too
    system.copy("five hours west");
    CHECK(system.zone() == "Etc/GMT+5");
    system.copy("none");
    CHECK(system.zone() == "UTC");

    system.copy("rules of a year ago");
    CHECK(system.zone() == "Europe/Kyiv");
    system.name("Europe/Nowhere");
    CHECK_THROWS_AS(system.zone(), tasks::bad_option);
    std::filesystem::remove(system.root() / "timezone");
    CHECK_THROWS_AS(system.zone(), tasks::bad_option);
}

TEST_CASE("names of UTC and of whole hours need no database")
{
    using tasks::detail::fixed_offset_of;
    for (auto const* name :
         {"UTC", "Etc/UTC", "Etc/Universal", "Zulu", "GMT", "Etc/GMT", "GMT0", "Etc/GMT+0", "Greenwich"})
        CHECK(fixed_offset_of(name) == 0h);
    CHECK(fixed_offset_of("Etc/GMT+12") == -12h);
    CHECK(fixed_offset_of("Etc/GMT-1") == 1h);
    CHECK(fixed_offset_of("Etc/GMT-14") == 14h);
    for (auto const* name :
         {"", "Etc", "Etc/", "Etc/GMT+13", "Etc/GMT-15", "Etc/GMT+00", "Etc/GMT+05", "Etc/GMT+1x", "Etc/GMT+",
          "Etc/GMT1", "Etc/GMT+111", "GMT+5", "Etc/Etc/UTC", "utc", "Europe/Berlin"})
        CHECK_FALSE(fixed_offset_of(name));
}

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

TEST_CASE("TZ may name a zone of the database, or its file")
{
    auto const tz = GENERATE(as<std::string>{}, "Europe/Berlin", ":Australia/Lord_Howe",
                             "/usr/share/zoneinfo/America/Nuuk", ":/usr/share/zoneinfo/Asia/Kolkata",
                             "Asia/Calcutta", "EST5EDT");
    CAPTURE(tz);
    with_tz const set{tz};
    auto const zone = time_zone::local();
    CHECK(tz.ends_with(zone.name()));
    CHECK(difference_to_c_library(zone).empty());
}

#else

TEST_CASE("without a database a TZ that names a zone is refused, and the message says how to get one")
{
    CHECK(refusal_of_tz("Europe/Berlin") == "tasks: the environment variable TZ is \"Europe/Berlin\": time "
                                            "zone \"Europe/Berlin\" is unknown; this build has "
                                            "UTC and offsets such as +09:00 only (for named zones build with "
                                            "TASKS_TIME_ZONES=std or TASKS_TIME_ZONES=date)");
}

#endif

#endif
