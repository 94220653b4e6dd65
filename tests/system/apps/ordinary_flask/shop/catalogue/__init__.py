"""The catalogue's pages: a blueprint that is a package with templates of its own."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for

blueprint = Blueprint("catalogue", __name__, url_prefix="/catalogue", template_folder="templates")


@blueprint.url_value_preprocessor
def find_item(endpoint, values):
    """Turns a number in the URL into the item."""
    if values and "number" in values:
        number = values.pop("number")
        values["item"] = next((item for item in current_app.extensions["catalogue"] if item.id == number), None)


@blueprint.route("/")
def pages():
    """Some items a page."""
    page, size = request.args.get("page", 1, type=int), current_app.config["PAGE_SIZE"]
    items = list(current_app.extensions["catalogue"])
    return render_template("catalogue/pages.html", items=items[(page - 1) * size:page * size], page=page,
                           more=len(items) > page * size)


@blueprint.route("/<int:number>")
def detail(item):
    """One item."""
    return render_template("catalogue/detail.html", item=item or abort(404))


@blueprint.route("/<int:number>/old")
def old(item):
    """Where it was once."""
    return redirect(url_for(".detail", number=item.id, _anchor="top"), 301)


@blueprint.route("/file/<path:name>")
def path(name):
    """A path of several parts."""
    return {"name": name, "url": url_for("catalogue.path", name=name), "outside": url_for("index", q="a b", _external=True)}
