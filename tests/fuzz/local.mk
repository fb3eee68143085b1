# tests of engine/fuzz
