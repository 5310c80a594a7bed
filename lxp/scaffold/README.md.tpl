# TITLE

A plugin for LXP. Staff see the messages of their organisation on their home and on a page; administrators write and remove them.

| It adds | by the hook |
|---|---|
| a page with the messages, `/p/NAME/` | `urls` |
| a menu entry | `navigation_items` |
| the messages of today, on the home of staff | `home_panels` |
| what somebody wrote, in their copy; without their name once they are forgotten | `person_export`, `person_erase` |

**Settings**: none. **Personal data**: who wrote a message, until that person is forgotten or the message is removed.

## Working on it

In an environment in which LXP runs:

    pip install --no-deps --no-build-isolation -e .
    lxp migrate && lxp plugins check
    lxp plugins switch NAME --organisation maasdal --on
    pytest --reuse-db

`maasdal` is an organisation of the demo; a name that is not there lists those that are. Restart the site after installing, and after each change.

`mypy` needs to know where LXP lies: `MYPYPATH=<folder of LXP> mypy lxp_NAME`. The first `pytest` makes a database, which takes about a minute; `--reuse-db` keeps it. After a change of the models: `lxp makemigrations NAME`, and once
`pytest --create-db`. After a change of texts: in `lxp_NAME/`, `django-admin makemessages -l nl` and `django-admin compilemessages`.
