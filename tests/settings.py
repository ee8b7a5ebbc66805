"""Settings of the test run: the product's own, on a data directory that lasts as long as the run, with a quick hasher.

``DATABASE_URL`` chooses the database; without it, SQLite in memory.
"""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="gawai-tests-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
for _name in "GAWAI_NOW GAWAI_SERVING SECRET_KEY ALLOWED_HOSTS BASE_URL NUM_PROXIES TIME_ZONE PORT".split():  # noqa: SIM905
    os.environ.pop(_name, None)
os.environ |= {"GAWAI_ENV": "development", "DATA_DIR": _data}

from config.settings import *  # noqa: E402, F403

# Static files are looked for in the packages when asked for; the servers of the tests have them collected.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
STORAGES |= {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "core.db.sqlite":  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405  (with xdist, pytest-django would name a file)
