// SPDX-License-Identifier: MIT
// A program with hidden visibility and the library as a shared one: parts of each are used by the other.
#include "check.hpp"
#include "net.hpp"

#include <typeinfo>

using namespace std::chrono_literals;

int main()
{
    net::io_context io;
    int bodies = 0;
    int posted = 0;
    int spawned = 0;
    int at_once = 0;
    tasks::loop l{io, {.every = 1ms, .count = 3}, [&]() -> net::awaitable<void> {
                      ++bodies;
                      auto const executor = co_await net::this_coro::executor;
                      bool inside = false;
                      net::dispatch(executor, [&inside] { inside = true; });
                      at_once += inside;
                      net::post(executor, [&posted] { ++posted; });
                      net::co_spawn(
                          executor,
                          [&spawned]() -> net::awaitable<void> {
                              ++spawned;
                              co_return;
                          },
                          net::detached);
                      co_await tasks::async_sleep_for(1ms);
                  }};
    l.start();
    io.run();
    CHECK(bodies == 3);
    CHECK(posted == 3);
    CHECK(spawned == 3);
    CHECK(at_once == 3);

    bool caught = false;
    try {
        l.change_interval(-1s); // thrown within the library
    } catch (tasks::bad_option const& e) {
        caught = typeid(e) == typeid(tasks::bad_option);
    }
    CHECK(caught);
}
