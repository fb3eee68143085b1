# tests of engine/net
