from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = "API"

    def ready(self) -> None:
        from api.exporting import chosen
        from api.idempotency import forget_old
        from core import jobs
        from documents.exports import choose_rows_with

        choose_rows_with(chosen)
        jobs.sweepers.append(forget_old)
