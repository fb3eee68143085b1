# tests of engine/daemon
