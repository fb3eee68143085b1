# tests of engine/mail
