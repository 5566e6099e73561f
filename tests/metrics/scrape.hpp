// SPDX-License-Identifier: MIT
#pragma once

// A scrape of a real exposer, as Prometheus does it, and a strict reader of what it answers.

#include "support/virtual_context.hpp"

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#else
#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#endif

#include <cctype>
#include <cstddef>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace test {

/// The body of the answer to GET `path` on this host.
inline std::string http_get(int port, std::string const& path)
{
    asio::io_context io;
    asio::ip::tcp::socket socket{io};
    socket.connect({asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)});
    asio::write(socket,
                asio::buffer("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    std::string answer;
    tasks::error_code end;
    asio::read(socket, asio::dynamic_buffer(answer), end);
    auto const body = answer.find("\r\n\r\n");
    if (!answer.starts_with("HTTP/1.1 200 OK\r\n") || body == std::string::npos)
        throw std::runtime_error{"answer to " + path + ": " + answer};
    return answer.substr(body + 4);
}

/// What an exposer on a free port of this host answers about the metrics.
inline std::string scrape(std::shared_ptr<::prometheus::Collectable> const& metrics)
{
    ::prometheus::Exposer exposer{"127.0.0.1:0", 1};
    exposer.RegisterCollectable(metrics);
    return http_get(exposer.GetListeningPorts().at(0), "/metrics");
}

/// The same without an exposer, whose end takes 2 s.
inline std::string print(::prometheus::Collectable const& metrics)
{
    return ::prometheus::TextSerializer{}.Serialize(metrics.Collect());
}

/// Reads Prometheus' text format 0.0.4. Throws if a line is not as the format says.
class exposition {
public:
    explicit exposition(std::string const& text)
    {
        if (!text.ends_with('\n'))
            throw std::runtime_error{"the last line has no end"};
        std::istringstream lines{text};
        for (std::string line; std::getline(lines, line);) {
            rest_ = line;
            try {
                if (skip("# HELP "))
                    help();
                else if (skip("# TYPE "))
                    type();
                else
                    sample();
            } catch (std::exception const& e) {
                throw std::runtime_error{line + ": " + e.what()};
            }
        }
    }

    /// Family -> its type.
    std::map<std::string, std::string> types;
    /// `name{label=value,label=value}` as printed, but unescaped -> its value.
    std::map<std::string, double> samples;
    /// Names of labels.
    std::set<std::string> labels;

private:
    [[noreturn]] static void refuse(std::string const& why) { throw std::runtime_error{why}; }

    bool skip(std::string_view text)
    {
        if (!rest_.starts_with(text))
            return false;
        rest_.remove_prefix(text.size());
        return true;
    }
    void expect(std::string_view text)
    {
        if (!skip(text))
            refuse("'" + std::string{text} + "' is missing before '" + std::string{rest_} + "'");
    }
    std::string word()
    {
        std::size_t n = 0;
        while (n < rest_.size() &&
               (std::isalnum(static_cast<unsigned char>(rest_[n])) != 0 || rest_[n] == '_'))
            ++n;
        if (n == 0 || std::isdigit(static_cast<unsigned char>(rest_[0])) != 0)
            refuse("there is no name");
        std::string const result{rest_.substr(0, n)};
        rest_.remove_prefix(n);
        return result;
    }

    void help()
    {
        family_ = word();
        if (!rest_.starts_with(' ') || rest_.size() < 2)
            refuse("the help is empty");
        if (types.contains(family_))
            refuse("a family occurs twice");
    }
    void type()
    {
        if (word() != family_)
            refuse("the help is for another family");
        expect(" ");
        if (!types.emplace(family_, rest_).second)
            refuse("a family occurs twice");
        if (!std::set<std::string_view>{"counter", "gauge", "histogram", "summary"}.contains(rest_))
            refuse("there is no such type");
    }
    void sample()
    {
        auto key = word();
        auto const type = types.at(family_);
        auto const suffix = key.starts_with(family_) ? key.substr(family_.size()) : "?";
        bool const of_many = suffix == "_sum" || suffix == "_count" ||
                             (type == "histogram" ? suffix == "_bucket" : suffix.empty());
        if (type == "histogram" || type == "summary" ? !of_many : !suffix.empty())
            refuse("the sample is of another family");
        if (skip("{"))
            key += "{" + label_pairs() + "}";
        expect(" ");
        std::size_t used = 0;
        auto const value = std::stod(std::string{rest_}, &used); // knows +Inf and Nan, too
        if (used != rest_.size())
            refuse("the value is no number");
        if (!samples.emplace(key, value).second)
            refuse("a series occurs twice");
    }
    std::string label_pairs()
    {
        std::string pairs;
        std::set<std::string> names;
        do {
            auto const name = word();
            if (!names.insert(name).second)
                refuse("a label occurs twice");
            labels.insert(name);
            expect("=\"");
            pairs += (pairs.empty() ? "" : ",") + name + "=";
            while (!skip("\"")) {
                if (rest_.empty())
                    refuse("a label has no end");
                bool const escaped = skip("\\");
                if (escaped && !rest_.starts_with('n') && !rest_.starts_with('\\') && !rest_.starts_with('"'))
                    refuse("there is no such escape");
                pairs += escaped && rest_.starts_with('n') ? '\n' : rest_.at(0);
                rest_.remove_prefix(1);
            }
        } while (skip(","));
        expect("}");
        return pairs;
    }

    std::string family_;
    std::string_view rest_;
};

} // namespace test
