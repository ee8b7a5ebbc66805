"""Which files of the installed packages are served: ours, and those of the API's documentation."""

from django.contrib.staticfiles.apps import StaticFilesConfig

UNUSED = ["admin", "rest_framework", "redoc", "swagger-ui-standalone-preset*", "oauth2-redirect*"]


class StaticFiles(StaticFilesConfig):
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, *UNUSED]
