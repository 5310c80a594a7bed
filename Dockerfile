# One image for web, worker, schedule and commands; compose.yaml says which is which.
FROM python:3.11-slim AS build
WORKDIR /srv/lxp
COPY requirements-build.lock requirements.lock ./
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements-build.lock \
    && .venv/bin/uv pip install --no-cache --python .venv/bin/python --require-hashes -r requirements.lock
COPY . .
RUN .venv/bin/uv pip install --no-cache --python .venv/bin/python --no-deps --no-build-isolation --editable . \
    && find lxp content courses skills_graph plugins -name django.po \
        -exec sh -c 'for file; do .venv/bin/pybabel -q compile -i "$file" -o "${file%.po}.mo"; done' - {} + \
    && .venv/bin/pip uninstall --yes --quiet uv

FROM python:3.11-slim
WORKDIR /srv/lxp
RUN useradd --system --home-dir /var/lib/lxp --create-home lxp
COPY --from=build /srv/lxp /srv/lxp
ENV PATH=/srv/lxp/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=lxp.config.settings.production \
    LXP_VAR=/var/lib/lxp \
    LXP_BIND=0.0.0.0:8000
USER lxp
VOLUME /var/lib/lxp
EXPOSE 8000
CMD ["gunicorn", "--config", "python:lxp.config.gunicorn", "lxp.config.wsgi"]
