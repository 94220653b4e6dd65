"""The blueprint with the posts."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.exceptions import abort

from flaskr.auth import login_required
from flaskr.store import get_store

bp = Blueprint("blog", __name__)


@bp.route("/")
def index():
    posts = sorted(get_store().posts.values(), key=lambda post: post["id"], reverse=True)
    return render_template("blog/index.html", posts=posts)


def filled(template, post=None):
    """The form's title and body, or the page with the form and what is wrong."""
    if request.method == "POST":
        if request.form["title"]:
            return request.form["title"], request.form["body"], None
        flash("Title is required.")
    return None, None, render_template(template, post=post)


@bp.route("/create", methods=("GET", "POST"))
@login_required
def create():
    title, body, page = filled("blog/create.html")
    if page:
        return page
    get_store().add_post(title, body, g.user["username"])
    return redirect(url_for("blog.index"))


def get_post(number):
    """A post of the user's; 404 if there is none, 403 if it is another's."""
    post = get_store().posts.get(number)
    if post is None:
        abort(404, f"Post id {number} doesn't exist.")
    if post["author"] != g.user["username"]:
        abort(403)
    return post


@bp.route("/<int:number>/update", methods=("GET", "POST"))
@login_required
def update(number):
    post = get_post(number)
    title, body, page = filled("blog/update.html", post)
    if page:
        return page
    post.update(title=title, body=body)
    return redirect(url_for("blog.index"))


@bp.route("/<int:number>/delete", methods=("POST",))
@login_required
def delete(number):
    get_post(number)
    del get_store().posts[number]
    return redirect(url_for("blog.index"))
