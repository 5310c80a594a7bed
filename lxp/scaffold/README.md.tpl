# ENGLISH

A plugin for LXP. Staff see the messages of their organisation on their home and on a page; administrators write and remove them.

| It adds | by the hook |
|---|---|
| a page with the messages, `/p/NAME/` | `urls` |
| a menu entry | `navigation_items` |
| for an administrator, that today has no message yet | `home_items` |
| the messages of today, on the home of staff | `home_panels` |
| what somebody wrote, in their copy; without their name once they are forgotten | `person_export`, `person_erase` |

**Settings**: none. **Personal data**: who wrote a message, until that person is forgotten or the message is removed.

## Working on it

In the environment in which LXP runs (`. .venv/bin/activate` in its folder):

    pip install --no-deps --no-build-isolation -e .
    lxp migrate && lxp plugins check
    lxp plugins switch NAME --organisation maasdal --on
    pytest --reuse-db

`maasdal` is an organisation of the demo; a name that is not there lists those that are. Start the site again after installing, and after each change of the code or of texts.

The first `pytest` makes a database, which takes some minutes; `--reuse-db` keeps it. One clause of the contract: `pytest --reuse-db -k translations`.

| After a change of | run |
|---|---|
| models | `lxp makemigrations NAME -n <what changed>`, `ruff format`, `lxp migrate`; once `pytest --create-db` |
| texts | in `lxp_NAME/`: `django-admin makemessages -l nl`, translate, `django-admin compilemessages` |
| anything | `ruff check . && ruff format .` and `MYPYPATH=<folder of LXP> mypy lxp_NAME` |

To make something else of it: “From the scaffold to your own” in docs/plugins.md of LXP.
