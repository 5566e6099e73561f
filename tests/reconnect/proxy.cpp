// SPDX-License-Identifier: MIT
#include "proxy.hpp"

#include <array>
#include <utility>

namespace reconnect {

std::string_view to_string(trouble t)
{
    switch (t) {
    case trouble::cut: return "cut";
    case trouble::reset: return "reset";
    case trouble::half_close: return "half-close";
    case trouble::stall: return "stall";
    case trouble::refuse: return "refuse";
    case trouble::none: break;
    }
    return "none";
}

struct proxy::link {
    explicit link(tcp::socket accepted)
        : client{std::move(accepted)}
        , server{client.get_executor()}
    {
    }

    void close()
    {
        tasks::error_code ignored;
        client.close(ignored);
        server.close(ignored);
    }

    tcp::socket client;
    tcp::socket server;
};

proxy::proxy(asio::io_context& io, unsigned short server)
    : executor_{io.get_executor()}
    , acceptor_{io}
    , here_{on_this_machine(0)}
    , server_{on_this_machine(server)}
{
    listen();
}

void proxy::listen()
{
    acceptor_.open(here_.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address{true});
    acceptor_.bind(here_);
    acceptor_.listen();
    here_ = acceptor_.local_endpoint();
    asio::co_spawn(executor_, accept(), asio::detached);
}

task<> proxy::accept()
{
    try {
        for (;;) {
            auto accepted = co_await acceptor_.async_accept(asio::use_awaitable);
            auto const l = std::make_shared<link>(std::move(accepted));
            std::erase_if(links_, [](auto const& other) { return other.expired(); });
            links_.push_back(l);
            asio::co_spawn(executor_, serve(l), asio::detached);
            strike(*l);
        }
    } catch (tasks::system_error const&) {
        // closed: not listening
    }
}

task<> proxy::serve(std::shared_ptr<link> l)
{
    try {
        if (!l->client.is_open())
            co_return;
        co_await l->server.async_connect(server_, asio::use_awaitable);
        asio::co_spawn(executor_, pump(l, l->server, l->client), asio::detached);
        auto upwards = pump(l, l->client, l->server);
        co_await std::move(upwards);
    } catch (tasks::system_error const&) {
        l->close();
    }
}

task<> proxy::pump(std::shared_ptr<link> l, tcp::socket& from, tcp::socket& to)
{
    try {
        std::array<char, 4096> data;
        for (;;) {
            co_await until_it_flows();
            auto const room = asio::buffer(data);
            auto const n = co_await from.async_read_some(room, asio::use_awaitable);
            co_await until_it_flows();
            auto const bytes = asio::buffer(data, n);
            co_await asio::async_write(to, bytes, asio::use_awaitable);
        }
    } catch (tasks::system_error const&) {
        l->close();
    }
}

task<> proxy::until_it_flows()
{
    while (trouble_ == trouble::stall)
        co_await tasks::async_sleep_for(1ms);
}

void proxy::strike(link& l) const
{
    tasks::error_code ignored;
    switch (trouble_) {
    case trouble::none:
    case trouble::stall: break;
    case trouble::half_close: l.client.shutdown(tcp::socket::shutdown_send, ignored); break;
    case trouble::reset: l.client.set_option(asio::socket_base::linger{true, 0}, ignored); [[fallthrough]];
    case trouble::cut:
    case trouble::refuse: l.close(); break;
    }
}

void proxy::make(trouble t)
{
    bool const listened = acceptor_.is_open();
    trouble_ = t;
    for (auto const& weak : links_)
        if (auto const l = weak.lock())
            strike(*l);
    if (t == trouble::refuse)
        acceptor_.close();
    else if (!listened)
        listen();
}

void proxy::close()
{
    trouble_ = trouble::cut;
    acceptor_.close();
    for (auto const& weak : links_)
        if (auto const l = weak.lock())
            l->close();
}

} // namespace reconnect
