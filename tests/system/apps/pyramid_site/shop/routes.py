"""Where what is."""


def includeme(config):
    config.add_static_view("static", "static", cache_max_age=3600)
    config.add_route("home", "/")
    config.add_route("add", "/add")
    config.add_route("item", r"/item/{number:\d+}")
    config.add_route("json", "/api/items")
    config.add_route("asset", "/asset")
    config.add_route("fail", "/fail")
