# Every case once: before a release, and for a baseline.
jobs 4
