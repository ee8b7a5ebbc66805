from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "planning"
    verbose_name = "Perencanaan"

    def ready(self) -> None:
        from planning import plan_guards  # noqa: F401  (registers triggers)
