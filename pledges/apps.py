from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "pledges"
    verbose_name = "Janji"

    def ready(self) -> None:
        from pledges import journal_guards, paper_guards, recomputing  # noqa: F401  (register triggers and the job)
