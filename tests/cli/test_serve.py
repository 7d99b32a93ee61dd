"""`zhili serve`: a demonstration for one machine, with demo users and a sign-in of its own."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.browser.served import Served, serving
from tests.pages.html_forms import forms_in
from zhili import Engine
from zhili.cli.serve import GoingClock
from zhili.demo import simulate
from zhili.demo.users import demo_users
from zhili.pages.role_words import ROLES
from zhili.values import Role
from zhili.workflows import role

if TYPE_CHECKING:
    from tests.cli.conftest import Run

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """Serve two simulated days."""
    with serving("--days", "2") as running:
        yield running


@contextmanager
def signed_in(served: Served, user: str) -> Iterator[httpx.Client]:
    """Give a client that has pressed the button of *user*."""
    with httpx.Client(base_url=served.url, headers=HTML, follow_redirects=True) as client:
        (form,) = [one for one in forms_in(client.get("/sign-in").text) if one.action == "/sign-in"]
        token = dict(form.pairs)["_token"]
        client.post("/sign-in", data={"_token": token, "user": user}).raise_for_status()
        yield client


def test_it_is_alive_and_ready(served: Served) -> None:
    """For whoever watches over it."""
    for path, status in (("/healthz", "alive"), ("/readyz", "ready")):
        assert httpx.get(served.url + path).json() == {"status": status}


def test_every_page_says_that_it_is_a_demonstration(served: Served) -> None:
    """In both languages, on pages that refuse, too."""
    for path in ("/", "/sign-in", "/problem-wall", "/appeal", "/desk", "/nowhere"):
        page = httpx.get(served.url + path, headers=HTML).text
        assert "Demonstration: anybody here may act as anybody." in page, path
    assert "演示系统" in httpx.get(served.url, headers={"Accept-Language": "zh"}).text


def test_one_button_signs_in(served: Served) -> None:
    """Staff begin at their desk, and whoever appeals at their appeals."""
    with signed_in(served, served.user("dispatch-")) as client:
        desk = client.get("/desk")
        assert desk.status_code == 200
        assert served.user("dispatch-") in desk.text
        assert client.get("/").status_code == 200
    with signed_in(served, served.user("citizen-")) as client:
        assert client.get("/follow").text.count("/follow/own/") >= 1
        assert client.get("/desk").status_code == 403


def test_nobody_again_after_signing_out(served: Served) -> None:
    """The cookie is gone."""
    with signed_in(served, served.user("dispatch-")) as client:
        (form,) = [one for one in forms_in(client.get("/sign-in").text) if "out" in one.action]
        client.post("/sign-out", data=dict(form.pairs))
        assert client.get("/desk").status_code == 401


def test_a_cookie_that_was_made_elsewhere_is_nobody_s(served: Served) -> None:
    """It is signed with a secret of this process."""
    with signed_in(served, served.user("dispatch-")) as client:
        cookie = client.cookies["zhili_demonstration"]
    name, _, signature = cookie.rpartition(".")
    other = served.user("inspection-")
    for forged in (f"{other}.{signature}", f"{name}.{'0' * 64}", name, "", f"{cookie}x"):
        answer = httpx.get(
            f"{served.url}/desk", headers={**HTML, "Cookie": f"zhili_demonstration={forged}"}
        )
        assert answer.status_code == 401, forged


def test_open311_is_there_with_a_key_that_is_said_at_the_start(served: Served) -> None:
    """Anybody reads the services; who has the key posts, and finds the request again."""
    place = f"{served.url}/open311/v2"
    services = httpx.get(f"{place}/services.json").json()
    assert len(services) > 1
    found = re.search(r"api_key=([0-9a-f]{12})\b", served.greeting)
    assert found
    said = {"service_code": services[0]["service_code"], "address_string": "the bus stop"}
    for key, status in (("", 403), ("0" * 12, 403), (found[1], 200)):
        answer = httpx.post(f"{place}/requests.json", data={**said, "api_key": key})
        assert answer.status_code == status, answer.text
    (made,) = answer.json()
    one = httpx.get(f"{place}/requests/{made['service_request_id']}.json").json()
    assert [each["status"] for each in one] == ["open"]


def test_only_this_machine_s_names_are_answered(served: Served) -> None:
    """A name of somebody else's that leads here is not (DNS rebinding)."""
    answer = httpx.get(served.url, headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert "Demonstration" not in answer.text
    port = served.url.rpartition(":")[2]
    assert httpx.get(served.url, headers={"Host": f"localhost:{port}"}).status_code == 200


def test_time_goes_on_where_the_simulation_ended(served: Served) -> None:
    """In the morning after its last day, whatever day it is here."""
    said = {"kind": "help", "title": "x", "content": "x", "phone": "13812345678"}
    with httpx.Client(base_url=served.url, headers=HTML, follow_redirects=True) as visitor:
        form = next(one for one in forms_in(visitor.get("/appeal").text) if one.action == "/appeal")
        receipt = visitor.post("/appeal", data={**dict(form.pairs), **said})
    assert re.search(r"4 Mar 2026, 09:3\d", receipt.text)


def test_ctrl_c_ends_it_in_good_order(tmp_path: Path) -> None:
    """With nothing but what it said at the beginning, and with exit code 0."""
    url = f"sqlite:///{tmp_path}/cases.db"
    with Engine.open(url) as engine:
        head = engine.head().position
    command = [sys.executable, "-m", "zhili", "serve", "--port", "0", "--store", url]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        greeting = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", greeting)
        assert found
        assert httpx.get(f"{found[0]}/readyz", timeout=30).status_code == 200
        process.send_signal(signal.SIGINT)
        said, wrong = process.communicate(timeout=60)
    assert (process.returncode, said, wrong) == (0, "", "")
    assert "the store, for demonstration only" in greeting
    with Engine.open(url, create=False) as engine:
        assert engine.head().position == head


def test_it_listens_on_this_machine_only(run: Run) -> None:
    """Unless somebody insists, in so many words."""
    refused = run("serve", "--host", "0.0.0.0")  # noqa: S104 - is refused
    assert refused.exit_code == 2
    assert "whoever reaches 0.0.0.0 could act as anybody" in refused.stderr
    assert "--open-to-all" in refused.stderr


def test_a_port_that_is_taken_is_named(run: Run) -> None:
    """At once, and not after the simulation."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = run("serve", "--port", port)
    assert refused.exit_code == 2
    assert f"cannot listen at 127.0.0.1 port {port}" in refused.stderr
    assert "--port" in refused.stderr
    assert refused.stdout == ""


def test_a_store_that_is_missing_is_not_made(run: Run, tmp_path: Path) -> None:
    """Whoever names one means one that exists."""
    refused = run("serve", "--port", "0", "--store", f"sqlite:///{tmp_path}/none.db")
    assert refused.exit_code == 1
    assert "none.db" in refused.stderr
    assert not (tmp_path / "none.db").exists()


def test_a_clock_stands_until_it_goes() -> None:
    """And then goes on with time, from where it stood."""
    clock = GoingClock()
    assert clock() == clock() == clock.now
    clock.go()
    first = clock()
    assert clock() >= first >= clock.now


def test_every_role_of_people_is_there() -> None:
    """One user at least for each, of units that the organisation has."""
    with simulate(days=2).engine as engine:
        users = [user for group in demo_users(engine) for user in group.users]
        units = {unit.id for unit in engine.book.current().organisation.units}
    assert {Role(name) for name in ROLES} - {user.role for user in users} == MACHINES
    assert {user.unit for user in users} <= {*units, None}
    assert len({user.id for user in users}) == len(users)


def test_a_store_without_an_organisation_has_users_too() -> None:
    """The centre's, and people; of units only those that have cases."""
    with Engine.open("memory:") as engine:
        shown = {user.role for group in demo_users(engine) for user in group.users}
    assert {role.INTAKE_AGENT, role.RESIDENT, role.INSPECTOR} <= shown
    assert role.STREET_SECRETARY not in shown


@pytest.mark.parametrize("missing", ["uvicorn"])
def test_without_the_extra_it_says_what_to_install(missing: str) -> None:
    """In one line, before anything is simulated."""
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(missing)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 2
    assert told.stderr == (f"error [extra]: {missing} is missing; pip install 'zhili[serve]'\n")


WITHOUT = """
import sys, importlib.machinery as machinery
found = machinery.PathFinder.find_spec
machinery.PathFinder.find_spec = classmethod(
    lambda cls, name, *rest: None if name == "{0}" else found(name, *rest)
)
sys.argv = ["zhili", "serve", "--port", "0"]
from zhili.cli import main
main()
"""
"""A Python in which one package is not installed."""

MACHINES = {role.SYSTEM, role.IMPORTER, role.LEADING_MEMBER}
"""Who is not shown: those who act through machines, and a rank that no table asks for alone."""
