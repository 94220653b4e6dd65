"""JSON in and out: class-based views, converters of values, errors."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from flask import Blueprint, abort, current_app, jsonify, request, url_for
from flask.views import MethodView

blueprint = Blueprint("api", __name__, url_prefix="/api")


class Items(MethodView):
    """The list."""

    def get(self):
        """All, or those of a kind."""
        kind = request.args.get("kind")
        return [item.as_dict() for item in current_app.extensions["catalogue"] if kind in (None, item.kind.value)]

    def post(self):
        """One more."""
        data = request.get_json()
        try:
            item = current_app.extensions["catalogue"].add(**data)
        except (TypeError, ValueError) as error:
            abort(400, str(error))
        return jsonify(item.as_dict()), 201, {"Location": url_for("api.item", number=item.id)}


class OneItem(MethodView):
    """One of them."""

    def get(self, number):
        """A KeyError is a LookupError, and that has a handler."""
        return current_app.extensions["catalogue"][number].as_dict()

    def patch(self, number):
        """Another name."""
        return current_app.extensions["catalogue"].rename(number, request.json["name"]).as_dict()


blueprint.add_url_rule("/items", view_func=Items.as_view("items"))
blueprint.add_url_rule("/items/<int:number>", view_func=OneItem.as_view("item"))


@blueprint.get("/types")
def types():
    """What Flask's JSON provider knows beyond JSON."""
    return jsonify(date=date(2024, 2, 29), datetime=datetime(2024, 2, 29, 12, tzinfo=timezone.utc),
                   decimal=Decimal("1.10"), uuid=UUID(int=5), text="\u20ac", nothing=None, number=1.5,
                   late=(datetime(2024, 2, 28) + timedelta(days=2)).strftime("%A %d %B %Y"))


@blueprint.route("/request/<uuid:key>/<float:number>", methods=["GET", "POST"])
def show(key, number):
    """The request as Flask sees it."""
    return {
        "key": key.hex, "number": number, "method": request.method, "url": request.url, "root": request.url_root,
        "endpoint": request.endpoint, "args": request.args.to_dict(flat=False), "is_json": request.is_json,
        "form": request.form.to_dict(flat=False), "languages": request.accept_languages.best_match(["de", "en"]),
        "length": request.content_length, "remote": request.remote_addr, "bearer": request.headers.get("Authorization"),
        "values": request.values.get("q"), "mimetype": request.mimetype, "host": request.host,
    }


@blueprint.get("/fail")
def fail():
    """An exception without a handler."""
    raise RuntimeError("the shop is on fire")
