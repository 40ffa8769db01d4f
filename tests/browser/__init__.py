"""Tests that drive the console in a real Chromium; a package, so that its fixtures end before other tests begin."""
