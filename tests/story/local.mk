# tests of engine/story
