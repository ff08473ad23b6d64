"""Documents of the kinds that are found in the wild, as trees, varied by a seed. All content is made up here."""

from __future__ import annotations

from random import Random
from typing import Any

NAMES = ["web", "api", "worker", "cache", "mail", "search", "billing", "auth", "metrics", "gateway", "queue", "store"]
WORDS = ["blue", "north", "stable", "fast", "legacy", "edge", "primary", "nightly", "canary", "public"]


class Anchored(dict[str, Any]):
    """A mapping that is written with an anchor where it first stands, and as an alias wherever it stands again."""

    name = "common"


class Merged(dict[str, Any]):
    """A mapping that merges another one: ``base`` is written as ``<<: *name``, the rest as it is."""

    base: Anchored


def anchored(name: str, value: dict[str, Any]) -> Anchored:
    made = Anchored(value)
    made.name = name
    return made


def merged(base: Anchored, own: dict[str, Any]) -> Merged:
    made = Merged({**base, **own})
    made.base = base
    return made


def some(random: Random, least: int, most: int, words: list[str] = NAMES) -> list[str]:
    return random.sample(words, random.randint(least, min(most, len(words))))


def sentence(random: Random, words: int) -> str:
    return " ".join(random.choice(WORDS) for _ in range(words))


def script(random: Random) -> str:
    return "".join(
        f"{random.choice(['echo', 'run', 'make'])} {sentence(random, 2)}\n" for _ in range(random.randint(2, 4))
    )


def compose(random: Random) -> dict[str, Any]:
    base = anchored("service", {"restart": "unless-stopped", "logging": {"driver": "json-file", "max": "10m"}})
    services: dict[str, Any] = {}
    for name in some(random, 2, 5):
        own: dict[str, Any] = {"image": f"registry.example.org/{name}:{random.randint(1, 9)}.{random.randint(0, 20)}"}
        if random.random() < 0.7:
            own["ports"] = [
                f"{random.randint(80, 9000)}:{random.randint(80, 9000)}" for _ in range(random.randint(1, 3))
            ]
        if random.random() < 0.7:
            own["environment"] = {f"{word.upper()}_URL": f"http://{word}:80/?a=1#top" for word in some(random, 1, 3)}
        if random.random() < 0.5:
            own["command"] = ["serve", "--port", str(random.randint(80, 9000))]
        if random.random() < 0.4:
            own["healthcheck"] = {"test": ["CMD", "true"], "interval": "30s", "retries": 3}
        services[name] = merged(base, own) if random.random() < 0.5 else own
    return {"x-service": base, "services": services, "volumes": {"data": None, "logs": {"driver": "local"}}}


def kubernetes(random: Random) -> dict[str, Any]:
    labels = {"app": random.choice(NAMES), "tier": random.choice(WORDS)}
    containers = []
    for name in some(random, 1, 3):
        container: dict[str, Any] = {"name": name, "image": f"example/{name}:{random.randint(1, 99)}"}
        if random.random() < 0.6:
            container["args"] = ["--level", random.choice(WORDS), "--yes"]
        container["env"] = [{"name": word.upper(), "value": str(random.randint(0, 99))} for word in some(random, 1, 4)]
        container["resources"] = {"limits": {"cpu": "500m", "memory": f"{random.randint(1, 9)}Gi"}}
        if random.random() < 0.5:
            container["livenessProbe"] = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10}
        containers.append(container)
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": random.choice(NAMES),
            "labels": labels,
            "annotations": {"example.org/note": script(random)},
        },
        "spec": {
            "replicas": random.randint(1, 9),
            "selector": {"matchLabels": dict(labels)},
            "template": {"metadata": {"labels": dict(labels)}, "spec": {"containers": containers}},
        },
    }


def workflow(random: Random) -> dict[str, Any]:
    jobs = {}
    for name in some(random, 1, 3):
        steps: list[dict[str, Any]] = [{"uses": f"actions/checkout@v{random.randint(2, 5)}"}]
        for word in some(random, 1, 3, WORDS):
            steps.append({"name": f"Run {word}", "run": script(random) if random.random() < 0.6 else f"make {word}"})
        jobs[name] = {
            "runs-on": "${{ matrix.os }}",
            "strategy": {"matrix": {"os": ["ubuntu-latest", "macos-latest"], "python": ["3.11", "3.12", 3.13]}},
            "steps": steps,
        }
    branches = {"branches": ["main", "release/*"]}
    return {"name": "CI", "on": {"push": branches, "pull_request": None}, "env": {"FORCE": "1"}, "jobs": jobs}


def playbook(random: Random) -> list[Any]:
    plays = []
    for name in some(random, 1, 3):
        tasks = [
            {"name": f"Install {word}", "apt": {"name": word, "state": "present"}, "when": "ansible_os == 'Debian'"}
            for word in some(random, 1, 3)
        ]
        plays.append({"hosts": name, "become": True, "vars": {"port": random.randint(80, 9000)}, "tasks": tasks})
    return plays


def helm(random: Random) -> dict[str, Any]:
    tree: dict[str, Any] = {
        "replicaCount": random.randint(1, 5),
        "image": {"repository": "example/app", "tag": "", "pullPolicy": "IfNotPresent"},
        "imagePullSecrets": [],
        "nodeSelector": {},
        "tolerations": [],
        "service": {"type": "ClusterIP", "port": 80},
        "ingress": {"enabled": False, "hosts": [{"host": "chart.example.org", "paths": ["/", "/api"]}], "tls": []},
        "resources": {},
    }
    for name in some(random, 0, 3):
        tree[name] = {
            "enabled": random.random() < 0.5,
            "size": f"{random.randint(1, 64)}Gi",
            "args": some(random, 0, 3),
        }
    return tree


def openapi(random: Random) -> dict[str, Any]:
    paths = {}
    for name in some(random, 1, 3):
        reply = {
            "200": {"description": f"The {name}.", "content": {"application/json": {"schema": {"type": "object"}}}}
        }
        paths[f"/{name}/{{id}}"] = {"get": {"summary": f"Get one {name}", "tags": [name], "responses": reply}}
    info = {"title": f"The {random.choice(NAMES)} API", "version": "1.0.0", "description": sentence(random, 30)}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "servers": [{"url": "https://example.org/v1"}]}


def pre_commit(random: Random) -> dict[str, Any]:
    repos = []
    for name in some(random, 2, 4):
        hooks: list[dict[str, Any]] = [{"id": f"{name}-{word}"} for word in some(random, 1, 3, WORDS)]
        if random.random() < 0.5:
            hooks[0]["args"] = ["--fix", "--exit-non-zero"]
        repos.append(
            {
                "repo": f"https://example.org/{name}",
                "rev": f"v{random.randint(1, 9)}.0.{random.randint(0, 9)}",
                "hooks": hooks,
            }
        )
    return {"repos": repos, "fail_fast": random.random() < 0.5, "exclude": r"^(vendor|docs)/.*\.md$"}


def pyproject(random: Random) -> dict[str, Any]:
    packages = [f"{name}>={random.randint(1, 9)},<{random.randint(10, 20)}" for name in some(random, 2, 6)]
    return {
        "build-system": {"requires": ["hatchling>=1.27"], "build-backend": "hatchling.build"},
        "project": {
            "name": random.choice(NAMES),
            "version": f"0.{random.randint(0, 30)}.0",
            "authors": [{"name": "A. Person", "email": "a@example.org"}],
            "dependencies": packages,
            "optional-dependencies": {word: some(random, 1, 3) for word in some(random, 1, 2, WORDS)},
            "scripts": {name: f"{name}.cli:main" for name in some(random, 1, 2)},
        },
        "tool": {
            "ruff": {"line-length": 120, "lint": {"select": ["E", "F", "W"], "ignore": ["E501"]}},
            "pytest": {"ini_options": {"addopts": "-q --strict", "testpaths": ["tests"]}},
            "mypy": {"strict": True, "overrides": [{"module": "a.*", "ignore_errors": True}, {"module": "b.*"}]},
        },
    }


def cargo(random: Random) -> dict[str, Any]:
    dependencies: dict[str, Any] = {}
    for name in some(random, 2, 6):
        version = f"{random.randint(0, 3)}.{random.randint(0, 30)}"
        dependencies[name] = (
            version if random.random() < 0.5 else {"version": version, "features": some(random, 1, 2, WORDS)}
        )
    bins = [{"name": name, "path": f"src/bin/{name}.rs"} for name in some(random, 1, 3)]
    package = {"name": random.choice(NAMES), "version": "0.1.0", "edition": "2021", "publish": False}
    profile = {"release": {"lto": True, "opt-level": 3, "panic": "abort"}}
    return {"package": package, "dependencies": dependencies, "bin": bins, "profile": profile}


def tsconfig(random: Random) -> dict[str, Any]:
    options: dict[str, Any] = {"target": "ES2022", "module": "NodeNext", "strict": True, "skipLibCheck": True}
    if random.random() < 0.7:
        options["paths"] = {f"@{name}/*": [f"./src/{name}/*"] for name in some(random, 1, 3)}
    if random.random() < 0.7:
        options["lib"] = ["ES2022", "DOM"]
    return {"compilerOptions": options, "include": ["src/**/*"], "exclude": ["node_modules", "dist"], "references": []}


def package(random: Random) -> dict[str, Any]:
    return {
        "name": f"@example/{random.choice(NAMES)}",
        "version": f"{random.randint(0, 9)}.{random.randint(0, 9)}.0",
        "private": True,
        "scripts": {name: f'node ./scripts/{name}.js --mode "fast"' for name in some(random, 2, 5)},
        "dependencies": {name: f"^{random.randint(1, 20)}.0.0" for name in some(random, 1, 6)},
        "files": ["dist", "README.md"],
        "engines": {"node": ">=20"},
        "keywords": [],
    }


def editor_settings(random: Random) -> dict[str, Any]:
    tree: dict[str, Any] = {
        "editor.formatOnSave": True,
        "editor.rulers": [80, 120],
        "files.exclude": {"**/.git": True, "**/__pycache__": True},
        "[python]": {"editor.tabSize": 4, "editor.defaultFormatter": "example.formatter"},
        "terminal.font": "Übermono",
    }
    for name in some(random, 1, 4):
        tree[f"{name}.trace.server"] = random.choice(["off", "messages", "verbose"])
    return tree


def settings(random: Random) -> dict[str, Any]:
    tree: dict[str, Any] = {"version": "2.1.0", "debug": False, "ratio": 0.75, "limit": 1e6, "path": "C:\\temp\\x"}
    for name in some(random, 2, 5):
        section: dict[str, Any] = {
            "host": f"{name}.example.org",
            "port": random.randint(80, 9000),
            "tags": some(random, 0, 3, WORDS),
        }
        if random.random() < 0.5:
            section["retry"] = {"times": 3, "wait": 1.5, "on": ["timeout", "reset"]}
        if random.random() < 0.3:
            section["banner"] = script(random)
        tree[name] = section
    tree["servers"] = [{"name": name, "weight": random.randint(1, 9)} for name in some(random, 1, 4)]
    return tree


# name -> (what makes the tree, formats it is written in)
GENRES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "compose": (compose, ("yaml",)),
    "kubernetes": (kubernetes, ("yaml",)),
    "workflow": (workflow, ("yaml",)),
    "playbook": (playbook, ("yaml",)),
    "helm": (helm, ("yaml",)),
    "openapi": (openapi, ("yaml", "json")),
    "pre-commit": (pre_commit, ("yaml",)),
    "pyproject": (pyproject, ("toml",)),
    "cargo": (cargo, ("toml",)),
    "tsconfig": (tsconfig, ("jsonc",)),
    "package": (package, ("json",)),
    "editor": (editor_settings, ("jsonc",)),
    "settings": (settings, ("yaml", "toml", "json", "jsonc")),
}
