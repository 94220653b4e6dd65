# What Flask's from_pyfile() reads beside the app.
SITE_NAME = "The Board"
