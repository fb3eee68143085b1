# tests of engine/bench
