"""The demonstration: three invented taskforces with a year and a half of history up to today."""
