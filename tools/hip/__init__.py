"""hip, hipflask's command line: fetches, builds, boots, tests and measures firmware images."""
