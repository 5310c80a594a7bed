__pycache__/
*.egg-info/
build/
dist/
.mypy_cache/
.pytest_cache/
.ruff_cache/
