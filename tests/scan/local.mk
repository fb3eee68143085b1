# tests of engine/scan
