"""A Flask application with users of its own (Flask's session) that has cases running inside it."""

from __future__ import annotations

import os

from district import PASSWORD, PEOPLE, asked, open_few
from flask import Flask, Request, redirect, request, session
from werkzeug import Response

from zhili import Actor, Engine
from zhili.integrations.flask import blueprint
from zhili.pages import Settings

FORM = """<!doctype html><title>Sign in</title><form method="post">
<p><label>Name <input name="name" autocomplete="username"></label></p>
<p><label>Password <input name="password" type="password"></label></p>
<p><button>Sign in</button></p></form>"""


def who(_request: Request) -> Actor | None:
    """Say to zhili who asks, as the session says."""
    name = session.get("user", "")
    if name not in PEOPLE:
        return None
    return Actor(id=name, role=PEOPLE[name].role, unit=PEOPLE[name].unit)


def create_app() -> Flask:
    """Make the application, over the store that STORE names."""
    app = Flask(__name__)
    app.secret_key = PASSWORD  # a toy's; a real host keeps a real one elsewhere

    @app.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> str | Response:
        name = request.form.get("name", "")
        if name not in PEOPLE or request.form.get("password") != PASSWORD:
            return FORM
        session["user"] = name
        return redirect("/governance/")

    engine = Engine.open(os.environ["STORE"])
    open_few(engine)
    cases = blueprint(engine, actor=who, settings=Settings(sign_in_url="/sign-in"))
    app.register_blueprint(cases, url_prefix="/governance")
    return app


if __name__ == "__main__":
    with asked() as port:
        create_app().run(port=port)
