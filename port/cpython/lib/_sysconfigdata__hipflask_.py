"""What `sysconfig` knows of this Python's build: nothing but where time zones lie.

The real file lists the Makefile's variables.  Without any, `import zoneinfo`
fails, since it asks for one of them.
"""

# In the image, which carries the zones that its app names; on the host board the machine's own.
build_time_vars = {"TZPATH": "/rom/zoneinfo:/usr/share/zoneinfo"}
