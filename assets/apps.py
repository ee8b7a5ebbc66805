from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "assets"
    verbose_name = "Perangkat"

    def ready(self) -> None:
        from assets import journal_guards  # noqa: F401  (registers its triggers)
