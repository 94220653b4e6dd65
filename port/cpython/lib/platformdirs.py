"""Stands in for ``platformdirs``, which asks the operating system who the user is.

pkg_resources, and with it Pyramid, brings a copy of its own that comes after this one on the path and
fails where ``os.getuid`` is missing.  A device has one user and one place to write to.
"""


def user_cache_dir(*args, **kwargs):
    """Where files may be written: gone after a reset."""
    return "/tmp"


user_data_dir = user_config_dir = user_state_dir = user_log_dir = user_runtime_dir = user_cache_dir
site_data_dir = site_config_dir = site_cache_dir = user_cache_dir
