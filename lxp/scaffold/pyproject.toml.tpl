[project]
name = "lxp-NAME"
version = "0.1.0"
description = "ENGLISH: a plugin for LXP"
readme = "README.md"
requires-python = ">=3.11"

# Its name is the label of the app, its value the dotted path of the AppConfig.
[project.entry-points."lxp.plugins"]
NAME = "lxp_NAME.apps.CLASSConfig"

[build-system]
requires = ["setuptools>=64"]
build-backend = "setuptools.build_meta"

[tool.setuptools.packages.find]
include = ["lxp_NAME*"]

[tool.setuptools.package-data]
lxp_NAME = ["templates/**/*.html", "static/**/*", "locale/**/*.mo"]

[tool.ruff]
line-length = 120
target-version = "py311"

[tool.ruff.lint]
select = ["B", "DJ", "E", "F", "I", "S", "UP", "W"]
ignore = ["DJ001"]

[tool.ruff.lint.isort]
known-first-party = ["lxp", "content", "courses", "skills_graph", "lxp_NAME"]

[tool.ruff.lint.per-file-ignores]
"tests/*" = ["S101"]
"*/migrations/*" = ["E501"] # as makemigrations writes them

[tool.pytest.ini_options]
DJANGO_SETTINGS_MODULE = "lxp.config.settings.test"
testpaths = ["tests"]
addopts = "--import-mode=importlib"

[tool.mypy]
plugins = ["mypy_django_plugin.main"]
check_untyped_defs = true
disallow_untyped_defs = true
ignore_missing_imports = true
follow_imports = "silent"

[tool.django-stubs]
django_settings_module = "lxp.config.settings.test"
