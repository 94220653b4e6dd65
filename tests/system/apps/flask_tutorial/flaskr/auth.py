"""The blueprint that registers and knows users."""

import functools

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from werkzeug.security import check_password_hash, generate_password_hash

from flaskr.store import get_store

bp = Blueprint("auth", __name__, url_prefix="/auth")


@bp.route("/register", methods=("GET", "POST"))
def register():
    if request.method == "POST":
        username, password = request.form["username"], request.form["password"]
        users, error = get_store().users, None
        if not username:
            error = "Username is required."
        elif not password:
            error = "Password is required."
        elif username in users:
            error = f"User {username} is already registered."
        if error is None:
            method = current_app.config["PASSWORD_METHOD"]
            users[username] = {"username": username, "password": generate_password_hash(password, method)}
            return redirect(url_for("auth.login"))
        flash(error)
    return render_template("auth/register.html")


@bp.route("/login", methods=("GET", "POST"))
def login():
    if request.method == "POST":
        user = get_store().users.get(request.form["username"])
        error = None
        if user is None:
            error = "Incorrect username."
        elif not check_password_hash(user["password"], request.form["password"]):
            error = "Incorrect password."
        if error is None:
            session.clear()
            session["user"] = user["username"]
            return redirect(url_for("index"))
        flash(error)
    return render_template("auth/login.html")


@bp.before_app_request
def load_logged_in_user():
    name = session.get("user")
    g.user = None if name is None else get_store().users.get(name)


@bp.route("/logout")
def logout():
    session.clear()
    return redirect(url_for("index"))


def login_required(view):
    """A view for users; others are sent to the login."""

    @functools.wraps(view)
    def wrapped_view(**kwargs):
        if g.user is None:
            return redirect(url_for("auth.login"))
        return view(**kwargs)

    return wrapped_view
