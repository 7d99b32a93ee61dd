"""A Django project with users of its own (Django's auth) that has cases running inside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import django
from district import PASSWORD, PEOPLE, asked, open_few
from django.conf import settings
from django.core.management import call_command, execute_from_command_line
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from zhili import Actor
from zhili.pages import Open311Settings

FORM = """<!doctype html><title>Sign in</title><form method="post">
<p><label>Name <input name="name" autocomplete="username"></label></p>
<p><label>Password <input name="password" type="password"></label></p>
<p><button>Sign in</button></p></form>"""

settings.configure(
    SECRET_KEY=PASSWORD,  # a toy's; a real host keeps a real one elsewhere
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ.get("STORE", "sqlite:///cases.db").removeprefix("sqlite:///"),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30},
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "zhili.integrations.django",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # a toy's, as above
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    ZHILI={
        "ACTOR": f"{__name__}.who",
        "PAGES": {"sign_in_url": "/sign-in", "open311": Open311Settings()},
    },
)


def who(request: HttpRequest) -> Actor | None:
    """Say to zhili who asks, as Django's own users are known here."""
    name = request.user.get_username()
    if name not in PEOPLE:
        return None
    return Actor(id=name, role=PEOPLE[name].role, unit=PEOPLE[name].unit)


@csrf_exempt  # the form of a toy
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign somebody in by name and password."""
    from django.contrib.auth import authenticate, login  # noqa: PLC0415 - once Django is set up

    name, password = request.POST.get("name"), request.POST.get("password")
    user = authenticate(request, username=name, password=password)
    if user is None:
        return HttpResponse(FORM)
    login(request, user)
    return HttpResponseRedirect("/governance/")


django.setup()
urlpatterns = [
    path("sign-in", sign_in),
    path("governance/", include("zhili.integrations.django.urls")),
]


def create_app() -> Callable[..., object]:
    """Make the application: tables, users, a few cases."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - once Django is set up

    from zhili.integrations.django import engine  # noqa: PLC0415 - as above

    call_command("migrate", verbosity=0)
    for name in PEOPLE:
        if not User.objects.filter(username=name).exists():
            User.objects.create_user(name, password=PASSWORD)
    open_few(engine())
    connections.close_all()  # whoever forks now shares none of them
    return get_wsgi_application()


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("--"):
        execute_from_command_line(sys.argv)  # as manage.py: zhili tick, check, …
    else:
        with asked() as port:
            settings.DATABASES["default"]["NAME"] = os.environ["STORE"].removeprefix("sqlite:///")
            server = ThreadedWSGIServer(("127.0.0.1", port), WSGIRequestHandler)
            server.set_app(create_app())
            sys.stderr.write(f"Listening at http://127.0.0.1:{server.server_port}\n")
            server.serve_forever()
