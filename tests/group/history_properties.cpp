// SPDX-License-Identifier: MIT
// Random histories: what explain() says of a slot that is still remembered agrees with the decision about it,
// as books that are kept beside the history have it.
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/dice.hpp"
#include "support/full.hpp"
#include "support/utc.hpp"
#include "support/virtual_context.hpp"

#include <tasks/base/errors.hpp>
#include <tasks/group/history.hpp>
#include <tasks/loop/observers.hpp>
#include <tasks/loop/text.hpp>
#include <tasks/schedule/aligned.hpp>
#include <tasks/schedule/cron.hpp>
#include <tasks/schedule/fixed_delay.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <vector>

using namespace test;

namespace {

constexpr std::size_t kept = 8;

/// The books: every decision ever made, with what became of the iterations.
struct books {
    struct decided {
        tasks::slot_decided e;
        int run;
        // of an iteration
        tasks::time_point start{};
        std::optional<tasks::outcome> what{};
        bool ended = false;
        bool retried = false;
        unsigned attempts = 1;
    };
    struct run {
        std::optional<tasks::exit_reason> reason;
    };

    void on_run_started(tasks::run_started const&) { runs.push_back({}); }
    void on_slot(tasks::slot_decided const& e)
    {
        all.push_back({.e = e, .run = static_cast<int>(runs.size()) - 1});
        all.back().e.loop = {};
    }
    void on_attempt_begun(tasks::attempt_begun const& e)
    {
        auto& d = of(e.it);
        d.start = e.it.start;
        d.attempts = e.it.attempt + 1;
        d.ended = d.retried = false;
    }
    void on_attempt_ended(tasks::attempt_ended const& e)
    {
        auto& d = of(e.it);
        d.what = e.what;
        d.ended = true;
    }
    void on_retry(tasks::retry_scheduled const& e) { of(e.it).retried = true; }
    void on_run_ended(tasks::run_ended const& e) { runs.back().reason = e.reason; }

    decided& of(tasks::iteration const& it)
    {
        for (auto i = all.size(); i-- > 0;)
            if (is_iteration(all[i]) && all[i].e.number == it.number)
                return all[i];
        throw std::logic_error{"an attempt of an iteration that was not decided"};
    }
    [[nodiscard]] static bool is_iteration(decided const& d)
    {
        return d.e.what == tasks::decision::ran || d.e.what == tasks::decision::requested;
    }

    std::deque<decided> all;
    std::vector<run> runs;
};

/// "02:30" or "02:30:07", of an instant of the day on which a history plays.
std::string clock_time(tasks::time_point t)
{
    auto const all = text(t).substr(11, 8);
    return all.ends_with(":00") ? all.substr(0, 5) : all;
}

/// A loop that lives through an hour or two.
class random_life {
public:
    explicit random_life(unsigned seed)
        : dice_{seed}
    {
        recent_.emplace(static_cast<std::int64_t>(kept));
        loop_.emplace(s_.io, random_options(), [this](tasks::iteration const&) { return body(); });
        loop_->observe(tasks::observers(*recent_, books_));
        loop_->start();
    }

    void live()
    {
        for (int i = 0; i < 40; ++i) {
            act();
            s_.time.advance(std::chrono::seconds{dice_.between(0, 90)});
            check();
        }
        loop_->cancel();
        s_.time.advance(10min);
        check();
    }

    int explained = 0;

private:
    [[nodiscard]] tasks::schedule random_schedule()
    {
        switch (dice_.between(0, 4)) {
        case 0: return tasks::aligned(std::chrono::seconds{dice_.between(5, 40)});
        case 1: return tasks::cron{dice_.one_of({"*/10 * * * * *", "0,7,30 * * * * *", "5 * * * * *"})};
        case 2: return tasks::fixed_delay(std::chrono::seconds{dice_.between(0, 20)} + 1s);
        default: return std::chrono::seconds{dice_.between(5, 40)};
        }
    }

    [[nodiscard]] tasks::options random_options()
    {
        using tasks::missed;
        tasks::options o;
        o.every = random_schedule();
        o.missed = dice_.one_of({missed::coalesce, missed::skip, missed::delay, missed::forbid,
                                 missed::catch_up(2), missed::catch_up(tasks::unlimited)});
        if (!o.every.is_fixed_delay() && dice_.between(0, 1) == 0) {
            o.overlap = dice_.between(2, 3);
            overlaps_ = true;
        }
        if (dice_.between(0, 2) == 0)
            o.grace = std::chrono::seconds{dice_.between(1, 30)};
        if (dice_.between(0, 2) == 0)
            o.timeout = std::chrono::seconds{dice_.between(5, 50)};
        o.on_error = dice_.one_of({tasks::on_error::end_run, tasks::on_error::next_slot});
        o.retries = dice_.between(0, 2);
        o.backoff = five_seconds{};
        o.name = "job";
        return o;
    }

    task body()
    {
        if (auto const how = dice_.between(0, 3); how != 0)
            co_await pause(std::chrono::seconds{how == 1 ? dice_.between(1, 5) : dice_.between(1, 70)});
        switch (dice_.between(0, 9)) {
        case 0: throw std::runtime_error{"boom"};
        case 1:
        case 2: connection_lost();
        case 3: throw tasks::skipped{};
        default: break;
        }
    }

    void act()
    {
        switch (dice_.between(0, 13)) {
        case 0: loop_->pause(); break;
        case 1:
        case 2: loop_->resume(); break;
        case 3:
        case 4: static_cast<void>(loop_->trigger()); break;
        case 5: loop_->stop(); break;
        case 6: loop_->restart(); break;
        case 7:
            if (!overlaps_)
                loop_->change_interval(random_schedule());
            break;
        case 8: s_.time.suspend(std::chrono::seconds{dice_.between(1, 200)}); break;
        case 9: loop_->cancel(); break;
        default:
            if (!loop_->is_running())
                loop_->start();
            break;
        }
    }

    void check()
    {
        std::size_t iterations = 0;
        std::size_t others = 0;
        for (auto i = books_.all.size(); i-- > 0;) {
            auto const& d = books_.all[i];
            if (++(books::is_iteration(d) ? iterations : others) <= kept)
                check(d);
        }
        for (int i = 0; i < 3; ++i) {
            auto const t = began_ + std::chrono::seconds{dice_.between(-100, 7'000)};
            auto const answer = recent_->explain("job", t);
            INFO(answer);
            CHECK((answer.ends_with('.') && answer.find('\n') == std::string::npos));
        }
    }

    void check(books::decided const& d)
    {
        for (auto const t : {d.e.first, d.e.first + (d.e.last - d.e.first) / 2, d.e.last}) {
            if (is_answered_by_another(d, t))
                continue;
            auto const answer = recent_->explain("job", t);
            INFO(answer);
            for (auto const& part : wanted(d)) {
                INFO(part);
                CHECK(answer.find(part) != std::string::npos);
            }
            ++explained;
        }
    }

    /// Whether the answer to a question about `t` is another decision: a slot rather than a request, and of
    /// several decisions about the same instant the last one.
    [[nodiscard]] bool is_answered_by_another(books::decided const& d, tasks::time_point t) const
    {
        auto const is_request = [](auto const& x) { return x.e.what == tasks::decision::requested; };
        auto const is_known = [t](auto const& x) { return x.e.first == t || x.e.last == t; };
        return std::any_of(books_.all.begin(), books_.all.end(), [&](books::decided const& other) {
            if (&other == &d || other.e.first > t || t > other.e.last)
                return false;
            if (is_known(other) != is_known(d))
                return is_known(other);
            if (is_request(other) != is_request(d))
                return is_request(d);
            return &other > &d || moment(other) >= moment(d);
        });
    }
    [[nodiscard]] static tasks::time_point moment(books::decided const& d) { return d.e.last + d.e.lateness; }

    /// What the explanation must contain.
    [[nodiscard]] std::vector<std::string> wanted(books::decided const& d) const
    {
        return books::is_iteration(d) ? wanted_of_iteration(d) : wanted_of_slots(d);
    }

    [[nodiscard]] std::vector<std::string> wanted_of_iteration(books::decided const& d) const
    {
        auto const slot = clock_time(d.e.first);
        bool const over = (d.ended && !d.retried) || books_.runs[static_cast<std::size_t>(d.run)].reason;
        std::vector<std::string> all;
        if (d.e.what == tasks::decision::requested)
            all.push_back(slot + " was a request, not a slot");
        else
            all.push_back(slot + (over ? " ran" : d.retried ? " is being retried" : " is still running"));
        all.push_back(d.e.lateness == 0s ? "it started on time"
                                         : "it started at " + clock_time(d.e.first + d.e.lateness) + ", ");
        if (over && d.retried)
            all.push_back("and the retry due at ");
        else if (over)
            all.push_back(*d.what == tasks::outcome::succeeded   ? " and succeeded "
                          : *d.what == tasks::outcome::failed    ? " and failed "
                          : *d.what == tasks::outcome::cancelled ? " and was cancelled "
                          : *d.what == tasks::outcome::skipped   ? " and was skipped by its body "
                                                                 : " and timed out ");
        if (d.attempts > 1 || d.retried)
            all.push_back("attempt " + std::to_string(d.attempts));
        return all;
    }

    [[nodiscard]] std::vector<std::string> wanted_of_slots(books::decided const& d) const
    {
        auto const first = clock_time(d.e.first);
        auto const last = clock_time(d.e.last);
        std::vector<std::string> all;
        all.push_back(d.e.count == 1   ? first + " got no iteration"
                      : d.e.count == 2 ? first + " and " + last + " got no iteration"
                                       : "The " + std::to_string(d.e.count) + " slots from " + first +
                                             " to " + last + " got no iteration");
        if (d.e.what == tasks::decision::coalesced) {
            all.push_back(": coalesced into the one ");
            return all;
        }
        all.push_back(": missed (" + std::string{to_string(d.e.cause)} + ")");
        if (d.e.cause == tasks::miss_cause::ended)
            all.push_back(end_of(static_cast<std::size_t>(d.run)));
        return all;
    }

    [[nodiscard]] std::string end_of(std::size_t run) const
    {
        if (run + kept < books_.runs.size())
            return "because the run ended";
        auto const reason = books_.runs[run].reason;
        return !reason                                    ? "because the run was ending"
               : *reason == tasks::exit_reason::completed ? "(stopped, or nothing was left to do)"
               : *reason == tasks::exit_reason::cancelled ? "(cancelled)"
                                                          : "(failed: ";
    }

    struct five_seconds {
        std::chrono::nanoseconds next(unsigned) const { return 5s; }
    };

    captured_log log_;
    dice dice_;
    virtual_context s_{utc("2024-01-15T02:00:00Z")};
    tasks::time_point began_ = s_.began();
    books books_;
    std::optional<tasks::history> recent_;
    bool overlaps_ = false;
    std::optional<tasks::loop<>> loop_;
};

} // namespace

TEST_CASE("history explains: of random histories, what was decided about each slot that it remembers")
{
    auto const lives = full() ? 2'000U : 80U;
    int explained = 0;
    for (unsigned seed = 1; seed <= lives; ++seed) {
        INFO("seed " << seed);
        random_life life{seed};
        life.live();
        explained += life.explained;
    }
    CHECK(explained > static_cast<int>(lives) * 100);
}
