"""Who is there: sessions, flashed messages, cookies, a decorator."""

import functools
from datetime import timedelta

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, session, url_for

blueprint = Blueprint("account", __name__)


def login_required(view):
    """Sends strangers to the login."""

    @functools.wraps(view)
    def wrapped(**values):
        if g.user is None:
            return redirect(url_for("account.login", next=request.full_path))
        return view(**values)

    return wrapped


@blueprint.route("/login", methods=("GET", "POST"))
def login():
    """Any name will do."""
    if request.method == "GET":
        return render_template("login.html")
    user = request.form["user"]
    if not user.isidentifier():
        flash(f"{user!r} is no name", "error")
        return render_template("login.html"), 422
    session.clear()
    session.permanent = "remember" in request.form
    session["user"] = user
    flash("You are logged in", "success")
    flash("twice as nice")
    return redirect(request.form.get("next") or url_for("index"))


@blueprint.post("/logout")
def logout():
    """Forgets."""
    session.pop("user", None)
    return redirect(url_for("index"), code=303)


@blueprint.route("/account")
@login_required
def account():
    """For those who are logged in."""
    return {"user": g.user, "permanent": session.permanent, "keys": sorted(session)}


@blueprint.route("/basket", methods=["GET", "PUT", "DELETE"])
def basket():
    """A list in the session, changed in place."""
    items = session.setdefault("basket", [])
    if request.method == "PUT":
        items.append(request.get_json()["item"])
        session.modified = True
    elif request.method == "DELETE":
        session.pop("basket")
        return "", 204
    return {"basket": items}


@blueprint.route("/cookies")
def cookies():
    """Cookies without a session."""
    response = make_response({"seen": request.cookies.to_dict()})
    response.set_cookie("plain", "value", max_age=timedelta(hours=1), httponly=True, samesite="Strict")
    response.set_cookie("spaced", "a b;c", path="/cookies")
    response.delete_cookie("old")
    return response
