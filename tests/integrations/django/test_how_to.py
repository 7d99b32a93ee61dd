"""The how-to for Django says only what is true: its project runs, and does what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.integrations.serving import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "how-to" / "embed-in-django.md"
BLOCK = re.compile(r"^```py\n# (\w+\.py)\n(.*?)^```", re.MULTILINE | re.DOTALL)

ASKED = """
import django
django.setup()
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from zhili.integrations.django import engine
from zhili.projections.worklist import Worklist
call_command("migrate", verbosity=0)
call_command("check", fail_level="WARNING")
lin = User.objects.create_user("lin")
lin.groups.add(Group.objects.create(name="intake_agent@12345"))
client = Client(headers={"host": "localhost"})
assert client.get("/governance/worklist").status_code == 401
client.force_login(lin)
assert client.get("/call").status_code == 405
called = client.post("/call").json()
assert called["state"] == "registered", called
(item,) = client.get(reverse("zhili:worklist")).json()["items"]
assert item["number"] == called["number"]
strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
strict.force_login(lin)
assert strict.post("/call").status_code == 403
client.logout()
assert client.post("/call").status_code == 401
assert len(engine().ask(Worklist()).items) == 1
moved = client.get("/governance?lang=en")
assert (moved.status_code, moved["Location"]) == (301, "/governance/?lang=en"), moved
call_command("zhili", "worklist")
"""


def test_the_project_of_the_how_to_runs(tmp_path: Path) -> None:
    """Its files are made as they stand there, and asked for what the page promises."""
    files = dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    assert sorted(files) == ["settings.py", "urls.py", "users.py", "views.py"]
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "settings.py").write_text(
        files["settings.py"] + 'ALLOWED_HOSTS = ["localhost"]\n', encoding="utf-8"
    )
    path = os.pathsep.join([str(ROOT / "src"), str(tmp_path)])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ASKED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Street lamp out" in done.stdout
