// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <tasks/base/detail/clamped_duration.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_executor.hpp>
#else
#include <asio/bind_executor.hpp>
#endif

#include <cmath>
#include <cstdint>
#include <limits>

using std::chrono::duration;
using std::chrono::nanoseconds;
using tasks::detail::in_nanoseconds;

TEST_CASE("durations of any unit in nanoseconds: what fits is exact")
{
    using namespace std::chrono_literals;
    CHECK(in_nanoseconds(5s) == 5s);
    CHECK(in_nanoseconds(-90min) == -90min);
    CHECK(in_nanoseconds(0.3s) == 300ms);
    CHECK(in_nanoseconds(-0.3s) == -300ms);
    CHECK(in_nanoseconds(duration<int, std::ratio<1, 3>>{3}) == 1s);
    CHECK(in_nanoseconds(duration<std::int64_t, std::pico>{4999}) == 4ns);
    CHECK(in_nanoseconds(std::chrono::hours{2562047}) == std::chrono::hours{2562047});
    CHECK(in_nanoseconds(nanoseconds::max()) == nanoseconds::max());
    CHECK(in_nanoseconds(nanoseconds::max() - 1ns) == nanoseconds::max() - 1ns);
    CHECK(in_nanoseconds(nanoseconds::min()) == nanoseconds::min());
}

TEST_CASE("durations of any unit in nanoseconds: what does not fit is the longest, and NaN is refused")
{
    using seconds = duration<double>;
    CHECK(in_nanoseconds(std::chrono::seconds::max()) == nanoseconds::max());
    CHECK(in_nanoseconds(std::chrono::hours::max()) == nanoseconds::max());
    CHECK(in_nanoseconds(std::chrono::hours{2562048}) == nanoseconds::max());
    CHECK(in_nanoseconds(std::chrono::hours::min()) == nanoseconds::min());
    CHECK(in_nanoseconds(duration<std::uint64_t>{std::numeric_limits<std::uint64_t>::max()}) ==
          nanoseconds::max());
    CHECK(in_nanoseconds(seconds{std::numeric_limits<double>::infinity()}) == nanoseconds::max());
    CHECK(in_nanoseconds(seconds{-std::numeric_limits<double>::infinity()}) == nanoseconds::min());
    CHECK(in_nanoseconds(seconds{1e300}) == nanoseconds::max());
    CHECK(in_nanoseconds(duration<float>::max()) == nanoseconds::max());
    CHECK_THROWS_AS(in_nanoseconds(seconds{std::nan("")}), tasks::bad_option);
}

TEST_CASE("async_sleep_for: the longest durations never end, and none of them overflows")
{
    test::virtual_context s;
    namespace asio = tasks::asio;
    int over = 0;
    auto const ended = [&](tasks::error_code const&) { ++over; };
    tasks::async_sleep_for(std::chrono::seconds::max(), asio::bind_executor(s.io.get_executor(), ended));
    tasks::async_sleep_for(std::chrono::hours::max(), asio::bind_executor(s.io.get_executor(), ended));
    tasks::async_sleep_for(duration<double>{std::numeric_limits<double>::infinity()},
                           asio::bind_executor(s.io.get_executor(), ended));
    s.time.advance(std::chrono::hours{24 * 365});
    CHECK(over == 0);
    tasks::async_sleep_for(std::chrono::hours::min(), asio::bind_executor(s.io.get_executor(), ended));
    s.time.run_until_idle();
    CHECK(over == 1);
    CHECK_THROWS_AS(tasks::async_sleep_for(duration<double>{std::nan("")},
                                           asio::bind_executor(s.io.get_executor(), ended)),
                    tasks::bad_option);
}
