from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "backoffice"
    verbose_name = "Kantor"

    def ready(self) -> None:
        from backoffice import checking  # noqa: F401  (registers the job)
