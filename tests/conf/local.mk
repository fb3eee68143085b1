# tests of engine/conf
