# tests of engine/rule
