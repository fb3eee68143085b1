# tests of engine/front
