"""Speed as ratios inside one run: the app against the floor (hand-written SQL behind the same server). `make bench`."""
