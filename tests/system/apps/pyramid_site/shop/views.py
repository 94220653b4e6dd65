"""Views: forms with CSRF, sessions, flash, JSON, a file, errors."""

import html

from pyramid.csrf import get_csrf_token
from pyramid.httpexceptions import HTTPFound, HTTPNotFound
from pyramid.response import FileResponse, Response
from pyramid.view import exception_view_config, notfound_view_config, view_config
from pyramid.path import AssetResolver

ITEMS = ["hammer"]


@view_config(route_name="home")
def home(request):
    visits = request.session["visits"] = request.session.get("visits", 0) + 1
    said = "".join(f"<p>{html.escape(text)}</p>" for text in request.session.pop_flash())
    return Response(f"<title>{request.registry.settings['shop.name']}</title>{said}<b>{visits}</b>"
                    f'<link href="{request.static_url("shop:static/style.css")}">'
                    f'<input name="csrf_token" value="{get_csrf_token(request)}">')


@view_config(route_name="add", request_method="POST", require_csrf=True)
def add(request):
    ITEMS.append(request.params["name"])
    request.session.flash(f"{request.params['name']} added")
    return HTTPFound(request.route_url("item", number=len(ITEMS)))


@view_config(route_name="item", renderer="string")
def item(request):
    try:
        return ITEMS[int(request.matchdict["number"]) - 1]
    except IndexError:
        raise HTTPNotFound(f"there are {len(ITEMS)} items") from None


@view_config(route_name="json", renderer="json")
def as_json(request):
    return {"items": ITEMS, "query": request.GET.mixed(), "agent": request.user_agent}


@view_config(route_name="asset")
def asset(request):
    return FileResponse(AssetResolver("shop").resolve("static/style.css").abspath(), request, content_type="text/css")


@view_config(route_name="fail")
def fail(request):
    raise ZeroDivisionError("as ordered")


@exception_view_config(ZeroDivisionError)
def failed(error, request):
    return Response(f"failed: {error}", status=500)


@notfound_view_config()
def missing(error, request):
    return Response(f"<h1>{html.escape(request.path)} is not here: {html.escape(str(error.detail))}</h1>", status=404)
