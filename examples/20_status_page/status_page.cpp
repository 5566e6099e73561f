// SPDX-License-Identifier: MIT
#include "status_page.hpp"

#include "bar_entry.hpp"
#include "control.hpp"
#include "live_rows.hpp"
#include "loop_json.hpp"
#include "page.hpp"
#include "request_guard.hpp"
#include "schedule_words.hpp"
#include "shared_snapshot.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>

using namespace std::chrono_literals;

namespace {

// A stream occupies a thread for as long as a page is open, so there must be more threads than streams: the
// others answer everything else. A page that gets no stream asks every other second.
constexpr std::size_t threads = 32;
constexpr std::size_t most_streams = 24;

// A browser that is gone without a word is noticed only by writing to it.
constexpr auto sign_of_life = 10s;

constexpr std::size_t slots_shown = 20;

constexpr auto json_type = "application/json";
constexpr auto text_type = "text/plain; charset=utf-8";

void send_text(httplib::Response& response, int status, std::string const& text)
{
    response.status = status;
    if (!text.empty())
        response.set_content(text + '\n', text_type);
}

/// The parts of a path, split before they are decoded, so that names may contain a slash.
std::vector<std::string> parts_of(httplib::Request const& request)
{
    std::vector<std::string> parts;
    auto rest = std::string_view{request.target};
    rest = rest.substr(0, rest.find('?'));
    while (!rest.empty()) {
        rest.remove_prefix(1); // the slash
        auto const part = rest.substr(0, rest.find('/'));
        parts.push_back(httplib::detail::decode_url(std::string{part}, false));
        rest.remove_prefix(part.size());
    }
    return parts;
}

std::optional<tasks::time_point> instant_of(std::string const& milliseconds)
{
    std::int64_t value = 0;
    auto const* const end = milliseconds.data() + milliseconds.size();
    auto const [stop, error] = std::from_chars(milliseconds.data(), end, value);
    constexpr auto limit =
        std::chrono::floor<std::chrono::milliseconds>((tasks::time_point::max)().time_since_epoch());
    if (error != std::errc{} || stop != end || value > limit.count() || value < -limit.count())
        return std::nullopt;
    return tasks::time_point{std::chrono::milliseconds{value}};
}

/// The zone of this name; UTC if there is no name, and nothing if there is no such zone.
std::optional<tasks::time_zone> zone_named(std::string const& name)
try {
    return name.empty() ? tasks::time_zone::utc() : tasks::time_zone::named(name);
} catch (tasks::bad_option const&) {
    return std::nullopt;
}

std::int64_t milliseconds_now()
{
    return milliseconds(
        std::chrono::time_point_cast<tasks::time_point::duration>(std::chrono::system_clock::now()));
}

} // namespace

class status_page::server {
public:
    server(tasks::group jobs, tasks::history const& recent, status_page_options o)
        : options_{std::move(o)}
        , jobs_{std::move(jobs)}
        , recent_{recent}
        , snapshot_{jobs_}
        , rows_{jobs_, recent_, snapshot_, about()}
        , port_{bind()}
        , guard_{options_.host, port_, options_.names}
    {
        route();
        thread_ = std::thread{[this] { http_.listen_after_bind(); }};
        while (!http_.is_running()) // before that, `stop()` would be ignored
            std::this_thread::yield();
    }
    server(server const&) = delete;
    server& operator=(server const&) = delete;
    ~server() { stop(); }

    [[nodiscard]] int port() const noexcept { return port_; }

    [[nodiscard]] std::string url() const
    {
        bool const v6 = options_.host.find(':') != std::string::npos;
        return "http://" + (v6 ? '[' + options_.host + ']' : options_.host) + ':' + std::to_string(port_) +
               '/';
    }

    void stop()
    {
        rows_.end();
        http_.stop();
        if (thread_.joinable())
            thread_.join();
    }

private:
    using request = httplib::Request;
    using response = httplib::Response;

    [[nodiscard]] nlohmann::json about() const
    {
        return {{"title", options_.title},
                {"version", options_.version},
                {"pid", ::getpid()},
                {"since", milliseconds_now()},
                {"control", options_.allow_control}};
    }

    int bind()
    {
        http_.new_task_queue = [] { return new httplib::ThreadPool{threads}; };
        // One request a connection: idle connections occupy no threads, and what is left of a request that
        // was refused is never taken for another one, which could have headers that no browser sends.
        http_.set_keep_alive_max_count(1);
        http_.set_keep_alive_timeout(1);
        http_.set_payload_max_length(1024);
        http_.set_tcp_nodelay(true);
        http_.set_socket_options([](socket_t s) { // the default shares the port with another process
            int const yes = 1;
            ::setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        });
        if (options_.port == 0)
            if (auto const any = http_.bind_to_any_port(options_.host); any > 0)
                return any;
        if (options_.port == 0 || !http_.bind_to_port(options_.host, options_.port))
            throw std::runtime_error{"cannot listen on " + options_.host + ':' +
                                     std::to_string(options_.port)};
        return options_.port;
    }

    void route()
    {
        http_.set_default_headers({{"Cache-Control", "no-store"},
                                   {"X-Content-Type-Options", "nosniff"},
                                   {"Referrer-Policy", "no-referrer"},
                                   {"Cross-Origin-Resource-Policy", "same-origin"}});
        http_.set_pre_routing_handler([this](request const& q, response& r) {
            auto const refusal = q.get_header_value_count("Host") == 1
                                     ? guard_.refuses_host(q.get_header_value("Host"))
                                     : "there must be one header 'Host'";
            if (!refusal)
                return httplib::Server::HandlerResponse::Unhandled;
            send_text(r, 403, *refusal);
            return httplib::Server::HandlerResponse::Handled;
        });
        http_.set_exception_handler(
            [](request const&, response& r, std::exception_ptr e) { send_text(r, 500, tasks::what(e)); });
        http_.Get("/", [](request const&, response& r) { send_page(r); });
        http_.Get("/events", [this](request const&, response& r) { send_events(r); });
        http_.Get("/api/loops", [this](request const&, response& r) { send_rows(r); });
        http_.Get(R"(/api/loops/[\s\S]+)", [this](request const& q, response& r) { send_loop(q, r); });
        http_.Get("/healthz", [this](request const&, response& r) { send_health(r); });
        if (options_.metrics)
            http_.Get("/metrics", [this](request const&, response& r) {
                r.set_content(options_.metrics(), "text/plain; version=0.0.4; charset=utf-8");
            });
        // With this kind of handler no body is read: none is needed, and some clients send no length, so that
        // the server would wait for it.
        http_.Post(R"(/api/[\s\S]+)",
                   [this](request const& q, response& r, httplib::ContentReader const&) { obey(q, r); });
    }

    static void send_page(response& r)
    {
        r.set_header("Content-Security-Policy", std::string{page::policy});
        r.set_header("X-Frame-Options", "DENY");
        r.set_content(page::html.data(), page::html.size(), "text/html; charset=utf-8");
    }

    void send_rows(response& r)
    {
        auto const rows = rows_.all();
        r.set_content(rows.head().append(rows.tail()), json_type);
    }

    void send_events(response& r)
    {
        struct stream {
            explicit stream(std::atomic<std::size_t>& n)
                : count{n}
                , admitted{count++ < most_streams}
            {
            }
            stream(stream const&) = delete;
            stream& operator=(stream const&) = delete;
            ~stream() { --count; }

            std::atomic<std::size_t>& count;
            bool const admitted;
            std::uint64_t seen = 0;
            shared_snapshot::clock::time_point written = shared_snapshot::clock::now();
        };
        auto const mine = std::make_shared<stream>(streams_);
        if (!mine->admitted)
            return send_text(r, 503, "there are too many streams; ask for /api/loops now and then");

        r.set_chunked_content_provider("text/event-stream", [this, mine](std::size_t,
                                                                         httplib::DataSink& out) {
            if (!out.is_writable()) // the browser has closed it
                return false;
            auto const write = [&](std::string_view text) {
                mine->written = shared_snapshot::clock::now();
                return out.write(text.data(), text.size());
            };
            if (auto const rows = rows_.after(mine->seen, 1s)) {
                if (mine->seen == 0 && !write("retry: 1000\n")) // reconnect after a second
                    return false;
                mine->seen = rows->number;
                return write("data: " + rows->head()) && write(rows->tail()) && write("\n\n");
            }
            if (rows_.ended()) {
                out.done();
                return true;
            }
            return shared_snapshot::clock::now() - mine->written < sign_of_life || write(": still here\n\n");
        });
    }

    void send_loop(request const& q, response& r)
    {
        auto const parts = parts_of(q);
        if (parts.size() < 3)
            return send_text(r, 404, "there is nothing here");
        auto const& name = parts[2];
        auto document = nlohmann::json::object();
        bool const known = jobs_.with(name, [&](tasks::controlled_loop& l) {
            if (parts.size() == 3)
                document["slots"] = slots_of(l);
        });
        if (!known || parts.size() > 4 || (parts.size() == 4 && parts[3] != "explain"))
            return send_text(r, 404, known ? "there is nothing here" : "there is no loop '" + name + "'");
        if (parts.size() == 4) {
            auto const at = instant_of(q.get_param_value("at"));
            auto const zone = zone_named(q.get_param_value("zone"));
            if (!at || !zone)
                return send_text(r, 400,
                                 "'at' must be an instant in milliseconds since 1970, 'zone' a time zone");
            document["text"] = recent_.explain(name, *at, *zone);
        } else {
            auto& entries = document["entries"] = nlohmann::json::array();
            for (auto const& entry : bar_of(recent_.of(name), live_rows::entries_shown))
                entries.push_back(to_json(entry));
        }
        r.set_content(text_of(document), json_type);
    }

    static nlohmann::json slots_of(tasks::controlled_loop& l)
    {
        auto slots = nlohmann::json::array();
        auto const zone = zone_of(l.every());
        for (auto const slot : l.upcoming(slots_shown)) {
            nlohmann::json s{{"slot", milliseconds(slot)}};
            if (zone && clocks_are_set_on_the_day_of(slot, *zone))
                s["clocks_set"] = true;
            slots.push_back(std::move(s));
        }
        return slots;
    }

    void send_health(response& r)
    {
        std::string ill;
        for (auto const& loop : snapshot_.read()->loops) {
            if (loop.failed)
                ill += "failed: " + loop.name + '\n';
            if (loop.overdue)
                ill += "overdue: " + loop.name + '\n';
        }
        r.status = ill.empty() ? 200 : 503;
        r.set_content(ill.empty() ? "ok\n" : ill, text_type);
    }

    void obey(request const& q, response& r)
    {
        if (!options_.allow_control)
            return send_text(r, 403, "this page only shows; control was not allowed when it was started");
        if (auto const refusal =
                guard_.refuses_control(q.get_header_value("X-Tasks"), q.get_header_value("Origin")))
            return send_text(r, 403, *refusal);
        auto const parts = parts_of(q);
        auto result = answer{404, "there is nothing here"};
        if (parts.size() == 4 && parts[1] == "loops")
            result = control(jobs_, parts[2], parts[3]);
        else if (parts.size() == 3 && parts[1] == "all")
            result = control_all(jobs_, parts[2]);
        send_text(r, result.status, result.text);
    }

    status_page_options const options_;
    tasks::group jobs_;
    tasks::history const& recent_;
    shared_snapshot snapshot_;
    live_rows rows_;
    std::atomic<std::size_t> streams_ = 0;
    httplib::Server http_;
    int const port_;
    request_guard const guard_;
    std::thread thread_;
};

status_page::status_page(tasks::group jobs, tasks::history const& recent, status_page_options o)
    : server_{std::make_unique<server>(std::move(jobs), recent, std::move(o))}
{
}

status_page::~status_page() = default;

int status_page::port() const noexcept
{
    return server_->port();
}

std::string status_page::url() const
{
    return server_->url();
}

void status_page::stop()
{
    server_->stop();
}
