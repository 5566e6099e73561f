// SPDX-License-Identifier: MIT
//
// tasks_reconnect --outages N --seed K [--redis PATH]
//
// A loop with `reconnect` polls a real Redis server over TCP while the server is killed and started again, N
// times at random moments, and then while a proxy in between cuts, resets, half-closes, stalls and refuses
// its connections. Each time it must recover within the bound of its back-off, and begin no iteration twice
// and leak no socket meanwhile.
#include "client.hpp"
#include "net.hpp"
#include "outage_ledger.hpp"
#include "proxy.hpp"
#include "server.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace reconnect {

namespace {

constexpr auto period = 10ms;
constexpr auto patience = 150ms; ///< after which the client abandons a request
constexpr auto hopeless = 30s;   ///< after which the test fails
constexpr auto scheduling = 3s;  ///< allowance for the machine; the default back-off would wait 1024 s

struct arguments {
    int outages = 3;
    std::uint64_t seed = 1;
    std::string redis = "redis-server";
};

using random_source = std::mt19937_64;

std::chrono::nanoseconds up_to(random_source& random, std::chrono::nanoseconds most)
{
    return std::chrono::nanoseconds{
        std::uniform_int_distribution<std::chrono::nanoseconds::rep>{0, most.count()}(random)};
}

double milliseconds(std::chrono::nanoseconds d)
{
    return std::chrono::duration<double, std::milli>{d}.count();
}

/// A loop that polls, and the disturbances.
class phase {
public:
    phase(arguments const& a, server& redis, random_source& random, verdicts& v)
        : arguments_{a}
        , redis_{redis}
        , random_{random}
        , verdicts_{v}
        , backoff_{.random = &random}
        , tally_{backoff_}
    {
    }
    phase(phase const&) = delete;
    phase& operator=(phase const&) = delete;
    virtual ~phase() = default;

    void play(char const* name)
    {
        std::exception_ptr failure;
        asio::co_spawn(io, direct(), [&](std::exception_ptr e) { failure = std::move(e); });
        io.run();
        verdicts_.check(!failure,
                        std::string{name} + ": " + (failure ? tasks::what(failure) : "went on to its end"));
        report(name);
    }

protected:
    /// The endpoint that the loop connects to.
    [[nodiscard]] virtual unsigned short port() const = 0;
    [[nodiscard]] virtual int outages() const { return arguments_.outages; }
    virtual task<> begin_outage(int i) = 0;
    virtual void end_outage() = 0;
    [[nodiscard]] virtual std::chrono::nanoseconds longest_outage() const = 0;
    virtual void close() {}

    asio::io_context io;
    arguments const& arguments_;
    server& redis_;
    random_source& random_;

private:
    task<> direct()
    {
        redis_.start();
        co_await until_reachable(redis_.port());

        client connection{io.get_executor(), port(), patience};
        tasks::loop<> poll{io,
                           {.every = period, .reconnect = true, .backoff = backoff_, .name = "poll"},
                           [&](tasks::iteration it) -> task<> {
                               auto const key = "iteration " + std::to_string(it.number);
                               auto request = connection.increment(key, [&] { tally_.sending(it); });
                               tally_.counted(it, co_await std::move(request));
                           }};
        poll.observe(tally_);
        poll.start();
        while (tally_.iterations < 3)
            co_await tasks::async_sleep_for(1ms);
        int const descriptors = open_descriptors();

        bool hope = true;
        for (int i = 0; i < outages() && hope; ++i) {
            co_await tasks::async_sleep_for(20ms + up_to(random_, 150ms));
            tally_.expect_failure();
            co_await begin_outage(i);
            co_await tasks::async_sleep_for(up_to(random_, longest_outage()));
            end_outage();
            co_await until_reachable(port());
            auto const reachable = clock::now();

            while (!tally_.recovered() && clock::now() < reachable + hopeless)
                co_await tasks::async_sleep_for(1ms);
            auto const recovered = tally_.recovered();
            hope = recovered.has_value();
            verdicts_.check(hope, "outage " + std::to_string(i) + ": the loop failed, and recovered");
            if (!hope)
                break;
            auto const took = std::max<std::chrono::nanoseconds>(*recovered - reachable, 0ns);
            recoveries_.push_back(took);
            verdicts_.check(took <= patience + backoff_.longest + scheduling,
                            "outage " + std::to_string(i) + ": recovered within " +
                                std::to_string(milliseconds(took)) + " ms");

            // Data that the proxy has withheld from the client's end may take a moment.
            int now = open_descriptors();
            for (auto const since = clock::now(); now != descriptors && clock::now() < since + hopeless;
                 now = open_descriptors())
                co_await tasks::async_sleep_for(1ms);
            most_descriptors_ = std::max(most_descriptors_, now - descriptors);
            verdicts_.check(now == descriptors, "outage " + std::to_string(i) + ": " + std::to_string(now) +
                                                    " descriptors are open, and " +
                                                    std::to_string(descriptors) + " were");
        }
        poll.cancel();
        co_await poll.async_join();
        close();
        redis_.kill();
    }

    /// Returns when the server accepts requests.
    task<> until_reachable(unsigned short where)
    {
        for (auto const since = clock::now(); clock::now() < since + hopeless;) {
            try {
                client probe{io.get_executor(), where, 10 * patience};
                auto answer = probe.ping();
                co_await std::move(answer);
                co_return;
            } catch (std::exception const&) {
                // not yet
            }
            co_await tasks::async_sleep_for(1ms);
        }
        throw std::runtime_error{"the server does not come back"};
    }

    void report(char const* name)
    {
        auto const faults = tally_.faults();
        std::printf("%s", faults.c_str());
        verdicts_.check(faults.empty(), std::string{name} + ": every promise of the loop was kept");
        verdicts_.check(tally_.retries == tally_.failures, std::string{name} + ": each failure was retried");
        auto const attempts = static_cast<std::uint64_t>(tally_.attempts_begun());
        verdicts_.check(attempts == tally_.iterations + tally_.retries,
                        std::string{name} + ": each attempt is an iteration's first or a retry");
        verdicts_.check(tally_.slots == tally_.iterations + tally_.slots_without_iteration,
                        std::string{name} + ": each slot got one decision");

        std::sort(recoveries_.begin(), recoveries_.end());
        auto const part = [&](std::size_t percent) {
            return recoveries_.empty() ? 0.0
                                       : milliseconds(recoveries_[(recoveries_.size() - 1) * percent / 100]);
        };
        std::printf(
            "%s\n"
            "  outages %zu, iterations %llu, attempts %llu, failures %llu, retries %llu\n"
            "  slots %llu, of which without an iteration of their own %llu\n"
            "  recovery p50 %.1f ms, p90 %.1f ms, max %.1f ms\n",
            name, recoveries_.size(), static_cast<unsigned long long>(tally_.iterations),
            static_cast<unsigned long long>(attempts), static_cast<unsigned long long>(tally_.failures),
            static_cast<unsigned long long>(tally_.retries), static_cast<unsigned long long>(tally_.slots),
            static_cast<unsigned long long>(tally_.slots_without_iteration), part(50), part(90), part(100));
        for (auto const& [what, count] : tally_.errors)
            std::printf("  %llu x %s\n", static_cast<unsigned long long>(count), what.c_str());
    }

    verdicts& verdicts_;
    short_backoff backoff_;
    outage_ledger tally_;
    std::vector<std::chrono::nanoseconds> recoveries_;
    int most_descriptors_ = 0;
};

/// Outages of the server, which is killed and started again.
class kills final : public phase {
public:
    using phase::phase;

private:
    unsigned short port() const override { return redis_.port(); }
    task<> begin_outage(int) override
    {
        redis_.kill();
        co_return;
    }
    void end_outage() override { redis_.start(); }
    std::chrono::nanoseconds longest_outage() const override { return 300ms; }
};

/// Disturbances of the connections, while the server runs.
class bad_network final : public phase {
public:
    bad_network(arguments const& a, server& redis, random_source& random, verdicts& v)
        : phase{a, redis, random, v}
        , proxy_{io, redis.port()}
    {
    }

private:
    unsigned short port() const override { return proxy_.port(); }
    int outages() const override
    {
        return std::max(arguments_.outages, static_cast<int>(std::size(troubles))); // each at least once
    }
    task<> begin_outage(int i) override
    {
        auto const t = troubles[static_cast<std::size_t>(i) % std::size(troubles)];
        proxy_.make(t);
        if (t == trouble::stall) // longer than a request may take, or it would not be noticed
            co_await tasks::async_sleep_for(patience + 2 * period);
    }
    void end_outage() override { proxy_.make(trouble::none); }
    std::chrono::nanoseconds longest_outage() const override { return 200ms; }
    void close() override { proxy_.close(); }

    proxy proxy_;
};

int usage(char const* problem, char const* value)
{
    std::fprintf(stderr,
                 "tasks_reconnect: %s '%s'\n"
                 "usage: tasks_reconnect [--outages N] [--seed K] [--redis PATH]\n",
                 problem, value);
    return 2;
}

template <class Number>
bool read(char const* text, Number& number)
{
    auto const* const end = text + std::strlen(text);
    auto const [stopped_at, error] = std::from_chars(text, end, number);
    return error == std::errc{} && stopped_at == end && number >= 1;
}

int run(arguments const& a)
{
    server redis{a.redis};
    if (!redis.exists()) {
        std::printf("SKIPPED: there is no %s (Debian: apt-get install redis-server)\n", a.redis.c_str());
        return 77;
    }
    random_source random{a.seed};
    verdicts v;
    std::printf(
        "seed %llu, a poll each %.0f ms, back-off %.0f to %.0f ms, a request times out after %.0f ms\n",
        static_cast<unsigned long long>(a.seed), milliseconds(period), milliseconds(5ms), milliseconds(100ms),
        milliseconds(patience));
    int const before = open_descriptors();
    kills{a, redis, random, v}.play("killed and started again");
    v.check(open_descriptors() == before, "a descriptor was left open after the first phase");
    bad_network{a, redis, random, v}.play("cut, reset, half-closed, stalled, refused");
    v.check(open_descriptors() == before, "a descriptor was left open after the second phase");
    std::printf("open descriptors: %d before, %d after\n", before, open_descriptors());
    std::printf("%d passed, %d failed\n", v.passed(), v.failed());
    return v.failed() == 0 ? 0 : 1;
}

} // namespace
} // namespace reconnect

int main(int argc, char** argv)
{
    reconnect::arguments a;
    for (int i = 1; i < argc; ++i) {
        std::string_view const option{argv[i]};
        if (option != "--outages" && option != "--seed" && option != "--redis")
            return reconnect::usage("unknown option", argv[i]);
        if (++i == argc)
            return reconnect::usage("no value for", argv[i - 1]);
        bool good = true;
        if (option == "--outages")
            good = reconnect::read(argv[i], a.outages) && a.outages <= 100'000;
        else if (option == "--seed")
            good = reconnect::read(argv[i], a.seed);
        else
            a.redis = argv[i];
        if (!good)
            return reconnect::usage("must be a positive whole number:", argv[i]);
    }
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    try {
        return reconnect::run(a);
    } catch (std::exception const& e) {
        std::printf("FAILED: %s\n", e.what());
        return 1;
    }
}
