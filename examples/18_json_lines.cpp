// SPDX-License-Identifier: MIT
// An observer that writes each event as a line of JSON, for programs that collect logs.
//
// Prints:
//     {"event":"run started","loop":"import"}
//     {"event":"slot","loop":"import","slot":"…Z","decision":"ran","cause":"none","count":1}
//     {"event":"attempt","loop":"import","number":0,"retry":0,"outcome":"succeeded","seconds":2.5}
//     {"event":"slot","loop":"import","slot":"…Z","decision":"coalesced","cause":"none","count":1}
//     {"event":"slot","loop":"import","slot":"…Z","decision":"ran","cause":"none","count":1}
//     {"event":"attempt","loop":"import","number":1,"retry":0,"outcome":"failed","seconds":0.0}
//     {"event":"run ended","loop":"import","reason":"failed","error":"line 2:\n\"K�ln\" is no UTF-8"}
#include "support/run.hpp"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <fmt/core.h>
#include <stdexcept>
#include <string_view>
#include <tasks/tasks.hpp>

#include <nlohmann/json.hpp>

using namespace std::chrono_literals;

class json_lines {
public:
    void on_run_started(tasks::run_started const& e) { print("run started", e.loop); }
    void on_slot(tasks::slot_decided const& e)
    {
        print("slot", e.loop,
              {{"slot", tasks::to_string(e.last)},
               {"decision", to_string(e.what)},
               {"cause", to_string(e.cause)},
               {"count", e.count}});
    }
    void on_attempt_ended(tasks::attempt_ended const& e)
    {
        print("attempt", e.loop,
              {{"number", e.it.number},
               {"retry", e.it.attempt},
               {"outcome", to_string(e.what)},
               {"seconds", std::chrono::duration<double>{e.duration}.count()}});
    }
    void on_run_ended(tasks::run_ended const& e)
    {
        json more{{"reason", to_string(e.reason)}};
        if (e.exception)
            more["error"] = tasks::what(e.exception);
        print("run ended", e.loop, more);
    }

private:
    using json = nlohmann::ordered_json;

    static void print(std::string_view event, std::string_view loop, json const& more = json::object())
    {
        json object{{"event", event}, {"loop", loop}};
        object.update(more);
        // Escapes line breaks, and replaces bytes that are not UTF-8, for which dump() would throw.
        fmt::print("{}\n", object.dump(-1, ' ', false, json::error_handler_t::replace));
    }
};

int main()
{
    asio::io_context io;
    json_lines lines;        // outlives the loop
    tasks::set_log_sink({}); // because the observer reports the error

    // The first import takes 2.5 s, so the second serves two slots. It finds a line that it cannot read.
    tasks::loop import{
        io, {.every = 1s, .name = "import"}, [](tasks::iteration const& it) -> asio::awaitable<void> {
            if (it.number == 1)
                throw std::runtime_error{"line 2:\n\"K\xF6ln\" is no UTF-8"};
            co_await tasks::async_sleep_for(2500ms);
        }};
    import.observe(lines).start();
    example::run(io);
}
