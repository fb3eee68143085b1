#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a store costs, engine by engine: processor time of the program and of
the server for each message (four look-ups, two lessons), how many messages a
second there can be, trips to the server, bytes an entity."""

import os
import shutil
import sys
import tempfile
import time

sys.dont_write_bytecode = True
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "story"))

import redisserver

SECONDS = 4
RATE = 1000
MOST = 10000
ENTITIES = 50000


def server_cpu(server):
    about = server.call("INFO", "cpu")
    told = dict(line.split(":") for line in about.split() if ":" in line)
    return float(told["used_cpu_sys"]) + float(told["used_cpu_user"])


def measure(name, server, keys, *options):
    with redisserver.Load(*options) as load:
        load.wait_ready()
        load("run", RATE, 1, keys)
        load("drain", 20)
        cpu = load("run", 1, 0.01, keys)["cpu"]
        spent = server_cpu(server) if server else 0
        run = load("run", RATE, SECONDS, keys)
        load("drain", 20)
        spent = (server_cpu(server) if server else 0) - spent
        n = run["messages"]
        cpu = run["cpu"] - cpu
        print("%-28s %6.1f us here %6.1f us there a message, p50 %d us, "
              "p99 %d us" % (name, 1e6 * cpu / n, 1e6 * spent / n,
                             run["p50_us"], run["p99_us"]))
        before = load.counts()
        slow = load("run", 50, 2, keys)
        after = load.counts()
        began = time.monotonic()
        most = load("run", MOST, 3, keys)
        load("drain", 60)
        took = time.monotonic() - began
        lost = load.counts()["dropped"]
        print("%-28s %6.2f trips a message when they come alone; %.0f "
              "messages a second with all taught%s" % (
                  "", (after["trips"] - before["trips"]) / slow["messages"],
                  most["messages"] / took,
                  ", but %d lessons dropped" % lost if lost else ""))


def fill(load):
    for i in range(ENTITIES):
        load.begin("teach", "rep:ip:198.51.%d.%d" % (i // 250, i % 250),
                   1, 0)
        if i % 1000 == 999:
            for _ in range(1000):
                load.end()
            load("drain", 60)


def bytes_of_redis(server, *options):
    before = int(server.call("INFO", "memory").split("used_memory:")[1]
                 .split()[0])
    with redisserver.Load(*options) as load:
        load.wait_ready()
        fill(load)
        load("drain", 60)
    after = int(server.call("INFO", "memory").split("used_memory:")[1]
                .split()[0])
    keys = server.call("DBSIZE")
    value = server.call("GET", "sekisho:1:rep:ip:198.51.0.1")
    print("redis: %.0f bytes an entity, of them %d the value: %s" % (
        (after - before) / keys, len(value), value))


def bytes_of_lmdb(folder):
    with redisserver.Load("--lmdb", folder) as load:
        fill(load)
    path = os.path.join(folder, "data.mdb")
    print("lmdb: %.0f bytes an entity in a file of %d" % (
        os.stat(path).st_blocks * 512 / ENTITIES, os.stat(path).st_size))


def main():
    folder = tempfile.mkdtemp()
    try:
        measure("lmdb", None, 20000, "--lmdb", os.path.join(folder, "a"))
        bytes_of_lmdb(os.path.join(folder, "b"))
        if shutil.which("redis-server") is None and \
                not os.path.isdir(redisserver.unpacked()):
            print("redis: redis-server is not here")
            return
        with redisserver.Server(folder) as server:
            at = ["--server", "127.0.0.1:%d" % server.port,
                  "--journal-bytes", 64 * 1024 * 1024]
            measure("redis", server, 20000, *at)
            measure("redis, journal on disk", server, 20000, *at,
                    "--journal", os.path.join(folder, "j"))
            measure("redis, 100 hot keys cached", server, 100, *at,
                    "--cache-ms", 500)
            server.call("FLUSHALL")
            bytes_of_redis(server, *at)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
