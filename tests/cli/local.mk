# tests of engine/cli
